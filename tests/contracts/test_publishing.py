"""Publication: by another person, as a frozen snapshot, giving nobody away."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import publishing, queries
from contracts.domain.moves import ReturnRefused
from contracts.domain.publishing import publish_ratings, snapshot_of
from contracts.domain.returns import rate_figures
from contracts.models import Figure, Indicator, Publication
from engagement.enums import Audience, Role
from engagement.models import Delivery, Event
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT)


@pytest.fixture
def accepted():
    """An accepted and rated return with one good and one bad figure, each with the provider's words."""
    kpi_return = KpiReturnFactory(accepted=True)
    FigureFactory(kpi_return=kpi_return, indicator__code="V2", indicator__order=1, commentary="Two advocates started.")
    FigureFactory(
        kpi_return=kpi_return,
        indicator__code="V4",
        indicator__order=2,
        indicator__count=True,
        of_value=True,
        value=Decimal(26),
        commentary="A colleague fell ill.",
    )
    rate_figures(kpi_return, at=NOW)
    return kpi_return


def publish(kpi_return, actor, words=()):
    return publish_ratings(kpi_return=kpi_return, words=words, actor=actor, at=NOW)


@pytest.mark.requirement("R-077")
def test_publishing_freezes_the_finding(accepted, management):
    publication = publish(accepted, management, words={"V2"})

    snapshot = publication.snapshot
    assert (snapshot["headline"], snapshot["lead"]) == (
        "1 of 2 measures met their target",
        "“Waiting over 6 weeks” needs the most work.",
    )
    assert snapshot["tally"] == {"GOOD": 1, "APPROACHING": 0, "REQUIRES_IMPROVEMENT": 0, "INADEQUATE": 1, "OTHER": 0}
    assert [(line["code"], line["text"], line["word"], line["commentary"]) for line in snapshot["lines"]] == [
        ("V2", "90.9%", "GOOD", "Two advocates started."),
        ("V4", "26", "INADEQUATE", ""),
    ]


def test_publishing_is_not_changed_by_a_later_correction(accepted, management):
    publication = publish(accepted, management)

    Figure.objects.update(value=None, numerator=Decimal(1), denominator=Decimal(2))
    Indicator.objects.update(name="Renamed")

    publication.refresh_from_db()
    assert publication.snapshot["lines"][0]["name"] == "First contact within 2 working days"


@pytest.mark.requirement("R-086")
def test_publishing_tells_everyone_engaged_once(accepted, management):
    party = EngagedPartyFactory(activity=accepted.agreement.activity)

    publish(accepted, management)

    event = Event.objects.get(kind="RATING_PUBLISHED")
    assert (event.audience, event.path) == (Audience.EVERYONE, accepted.agreement.get_performance_url())
    assert event.summary == "1 of 2 measures met their target. “Waiting over 6 weeks” needs the most work."
    assert Delivery.objects.get(event=event).address == party.email


def test_publishing_twice_is_refused(accepted, management):
    publish(accepted, management)

    with pytest.raises(ReturnRefused, match="already been published"):
        publish(accepted, management)

    assert Publication.objects.count() == 1


@pytest.mark.parametrize("state", ["submitted", "queried"])
def test_publishing_needs_an_accepted_return(management, state):
    with pytest.raises(ReturnRefused, match="once a return is accepted"):
        publish(KpiReturnFactory(**{state: True}), management)


def test_publishing_needs_a_public_activity(management):
    kpi_return = KpiReturnFactory(accepted=True, agreement__activity__published=False)

    with pytest.raises(ReturnRefused, match="Publish the activity"):
        publish(kpi_return, management)


@pytest.mark.threat("A15")
def test_publishing_is_for_somebody_else_than_who_accepted(accepted):
    both = UserFactory(role=Role.MANAGEMENT)
    accepted.accepted_by = both
    accepted.save()

    with pytest.raises(ReturnRefused, match="You accepted this return"):
        publish(accepted, both)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGEMENT])
def test_publishing_is_for_the_management_team(accepted, role):
    with pytest.raises(ReturnRefused, match="The Management Team publishes"):
        publish(accepted, UserFactory(role=role))


def people(numerator, denominator, **indicator):
    """A line of a percentage of people, as it is published below a threshold of 5."""
    figure = FigureFactory.build(
        numerator=Decimal(numerator), denominator=Decimal(denominator), kpi_return=None, indicator=None
    )
    measure = IndicatorFactory.build(people=True, agreement=None, **indicator)
    return publishing.line_of(measure, figure, threshold=5)


@pytest.mark.threat("P07")
@pytest.mark.parametrize("numerator", [4, 396, 0, 400])
def test_small_number_or_small_rest_is_withheld_with_its_percentage(numerator):
    line = people(numerator, 400)

    assert (line["withheld"], line["text"], line["value"], line["numerator"], line["denominator"]) == (
        True,
        "Too few to show",
        None,
        None,
        None,
    )


def test_number_at_the_threshold_is_shown():
    assert people(395, 400)["text"] == "98.8%"


def test_withheld_figure_keeps_a_rating_that_gives_nothing_away():
    assert [people(3, 60)["word"], people(428, 430)["word"], people(11, 12)["word"]] == ["INADEQUATE", "GOOD", "OTHER"]


@pytest.mark.threat("P07", "P08")
@given(st.integers(10, 60), st.sampled_from(["few", "rest"]), st.integers(0, 100))
def test_withheld_line_is_the_same_whatever_it_hides(denominator, side, target):
    bands = {"target": Decimal(target), "approaching_by": Decimal(5), "improvement_by": Decimal(15)}
    hidden = range(5) if side == "few" else range(denominator - 4, denominator + 1)

    lines = [people(numerator, denominator, code="V5", order=1, **bands) for numerator in hidden]

    assert all(line == lines[0] for line in lines)


@given(st.integers(0, 12), st.integers(0, 5))
def test_withheld_count_is_the_same_whatever_it_hides(target, near):
    measure = IndicatorFactory.build(
        count=True, people=True, agreement=None, target=Decimal(target), approaching_by=Decimal(near)
    )

    def line(value):
        figure = FigureFactory.build(of_value=True, value=Decimal(value), kpi_return=None, indicator=None)
        return publishing.line_of(measure, figure, threshold=5)

    assert all(line(value) == line(0) for value in range(5))
    assert line(5)["withheld"] is False


def test_sensitive_service_has_the_higher_threshold(accepted):
    accepted.agreement.sensitive = True
    Indicator.objects.update(counts_people=True)
    Figure.objects.filter(indicator__code="V4").update(value=9)

    snapshot = snapshot_of(accepted)

    assert (snapshot["threshold"], [line["withheld"] for line in snapshot["lines"]]) == (10, [False, True])


def test_withheld_figure_publishes_no_words(accepted):
    Indicator.objects.update(counts_people=True)
    Figure.objects.filter(indicator__code="V4").update(value=3)

    assert [line["commentary"] for line in snapshot_of(accepted, words={"V4"})["lines"]] == ["", ""]


def quarters(agreement, indicator, counts, actor):
    """Publishes a quarter after another of one measure; returns the last snapshot's line."""
    for number, (numerator, denominator) in enumerate(counts, start=1):
        kpi_return = KpiReturnFactory(accepted=True, agreement=agreement, quarter=f"2026-27 Q{number}")
        FigureFactory(
            kpi_return=kpi_return, indicator=indicator, numerator=Decimal(numerator), denominator=Decimal(denominator)
        )
        publication = publish(kpi_return, actor)
    return publication.snapshot["lines"][0]


def test_year_so_far_is_the_ratio_of_published_sums(management):
    indicator = IndicatorFactory(minimum_n=0)

    line = quarters(indicator.agreement, indicator, [(8, 10), (30, 60)], management)

    assert (line["text"], line["year"]["text"], line["year"]["quarters"]) == ("50.0%", "54.3%", 2)


@pytest.mark.threat("P08")
def test_year_so_far_is_withheld_with_any_of_its_quarters(management):
    """A year less three quarters must not give the fourth away."""
    indicator = IndicatorFactory(people=True)

    line = quarters(indicator.agreement, indicator, [(50, 100), (98, 100), (50, 100)], management)

    assert (line["withheld"], line["year"]) == (False, None)


def test_nothing_rated_says_so(accepted):
    Indicator.objects.update(is_rated=False)

    assert snapshot_of(accepted)["headline"] == "No measure is rated this quarter"


def test_percentage_of_nothing_is_not_applicable(accepted):
    Figure.objects.filter(indicator__code="V2").update(numerator=0, denominator=0)

    line = snapshot_of(accepted)["lines"][0]

    assert (line["text"], line["word"], line["state"]) == ("Not applicable", "", "NOT_APPLICABLE")


@pytest.mark.parametrize("measures", [1, 3])
def test_snapshot_costs_the_same_however_many_measures(measures, django_assert_num_queries):
    kpi_return = KpiReturnFactory(accepted=True)
    FigureFactory.create_batch(measures, kpi_return=kpi_return)

    with django_assert_num_queries(5):
        assert len(snapshot_of(kpi_return)["lines"]) == measures


def test_tally_counts_the_latest_published_quarter(accepted, management):
    assert queries.rating_tally(queries.latest_quarter()) == dict.fromkeys(
        ["GOOD", "APPROACHING", "REQUIRES_IMPROVEMENT", "INADEQUATE", "OTHER"], 0
    )

    publish(accepted, management)

    assert queries.rating_tally(queries.latest_quarter()) == {
        "GOOD": 1,
        "APPROACHING": 0,
        "REQUIRES_IMPROVEMENT": 0,
        "INADEQUATE": 1,
        "OTHER": 0,
    }
