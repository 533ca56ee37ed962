"""Kill the worker again and again while it sends: nothing lost, nothing sent twice by the machine, doubt shown."""

import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from engagement.domain import outbox
from engagement.enums import DeliveryStatus, EventKind
from engagement.models import Delivery
from tests import processes
from tests.factories.engagement import ActivityFactory, EngagedPartyFactory

SENT_BEFORE_A_KILL = 3  # messages, so that every life of the worker gets somewhere


@pytest.fixture
def announced(amount):
    """An announcement to everyone who follows an activity, its deliveries waiting."""
    activity = ActivityFactory(published=True)
    EngagedPartyFactory.create_batch(amount(300, 1500), activity=activity)
    return outbox.announce(
        key="proof:1",
        kind=EventKind.DOCUMENT_PUBLISHED,
        activity=activity,
        title="The draft specification is published",
        path=activity.get_absolute_url(),
        at=timezone.now(),
    )


def count(status):
    return Delivery.objects.filter(status=status).count()


def live_and_die(folder, variables):
    """One life of the worker, ended by `kill -9` while a message is claimed. How many claims it leaves behind."""
    already, left = count(DeliveryStatus.SENT), count(DeliveryStatus.CLAIMED)
    with processes.working(folder, variables) as worker:
        got_going = already + SENT_BEFORE_A_KILL
        processes.wait_for(lambda: count(DeliveryStatus.SENT) >= got_going, 60, "the worker to send")
        time.sleep(random.uniform(0, 0.1))
        processes.wait_for(lambda: count(DeliveryStatus.CLAIMED) > left, 60, "a claimed message")
        processes.kill(worker)
    return count(DeliveryStatus.CLAIMED) - left


@pytest.mark.requirement("R-086", "R-151")
def test_killing_the_worker_loses_nothing_and_sends_nothing_twice(announced, mailbox, tmp_path, amount):
    kills = amount(20, 100)
    mailbox.pause = 0.03
    total = Delivery.objects.count()
    variables = processes.prepared(tmp_path, EMAIL_URL=mailbox.url, SWEEP_SECONDS="1")

    left_claimed = [live_and_die(tmp_path, variables) for _ in range(kills)]
    with processes.working(tmp_path, variables):
        processes.wait_for(lambda: count(DeliveryStatus.QUEUED) == 0, 300, "the rest to be sent")
    parked = outbox.park_lost_claims(at=timezone.now() + outbox.CLAIM_LOST_AFTER + timedelta(minutes=1))

    received = mailbox.received()
    sent = set(Delivery.objects.filter(status=DeliveryStatus.SENT).values_list("message_id", flat=True))
    doubted = set(Delivery.objects.in_doubt().values_list("message_id", flat=True))
    in_time = sum(claims > 0 for claims in left_claimed)
    print(
        f"\n{total} deliveries, {kills} kills, {in_time} of them while a message was claimed: "
        f"{len(received)} received, {len(sent)} known as sent, {len(doubted)} in doubt, "
        f"{len(doubted & set(received))} of those had arrived."
    )
    assert in_time >= kills * 3 / 4
    assert {message: times for message, times in received.items() if times > 1} == {}
    assert sent - set(received) == set()
    assert len(sent | doubted) == total
    assert len(sent & doubted) == 0
    assert len(doubted) == parked <= 2 * kills
