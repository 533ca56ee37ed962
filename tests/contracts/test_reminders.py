"""Reminders of returns: each once, on its own working day, to the right people, along the date as it is today.

The simulation lives through 400 days, and counts working days by a list of its own.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.domain.calendars import change_calendar
from contracts.domain.extensions import extend_return
from contracts.domain.moves import ReturnRefused
from contracts.domain.reminders import send_due
from contracts.domain.schedule import open_quarter
from contracts.enums import Frequency
from contracts.models import Extension, ReminderRule
from engagement.enums import Audience, Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.contracts import AgreementFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
# Bank holidays of England and Wales in the simulated days, written down by hand.
HOLIDAYS = {date(2026, month, day) for month, day in [(4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]} | {
    date(2027, month, day) for month, day in [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]
}
LADDER = (-14, -3, 0, 3, 5, 10)


def naive(day, number):
    """So many working days on (or back), one day at a time, by the list above."""
    step = timedelta(days=1 if number > 0 else -1)
    while number:
        day += step
        if day.weekday() < 5 and day not in HOLIDAYS:
            number -= 1 if number > 0 else -1
    return day


def live_through(first, days):
    """Both daily jobs, at half past six UK time; on Mondays twice. What was announced, by day."""
    for number in range(days):
        at = datetime.combine(first + timedelta(days=number), time(6, 30), tzinfo=LONDON)
        for _ in range(2 if at.weekday() == 0 else 1):
            open_quarter(at=at)
            send_due(at=at)
    came = defaultdict(list)
    for event in Event.objects.order_by("pk"):
        came[event.occurred_at.astimezone(LONDON).date()].append(event)
    return came


def expected_reminders(ends, working_days):
    """Day → (working days, due date) of the reminders of returns that are never sent; `ends` are days after periods."""
    days = defaultdict(list)
    for ends_on in ends:
        due = naive(ends_on - timedelta(days=1), working_days)
        for number in LADDER:
            days[naive(due, number)].append((number, due))
    return days


@pytest.mark.requirement("R-077")
@pytest.mark.parametrize(
    ("starts", "before", "ends"),
    [
        ("2025-04-01", "2025-26 Q3", [(2026, 4, 1), (2026, 7, 1), (2026, 10, 1), (2027, 1, 1), (2027, 4, 1)]),
        (
            "2025-06-15",
            "2025-09-15 to 2025-12-14",
            [(2026, 3, 15), (2026, 6, 15), (2026, 9, 15), (2026, 12, 15), (2027, 3, 15)],
        ),
    ],
)
def test_each_reminder_comes_once_on_its_working_day_for_four_hundred_days(starts, before, ends):
    """By financial quarters, and by quarters from 15 June: over two Easters, a new year and every clock change."""
    agreement = AgreementFactory(starts=starts, ends=None)
    IndicatorFactory(agreement=agreement)
    UserFactory(role=Role.PREPARER, organisation=agreement.provider)
    UserFactory(role=Role.MANAGEMENT)
    if starts == "2025-06-15":
        change_calendar(
            agreement=agreement, frequency=Frequency.QUARTERLY, from_contract=True, due_working_days=None,
            reason="As the contract says.", actor=None, at=datetime(2025, 6, 1, tzinfo=UTC),
        )  # fmt: skip
    first, ends = date(2026, 3, 10), [date(*day) for day in ends]
    KpiReturnFactory(agreement=agreement, submitted=True, quarter=before, reference="KPI-EARLIER")

    came = live_through(first, 400)

    last = first + timedelta(days=399)
    found = {
        day: sorted((event.payload["days"], date.fromisoformat(event.payload["due_on"])) for event in events)
        for day, everything in came.items()
        if (events := [event for event in everything if event.kind in {"RETURN_DUE", "RETURN_LATE"}])
    }
    expected = expected_reminders(ends, 20)
    assert found == {day: sorted(those) for day, those in expected.items() if day <= last}
    opened = [day for day, events in came.items() for event in events if event.kind == "RETURN_OPENED"]
    assert opened == [day for day in ends if day <= last]


@pytest.fixture
def due():
    """A return that was opened on 1 October and is due on Wednesday 28 October 2026."""
    opened = datetime(2026, 10, 1, 5, tzinfo=UTC)
    return KpiReturnFactory(quarter="2026-27 Q2", opened_at=opened, due_at=datetime(2026, 10, 28, 17, tzinfo=LONDON))


def on(day, month=10):
    return datetime(2026, month, day, 6, 30, tzinfo=LONDON)


def test_reminder_goes_to_who_reports_for_this_provider_and_nobody_else(due):
    provider = due.agreement.provider
    theirs = [UserFactory(role=role, organisation=provider) for role in (Role.PREPARER, Role.CERTIFIER)]
    UserFactory(role=Role.PREPARER)
    UserFactory(role=Role.MANAGEMENT)

    send_due(at=on(23))

    event = Event.objects.get()
    assert {delivery.user for delivery in event.deliveries.all()} == set(theirs)
    assert (event.title, event.organisation) == (
        "Your return for July to September 2026 is due in 3 working days",
        provider,
    )
    assert event.path == due.get_absolute_url()
    assert event.summary.endswith("ask the Contract Manager before it is due.")


def test_escalation_goes_to_the_contract_manager_then_to_the_management_team(due):
    manager, director = due.agreement.activity.contract_manager, UserFactory(role=Role.MANAGEMENT)

    send_due(at=on(4, 11))
    send_due(at=on(11, 11))

    told = [[one.user for one in event.deliveries.all()] for event in Event.objects.order_by("pk")]
    assert told == [[manager], [director]]
    assert set(Event.objects.values_list("path", flat=True)) == {due.get_office_url()}


@pytest.mark.parametrize("state", ["submitted", "queried", "accepted"])
def test_nothing_is_sent_once_the_return_is_in(state):
    kpi_return = KpiReturnFactory(**{state: True})
    UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider)

    assert send_due(at=kpi_return.due_at + timedelta(days=30)) == 0


def test_schedule_that_stood_still_sends_the_latest_for_each_and_none_before(due):
    UserFactory(role=Role.PREPARER, organisation=due.agreement.provider)

    send_due(at=on(5, 11))

    assert sorted(event.payload["days"] for event in Event.objects.all()) == [3, 5]


def test_reminders_follow_the_date_of_an_extension(due):
    UserFactory(role=Role.PREPARER, organisation=due.agreement.provider)
    manager = due.agreement.activity.contract_manager
    extend_return(
        kpi_return=due, until=date(2026, 11, 30), reason="Their system was replaced.", seen_due=due.due_at,
        actor=manager, at=on(27),
    )  # fmt: skip

    came = live_through(date(2026, 10, 28), 36)

    reminders = [(day, event.payload["days"]) for day, events in came.items() for event in events if event.payload]
    assert reminders == [
        (date(2026, 11, 10), -14), (date(2026, 11, 25), -3), (date(2026, 11, 30), 0),
    ]  # fmt: skip


def test_rules_are_the_office_s_own(due):
    UserFactory(role=Role.PREPARER, organisation=due.agreement.provider)
    ReminderRule.objects.exclude(days=-3).update(is_on=False)
    ReminderRule.objects.filter(days=-3).update(days=-5, words="Ring us.")

    came = live_through(date(2026, 10, 2), 60)

    assert [(day, event.summary[-8:]) for day, events in came.items() for event in events] == [
        (date(2026, 10, 21), "Ring us.")
    ]


def extend(due, until=date(2026, 11, 30), **change):
    given = {
        "kpi_return": due,
        "until": until,
        "reason": "Their system was replaced.",
        "seen_due": due.due_at,
        "actor": due.agreement.activity.contract_manager,
        "at": on(27),
    }
    return extend_return(**{**given, **change})


@pytest.mark.requirement("R-080", "R-152")
def test_extension_moves_the_date_tells_the_provider_why_and_is_logged(due):
    member = UserFactory(role=Role.CERTIFIER, organisation=due.agreement.provider)

    extension = extend(due)

    due.refresh_from_db()
    event = Event.objects.get()
    assert due.due_at == extension.due_at == datetime(2026, 11, 30, 17, tzinfo=LONDON)
    assert (event.kind, event.audience) == ("RETURN_EXTENDED", Audience.ORGANISATION)
    assert "5pm on Monday 30 November 2026. Their system was replaced." in event.summary
    assert [one.user for one in Delivery.objects.all()] == [member]
    assert LogEntry.objects.get(action="return.extended").data["was_due_at"].startswith("2026-10-28T")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": date(2026, 10, 28)}, "Enter a day after Wednesday 28 October 2026"),
        ({"until": date(2026, 11, 28)}, "is not a working day"),
        ({"until": date(2026, 10, 30), "at": on(5, 11)}, "still to come"),
        ({"seen_due": NOW}, "Somebody has moved this date already"),
    ],
)
def test_extension_is_refused_in_words(due, change, words):
    with pytest.raises(ReturnRefused, match=words):
        extend(due, **change)

    assert not Extension.objects.exists()


def test_extension_is_the_contract_manager_s_and_ends_with_the_submission(due):
    with pytest.raises(ReturnRefused, match="The Contract Manager of the activity gives more time"):
        extend(due, actor=UserFactory(role=Role.MANAGEMENT))
    with pytest.raises(ReturnRefused, match="already been submitted"):
        extend(KpiReturnFactory(submitted=True))
