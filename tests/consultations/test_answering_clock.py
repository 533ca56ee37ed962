"""Twelve weeks: the office is warned in time, the public reads why an answer is late and when it comes."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import answering_clock, promising
from consultations.domain.concluding import OutcomeRefused
from consultations.models import LateNotice
from consultations.tasks import warn_of_what_is_due
from engagement.enums import EventKind, Role
from engagement.models import Delivery, Event
from tests.consultations.test_staff_pages import address, day, errors_of
from tests.factories.consultations import ConsultationFactory, report
from tests.factories.engagement import NOW, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db
OVERDUE = "/consultations/overdue/"


@pytest.fixture
def involvement():
    return UserFactory(role=Role.INVOLVEMENT)


@pytest.fixture
def consultation():
    return ConsultationFactory(closed=True, said=True, decided=True)


def after(consultation, *, weeks=0, days=0):
    return consultation.closes_at + timedelta(weeks=weeks, days=days)


def told(kind):
    return list(Event.objects.filter(kind=kind).order_by("pk").values_list("title", flat=True))


@pytest.mark.requirement("R-060")
def test_office_is_warned_at_8_11_and_12_weeks_and_once_when_it_is_late(consultation, involvement):
    days = range(50, 100)
    per_day = {number: answering_clock.warn(at=after(consultation, days=number)) for number in days for _ in "ab"}

    assert [number for number, new in per_day.items() if new] == []  # the second run of each day says nothing new
    assert len(told(EventKind.ANSWER_DUE)) == 3
    assert told(EventKind.ANSWER_LATE) == [f"Say why this is late: {consultation.title}"]
    warned = Event.objects.filter(kind__in=[EventKind.ANSWER_DUE, EventKind.ANSWER_LATE]).order_by("pk")
    assert [(one.occurred_at - consultation.closes_at).days for one in warned] == [56, 77, 84, 85]
    people = {involvement.email, consultation.activity.lead_commissioner.email}
    assert set(Delivery.objects.values_list("address", flat=True)) == people
    assert Delivery.objects.count() == 8


@pytest.mark.requirement("R-060")
def test_nobody_is_warned_of_what_is_answered_withdrawn_or_long_past(consultation, involvement):
    report(consultation, outcome=True)
    ConsultationFactory(withdrawn=True)
    old = ConsultationFactory(closed=True, opens_at=NOW - timedelta(days=900), closes_at=NOW - timedelta(days=800))
    before = Event.objects.count()

    assert answering_clock.warn(at=after(consultation, weeks=8)) == 0
    assert answering_clock.is_late(old, at=NOW) is True
    assert Event.objects.count() == before


def test_results_without_an_outcome_do_not_stop_the_clock(consultation, involvement):
    report(consultation)

    assert answering_clock.warn(at=after(consultation, weeks=11)) == 1


def test_missed_marks_are_not_made_up_for(consultation, involvement):
    assert answering_clock.warn(at=after(consultation, weeks=11, days=1)) == 1
    assert Event.objects.get().summary.startswith(f"{consultation.reference} closed 11 weeks ago.")


def test_owner_is_warned_of_a_promise_two_weeks_before_and_when_it_is_late(consultation, involvement):
    owner, due = UserFactory(role=Role.CONTRACT_MANAGER), NOW.date() + timedelta(days=30)
    promise = promising.make_promise(
        consultation=consultation, words="answer every call", owner=owner, due_on=due, actor=involvement, at=NOW
    )
    report(consultation, outcome=True)

    new = [answering_clock.warn(at=NOW + timedelta(days=number)) for number in range(10, 40)]

    assert [number for number, count in enumerate(new, start=10) if count] == [16, 31]
    assert Delivery.objects.filter(event__kind=EventKind.PROMISE_DUE, address=owner.email).count() == 3
    assert promise.reference in Event.objects.order_by("pk").last().summary


@pytest.mark.requirement("R-060", "R-086")
def test_public_reads_why_it_is_late_and_when_it_comes(client, consultation, involvement):
    EngagedPartyFactory(activity=consultation.activity, email="follower@people.example")
    late = after(consultation, weeks=12, days=1)

    with time_machine.travel(late, tick=False):
        client.force_login(involvement)
        silent = client.get(consultation.get_absolute_url()).content.decode()
        given = {"explanation": "Two people were ill.", **day("expected_on", late + timedelta(days=20))}
        client.post(address("late", consultation), given)
        client.logout()
        page = client.get(consultation.get_absolute_url()).content.decode()
        listed = client.get(OVERDUE)
        file = client.get(reverse("consultations:overdue-list-csv"))
    rows = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode().removeprefix("\ufeff"))))

    assert ("We are sorry" in silent, "Two people were ill." in silent) == (True, False)
    assert "Two people were ill. We now expect to answer by Friday 25 December 2026." in page
    assert [(row["consultation"], row["days"]) for row in listed.context["rows"]] == [(consultation, 1)]
    assert [(row["reference"], row["days_late"], row["expected_on"]) for row in rows] == [
        (consultation.reference, "1", "2026-12-25")
    ]
    assert Delivery.objects.filter(event__kind=EventKind.ANSWER_LATE, address="follower@people.example").count() == 1


def test_list_holds_what_is_late_by_the_day_and_nothing_that_is_answered(client, consultation):
    answered = ConsultationFactory(closed=True, said=True, decided=True, closes_at=consultation.closes_at)
    report(answered, outcome=True)

    shown = {}
    for days in (84, 85):
        with time_machine.travel(after(consultation, days=days), tick=False):
            shown[days] = [row["consultation"] for row in client.get(OVERDUE).context["rows"]]

    assert shown == {84: [], 85: [consultation]}


@pytest.mark.parametrize(
    ("more", "refusal", "field"),
    [
        ({"explanation": " "}, "Say why", "explanation"),
        ({"expected_on": NOW.date()}, "still to come", "expected_on"),
        ({"expected_on": NOW.date() + timedelta(days=20)}, "what comes by then is not late", "expected_on"),
    ],
)
def test_notice_says_why_and_names_a_day_after_the_first(consultation, involvement, more, refusal, field):
    given = {"explanation": "Two people were ill.", "expected_on": NOW.date() + timedelta(days=120), **more}

    with pytest.raises(OutcomeRefused, match=refusal) as refused:
        answering_clock.say_late(consultation=consultation, actor=involvement, at=NOW, **given)

    assert (refused.value.field, LateNotice.objects.count()) == (field, 0)


def test_notice_about_what_is_answered_is_refused(client, consultation, involvement):
    report(consultation, outcome=True)
    client.force_login(involvement)

    with time_machine.travel(NOW, tick=False):
        reply = client.post(
            address("late", consultation), {"explanation": "x", **day("expected_on", NOW + timedelta(days=120))}
        )

    assert errors_of(reply) == {"__all__": ["The outcome is published: nobody waits any more."]}


def test_worker_warns_through_its_own_door(consultation, involvement):
    with time_machine.travel(after(consultation, weeks=8), tick=False):
        warn_of_what_is_due()

    assert told(EventKind.ANSWER_DUE) == [f"People wait for an answer: {consultation.title}"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_and_warning_cost_the_same_however_many_are_late(client, number, django_assert_num_queries):
    for consultation in ConsultationFactory.create_batch(number, closed=True):
        consultation.late_notices.create(
            explanation="Ill health.",
            expected_on=NOW.date() + timedelta(days=200),
            said_at=NOW,
            said_by=UserFactory(role=Role.INVOLVEMENT),
        )

    with time_machine.travel(after(consultation, weeks=13), tick=False), django_assert_num_queries(3):
        page = client.get(OVERDUE)

    assert len(page.context["rows"]) == number
