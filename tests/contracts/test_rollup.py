"""Ratings rolled up from measures to agreements, priorities and plans: words alone, by a rule of one sentence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.publishing import publish_ratings
from contracts.domain.rollup import CRITICAL, Apart, Counted, Rolled, counted_of, together
from contracts.domain.rollup_pages import plans_rolled_up
from contracts.domain.yardsticks import LADDER
from contracts.enums import RatingWord
from engagement.enums import Role
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, PriorityFactory, UserFactory

GOOD, NEAR, BELOW, BAD = LADDER
MEASURES = st.lists(
    st.builds(Counted, st.just("One"), st.sampled_from([*LADDER, None]), st.integers(1, 5)), max_size=12
)


def rolled(*measures):
    return Rolled([Counted(f"Measure {n}", word, weight) for n, (word, weight) in enumerate(measures)])


@pytest.mark.requirement("R-088")
@pytest.mark.parametrize(
    ("measures", "word"),
    [
        ([(GOOD, 1), (GOOD, 1), (BAD, 1)], GOOD),
        ([(GOOD, 1), (BAD, 1)], GOOD),
        ([(GOOD, 1), (BAD, 2)], BAD),
        ([(GOOD, 2), (NEAR, 1), (BELOW, 2), (BAD, 1)], NEAR),
        ([(GOOD, 1), (GOOD, 1), (GOOD, 1), (BELOW, 3)], BELOW),
        ([(GOOD, 5), (NEAR, 3)], NEAR),
        ([(None, 5)], None),
        ([(None, 5), (NEAR, 1)], NEAR),
        ([], None),
    ],
)
def test_half_the_weight_decides_and_the_worst_critical_measure_caps(measures, word):
    assert rolled(*measures).word == word


@given(MEASURES)
def test_result_is_never_better_than_a_critical_measure_and_unrated_ones_change_nothing(measures):
    whole, without = Rolled(measures), Rolled([one for one in measures if one.word])

    assert whole.word == without.word
    for one in whole.rated:
        if one.weight >= CRITICAL:
            assert LADDER.index(whole.word) >= LADDER.index(one.word)


@given(MEASURES, st.integers(0, 11))
def test_a_measure_that_gets_worse_never_makes_the_result_better(measures, place):
    if place < len(measures) and measures[place].word:
        worse = [*measures]
        worse[place] = Counted("One", BAD, measures[place].weight)
        assert LADDER.index(Rolled(worse).word) >= LADDER.index(Rolled(measures).word)


def test_what_caps_is_named():
    result = rolled((GOOD, 1), (GOOD, 2), (GOOD, 2), (BELOW, 3))

    assert (result.word, result.capped_by, rolled((BELOW, 1), (BELOW, 3)).capped_by) == (BELOW, "Measure 3", "")


@pytest.mark.parametrize(
    ("said", "apart"),
    [
        ({"word": "OTHER"}, Apart.OTHER),
        ({"word": "OTHER", "withheld": True}, Apart.OTHER),
        ({}, Apart.BASELINE),
        ({"state": "NOT_AVAILABLE"}, Apart.NO_DATA),
        ({"state": "NOT_APPLICABLE"}, Apart.NOT_APPLICABLE),
        ({"is_rated": False}, Apart.BACKGROUND),
    ],
)
def test_what_has_no_rating_is_counted_apart(said, apart):
    line = {"name": "One", "word": "", "withheld": False, "state": "REPORTED", "is_rated": True, **said}

    counted = counted_of(line)

    assert (counted.word, counted.apart) == (None, apart)
    assert Rolled([counted]).apart_text == f"1 {apart}"


def test_unlike_measures_are_only_counted():
    both = together([rolled((GOOD, 1)), rolled((BAD, 1), (GOOD, 2))])

    assert (both.tally_text, both.tally[RatingWord.GOOD]) == ("2 Good, 1 Inadequate", 2)


def service(management, priorities, *parts, weight=1):
    """A published agreement of an activity under these priorities, with a share of 100 for each part."""
    agreement = AgreementFactory()
    agreement.activity.priorities.set(priorities)
    kpi_return = KpiReturnFactory(accepted=True, agreement=agreement)
    for part in parts:
        indicator = IndicatorFactory(agreement=agreement, weight=weight)
        FigureFactory(kpi_return=kpi_return, indicator=indicator, numerator=Decimal(part), denominator=Decimal(100))
    publish_ratings(kpi_return=kpi_return, words=[], actor=management, at=NOW)
    return agreement


@pytest.mark.django_db
@pytest.mark.requirement("R-139")
def test_from_plan_to_measure_on_the_public_page(client):
    management = UserFactory(role=Role.MANAGEMENT)
    first = PriorityFactory(number=1, title="Fewer victims")
    second = PriorityFactory(plan=first.plan, number=2, title="Safer homes")
    shared = service(management, [first, second], 95, 95)
    service(management, [second], 20, weight=3)

    page = client.get("/performance/by-priority/")
    file = b"".join(client.get("/performance/by-priority.csv").streaming_content).decode()
    (plan,) = page.context["plans"]

    assert (plan.title, plan.rolled.word, plan.rolled.tally_text) == (first.plan.title, BAD, "2 Good, 1 Inadequate")
    assert [one.rolled.word for one in plan.priorities] == [GOOD, BAD]
    assert f"{shared.get_performance_url()}#measure-" in page.content.decode()
    assert page.context["rule"] in page.content.decode()
    assert file.count("Fewer victims") == 2
    assert file.count("Safer homes") == 3
    assert "All measures together" in client.get(shared.get_performance_url()).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("services", [1, 3])
def test_page_costs_the_same_however_many_services(services, django_assert_num_queries):
    management, priority = UserFactory(role=Role.MANAGEMENT), PriorityFactory()
    for _ in range(services):
        service(management, [priority], 95)

    with django_assert_num_queries(3):
        (plan,) = plans_rolled_up()
        assert len(plan.priorities[0].agreements) == services


@pytest.mark.django_db
def test_empty_page_says_the_next_step(client):
    assert "No ratings are published yet under any priority" in client.get("/performance/by-priority/").content.decode()
