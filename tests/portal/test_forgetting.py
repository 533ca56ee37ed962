"""What has run out is thrown away each night, and only that."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from contracts.models import Upload
from engagement.models import EngagedParty
from portal.domain.forgetting import Forgotten, forget_expired
from portal.tasks import forget_expired as nightly
from tests.factories.contracts import KpiReturnFactory
from tests.factories.engagement import NOW, PASSWORD, DeliveryFactory, EngagedPartyFactory, UserFactory

pytestmark = pytest.mark.django_db

NIGHT = NOW + timedelta(hours=13)
NOTHING = Forgotten(0, 0, 0, 0, 0, 0)


def signs_in(user, *, at):
    client = Client()
    with time_machine.travel(at, tick=False):
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def rows_of_cache():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        return cursor.fetchone()[0]


@pytest.mark.threat("T12", "P03")
def test_session_goes_when_it_has_run_out_and_its_address_and_browser_with_it():
    signs_in(UserFactory(), at=NOW)
    recent = signs_in(UserFactory(), at=NOW + timedelta(hours=12))

    gone = forget_expired(at=NIGHT)

    assert (gone.sessions, gone.records_of_sessions) == (1, 1)
    assert [session.session_key for session in Session.objects.all()] == [recent.session.session_key]
    assert [session.session_key for session in UserSession.objects.all()] == [recent.session.session_key]


def test_code_asked_for_and_never_typed_goes_with_its_session():
    with time_machine.travel(NOW, tick=False):
        Client().post("/account/login/code/", {"email": UserFactory().email})

    gone = forget_expired(at=NIGHT)

    assert gone.sessions == 1
    assert not Session.objects.exists()


def test_confirmation_of_an_address_goes_when_its_link_no_longer_works():
    user = UserFactory()
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    for days in (2, 4):
        EmailConfirmation.objects.create(email_address=address, key=str(days), sent=NOW - timedelta(days=days))

    gone = forget_expired(at=NOW)

    assert gone.confirmations == 1
    assert EmailConfirmation.objects.get().key == "2"


def test_address_whose_owner_never_said_yes_is_forgotten_after_the_link_has_run_out():
    old, new = NOW - timedelta(days=7), NOW - timedelta(days=6)
    EngagedPartyFactory(asked=True, asked_at=old)
    EngagedPartyFactory(asked=True, asked_at=None)
    kept = [
        EngagedPartyFactory(asked=True, asked_at=new),
        EngagedPartyFactory(asked_at=old),
        EngagedPartyFactory(left=True, asked_at=old),
        EngagedPartyFactory(represented=True),
        DeliveryFactory(party=EngagedPartyFactory(asked=True, asked_at=old)).party,
    ]

    gone = forget_expired(at=NOW)

    assert gone.requests_to_follow == 2
    assert set(EngagedParty.objects.all()) == set(kept)


def test_file_whose_preview_nobody_finished_is_thrown_away():
    kept = {"kpi_return": KpiReturnFactory(), "file_name": "a.csv", "content": b"1", "uploaded_at": NOW}
    for minutes in (30, 90):
        Upload.objects.create(uploaded_by=UserFactory(), expires_at=NOW + timedelta(minutes=minutes), **kept)

    gone = forget_expired(at=NOW + timedelta(hours=1))

    assert gone.uploads == 1
    assert Upload.objects.get().expires_at == NOW + timedelta(minutes=90)


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="Redis throws away by itself what has run out")
def test_rows_of_the_cache_that_have_run_out_are_thrown_away():
    with time_machine.travel(NOW, tick=False):
        cache.set("short", 1, timeout=60)
        cache.set("long", 1, timeout=3600)

    gone = forget_expired(at=NOW + timedelta(minutes=10))

    assert (gone.cache_rows, rows_of_cache()) == (1, 1)


@pytest.mark.threat("T07", "T10")
@pytest.mark.skipif(bool(settings.REDIS_URL), reason="Redis keeps all until its memory ends")
def test_flood_of_other_counts_does_not_push_out_a_used_code():
    assert isinstance(caches["default"], DatabaseCache)
    cache.set("a used code", 1, timeout=3600)

    for number in range(700):
        cache.set(f"count of {number}", 1, timeout=3600)

    assert cache.get("a used code") == 1


def test_night_is_safe_to_repeat_and_the_command_says_what_went(capsys):
    signs_in(UserFactory(), at=NOW - timedelta(days=2))

    with time_machine.travel(NOW, tick=False):
        call_command("forget_expired")
        nightly()

    assert capsys.readouterr().out.startswith("Thrown away: 1 sessions, 1 records of sessions, 0 confirmations")
    assert forget_expired(at=NOW) == NOTHING
