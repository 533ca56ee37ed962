"""The year so far and the last twelve months, with the number of periods that they are made of."""

from decimal import Decimal

import pytest

from contracts.domain.publishing import publish_ratings
from contracts.domain.rolling import Held, last_twelve_months, year_so_far
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import Aggregation, Direction, FigureState, IndicatorKind
from contracts.models.target import Target
from engagement.domain.periods import Period
from engagement.enums import Role
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

SHARE = Yardstick(IndicatorKind.PERCENTAGE, Direction.UP, 1, Aggregation.RATIO, is_rated=False)
VISITS = Yardstick(IndicatorKind.COUNT, Direction.UP, 0, Aggregation.SUM, is_rated=False)
WAITING = Yardstick(IndicatorKind.COUNT, Direction.DOWN, 0, Aggregation.LATEST, is_rated=False)
SCORE = Yardstick(IndicatorKind.SCORE, Direction.UP, 1, Aggregation.AVERAGE, is_rated=False)
MEDIAN = Yardstick(IndicatorKind.DAYS, Direction.DOWN, 0, Aggregation.NONE, is_rated=False)
MISSING = Reading(FigureState.MISSING)
Q3 = Period.from_code("2026-27 Q3")


def held(yardstick, figures):
    """Figures by the code of their period, a pair for a share, nothing for what is missing."""
    readings = {code: _reading(figure) for code, figure in figures.items()}
    return [Held(Period.from_code(code), yardstick, reading) for code, reading in readings.items()]


def _reading(figure):
    if figure is None:
        return MISSING
    if isinstance(figure, tuple):
        return Reading(numerator=Decimal(figure[0]), denominator=Decimal(figure[1]))
    return Reading(value=Decimal(figure))


def said(together):
    return together and (together.text, together.made_of)


@pytest.mark.requirement("R-088")
@pytest.mark.parametrize(
    ("yardstick", "figures", "year", "twelve"),
    [
        (SHARE, [(1, 2), (8, 10), (30, 60), (10, 10)], ("60.0%", "3 of 3 quarters"), ("59.8%", "4 of 4 quarters")),
        (SHARE, [(1, 2), (8, 10), None, (30, 60)], ("54.3%", "2 of 3 quarters"), ("54.2%", "3 of 4 quarters")),
        (VISITS, [7, 1400, None, 1650], ("3,050", "2 of 3 quarters"), ("3,057", "3 of 4 quarters")),
        (SCORE, ["1.0", "3.0", None, "4.2"], ("3.6", "2 of 3 quarters"), ("2.7", "3 of 4 quarters")),
        (WAITING, [9, 30, 8, None], ("8", "the latest of 2 of 3 quarters"), ("8", "the latest of 3 of 4 quarters")),
        (MEDIAN, [9, 30, 8, 7], None, None),
        (VISITS, [None, None, None, None], None, None),
    ],
)
def test_periods_are_put_together_as_the_measure_says_and_never_filled_in(yardstick, figures, year, twelve):
    quarters = ("2025-26 Q4", "2026-27 Q1", "2026-27 Q2", "2026-27 Q3")
    given = held(yardstick, dict(zip(quarters, figures, strict=True)))

    assert (said(year_so_far(given, Q3)), said(last_twelve_months(given, Q3))) == (year, twelve)


def test_what_came_earlier_or_comes_later_is_not_in_it():
    codes = ("2025-26 Q3", "2025-26 Q4", "2026-27 Q3", "2026-27 Q4")
    given = held(VISITS, dict(zip(codes, (1000, 100, 10, 1), strict=True)))

    assert (said(year_so_far(given, Q3)), said(last_twelve_months(given, Q3))) == (
        ("10", "1 of 3 quarters"),
        ("110", "2 of 4 quarters"),
    )


def test_months_half_years_and_years_are_counted_as_what_they_are():
    months = held(VISITS, {"2026-27 M01": 1, "2026-27 M02": 2})
    halves = held(VISITS, {"2026-27 Q2": 5, "2026-27 Q4": 6})
    year = Period.from_code("2026-27 Q4")

    assert said(year_so_far(months, Period.from_code("2026-27 M02"))) == ("3", "2 of 2 months")
    assert said(last_twelve_months(halves, year, every=6)) == ("11", "2 of 2 half-years")
    assert last_twelve_months(halves, year, every=12) is None


@pytest.fixture
def quarters(agreement):
    """Three accepted quarters of visits, the second without a figure, with a phased target."""
    indicator = IndicatorFactory(agreement=agreement, code="F1", count=True, aggregation=Aggregation.SUM, target=10)
    returns = []
    for number, value in ((1, 1400), (2, None), (3, 1650)):
        kpi_return = KpiReturnFactory(accepted=True, agreement=agreement, quarter=f"2026-27 Q{number}")
        traits = {"unavailable": True} if value is None else {"of_value": True, "value": Decimal(value)}
        FigureFactory(kpi_return=kpi_return, indicator=indicator, **traits)
        returns.append(kpi_return)
    Target.objects.create(
        indicator=indicator,
        from_date=returns[2].starts_on,
        target=Decimal(20),
        approaching_by=5,
        improvement_by=15,
        set_at=NOW,
    )
    return returns


@pytest.mark.django_db
@pytest.mark.requirement("R-088")
@pytest.mark.usefixtures("at_noon")
def test_it_stands_on_the_return_the_agreement_and_the_public_page(client, quarters):
    management = UserFactory(role=Role.MANAGEMENT)
    for kpi_return in quarters:
        publish_ratings(kpi_return=kpi_return, words=[], actor=management, at=NOW)
    client.force_login(management)
    review = client.get(quarters[2].get_office_url()).content.decode()
    agreement = client.get(quarters[2].agreement.get_absolute_url()).content.decode()
    client.logout()
    public = client.get(quarters[2].agreement.get_performance_url()).content.decode()

    assert "2026-27 so far: 3,050 (2 of 3 quarters)" in review
    assert "Last 12 months: 3,050 (2 of 4 quarters)" in review
    assert '3,050<span class="portal-queue__detail">2 of 3 quarters</span>' in agreement
    assert "2026-27 so far (2 of 3 quarters)." in public
    assert "3,050, from 2 of 4 quarters." in public


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_specialist_sees_put_together_what_is_accepted_only(client, quarters):
    quarters[2].state = "SUBMITTED"
    quarters[2].save(update_fields=["state"])
    client.force_login(UserFactory(role=Role.SPECIALIST))

    page = client.get(quarters[2].agreement.get_absolute_url()).content.decode()

    assert '1,400<span class="portal-queue__detail">1 of 2 quarters</span>' in page
    assert "3,050" not in page


@pytest.mark.django_db
@pytest.mark.threat("P08")
def test_public_page_puts_nothing_together_with_a_period_withheld(client, agreement):
    indicator = IndicatorFactory(agreement=agreement, people=True)
    management = UserFactory(role=Role.MANAGEMENT)
    for number, part in ((1, 50), (2, 97), (3, 60)):
        kpi_return = KpiReturnFactory(accepted=True, agreement=agreement, quarter=f"2026-27 Q{number}")
        FigureFactory(kpi_return=kpi_return, indicator=indicator, numerator=Decimal(part), denominator=Decimal(100))
        publish_ratings(kpi_return=kpi_return, words=[], actor=management, at=NOW)

    measure = client.get(agreement.get_performance_url()).context["measures"][0]

    assert (measure.twelve_months, measure.year) == (None, {})
