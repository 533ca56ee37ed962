"""Every line of the numeric check table (commissioning, 6.4), every kind of figure, and what holds between edges."""

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.phrasing import MEANINGS, band_rows, band_texts, rounded, target_text
from contracts.domain.ratings import (
    UnlikeMeasures,
    all_together,
    moved_beyond,
    rate,
    stated_apart,
    year_to_date,
)
from contracts.domain.yardsticks import BandsRefused, Reading, Yardstick, bands_of, two_distances
from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind, RatingWord, ToleranceUnit

GOOD, NEAR, WORK, BAD, OTHER = RatingWord
RANKS = [BAD, WORK, NEAR, GOOD]


def yardstick(kind, direction, target, near, far, *, high=None, decimals=0, aggregation=Aggregation.LATEST, **more):
    numbers = {"target": target, "approaching_by": near, "improvement_by": far, "high": high}
    return Yardstick(
        kind=kind,
        direction=direction,
        decimals=decimals,
        aggregation=aggregation,
        is_rated=True,
        **{name: None if number is None else Decimal(number) for name, number in numbers.items()},
        **more,
    )


COUNT, SHARE, RATIO = IndicatorKind.COUNT, IndicatorKind.PERCENTAGE, IndicatorKind.RATIO
UP, DOWN, RANGE = Direction
V1 = Yardstick(COUNT, UP, 0, Aggregation.SUM, is_rated=False)
V2 = yardstick(SHARE, UP, 90, 5, 15, decimals=1, aggregation=Aggregation.RATIO, minimum_n=10)
V4 = yardstick(COUNT, DOWN, 10, 5, 15)
V5 = yardstick(SHARE, UP, 75, 5, 15, decimals=1, aggregation=Aggregation.RATIO, minimum_n=10, unit="people")
V10 = yardstick(RATIO, RANGE, 20, 5, 10, high=30, decimals=1, aggregation=Aggregation.RATIO)
F1 = yardstick(COUNT, UP, 1500, 75, 225, aggregation=Aggregation.SUM)


def number(value):
    return Reading(value=Decimal(value))


def counts(part, whole):
    return Reading(numerator=Decimal(part), denominator=Decimal(whole))


@pytest.mark.requirement("R-077")
@pytest.mark.parametrize(
    ("held_against", "values", "words"),
    [
        (V2, "90.0 89.9 85.0 84.9 75.0 74.9", [GOOD, NEAR, NEAR, WORK, WORK, BAD]),
        (V4, "10 11 15 16 25 26", [GOOD, NEAR, NEAR, WORK, WORK, BAD]),
        (V10, "31 36 41", [NEAR, WORK, BAD]),
        (V10, "30 35 40 20 19.9 15 14.9 10 9.9", [GOOD, NEAR, WORK, GOOD, NEAR, NEAR, WORK, WORK, BAD]),
    ],
)
def test_check_table_rates_every_value(held_against, values, words):
    assert [rate(held_against, number(value)).word for value in values.split()] == words


@pytest.mark.requirement("R-077")
@pytest.mark.parametrize("part", range(8))
def test_check_table_fewer_than_ten_is_other_whatever_the_figure(part):
    assert rate(V5, counts(part, 7)).word == OTHER


@pytest.mark.requirement("R-077")
def test_check_table_year_of_a_share_is_38_of_70_and_not_the_mean():
    year = year_to_date(V5, [counts(8, 10), counts(30, 60)])

    assert rate(year.yardstick, year.reading).text == "54.3%"


@pytest.mark.requirement("R-077")
def test_check_table_context_is_not_rated():
    assert rate(V1, number(389)).word is None


@pytest.mark.requirement("R-077", "R-013")
def test_check_table_cumulative_visits_are_held_against_the_sum_of_their_phased_targets():
    first, second = F1, replace(F1, target=Decimal(1500))

    year = year_to_date(F1, [number(1400), number(1650)], yardsticks=[first, second])

    assert rate(F1, number(1400)).word == WORK
    assert (year.reading.value, year.yardstick.target) == (3050, 3000)
    assert rate(year.yardstick, year.reading).word == GOOD


def test_phased_targets_are_added_as_each_was():
    each = [replace(F1, target=Decimal(target)) for target in (1200, 1500, 1600, 1700)]

    year = year_to_date(F1, [number(1300)] * 4, yardsticks=each)

    assert (year.yardstick.target, rate(year.yardstick, year.reading).word) == (6000, WORK)


@pytest.mark.requirement("R-077")
def test_check_table_restated_quarter_changes_its_rating_and_the_year():
    before, after = [counts(80, 100), counts(92, 100)], [counts(88, 100), counts(92, 100)]
    years = [year_to_date(V2, readings) for readings in (before, after)]

    assert [rate(V2, readings[0]).word for readings in (before, after)] == [WORK, NEAR]
    assert [rate(year.yardstick, year.reading).text for year in years] == ["86.0%", "90.0%"]


def test_four_quarters_of_two_years_make_a_rolling_year():
    rolling = year_to_date(V2, [counts(8, 10), counts(30, 60), counts(20, 20), counts(10, 10)])

    assert rate(rolling.yardstick, rolling.reading).text == "68.0%"


@pytest.mark.requirement("R-077")
@pytest.mark.parametrize(
    ("held_against", "reading", "text", "sentence"),
    [
        (V10, counts("93", "3.5"), "26.6", "26.6 is within the target of 20 to 30."),
        (V10, counts("110", "3"), "36.7", "36.7 is over the target of 20 to 30, by more than 5 but no more than 10."),
        (V10, counts("30", "4"), "7.5", "7.5 is short of the target of 20 to 30, by more than 10."),
        (
            yardstick(IndicatorKind.DAYS, DOWN, 10, 3, 7),
            number(14),
            "14 days",
            "14 days is over the target of 10 days or fewer, by more than 3 days but no more than 7 days.",
        ),
        (
            yardstick(IndicatorKind.UNIT_COST, DOWN, 420, 30, 80, decimals=2),
            counts(178_880, 430),
            "£416.00",
            "£416.00 is at or below the target of £420 or less.",
        ),
        (
            yardstick(IndicatorKind.RATE, DOWN, 8, 1, 3, decimals=1, per=10_000),
            counts(9, 9_800),
            "9.2 per 10,000",
            "9.2 per 10,000 is over the target of 8 per 10,000 or less, by more than 1 but no more than 3.",
        ),
        (yardstick(IndicatorKind.YES_NO, UP, 1, 0, 1), number(0), "No", "No falls short of the target of Yes."),
        (yardstick(IndicatorKind.YES_NO, UP, 1, 0, 1), number(1), "Yes", "Yes meets the target of Yes."),
        (yardstick(IndicatorKind.SCORE, UP, 4, 1, 2, decimals=1), number("3.4"), "3.4",
         "3.4 is short of the target of 4 or more, by no more than 1."),
        (replace(V2, in_baseline=True), counts(50, 100), "50.0%",
         "Not rated yet: its first figures are the baseline for later ones."),
        (Yardstick(IndicatorKind.NARRATIVE, UP, 0, Aggregation.NONE, is_rated=False), Reading(), "In words",
         "Told in words, so it is not rated."),
        (V10, counts(80, 0), "Not applicable", "Not applicable: there was nothing to measure."),
    ],
)  # fmt: skip
def test_every_kind_says_its_figure_and_why(held_against, reading, text, sentence):
    judgement = rate(held_against, reading)

    assert (judgement.text, judgement.sentence) == (text, sentence)


def test_bands_between_two_values_are_told_for_both_sides():
    assert band_texts(replace(V10, decimals=0)) == [
        (GOOD, "20 to 30"),
        (NEAR, "31 to 35 or 15 to 19"),
        (WORK, "36 to 40 or 10 to 14"),
        (BAD, "more than 40 or below 10"),
    ]


def test_five_words_have_their_meaning():
    assert list(MEANINGS) == list(RatingWord)


SIX = [
    {"label": "Stretch", "distance": "-5", "word": "GOOD"},
    {"label": "On target", "distance": "0", "word": "GOOD"},
    {"label": "Amber", "distance": "5", "word": "APPROACHING"},
    {"label": "Red", "distance": "10", "word": "REQUIRES_IMPROVEMENT"},
    {"label": "Deep red", "distance": "20", "word": "REQUIRES_IMPROVEMENT"},
    {"label": "Floor", "distance": None, "word": "INADEQUATE"},
]


@pytest.mark.requirement("R-077")
def test_any_number_of_bands_each_with_its_own_word():
    held_against = replace(V2, own_bands=bands_of(SIX))

    judged = [rate(held_against, number(value)) for value in ("95", "94.9", "85", "80", "70", "69.9")]

    assert [(one.word, one.label) for one in judged] == [
        (GOOD, "Stretch"), (GOOD, "On target"), (NEAR, "Amber"),
        (WORK, "Red"), (WORK, "Deep red"), (BAD, "Floor"),
    ]  # fmt: skip
    assert judged[4].sentence.endswith("by more than 10 points but no more than 20 points (“Deep red”).")
    assert [text for *_, text in band_rows(held_against)] == [
        "95% or more", "90% to 94.9%", "85% to 89.9%", "80% to 84.9%", "70% to 79.9%", "below 70%",
    ]  # fmt: skip
    assert two_distances(held_against.own_bands) == (5, 20)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (SIX[:-1], "The last band"),
        ([SIX[1], SIX[0], SIX[5]], "further from the target"),
        ([SIX[2], {**SIX[3], "word": "GOOD"}, SIX[5]], "better rating"),
        ([{**SIX[1], "word": "OTHER"}, SIX[5]], "cannot be rated"),
        ([SIX[0], SIX[2], SIX[5]], "must be Good"),
    ],
)
def test_bands_that_make_no_sense_are_refused(spoilt, words):
    with pytest.raises(BandsRefused, match=words):
        bands_of(spoilt)


numbers = st.decimals(0, 500, places=2)


@st.composite
def between_two_values(draw):
    low, near = draw(numbers), draw(numbers)
    return yardstick(
        draw(st.sampled_from([COUNT, SHARE, RATIO, IndicatorKind.DAYS])),
        RANGE, low, near, near + draw(numbers), high=low + draw(numbers), decimals=draw(st.integers(0, 3)),
    )  # fmt: skip


@given(between_two_values(), numbers, numbers)
def test_between_two_values_further_off_is_never_better(held_against, one, other):
    nearer, further = sorted([one, other], key=lambda value: held_against.shortfall(rounded(held_against, value)))
    ranks = [RANKS.index(rate(held_against, number(value)).word) for value in (further, nearer)]

    assert ranks == sorted(ranks)


@given(between_two_values(), st.integers(0, 2), st.booleans())
def test_between_two_values_both_sides_are_right_at_each_edge_and_one_step_beyond(held_against, edge, above):
    distances = [Decimal(0), held_against.approaching_by, held_against.improvement_by]
    away = 1 if above else -1
    start = held_against.high if above else held_against.target
    step = Decimal(1).scaleb(-held_against.decimals)
    at_edge = rounded(held_against, start + away * distances[edge])

    for value in (at_edge, at_edge + away * step):
        off = max(held_against.target - value, value - held_against.high)
        expected = RANKS[3 - sum(off > limit for limit in distances)]
        assert rate(held_against, number(value)).word == expected


@pytest.mark.requirement("R-077")
def test_real_mid_range_indicators_rate_right_on_both_sides_of_their_best(reference_data):
    path = reference_data / "quarterly-kpis" / "indicator_information.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Ranking_Type"] == "Goldilocks"]

    assert [row["Code"] for row in rows] == ["CORP03b", "CORP03c", "CORP11", "CORP12"]
    for row in rows:
        best = Decimal(row["Ranking_GoldilocksMidpoint"]) * 100
        held_against = yardstick(SHARE, RANGE, best, 5, 10, high=best, decimals=1)
        for side in (1, -1):
            words = [
                rate(held_against, number(best + side * Decimal(off))).word for off in ("0", "5", "5.1", "10", "10.1")
            ]
            assert words == [GOOD, NEAR, WORK, WORK, BAD], row["Code"]


def test_medians_and_words_make_no_year():
    median = yardstick(IndicatorKind.DAYS, DOWN, 10, 3, 7, aggregation=Aggregation.NONE)

    year = year_to_date(median, [number(9), number(11)])

    assert (rate(year.yardstick, year.reading).text, year.quarters) == ("Not given", 0)


def test_mean_of_snapshots_counts_each_quarter_once():
    score = yardstick(IndicatorKind.SCORE, UP, 4, 1, 2, decimals=1, aggregation=Aggregation.AVERAGE)

    year = year_to_date(score, [number("3.0"), Reading(FigureState.MISSING), number("4.2")])

    assert (rate(year.yardstick, year.reading).text, year.quarters) == ("3.6", 2)


def test_unlike_units_are_never_summed():
    people, visits = replace(F1, unit="people"), replace(F1, unit="visits")

    with pytest.raises(UnlikeMeasures, match="different things"):
        all_together([people, visits], [number(1), number(2)])
    with pytest.raises(UnlikeMeasures, match="do not add up"):
        all_together([replace(F1, kind=IndicatorKind.DAYS)], [number(1)])
    assert all_together([people, people], [number(1), number(2)]).value == 3
    assert V2.exact(all_together([V2, V2], [counts(8, 10), counts(30, 60)])) == Decimal(3800) / 70


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=5))
def test_services_together_are_the_ratio_of_their_sums(services):
    readings = [counts(min(part, whole), whole) for part, whole in services]

    together = all_together([V2] * len(readings), readings)

    assert together == counts(sum(r.numerator for r in readings), sum(r.denominator for r in readings))


@pytest.mark.parametrize(
    ("unit", "now", "moved"),
    [
        (ToleranceUnit.PERCENT, "110", False), (ToleranceUnit.PERCENT, "111", True),
        (ToleranceUnit.PERCENT, "89", True),
        (ToleranceUnit.POINTS, "110", False), (ToleranceUnit.POINTS, "89.9", True), (ToleranceUnit.POINTS, None, False),
    ],
)  # fmt: skip
def test_movement_beyond_the_tolerance_needs_words(unit, now, moved):
    held_against = replace(F1, tolerance=Decimal(10), tolerance_in=unit)

    assert moved_beyond(held_against, None if now is None else Decimal(now), Decimal(100)) == moved


@pytest.mark.parametrize(("stated", "apart"), [("98", None), ("96.01", None), ("96", 2), ("100", 2)])
def test_stated_percentage_two_points_from_its_counts_is_flagged_and_kept(stated, apart):
    reading = Reading(numerator=Decimal(98), denominator=Decimal(100), value=Decimal(stated))

    assert (stated_apart(V2, reading), rate(V2, reading).value) == (apart, rounded(V2, Decimal(stated)))


def test_target_of_a_single_best_value_is_that_value():
    assert target_text(yardstick(SHARE, RANGE, 50, 5, 10, high=50)) == "50%"
