"""When an agreement reports: by every length of period, changed from the next one on, told to its provider."""

from datetime import UTC, date, datetime

import pytest

from contracts.domain.agreements import AgreementRefused
from contracts.domain.calendars import change_calendar, drop_period, set_period
from contracts.domain.queries import last_end, lines_of
from contracts.domain.schedule import due_at, due_words, open_quarter
from contracts.enums import AskedEvery, Frequency
from contracts.models import KpiReturn, MonitoringCalendar
from engagement.domain.calendar import Quarter, holidays_known_until, is_provisional, uk_time
from engagement.domain.periods import Period
from engagement.enums import Role
from engagement.models import Event
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import UserFactory

pytestmark = pytest.mark.django_db
AUGUST = datetime(2026, 8, 20, 10, tzinfo=UTC)


def measured(**agreement):
    return IndicatorFactory(agreement=AgreementFactory(**{"ends": None, **agreement})).agreement


def change(agreement, frequency=Frequency.MONTHLY, *, at=AUGUST, **given):
    decided = {
        "from_contract": False,
        "due_working_days": None,
        "reason": "The first year is over.",
        "actor": agreement.activity.contract_manager,
    }
    return change_calendar(agreement=agreement, frequency=frequency, at=at, **{**decided, **given})


def opened_by(day):
    return [one.period.code for one in open_quarter(at=datetime(*day, 6, tzinfo=UTC))]


@pytest.mark.requirement("R-078", "R-149")
def test_change_of_frequency_applies_after_the_period_that_runs_and_tells_the_provider():
    agreement = measured()
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1")
    member = UserFactory(role=Role.PREPARER, organisation=agreement.provider)

    row = change(agreement)

    event = Event.objects.get()
    assert row.applies_from == date(2026, 10, 1)
    assert event.summary == (
        "Every month, counted from 1 April, from Thursday 1 October 2026 on. The first year is over."
    )
    assert [one.user for one in event.deliveries.all()] == [member]
    assert opened_by((2026, 10, 1)) == ["2026-27 Q2"]
    assert opened_by((2026, 11, 1)) == ["2026-27 M07"]
    assert opened_by((2026, 11, 2)) == []


def test_what_was_decided_and_has_not_begun_is_replaced():
    agreement = measured()
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1")
    change(agreement)

    change(agreement, Frequency.HALF_YEARLY)

    assert [row.frequency for row in MonitoringCalendar.objects.all()] == [Frequency.HALF_YEARLY]


@pytest.mark.parametrize(
    ("frequency", "day", "code"),
    [
        (Frequency.MONTHLY, (2026, 10, 1), "2026-27 M06"),
        (Frequency.HALF_YEARLY, (2026, 10, 1), "2026-27 H1"),
        (Frequency.YEARLY, (2027, 4, 1), "2026-27"),
    ],
)
def test_agreement_is_asked_by_its_own_calendar(frequency, day, code):
    agreement = measured(starts="2026-04-01")
    change(agreement, frequency)

    assert opened_by(day) == [code]
    assert KpiReturn.objects.get().reference.startswith("KPI-")


def test_quarters_are_counted_from_the_agreement_s_first_day():
    agreement = measured(starts="2026-06-15")
    change(agreement, Frequency.QUARTERLY, from_contract=True)

    assert opened_by((2026, 9, 14)) == []
    assert opened_by((2026, 9, 15)) == ["2026-06-15 to 2026-09-14"]
    assert KpiReturn.objects.get().reference == f"KPI-20260615-20260914-{agreement.pk:04d}"


def test_schedule_that_stood_still_opens_every_period_since_the_latest_return():
    agreement = measured(starts="2026-04-01")
    change(agreement)
    opened_by((2026, 7, 1))

    assert opened_by((2026, 10, 1)) == ["2026-27 M04", "2026-27 M05", "2026-27 M06"]


def test_dates_set_by_hand_are_asked_for_beside_the_calendar():
    agreement = measured()
    manager = agreement.activity.contract_manager
    row = set_period(
        agreement=agreement, starts_on=date(2026, 4, 1), last_day=date(2026, 9, 15), why="A review half way.",
        actor=manager, at=AUGUST,
    )  # fmt: skip
    KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1")

    assert opened_by((2026, 9, 16)) == ["2026-04-01 to 2026-09-15"]
    with pytest.raises(AgreementRefused, match="is over, so its return is asked for"):
        drop_period(row=row, actor=manager, at=datetime(2026, 9, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"frequency": Frequency.QUARTERLY}, "reports already"),
        ({"from_contract": True}, "is not known, so count from 1 April"),
        ({"actor": None}, "copied from a public source"),
    ],
)
def test_calendar_is_refused_in_words(given, words):
    agreement = AgreementFactory(starts="2025", **({"recorded": True} if "actor" in given else {}))

    with pytest.raises(AgreementRefused, match=words):
        change(agreement, **given)


def test_calendar_is_the_contract_manager_s():
    with pytest.raises(AgreementRefused, match="Only the Contract Manager"):
        change(measured(), actor=UserFactory(role=Role.MANAGEMENT))


def test_agreement_s_own_working_days_set_the_date():
    agreement = measured(starts="2026-04-01")
    change(agreement, due_working_days=10)

    (kpi_return,) = open_quarter(at=datetime(2026, 7, 1, 6, tzinfo=UTC))

    assert uk_time(kpi_return.due_at) == "5pm on Wednesday 15 July 2026"


def test_yearly_measure_is_asked_for_in_the_last_return_of_the_year():
    agreement = measured()
    yearly = IndicatorFactory(agreement=agreement, asked_every=AskedEvery.YEAR)

    asked = {
        code: yearly in agreement.indicators.asked_in(Period.from_code(code))
        for code in ("2026-27 Q1", "2026-27 Q3", "2026-27 Q4", "2026-27 H2", "2026-27 M12", "2026-27")
    }

    assert asked == {
        "2026-27 Q1": False, "2026-27 Q3": False, "2026-27 Q4": True,
        "2026-27 H2": True, "2026-27 M12": True, "2026-27": True,
    }  # fmt: skip
    assert last_end(yearly, Period.from_code("2026-27 Q4")) == date(2026, 4, 1)


def test_last_period_and_a_year_ago_follow_the_agreement_s_own_calendar():
    agreement = measured(starts="2025-06-15")
    (indicator,) = agreement.indicators.all()
    quarters = ["2025-06-15 to 2025-09-14", "2026-03-15 to 2026-06-14", "2026-06-15 to 2026-09-14"]
    returns = [KpiReturnFactory(agreement=agreement, quarter=code, submitted=True) for code in quarters]
    for number, kpi_return in enumerate(returns[:2]):
        FigureFactory(kpi_return=kpi_return, indicator=indicator, numerator=300 + number, denominator=400)

    (line,) = lines_of(returns[2])

    assert (line.year_ago.text, line.last.text) == ("75.0%", "75.3%")


def test_due_dates_beyond_the_published_bank_holidays_are_called_provisional():
    known = due_at(Period.from_code("2026-27 Q2"))
    beyond = due_at(Period.of_quarter(Quarter.containing(holidays_known_until())))

    assert not is_provisional(known.date())
    assert due_words(known) == uk_time(known)
    assert due_words(beyond).endswith("(provisional: not all bank holidays until then are published)")
