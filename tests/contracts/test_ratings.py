"""The rating engine, line by line of the check table, and what must hold for every figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.phrasing import band_texts, change_text, rounded, target_text
from contracts.domain.ratings import rate, year_to_date
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind, RatingWord

FIRST_CONTACT = Yardstick(
    kind=IndicatorKind.PERCENTAGE,
    direction=Direction.UP,
    decimals=1,
    aggregation=Aggregation.RATIO,
    is_rated=True,
    target=Decimal(90),
    approaching_by=Decimal(5),
    improvement_by=Decimal(15),
    minimum_n=10,
    unit="referrals",
    denominator_words="due to be contacted",
)
WAITING = Yardstick(
    kind=IndicatorKind.COUNT,
    direction=Direction.DOWN,
    decimals=0,
    aggregation=Aggregation.LATEST,
    is_rated=True,
    target=Decimal(10),
    approaching_by=Decimal(5),
    improvement_by=Decimal(15),
)
VISITS = Yardstick(
    kind=IndicatorKind.COUNT,
    direction=Direction.UP,
    decimals=0,
    aggregation=Aggregation.SUM,
    is_rated=True,
    target=Decimal(1500),
    approaching_by=Decimal(75),
    improvement_by=Decimal(225),
)
COST = Yardstick(
    kind=IndicatorKind.MONEY,
    direction=Direction.DOWN,
    decimals=2,
    aggregation=Aggregation.LATEST,
    is_rated=True,
    target=Decimal(650),
    approaching_by=Decimal(50),
    improvement_by=Decimal("150.50"),
)
REFERRALS = Yardstick(
    kind=IndicatorKind.COUNT, direction=Direction.UP, decimals=0, aggregation=Aggregation.SUM, is_rated=False
)
BEST_FIRST = [RatingWord.INADEQUATE, RatingWord.REQUIRES_IMPROVEMENT, RatingWord.APPROACHING, RatingWord.GOOD]


def counts(numerator, denominator):
    return Reading(numerator=Decimal(numerator), denominator=Decimal(denominator))


def number(value):
    return Reading(value=Decimal(value))


@pytest.mark.parametrize(
    ("yardstick", "value", "word"),
    [
        (VISITS, "1400", RatingWord.REQUIRES_IMPROVEMENT),
        (VISITS, "1425", RatingWord.APPROACHING),
        (COST, "800.50", RatingWord.REQUIRES_IMPROVEMENT),
        (COST, "800.51", RatingWord.INADEQUATE),
    ],
)
def test_rate_follows_the_bands(yardstick, value, word):
    assert rate(yardstick, number(value)).word == word


def test_rate_publishes_then_rates():
    """89.95% is published as 90.0%, and 90.0% meets the target that everyone can see."""
    judgement = rate(FIRST_CONTACT, counts(1799, 2000))

    assert (judgement.value, judgement.word) == (Decimal("90.0"), RatingWord.GOOD)


def test_rate_fewer_than_the_minimum_is_other():
    judgement = rate(FIRST_CONTACT, counts(7, 7))

    assert (judgement.word, judgement.sentence) == (
        RatingWord.OTHER,
        "Too few to rate: fewer than 10 referrals due to be contacted.",
    )


def test_rate_exactly_the_minimum_is_rated():
    assert rate(FIRST_CONTACT, counts(10, 10)).word == RatingWord.GOOD


def test_rate_a_percentage_of_nothing_is_not_applicable():
    judgement = rate(FIRST_CONTACT, counts(0, 0))

    assert (judgement.value, judgement.text, judgement.word, judgement.sentence) == (
        None,
        "Not applicable",
        None,
        "Not applicable: there were no referrals due to be contacted.",
    )


def test_rate_nought_of_some_is_nought():
    assert rate(FIRST_CONTACT, counts(0, 40)).text == "0.0%"


def test_rate_leaves_context_unrated():
    judgement = rate(REFERRALS, number(1430))

    assert (judgement.text, judgement.word) == ("1,430", None)


@pytest.mark.parametrize("state", [FigureState.MISSING, FigureState.NOT_AVAILABLE])
def test_rate_what_is_not_given_is_no_nought(state):
    judgement = rate(WAITING, Reading(state))

    assert (judgement.value, judgement.text, judgement.word) == (None, "Not given", None)


@pytest.mark.parametrize(
    ("yardstick", "reading", "sentence"),
    [
        (FIRST_CONTACT, counts(391, 430), "90.9% is at or above the target of 90% or more."),
        (FIRST_CONTACT, number("86"), "86.0% is short of the target of 90% or more, by no more than 5 points."),
        (
            FIRST_CONTACT,
            number("80"),
            "80.0% is short of the target of 90% or more, by more than 5 points but no more than 15 points.",
        ),
        (FIRST_CONTACT, number("70"), "70.0% is short of the target of 90% or more, by more than 15 points."),
        (WAITING, number(8), "8 is at or below the target of 10 or fewer."),
        (WAITING, number(12), "12 is over the target of 10 or fewer, by no more than 5."),
        (COST, number("699.999"), "£700.00 is over the target of £650 or less, by no more than £50."),
        (COST, number("801"), "£801.00 is over the target of £650 or less, by more than £150.50."),
    ],
)
def test_rate_explains_itself(yardstick, reading, sentence):
    assert rate(yardstick, reading).sentence == sentence


def test_a_stated_percentage_is_kept_as_stated():
    stated = Reading(numerator=Decimal(2985), denominator=Decimal(3035), value=Decimal(98))

    assert rate(FIRST_CONTACT, stated).text == "98.0%"


def test_year_to_date_of_a_percentage_is_the_ratio_of_sums():
    year = year_to_date(FIRST_CONTACT, [counts(8, 10), counts(30, 60)])

    assert (rate(year.yardstick, year.reading).text, year.quarters) == ("54.3%", 2)


def test_year_to_date_of_a_count_is_held_against_as_many_targets():
    year = year_to_date(VISITS, [number(1400), number(1650)])

    judgement = rate(year.yardstick, year.reading)

    assert (judgement.word, judgement.sentence) == (
        RatingWord.GOOD,
        "3,050 is at or above the target of 3,000 or more.",
    )


def test_year_to_date_leaves_gaps_out():
    year = year_to_date(VISITS, [number(1400), Reading(FigureState.MISSING), number(1650)])

    assert (year.reading.value, year.yardstick.target, year.quarters) == (Decimal(3050), Decimal(3000), 2)


def test_year_to_date_of_a_snapshot_is_the_latest():
    assert year_to_date(WAITING, [number(30), number(8)]).reading.value == Decimal(8)


@pytest.mark.parametrize("yardstick", [FIRST_CONTACT, WAITING, VISITS])
def test_year_to_date_of_nothing_is_nothing(yardstick):
    year = year_to_date(yardstick, [Reading(FigureState.MISSING)])

    assert (rate(year.yardstick, year.reading).text, year.quarters) == ("Not given", 0)


@pytest.mark.parametrize(
    ("yardstick", "text"),
    [(FIRST_CONTACT, "90% or more"), (WAITING, "10 or fewer"), (COST, "£650 or less"), (REFERRALS, "")],
)
def test_target_in_words(yardstick, text):
    assert target_text(yardstick) == text


def test_bands_in_words():
    assert [[text for _, text in band_texts(yardstick)] for yardstick in (FIRST_CONTACT, WAITING)] == [
        ["90% or more", "85% to 89.9%", "75% to 84.9%", "below 75%"],
        ["10 or fewer", "11 to 15", "16 to 25", "more than 25"],
    ]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [("90.9", "86.0", "up 4.9 points"), ("85", "86", "down 1 point"), ("86", "86.0", "no change")],
)
def test_change_in_words(now, before, text):
    assert change_text(FIRST_CONTACT, Decimal(now), Decimal(before)) == text


edges = st.decimals(0, 500, places=2)


@st.composite
def yardsticks(draw, directions=(Direction.UP, Direction.DOWN)):
    near = draw(edges)
    return Yardstick(
        kind=draw(st.sampled_from([kind for kind in IndicatorKind if kind != IndicatorKind.NARRATIVE])),
        direction=draw(st.sampled_from(directions)),
        decimals=draw(st.integers(0, 4)),
        aggregation=Aggregation.LATEST,
        is_rated=True,
        target=draw(edges),
        approaching_by=near,
        improvement_by=near + draw(edges),
    )


@given(yardsticks(), edges, edges)
def test_rating_is_monotone_in_the_direction(yardstick, one, other):
    worse, better = sorted([one, other], reverse=yardstick.direction == Direction.DOWN)

    ranks = [BEST_FIRST.index(rate(yardstick, number(value)).word) for value in (worse, better)]

    assert ranks == sorted(ranks)


@given(yardsticks(), st.integers(0, 2))
def test_rating_is_right_at_each_edge_and_one_step_beyond(yardstick, edge):
    away = -1 if yardstick.direction == Direction.UP else 1
    distance = (Decimal(0), yardstick.approaching_by, yardstick.improvement_by)[edge]
    at_edge = rounded(yardstick, yardstick.target + away * distance)
    beyond = at_edge + away * Decimal(1).scaleb(-yardstick.decimals)

    for value in (at_edge, beyond):
        shortfall = away * (value - yardstick.target)
        allowed = [Decimal(0), yardstick.approaching_by, yardstick.improvement_by]
        expected = BEST_FIRST[3 - sum(shortfall > limit for limit in allowed)]

        assert rate(yardstick, number(value)).word == expected


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=4))
def test_year_to_date_equals_the_figures_counted_at_once(quarters):
    parts = [(min(part, whole), whole) for part, whole in quarters]
    at_once = counts(sum(part for part, _ in parts), sum(whole for _, whole in parts))

    year = year_to_date(FIRST_CONTACT, [counts(*pair) for pair in parts])

    assert rate(year.yardstick, year.reading) == rate(FIRST_CONTACT, at_once)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_splitting_a_count_changes_nothing(one, other):
    split = year_to_date(WAITING, [number(one + other)])
    whole = year_to_date(Yardstick(**vars(VISITS)), [number(one), number(other)])

    assert (split.reading.value, whole.reading.value) == (one + other, one + other)
