"""Following one consultation of an activity, reminders, and mail to people of the office by name."""

import pytest
from django.core import mail

from engagement.domain import parties
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind
from engagement.models import EngagedParty, Event
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db
REFERENCE = "C-2026-007"


def tell(activity, **more):
    return announce(
        key="told", kind=EventKind.CONSULTATION_CHANGED, activity=activity, title="News", path="/news/", at=NOW, **more
    )


def addresses(event):
    return sorted(event.deliveries.values_list("address", flat=True))


@pytest.mark.requirement("R-151")
@pytest.mark.parametrize(
    ("about", "told"),
    [
        (REFERENCE, ["all@people.example", "one@people.example"]),
        ("C-2026-008", ["all@people.example", "other@people.example"]),
        ("", ["all@people.example"]),
    ],
)
def test_follower_of_one_consultation_hears_of_that_one_only(about, told):
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity, email="all@people.example")
    EngagedPartyFactory(activity=activity, email="one@people.example", about=REFERENCE)
    EngagedPartyFactory(activity=activity, email="other@people.example", about="C-2026-008")

    assert addresses(tell(activity, about=about)) == told


@pytest.mark.threat("P13")
def test_who_follows_both_gets_one_message_and_the_quiet_wish_wins():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity, email="both@people.example")
    quiet = EngagedPartyFactory(activity=activity, email="Both@people.example", about=REFERENCE, topic_free=True)

    [delivery] = tell(activity, about=REFERENCE).deliveries.all()

    assert delivery.party == quiet


def test_request_to_follow_one_names_that_one_and_not_the_activity():
    activity = ActivityFactory(published=True, title="Support for victims")

    for about, title in ((REFERENCE, "How long is too long?"), ("", "")):
        parties.request_follow(
            activity=activity, email="one@people.example", topic_free=False, at=NOW, about=about, about_title=title
        )

    assert EngagedParty.objects.count() == 2
    assert [f"({REFERENCE})" in mail.outbox[0].body, "Support for victims" in mail.outbox[0].body] == [True, False]
    assert "Support for victims" in mail.outbox[1].body


def test_reminder_reaches_everyone_engaged_and_stands_on_no_timeline(client):
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity, email="all@people.example", topic_free=True)

    event = tell(activity, audience=Audience.REMINDED)

    assert addresses(event) == ["all@people.example"]
    assert not Event.objects.public().exists()
    assert client.get(f"/updates/{event.pk}/").url == "/news/"


def test_people_by_name_are_told_and_nobody_else(client):
    activity, asked = ActivityFactory(published=True), UserFactory()
    EngagedPartyFactory(activity=activity)

    event = tell(activity, audience=Audience.PEOPLE, people=[asked, UserFactory(is_active=False)])

    assert addresses(event) == [asked.email]
    assert client.get(f"/updates/{event.pk}/").status_code == 404
