"""The pages of an agreement's calendar, of more time for a return, of reminders, and of what is due."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from contracts.domain.answering import days_with_us, usual_days, usual_words
from contracts.domain.holidays import warning
from contracts.enums import Frequency
from contracts.models import Extension, MonitoringCalendar, ReminderRule, SetPeriod
from engagement.domain.calendar import add_working_days, holidays_known_until
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.contracts import KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def manager(client, agreement):
    client.force_login(agreement.activity.contract_manager)
    return agreement.activity.contract_manager


def day(name, when):
    return {f"{name}_day": when.day, f"{name}_month": when.month, f"{name}_year": when.year}


def text_of(reply):
    return " ".join(BeautifulSoup(reply.content, "html.parser").main.get_text(" ").split())


@pytest.mark.requirement("R-078")
def test_manager_changes_how_often_an_agreement_reports(client, manager, agreement):
    change = reverse("contracts:calendar-change", args=[agreement.reference])

    reply = client.post(
        change, {"frequency": "1", "counted": "YEAR", "due_working_days": "10", "reason": "It is small."}
    )

    calendar = reverse("contracts:agreement-calendar", args=[agreement.reference])
    assert reply["Location"] == calendar
    assert MonitoringCalendar.objects.get().frequency == Frequency.MONTHLY
    page = text_of(client.get(calendar))
    assert "Every month, counted from 1 April, due 10 working days after" in page
    assert "It is small." in page


def test_what_is_missing_is_said_beside_the_box_and_nothing_typed_is_lost(client, manager, agreement):
    change = reverse("contracts:calendar-change", args=[agreement.reference])

    reply = client.post(change, {"frequency": "1", "counted": "YEAR", "due_working_days": "0", "reason": ""})

    form = reply.context["form"]
    assert dict(form.errors.items()) == {
        "due_working_days": ["Enter 1 or more"],
        "reason": ["Write why it changes: the provider reads it"],
    }
    assert form["due_working_days"].value() == "0"


def test_manager_asks_for_one_more_return_and_takes_it_back(client, manager, agreement):
    last = NOW.date() + timedelta(days=40)
    typed = {**day("starts_on", NOW.date()), **day("last_day", last), "why": "A review half way."}

    client.post(reverse("contracts:period-add", args=[agreement.reference]), typed)

    row = SetPeriod.objects.get()
    assert row.ends_on == last + timedelta(days=1)
    assert "A review half way." in text_of(
        client.get(reverse("contracts:agreement-calendar", args=[agreement.reference]))
    )
    client.post(reverse("contracts:period-drop", args=[agreement.reference, row.pk]))
    assert not SetPeriod.objects.exists()


@pytest.mark.requirement("R-080")
def test_manager_gives_more_time_once_and_for_a_reason(client, manager, agreement, kpi_return):
    until = add_working_days(kpi_return.due_at.date(), 10)
    extend = reverse("contracts:return-extend", args=[agreement.reference, kpi_return.reference])
    seen = client.get(extend).context["form"]["seen_due"].value()
    typed = {**day("until", until), "reason": "Their system was replaced.", "seen_due": seen}

    first, second = (client.post(extend, typed) for _ in range(2))

    assert first["Location"] == kpi_return.get_office_url()
    assert "Somebody has moved this date already" in text_of(second)
    assert Extension.objects.count() == 1
    assert "Their system was replaced." in text_of(client.get(kpi_return.get_office_url()))


def test_management_changes_a_reminder_and_the_log_keeps_it(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))
    rule = ReminderRule.objects.get(days=-3)

    client.post(
        reverse("contracts:reminder-edit", args=[rule.pk]),
        {"days": "-5", "sent_to": "PROVIDER", "words": "Ring us.", "is_on": "on"},
    )

    rule.refresh_from_db()
    assert (rule.days, rule.words) == (-5, "Ring us.")
    assert LogEntry.objects.get(action="reminder.kept").data["days"] == -5
    assert "is due in 5 working days" in text_of(client.get(reverse("contracts:reminder-list")))


def test_two_reminders_for_one_day_and_reader_are_refused(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    reply = client.post(reverse("contracts:reminder-add"), {"days": "-3", "sent_to": "PROVIDER", "words": ""})

    assert "There is a reminder for that day" in reply.context["form"].errors["days"][0]


def test_table_of_returns_has_due_ones_too_and_follows_the_filter(client, manager, agreement, kpi_return):
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", submitted=True, reference="KPI-SENT")

    everything = client.get(reverse("contracts:office-return-csv"), {"state": "ALL"})
    sent = client.get(reverse("contracts:office-return-csv"), {"state": "SUBMITTED"})

    rows = [b"".join(reply.streaming_content).decode("utf-8-sig").splitlines() for reply in (everything, sent)]
    assert [len(lines) for lines in rows] == [3, 2]
    assert rows[1][1].startswith("KPI-SENT,")


def test_calendar_file_of_the_office_marks_what_is_provisional(client, manager, agreement, kpi_return):
    later = holidays_known_until() + timedelta(days=30)
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", due_at=NOW.replace(year=later.year, month=later.month))

    text = client.get(reverse("contracts:office-return-dates")).content.decode()

    assert text.count("STATUS:TENTATIVE") == 1
    assert text.count(f"UID:return-{kpi_return.reference}") == 1


@pytest.mark.requirement("R-148")
def test_office_counts_its_own_days_and_tells_providers(client, preparer, kpi_return):
    waits = KpiReturnFactory(submitted=True)
    for _ in range(3):
        KpiReturnFactory(accepted=True)

    assert (days_with_us(waits, at=NOW), days_with_us(kpi_return, at=NOW)) == (
        len([1 for back in range(3) if (NOW - timedelta(days=back)).weekday() < 5]),
        None,
    )
    client.force_login(preparer)
    assert usual_words(usual_days(at=NOW)) in text_of(client.get("/returns/"))


def test_office_reads_that_an_earlier_return_is_not_accepted_and_may_accept(client, manager, agreement):
    KpiReturnFactory(agreement=agreement, quarter="2025-26 Q4", submitted=True)
    later = KpiReturnFactory(agreement=agreement, quarter="2026-27 Q1", submitted=True)

    page = text_of(client.get(later.get_office_url()))

    assert "January to March 2026 is not accepted yet." in page
    assert (
        client.get(reverse("contracts:return-accept", args=[agreement.reference, later.reference])).status_code == 200
    )


def test_office_is_warned_a_year_before_bank_holidays_run_out():
    ends = holidays_known_until()

    assert warning(on=ends - timedelta(days=365)) == ""
    assert "provisional" in warning(on=ends - timedelta(days=364))
    assert ends > date(2027, 1, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_costs_the_same_however_much_was_decided(client, manager, agreement, rows, django_assert_num_queries):
    for number in range(rows):
        first = date(2026 + number, 4, 1)
        decided = {"counted_from": first, "reason": "So agreed.", "decided_by": manager, "decided_at": NOW}
        MonitoringCalendar.objects.create(agreement=agreement, applies_from=first, frequency=1, **decided)
        SetPeriod.objects.create(
            agreement=agreement, starts_on=first, ends_on=date(2026 + number, 5, 20), why="A review.", set_by=manager,
            set_at=NOW,
        )  # fmt: skip

    with django_assert_num_queries(9):
        client.get(reverse("contracts:agreement-calendar", args=[agreement.reference]))
