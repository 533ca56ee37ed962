"""Coming back to unfinished answers by a code that was written down (R-150; docs/decisions/0004)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.domain import drafting, responding, sealing, tickets
from consultations.models import Draft
from consultations.views.journey import COOKIE
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def address(consultation, page="come-back", *more):
    return reverse(f"consultations:consultation-{page}", args=[consultation.slug, *more])


def begun(consultation, *, question="q4", said="Half a thought."):
    """A ticket of answers that have one thing in them, and the code for coming back."""
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    opened = drafting.keep_step(opened=opened, question=question, values=[said], at=NOW)
    return ticket, opened.back


def words(reply):
    return reply.content.decode()


def test_saving_shows_a_code_that_goes_on_in_another_browser(client, consultation):
    client.post(address(consultation, "start"))
    client.post(address(consultation, "answer", "1"), {"1-answer": "PHONE", "save": "1"})
    saved = words(client.get(address(consultation, "saved")))
    ticket = tickets.read_ticket(client.cookies[COOKIE].value)
    code = drafting.find(consultation=consultation, ticket=ticket).back
    assert tickets.shown(code) in saved
    assert address(consultation) in saved

    other = Client()
    reply = other.post(address(consultation), {"code": tickets.shown(code).lower()})

    assert reply.url == address(consultation, "answer", "2")
    assert other.get(reply.url).status_code == 200
    assert Draft.objects.count() == 1


def test_typing_it_in_the_browser_that_has_the_answers_changes_nothing_there(client, consultation):
    client.post(address(consultation, "start"))
    before = client.cookies[COOKIE].value
    code = drafting.find(consultation=consultation, ticket=tickets.read_ticket(before)).back

    client.post(address(consultation), {"code": code})

    assert client.cookies[COOKIE].value == before


@pytest.mark.threat("T04")
def test_the_code_never_leads_to_what_was_sent_nor_to_a_receipt(client, consultation):
    ticket, code = begun(consultation)
    came = drafting.ticket_for_code(consultation=consultation, code=code)
    assert came.code != ticket.code
    receipt = responding.submit(consultation=consultation, ticket=ticket, at=NOW)

    page = words(client.post(address(consultation), {"code": code}))

    assert "We have no unfinished answers under this code." in page
    assert COOKIE not in client.cookies
    for typed in (code, came.code):
        with pytest.raises(responding.CodeUnknown):
            responding.begin_change(consultation=consultation, code=typed, at=NOW)
    assert receipt.code != code


@pytest.mark.threat("P01")
def test_nothing_of_the_code_is_stored_but_the_hash_of_what_it_stands_for(consultation):
    ticket, code = begun(consultation)

    row = Draft.objects.values().get()

    assert ticket.token == tickets.token_of(code)
    assert row["token_hash"] == sealing.keyed_hash(drafting.PURPOSE, ticket.token)
    stored = " ".join(
        bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value) for value in row.values()
    )
    for secret in (code, ticket.token, tickets.shown(code)):
        assert secret not in stored
        assert secret.encode().hex() not in stored
    assert "back" not in row


def test_the_code_goes_with_the_draft(client, consultation):
    _, code = begun(consultation)

    with time_machine.travel(NOW + drafting.FORGOTTEN_AFTER + timedelta(days=1), tick=False):
        drafting.forget_drafts(at=NOW + drafting.FORGOTTEN_AFTER + timedelta(days=1))

    assert drafting.ticket_for_code(consultation=consultation, code=code) is None


def test_the_code_of_another_consultation_opens_nothing(client, consultation):
    _, code = begun(ConsultationFactory(open=True))

    assert "no unfinished answers" in words(client.post(address(consultation), {"code": code}))


def test_guesses_are_limited_and_right_codes_are_not_counted(client, consultation):
    _, code = begun(consultation)
    for _ in range(12):
        assert client.post(address(consultation), {"code": code}).status_code == 302
    for _ in range(10):
        client.post(address(consultation), {"code": tickets.new_code()})

    assert client.post(address(consultation), {"code": code}).status_code == 200  # not even the right one now


def test_what_cannot_be_a_code_is_explained_and_stays_in_the_box(client, consultation):
    page = words(client.post(address(consultation), {"code": "not a code"}))

    assert "A code has 12 letters and numbers" in page
    assert 'value="not a code"' in page


def test_after_closing_the_code_leads_to_the_answers_to_read(client, consultation):
    _, code = begun(consultation)

    with time_machine.travel(consultation.closes_at + timedelta(days=1), tick=False):
        reply = client.post(address(consultation), {"code": code}, follow=True)

    assert "Half a thought." in words(reply)


def test_looking_at_the_page_writes_nothing(client, consultation, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(address(consultation))

    assert not Draft.objects.exists()


@settings(max_examples=15)
@given(
    st.text("abcXYZ09_-", min_size=tickets.TOKEN_LENGTH, max_size=tickets.TOKEN_LENGTH),
    st.sampled_from([str.lower, str.upper, lambda code: tickets.shown(code).replace("-", " ")]),
)
def test_a_ticket_reads_back_from_its_cookie_and_a_code_however_it_is_typed(token, typed):
    ticket = tickets.Ticket(token, tickets.new_code(), tickets.new_code())

    assert tickets.read_ticket(str(ticket)) == ticket
    assert tickets.read_ticket(str(tickets.Ticket(token, ticket.code))) == tickets.Ticket(token, ticket.code)
    assert tickets.read_ticket(f"{ticket}.x") is None
    assert tickets.read_ticket(f"{ticket.token}.{ticket.code}") is None
    assert tickets.read_ticket(tickets.marked(tickets.TICKET, f"{ticket.token}.{ticket.code}.")) is None
    assert tickets.read_code(typed(ticket.back), name="code") == ticket.back
