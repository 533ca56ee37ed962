"""Limits that keep no trace: what one source may do in an hour, and what nobody can spoil for the others."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import RequestFactory
from django.urls import reverse

from engagement.domain.attempts import Attempts, TooManyAttempts
from engagement.views import following
from engagement.views.sources import network_of, source_of
from tests.factories.engagement import NOW, ActivityFactory


def tries(attempts, source, number, *, at=NOW):
    """How many of so many attempts are let through."""
    through = 0
    for _ in range(number):
        try:
            attempts.count(source, at=at)
        except TooManyAttempts:
            continue
        through += 1
    return through


@pytest.mark.threat("T07")
def test_one_source_cannot_use_up_what_is_for_all():
    attempts = Attempts(limit=10, limit_for_all=30)

    assert tries(attempts, "192.0.2.1", 500) == 10
    assert tries(attempts, "192.0.2.2", 500) == 10
    assert tries(attempts, "192.0.2.3", 500) == 10
    assert tries(attempts, "192.0.2.4", 500) == 0
    assert tries(attempts, "192.0.2.1", 500, at=NOW + timedelta(hours=1)) == 10


@pytest.mark.threat("T07", "P03")
@pytest.mark.parametrize(("processes", "of_each"), [(1, 10), (2, 5), (3, 4), (16, 1)])
def test_each_process_allows_its_share_so_that_all_together_keep_the_limit(settings, processes, of_each):
    settings.WEB_PROCESSES = processes
    each = [Attempts(limit=10, limit_for_all=30) for _ in range(processes)]

    through = [tries(attempts, "192.0.2.1", 500) for attempts in each]

    assert through == [of_each] * processes
    assert sum(through) < 10 + processes


@pytest.mark.threat("T07")
def test_sharing_counts_what_all_sources_do_together_too(settings):
    settings.WEB_PROCESSES = 3
    attempts = Attempts(limit=10, limit_for_all=30)

    assert sum(tries(attempts, f"192.0.2.{number}", 2) for number in range(20)) == 10


@pytest.mark.threat("T07")
@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_source_is_an_address_or_a_whole_network(address, source):
    assert network_of(address) == source


@pytest.mark.threat("T07")
def test_source_is_what_the_proxy_saw_and_not_what_the_browser_says(settings):
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "192.0.2.66, 192.0.2.7"})

    settings.SECURE_PROXY_SSL_HEADER = None
    assert source_of(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert source_of(request) == "192.0.2.7"


@pytest.mark.django_db
@pytest.mark.threat("T07")
def test_nobody_fills_the_letter_box_of_a_stranger_through_many_activities(client):
    activities = ActivityFactory.create_batch(8, published=True)

    answers = [
        client.post(
            reverse("engagement:follow", args=[activity.slug]), {"email": email}, REMOTE_ADDR=f"192.0.2.{number}"
        )
        for number, activity in enumerate(activities)
        for email in (["stranger@inbox.example"] if number % 2 else ["Stranger@Inbox.example"])
    ]

    assert [answer.status_code for answer in answers] == [302] * 6 + [200] * 2
    assert "There have been too many tries" in answers[-1].content.decode()
    assert len(mail.outbox) == 6


@pytest.mark.django_db
@pytest.mark.threat("T07")
def test_nobody_mails_many_strangers_from_one_place(client):
    address = reverse("engagement:follow", args=[ActivityFactory(published=True).slug])

    for number in range(30):
        client.post(address, {"email": f"stranger{number}@inbox.example"})

    assert len(mail.outbox) == following.SOURCES._limit == 20
