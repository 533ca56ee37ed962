"""Somebody with the right who comes too early or too late reads why, and how the consultation stands; no bare 404.

The back button, a second tab and a colleague who was quicker are no mistakes. For everybody else nothing is there.
"""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from consultations.domain import settling
from consultations.models import Consultation, Way
from engagement.domain.calendar import uk_time
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

PUBLIC = "This is public now, so its words, dates and questions stay as people saw them."
DRAFT_ONLY = ("edit", "safety", "statements", "ways", "way-add", "ask")
CLOSES = "5pm on Friday 16 October 2026"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def address(name, consultation, *more):
    return reverse(f"consultations:manage-{name}", args=[consultation.reference, *more])


def said(client, path, data=None):
    """Where an address leads, and the words of the banner there. With `data` it is a POST."""
    reply = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
    assert reply.status_code == 200
    banner = BeautifulSoup(reply.content, "html.parser").select_one(".govuk-notification-banner__heading")
    return reply.redirect_chain[-1][0] if reply.redirect_chain else "", banner.text if banner else ""


@pytest.mark.parametrize("name", DRAFT_ONLY)
def test_page_of_a_draft_leads_to_what_became_of_it(office, name):
    consultation = ConsultationFactory(open=True)

    assert said(office, address(name, consultation)) == (address("detail", consultation), PUBLIC)


@pytest.mark.parametrize("name", ["sign", "override"])
def test_signature_that_comes_after_opening_leads_to_the_consultation(client, name):
    consultation = ConsultationFactory(open=True)
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    assert said(client, address(name, consultation)) == (address("detail", consultation), PUBLIC)


@pytest.mark.parametrize(
    ("traits", "name", "words"),
    [
        ({}, "extend", "This is still a draft, so it cannot be extended."),
        ({"open": True}, "resume", f"This is open until {CLOSES}, so it cannot be resumed."),
        ({"open": True}, "outcome", f"This is open until {CLOSES}, so its outcome cannot be written."),
        ({"open": True}, "feedback", f"This is open until {CLOSES}, so what people said cannot be written."),
        ({"open": True}, "publish-outcome", f"This is open until {CLOSES}, so its outcome cannot be published."),
        ({"open": True}, "correct-feedback", f"This is open until {CLOSES}, so there is nothing to correct."),
        ({"open": True}, "recount", f"This is open until {CLOSES}, so there is nothing to count again."),
        ({"withdrawn": True}, "withdraw", "This was withdrawn {withdrawn}, so it cannot be withdrawn."),
        ({"closed": True}, "extend", "This closed {closed}, so it cannot be extended."),
        ({"closed": True}, "close", "This closed {closed}, so it cannot be closed early."),
        ({"closed": True}, "suspend", "This closed {closed}, so it cannot be paused."),
        ({"closed": True}, "add", "This closed {closed}, so nothing can be added to its page."),
    ],
)
def test_act_out_of_its_time_says_where_the_consultation_stands(office, traits, name, words):
    consultation = ConsultationFactory(**traits)
    moments = {"closed": uk_time(consultation.closes_at)}
    if consultation.withdrawn_at:
        moments["withdrawn"] = uk_time(consultation.withdrawn_at)

    assert said(office, address(name, consultation)) == (
        address("detail", consultation),
        words.format(**moments),
    )


def test_reason_that_comes_too_late_stays_to_be_copied(office):
    consultation = ConsultationFactory(closed=True)

    page = office.post(address("close", consultation), {"reason": "The hall was double booked."})

    assert "The hall was double booked." in page.content.decode()
    assert page.context["form"].non_field_errors() == ["This is not public, or it has closed already."]


@pytest.mark.parametrize("name", ["results", "csv", "responses"])
def test_answers_of_a_draft_are_not_missing_but_to_come(office, name):
    draft = ConsultationFactory()

    assert said(office, address(name, draft)) == (
        address("detail", draft),
        "This is still a draft: nobody can have answered yet.",
    )


def test_counts_before_the_tenth_answer_are_promised(office):
    consultation = ConsultationFactory(open=True)
    words = "There are no counts yet: they are shown from the first ten answers on."

    assert said(office, address("results", consultation)) == (address("detail", consultation), words)
    assert said(office, address("csv", consultation)) == (address("detail", consultation), words)


@pytest.mark.threat("P08")
def test_counts_wait_for_ten_and_totals_do_not(office):
    consultation = ConsultationFactory(open=True)
    answers = {"q1": ["PHONE"]}
    ResponseFactory.create_batch(9, consultation=consultation, settled=False, answers=answers)
    settling.settle(consultation=consultation, at=NOW)
    nine = office.get(address("detail", consultation))
    no_counts = office.get(address("results", consultation))
    ResponseFactory(consultation=consultation, settled=False, answers=answers)
    settling.settle(consultation=consultation, at=NOW)
    ResponseFactory(consultation=consultation, settled=False, answers={"q1": ["TEXT"]})
    eleven = office.get(address("results", consultation))

    assert (nine.context["came"].total, nine.context["results"]) == (9, None)
    assert no_counts.url == address("detail", consultation)
    assert (eleven.context["came"].total, eleven.context["results"].responses) == (11, 10)


def test_way_that_a_colleague_removed_says_so_and_keeps_what_was_typed(office):
    draft = ConsultationFactory()
    way = Way.objects.create(consultation=draft, channel="PHONE", words="Call us", contact="01632 960 144")
    edit, remove = (address(name, draft, way.pk) for name in ("way-edit", "way-remove"))
    way.delete()
    gone = "Somebody has removed this way to answer. If it is still needed, add it again."

    late = office.post(edit, {"channel": "PHONE", "words": "Call us before noon", "contact": "01632 960 145"})

    assert said(office, edit) == said(office, remove, {}) == (address("detail", draft), gone)
    assert "Call us before noon" in late.content.decode()
    assert gone in late.content.decode()
    assert not Way.objects.exists()


def test_button_that_a_sign_in_led_to_is_found_where_it_stands(office):
    draft = ConsultationFactory()
    way = Way.objects.create(consultation=draft, channel="PHONE", words="Call us", contact="01632 960 144")

    assert office.get(address("way-remove", draft, way.pk)).url == address("ways", draft)
    assert office.get(address("take-back", draft)).url == address("detail", draft)
    assert Way.objects.exists()


@pytest.mark.threat("A01", "A02")
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INVOLVEMENT}))
def test_for_everybody_else_nothing_is_there(client, role):
    consultation = ConsultationFactory(open=True, closes_at=NOW + timedelta(days=30))
    before = Consultation.objects.values().get()
    client.force_login(UserFactory(role=role))
    paths = [address(name, consultation) for name in (*DRAFT_ONLY, "extend", "resume", "outcome", "responses")]

    answers = {client.get(path).status_code for path in paths} | {client.post(path).status_code for path in paths}

    assert answers <= {404, 405}
    assert Consultation.objects.values().get() == before
