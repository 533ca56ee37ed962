"""The record of preliminary market engagement says what is held and what is missing; the register of interests."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from engagement.domain import windows
from engagement.domain.conflicts import ConflictRefused, end_conflict
from engagement.domain.windows import WindowRefused
from engagement.enums import EventKind, Role
from engagement.models import ConflictOfInterest, Event, LogEntry, QuestionWindow
from tests.factories.clarifications import ConflictFactory, QuestionWindowFactory, answer, ask, engage, release
from tests.factories.engagement import NOW, ActivityFactory, EventFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RECORD = "/activities/help/manage/questions/record"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(published=True, slug="help", title="Help at home", area="")


def test_record_of_nothing_says_what_is_missing(client, activity):
    client.force_login(activity.lead_commissioner)

    held = client.get(f"{RECORD}.json").json()

    assert (held["title"], held["reference"]) == ("Help at home", activity.reference)
    assert set(held["missing"]) >= {
        "procurement_identifier",
        "authority_ppon",
        "area",
        "engagement_ends",
        "submission_periods",
        "published",
        "events",
        "suppliers_told",
        "answers_released",
    }
    assert not set(held["missing"]) & set(held)


def test_record_holds_periods_and_what_was_told(client, activity):
    window = QuestionWindowFactory(activity=activity)
    EventFactory(activity=activity, kind=EventKind.DOCUMENT_PUBLISHED, title="Draft specification 0.3")
    brightway = engage(activity, "Brightway")
    engage(activity, "Harbourlight")
    answer(ask(window, brightway))
    release(window)
    client.force_login(UserFactory(role=Role.AUDITOR))

    reply = client.get(f"{RECORD}.csv").getvalue().decode("utf-8-sig")
    rows = {row["field"]: row["value"] for row in csv.DictReader(io.StringIO(reply, newline=""))}

    assert rows["engagement_ends"] == "midday on Friday 25 September 2026"
    assert rows["published"].startswith("Document published: Draft specification 0.3, ")
    assert (rows["suppliers_engaged"], rows["suppliers_told"], rows["answers_released"]) == ("2", "2", "1")
    assert "Brightway" not in reply
    assert client.get(f"{RECORD}/").status_code == 200


# Interests


def test_interest_is_recorded_and_ended_in_the_log(client, activity):
    client.force_login(activity.lead_commissioner)

    client.post(
        "/activities/help/manage/questions/conflicts/new/",
        {
            "declared_by": "Sam Okafor",
            "organisation": "",
            "declared_on_day": "1",
            "declared_on_month": "9",
            "declared_on_year": "2026",
            "interest": "A sister works there.",
            "mitigation": "Takes no part.",
        },
    )
    conflict = ConflictOfInterest.objects.get()
    client.post(f"/activities/help/manage/questions/conflicts/{conflict.pk}/end/")

    conflict.refresh_from_db()
    assert (conflict.declared_by, conflict.ended_on) == ("Sam Okafor", NOW.date())
    actions = LogEntry.objects.filter(action__startswith="conflict.").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == ["conflict.recorded", "conflict.ended"]
    assert not any("sister" in entry.summary for entry in actions)
    with pytest.raises(ConflictRefused, match="has ended already"):
        end_conflict(conflict=conflict, actor=activity.lead_commissioner, at=NOW)


def test_interest_of_another_activity_is_not_ended_here(client, activity):
    elsewhere = ConflictFactory()
    client.force_login(activity.lead_commissioner)

    reply = client.post(f"/activities/help/manage/questions/conflicts/{elsewhere.pk}/end/")

    assert reply.status_code == 404


# Windows


def opened(activity, **changes):
    shared = {
        "about": "Draft specification 0.3",
        "opens_at": NOW,
        "closes_at": NOW + 9 * DAY,
        "answers_by": NOW + 12 * DAY,
        "is_public": False,
        "actor": activity.lead_commissioner,
        "at": NOW,
    }
    return windows.open_window(activity=activity, **{**shared, **changes})


@pytest.mark.requirement("R-086")
def test_everyone_engaged_hears_of_a_window_at_once(activity):
    people = [engage(activity, name) for name in ("Brightway", "Harbourlight")]

    opened(activity)

    event = Event.objects.get(kind=EventKind.QUESTIONS_OPENED)
    assert sorted(event.deliveries.values_list("address", flat=True)) == sorted(one.email for one in people)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"closes_at": NOW}, "has passed"),
        ({"opens_at": NOW + 10 * DAY}, "must close after it opens"),
        ({"answers_by": NOW + 8 * DAY}, "on which questions close, or later"),
    ],
)
def test_impossible_windows_are_refused(activity, changes, said):
    with pytest.raises(WindowRefused, match=said):
        opened(activity, **changes)

    assert not QuestionWindow.objects.exists()


def test_one_window_at_a_time_and_none_public_before_the_activity(activity):
    opened(activity)

    with pytest.raises(WindowRefused, match="one window at a time"):
        opened(activity, opens_at=NOW + DAY)
    with pytest.raises(WindowRefused, match="not public yet"):
        opened(ActivityFactory(), is_public=True)


def test_more_time_is_the_same_for_everyone_and_the_first_date_stays(client, activity):
    people = [engage(activity, name) for name in ("Brightway", "Harbourlight")]
    window = opened(activity)
    client.force_login(activity.lead_commissioner)

    client.post(
        "/activities/help/manage/questions/1/extend/",
        {
            "closes_on_day": "30",
            "closes_on_month": "9",
            "closes_on_year": "2026",
            "closes_time": "17:00",
            "answers_on_day": "7",
            "answers_on_month": "10",
            "answers_on_year": "2026",
            "reason": "The annex came late.",
        },
    )

    window.refresh_from_db()
    assert timezone.localtime(window.closes_at).isoformat() == "2026-09-30T17:00:00+01:00"
    assert window.closed_first_at == NOW + 9 * DAY
    event = Event.objects.get(kind=EventKind.QUESTIONS_EXTENDED)
    assert "The annex came late." in event.summary
    assert sorted(event.deliveries.values_list("address", flat=True)) == sorted(one.email for one in people)
