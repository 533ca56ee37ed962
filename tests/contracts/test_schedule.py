"""One return an agreement and ended quarter, due in working days, told to its own provider; reminders once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contracts import tasks
from contracts.domain.schedule import PeriodNotOver, due_at, open_quarter
from contracts.models import KpiReturn
from engagement.domain.calendar import Quarter, uk_time
from engagement.domain.periods import Period
from engagement.enums import Audience, Role
from engagement.models import Delivery, Event
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import UserFactory

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 1, 5, 0, tzinfo=UTC)
SUMMER = Period.of_quarter(Quarter(2026, 2))


def measured(**agreement):
    return IndicatorFactory(agreement=AgreementFactory(**agreement)).agreement


@pytest.mark.parametrize(
    ("quarter", "due"),
    [
        ("2026-27 Q2", "5pm on Wednesday 28 October 2026"),
        ("2026-27 Q3", "5pm on Friday 29 January 2027"),
        ("2025-26 Q4", "5pm on Thursday 30 April 2026"),
    ],
)
def test_returns_fall_due_after_twenty_working_days(quarter, due):
    """Over the new year and Easter, and in UK time on both sides of the clock change."""
    assert uk_time(due_at(Period.from_code(quarter))) == due


def test_return_that_opens_late_gives_ten_working_days():
    measured()

    (kpi_return,) = open_quarter(at=datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert uk_time(kpi_return.due_at) == "5pm on Friday 4 December 2026"


@pytest.mark.requirement("R-077", "R-149")
def test_quarter_opens_one_return_for_each_live_agreement_and_tells_its_provider_only():
    agreement = measured()
    member = UserFactory(role=Role.PREPARER, organisation=agreement.provider)
    UserFactory(role=Role.PREPARER)

    (kpi_return,) = open_quarter(at=OCTOBER)

    assert (kpi_return.quarter, kpi_return.reference) == ("2026-27 Q2", f"KPI-Q2-2026-{agreement.pk:04d}")
    event = Event.objects.get()
    assert (event.audience, event.organisation, event.path) == (
        Audience.ORGANISATION,
        agreement.provider,
        kpi_return.get_absolute_url(),
    )
    assert [delivery.address for delivery in Delivery.objects.all()] == [member.email]


def test_quarter_opened_twice_opens_nothing_more():
    measured()
    open_quarter(at=OCTOBER)

    assert open_quarter(at=OCTOBER) == []
    assert (KpiReturn.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "agreement",
    [
        {"draft": True},
        {"recorded": True},
        {"starts": "2026-10-01"},
        {"ends": "2026-06-30"},
    ],
)
def test_quarter_opens_nothing_for_what_is_not_running_here(agreement):
    measured(**agreement)

    assert open_quarter(at=OCTOBER) == []


@pytest.mark.parametrize("term", [{"starts": "2026-09-30"}, {"ends": "2026-07-01"}, {"starts": "2026", "ends": "2026"}])
def test_quarter_counts_a_term_that_touches_it(term):
    measured(**{"starts": "2025-04-01", **term})

    assert len(open_quarter(at=OCTOBER)) == 1


def test_quarter_opens_nothing_without_a_measure_of_that_quarter():
    IndicatorFactory(asked_from=date(2026, 10, 1))
    AgreementFactory()

    assert open_quarter(at=OCTOBER) == []


def test_quarter_that_has_not_ended_is_refused():
    with pytest.raises(PeriodNotOver, match="July to September 2026 has not ended: its returns open on Thursday 1 Oc"):
        open_quarter(at=OCTOBER - timedelta(days=2), period=SUMMER)


@pytest.mark.parametrize("agreements", [1, 3])
def test_quarter_finds_agreements_in_the_same_queries_however_many(agreements, django_assert_max_num_queries):
    for _ in range(agreements):
        agreement = measured()
        KpiReturnFactory(agreement=agreement, quarter=SUMMER.code)

    with django_assert_max_num_queries(4):  # with their measures, calendars and dates set by hand
        assert open_quarter(at=OCTOBER) == []


def test_command_opens_says_what_it_did_and_refuses_in_words():
    agreement, said = measured(starts=date(2020, 4, 1), ends=None), StringIO()

    call_command("open_quarter", quarter="2025-26 Q1", stdout=said)

    assert said.getvalue() == f"KPI-Q1-2025-{agreement.pk:04d}: {agreement}\nOpened 1 return.\n"
    for quarter in ("soon", "2099-00 Q1"):
        with pytest.raises(CommandError):
            call_command("open_quarter", quarter=quarter)


def test_tasks_work_by_the_clock(time_machine):
    time_machine.move_to(OCTOBER)
    measured(value=Decimal(1))

    tasks.open_quarter()
    time_machine.move_to(OCTOBER + timedelta(days=60))
    tasks.send_due()

    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["RETURN_OPENED", "RETURN_LATE"]
