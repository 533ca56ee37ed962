"""Hearing of one consultation without an account, and its own privacy notice."""

import re

import pytest
import time_machine
from django.core import mail

from engagement.models import EngagedParty
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def words_of(reply):
    return " ".join(reply.content.decode().split())


@pytest.mark.requirement("R-151")
@pytest.mark.parametrize(("scope", "about"), [("one", True), ("all", False)])
def test_somebody_follows_this_one_or_everything_and_confirms(client, scope, about):
    consultation = ConsultationFactory(open=True, title="Have we got the draft right?")
    address = f"{consultation.get_absolute_url()}follow/"

    asked = client.post(address, {"scope": scope, "email": "Somebody@people.example"}, follow=True)
    link = re.search(r"http://testserver(/follow/confirm/\S+)", mail.outbox[0].body)[1]
    confirmed = client.post(link)

    subject = consultation.title if about else consultation.activity.title
    party = EngagedParty.objects.get()
    assert "Check your e-mail" in words_of(asked)
    assert (party.about, party.confirmed_at) == (consultation.reference if about else "", NOW)
    assert subject in mail.outbox[0].body
    assert subject in words_of(confirmed)


@pytest.mark.threat("P13")
def test_following_a_sensitive_one_is_always_quiet(client):
    consultation = ConsultationFactory(open=True, sensitive=True, title="Support after assault")
    address = f"{consultation.get_absolute_url()}follow/"

    page = client.get(address)
    client.post(address, {"scope": "one", "email": "somebody@people.example"})

    assert "Exit this page" in words_of(page)
    assert "assault" not in re.search(r"<title>(.*?)</title>", page.content.decode())[1]
    assert EngagedParty.objects.get().topic_free is True
    assert [word in mail.outbox[0].body for word in ("assault", consultation.activity.title)] == [False, False]


def test_wrong_address_and_no_choice_are_named_and_nothing_is_sent(client):
    consultation = ConsultationFactory(open=True)

    reply = client.post(f"{consultation.get_absolute_url()}follow/", {"email": "nobody"})

    assert list(reply.context["form"].errors) == ["scope", "email"]
    assert not mail.outbox


def test_privacy_notice_holds_what_is_special_here_and_what_always_holds(client, settings):
    settings.CONSULTATION_PRIVACY = "First paragraph.\\n\\nSecond paragraph."
    consultation = ConsultationFactory(
        open=True, sensitive=True, privacy_special="Brightway prints the forms.", support_contacts="Call 0808 1\nOr 2"
    )

    reply = client.get(f"{consultation.get_absolute_url()}privacy/")

    assert [words in words_of(reply) for words in ("Brightway prints", "<p>Call 0808 1</p>", "<p>Or 2</p>")] == [
        True
    ] * 3
    assert reply.context["standard"] == ["First paragraph.", "Second paragraph."]
    assert "nobody can find out later" in words_of(reply)


def test_support_contacts_stand_beside_every_page_of_answering(client):
    consultation = ConsultationFactory(open=True, sensitive=True, support_contacts="Avonmere care: 0808 157 0150")
    base = consultation.get_absolute_url()
    client.post(f"{base}start/")

    for name in ("", "start/", "answer/1/", "answer/check/", "answer/saved/", "safety/", "change/"):
        assert "Avonmere care: 0808 157 0150" in words_of(client.get(base + name)), name
