"""Recorded exactly once, never sent twice by the machine, never silently lost."""

from collections import Counter
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from engagement import tasks
from engagement.domain import outbox
from engagement.domain.outbox import DeliveryDecisionRefused, announce
from engagement.enums import Audience, DeliveryStatus, EventKind, Role
from engagement.models import Delivery, Event, LogEntry
from tests.engagement.smtp import mail_server
from tests.factories.engagement import (
    NOW,
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings, transactional_db):
    with mail_server(settings) as script:
        yield script


@pytest.fixture
def later():
    """A clock that starts at NOW and goes on by a second at each look."""

    class Clock:
        moment = NOW

        def __call__(self):
            self.moment += timedelta(seconds=1)
            return self.moment

    return Clock()


def tell(activity=None, **fields):
    defaults = {
        "key": "stage-change:1",
        "kind": EventKind.STAGE_MOVED,
        "activity": activity,
        "title": "Support for victims: now at Plan",
        "path": "/activities/support/",
        "at": NOW,
    }
    return announce(**{**defaults, **fields})


def addresses(event):
    return sorted(event.deliveries.values_list("address", flat=True))


# Whom an event is for


@pytest.mark.django_db
@pytest.mark.requirement("R-086")
def test_everyone_who_listens_is_told_once_whatever_roads_lead_to_them():
    activity = ActivityFactory(published=True)
    provider = EngagedPartyFactory(activity=activity, represented=True).organisation
    both = UserFactory(email="both@brightway.example", role=Role.PREPARER, organisation=provider)
    MembershipFactory(user=both, organisation=provider, role=Role.CERTIFIER)
    UserFactory(email="former@brightway.example", role=Role.PREPARER, organisation=provider, until_on=date(2026, 9, 16))
    UserFactory(email="off@brightway.example", role=Role.PREPARER, organisation=provider, is_active=False)
    EngagedPartyFactory(activity=activity, email="Both@Brightway.example")
    EngagedPartyFactory(activity=activity, email="follower@people.example")
    EngagedPartyFactory(activity=activity, left=True)
    EngagedPartyFactory(activity=activity, asked=True)
    EngagedPartyFactory(email="of-another-activity@people.example")

    event = tell(activity)

    assert addresses(event) == ["both@brightway.example", "follower@people.example"]


@pytest.mark.django_db
def test_event_for_people_by_name_reaches_them_alone_and_no_timeline():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)
    owner = UserFactory(email="owner@office.example", role=Role.CONTRACT_MANAGER)
    gone = UserFactory(email="gone@office.example", role=Role.CONTRACT_MANAGER, is_active=False)

    event = tell(activity, audience=Audience.PEOPLE, people=[owner, gone, owner])

    assert addresses(event) == ["owner@office.example"]
    assert not Event.objects.public().exists()


@pytest.mark.django_db
@pytest.mark.threat("A07")
def test_event_for_one_organisation_reaches_its_people_alone_and_no_timeline():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)
    brightway = OrganisationFactory()
    UserFactory(email="ours@brightway.example", role=Role.CERTIFIER, organisation=brightway)
    UserFactory(email="theirs@harbourlight.example", role=Role.CERTIFIER)

    event = tell(activity, audience=Audience.ORGANISATION, organisation=brightway)

    assert addresses(event) == ["ours@brightway.example"]
    assert not Event.objects.public().exists()


@pytest.mark.django_db
def test_event_for_the_office_reaches_those_who_run_the_activity():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)

    event = tell(activity, audience=Audience.OFFICE)

    assert addresses(event) == sorted([activity.lead_commissioner.email, activity.contract_manager.email])


@pytest.mark.django_db
@pytest.mark.requirement("R-086")
def test_announcing_the_same_key_again_changes_nothing():
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)
    first = tell(activity)
    EngagedPartyFactory(activity=activity)

    second = tell(activity, title="Something else")

    assert (second.pk, second.title) == (first.pk, first.title)
    assert Delivery.objects.count() == 1


# In the fact's own transaction


@pytest.mark.django_db
@pytest.mark.threat("N06")
def test_nothing_is_told_of_what_was_rolled_back(django_capture_on_commit_callbacks):
    activity = ActivityFactory(published=True)
    EngagedPartyFactory(activity=activity)

    with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(ZeroDivisionError):
        tell_and_fail(activity)

    assert (Event.objects.count(), Delivery.objects.count(), callbacks, mail.outbox) == (0, 0, [], [])


@transaction.atomic
def tell_and_fail(activity):
    tell(activity)
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
@pytest.mark.threat("N01")
def test_broker_that_is_down_costs_no_error_and_the_sweep_finds_the_row(monkeypatch):
    def refuse(name):
        raise ConnectionError("no broker")

    monkeypatch.setattr(outbox.current_app, "send_task", refuse)
    party = EngagedPartyFactory(activity=ActivityFactory(published=True))

    tell(party.activity, at=timezone.now())

    assert Delivery.objects.get().status == DeliveryStatus.QUEUED
    tasks.flush_outbox()
    assert [message.to for message in mail.outbox] == [[party.email]]


@pytest.mark.django_db
@pytest.mark.threat("N01")
def test_worker_is_woken_by_a_name_it_knows_once_the_fact_is_committed(monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(outbox.current_app, "send_task", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        tell(ActivityFactory(published=True))
        assert woken == []

    assert woken == [tasks.flush_outbox.name]
    assert tasks.flush_outbox.name in outbox.current_app.tasks


# Sending


@pytest.mark.threat("N03")
def test_ten_workers_at_once_send_each_message_once(server):
    event = EventFactory()
    expected = [DeliveryFactory(event=event).address for _ in range(30)]
    barrier = Barrier(10)

    def work():
        barrier.wait()
        try:
            tasks.flush_outbox()
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(server.recipients) == Counter(expected)
    assert set(Delivery.objects.values_list("status", "attempts")) == {(DeliveryStatus.SENT, 1)}


@pytest.mark.threat("P13")
def test_message_has_one_recipient_its_own_id_and_a_way_to_leave(server, later):
    delivery = DeliveryFactory(event__title="Support for victims: now at Plan")

    assert outbox.flush(clock=later) == 1

    ((recipient, message),) = server.accepted
    assert (recipient, message["To"], message["Cc"], message["Bcc"]) == (delivery.address, delivery.address, None, None)
    assert message["Message-ID"] == delivery.message_id
    assert message["Subject"] == "Support for victims: now at Plan"
    assert message["From"].addresses[0].addr_spec == "hello@avonmere.example"
    assert message["From"].addresses[0].display_name == "Avonmere Police, Fire and Crime Commissioner"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith("<http://testserver/follow/leave/")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.threat("N05")
def test_each_fault_of_the_mail_server_settles_one_message_and_stops_no_other(server, later):
    event = EventFactory()
    names = ["first", "busy", "unknown", "hangs", "drops", "slow", "spam", "last"]
    sent_to = {name: DeliveryFactory(event=event, address=f"{name}@people.example") for name in names}
    poison = DeliveryFactory(event=event)
    Delivery.objects.filter(pk=poison.pk).update(address="poison@people.example\r\nBcc: victim@people.example")
    server.faults |= {
        "busy@people.example": "450 Mailbox busy",
        "unknown@people.example": "550 No such user",
        "hangs@people.example": server.HANG_AFTER_DATA,
        "drops@people.example": server.DROP_AFTER_DATA,
    }
    server.data_faults |= {"slow@people.example": "451 Try later", "spam@people.example": "554 No spam"}

    outbox.flush(clock=later)

    statuses = {name: Delivery.objects.get(pk=delivery.pk).status for name, delivery in sent_to.items()}
    assert statuses == {
        "first": DeliveryStatus.SENT,
        "busy": DeliveryStatus.QUEUED,
        "unknown": DeliveryStatus.REFUSED,
        "hangs": DeliveryStatus.IN_DOUBT,
        "drops": DeliveryStatus.IN_DOUBT,
        "slow": DeliveryStatus.QUEUED,
        "spam": DeliveryStatus.REFUSED,
        "last": DeliveryStatus.SENT,
    }
    assert Delivery.objects.get(pk=poison.pk).status == DeliveryStatus.REFUSED
    assert sorted(server.recipients) == [f"{name}@people.example" for name in ("drops", "first", "hangs", "last")]


@pytest.mark.threat("N05")
def test_message_in_doubt_is_never_sent_again_by_the_machine(server, later):
    delivery = DeliveryFactory(address="hangs@people.example")
    server.faults["hangs@people.example"] = server.HANG_AFTER_DATA

    outbox.flush(clock=later)
    later.moment += timedelta(days=2)
    outbox.park_lost_claims(at=later())
    outbox.flush(clock=later)

    assert server.recipients == ["hangs@people.example"]
    assert list(Delivery.objects.in_doubt()) == [delivery]


@pytest.mark.threat("N05")
def test_message_refused_for_now_waits_longer_each_time_and_at_most_four_hours(server, later):
    delivery = DeliveryFactory(address="busy@people.example")
    server.faults["busy@people.example"] = "450 Mailbox busy"
    waits = []

    while Delivery.objects.get(pk=delivery.pk).status == DeliveryStatus.QUEUED:
        outbox.flush(clock=later)
        delivery.refresh_from_db()
        waits.append((delivery.not_before - delivery.settled_at) // MINUTE)
        later.moment = delivery.not_before

    assert waits[:-1] == [1, 5, 15, 60] + [240] * 7
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.REFUSED, 12)
    assert delivery.note == "The mail server answered 450"


@pytest.mark.threat("N05")
def test_message_is_not_tried_before_its_time(server, later):
    DeliveryFactory(not_before=NOW + timedelta(hours=1))

    assert outbox.flush(clock=later) == 0
    assert server.recipients == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.threat("N05")
def test_mail_server_that_is_away_is_asked_once_a_sweep(settings, later):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    DeliveryFactory.create_batch(3, event=EventFactory())

    assert outbox.flush(clock=later) == 0

    assert sorted(Delivery.objects.values_list("status", "attempts")) == [("QUEUED", 0), ("QUEUED", 0), ("QUEUED", 1)]


@pytest.mark.django_db
@pytest.mark.threat("N02")
def test_claim_of_a_worker_that_died_is_in_doubt_and_a_fresh_one_is_not():
    dead = DeliveryFactory(claimed=True, claimed_at=NOW - timedelta(minutes=11))
    DeliveryFactory(claimed=True, claimed_at=NOW - timedelta(minutes=9))

    assert outbox.park_lost_claims(at=NOW) == 1
    assert list(Delivery.objects.in_doubt()) == [dead]


@pytest.mark.django_db
@pytest.mark.threat("N02")
def test_worker_that_comes_back_too_late_does_not_undo_what_a_person_decided():
    delivery = DeliveryFactory()
    claimed = outbox.claim_next(at=NOW)
    outbox.park_lost_claims(at=NOW + timedelta(hours=1))
    outbox.leave_unsent(delivery=delivery, actor=UserFactory(), at=NOW + timedelta(hours=2))

    outbox._settle(claimed, status=DeliveryStatus.QUEUED, note="", at=NOW + timedelta(hours=3))

    assert Delivery.objects.get().status == DeliveryStatus.LEFT


# What a person decides


@pytest.mark.django_db
@pytest.mark.parametrize("trait", ["in_doubt", "refused"])
def test_person_sends_a_troubled_message_again_and_the_log_says_so(trait, later):
    delivery = DeliveryFactory(**{trait: True})

    outbox.send_again(delivery=delivery, actor=UserFactory(), at=NOW)

    assert outbox.flush(clock=later) == 1
    assert LogEntry.objects.get().data == {"status": "QUEUED"}
    assert delivery.address not in LogEntry.objects.get().summary


@pytest.mark.django_db
@pytest.mark.parametrize("trait", ["sent", "claimed"])
@pytest.mark.parametrize("decide", [outbox.send_again, outbox.leave_unsent])
def test_there_is_nothing_to_decide_about_other_messages(decide, trait):
    delivery = DeliveryFactory(**{trait: True})

    with pytest.raises(DeliveryDecisionRefused, match="nothing to decide"):
        decide(delivery=delivery, actor=UserFactory(), at=NOW)


@pytest.mark.django_db
def test_two_people_decide_once():
    delivery = DeliveryFactory(in_doubt=True)
    outbox.send_again(delivery=delivery, actor=UserFactory(), at=NOW)

    with pytest.raises(DeliveryDecisionRefused):
        outbox.leave_unsent(delivery=delivery, actor=UserFactory(), at=NOW)


# What a message says


@pytest.mark.django_db
@pytest.mark.threat("P13")
@pytest.mark.parametrize("reason", ["the person asked for it", "the event is sensitive"])
def test_topic_free_message_names_no_topic_anywhere(reason, later):
    asked = reason == "the person asked for it"
    activity = ActivityFactory(published=True, title="Help after rape", slug="help-after-rape")
    party = EngagedPartyFactory(activity=activity, topic_free=asked)
    event = EventFactory(
        activity=activity, title="Help after rape: now open", summary="About rape.", sensitive=not asked
    )
    DeliveryFactory(event=event, party=party)

    outbox.flush(clock=later)

    whole = mail.outbox[0].message().as_string() + mail.outbox[0].body + mail.outbox[0].alternatives[0].content
    assert "rape" not in whole.lower()
    assert mail.outbox[0].subject == "Update from the Commissioner's office"
    assert f"http://testserver/updates/{event.pk}/" in mail.outbox[0].body


@pytest.mark.django_db
def test_message_says_what_happened_when_and_which_activity_with_one_link(later):
    event = EventFactory(title="Support: now at Plan", summary="The need is clear & urgent.", occurred_at=NOW)
    DeliveryFactory(event=event)

    outbox.flush(clock=later)

    body = mail.outbox[0].body
    assert "The need is clear & urgent." in body
    assert f"http://testserver{event.path}" in body
    assert "midday on Wednesday 16 September 2026" in body
    assert event.activity.reference in body


@pytest.mark.threat("X04")
class TestHeaders(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=120))
    def test_no_title_adds_a_recipient_or_a_header(self, title):
        mail.outbox = []
        event = EventFactory(title=f"News\r\nBcc: victim@people.example {title}".replace("\x00", ""))
        delivery = DeliveryFactory(event=event)

        outbox.flush(clock=lambda: NOW)

        for message in mail.outbox:
            assert message.recipients() == [delivery.address]
            written = message.message()
            assert written["Bcc"] is None
            assert "\n" not in written["Subject"].replace("\n ", " ")
        assert Delivery.objects.get(pk=delivery.pk).status in {DeliveryStatus.SENT, DeliveryStatus.REFUSED}


@pytest.mark.django_db
def test_command_sends_what_is_due_and_says_what_is_left(capsys):
    with time_machine.travel(NOW, tick=False):
        DeliveryFactory(sent=True)
        DeliveryFactory(claimed=True, claimed_at=NOW - timedelta(hours=1))
        DeliveryFactory(not_before=NOW + timedelta(hours=1))
        DeliveryFactory()

        call_command("flush_outbox")

    assert capsys.readouterr().out == "1 sent. 1 newly in doubt. Left: 1 waiting, 1 in doubt, 0 refused.\n"
    assert len(mail.outbox) == 1
