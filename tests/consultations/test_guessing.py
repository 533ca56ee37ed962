"""Codes are guessed through forms, where guesses are counted: one that somebody puts into a cookie opens nothing."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import drafting, inviting, responding, tickets
from consultations.models import CodeBatch, Draft
from engagement.enums import Role
from tests.factories.comments import on_draft, send
from tests.factories.consultations import CodeBatchFactory, ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T01")]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(consultation, name, *args):
    return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])


def forgeries(said):
    """What somebody can put into a cookie who knows how it looks, but not the office's key."""
    return [said, f"{said}.", f"{said}.{'0' * 32}", tickets.marked("another purpose", said)]


def test_guessed_reference_in_a_cookie_shows_neither_receipt_nor_answers(client):
    consultation = ConsultationFactory(open=True)
    ticket = drafting.start(consultation=consultation, at=NOW)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    drafting.keep_step(opened=opened, question="q4", values=["Be quicker."], at=NOW)
    code = responding.submit(consultation=consultation, ticket=ticket, at=NOW).code

    for cookie in forgeries(f"{'x' * tickets.TOKEN_LENGTH}.{code}"):
        client.cookies["answers"] = cookie
        for name in ("receipt", "receipt-copy", "equality"):
            reply = client.get(page(consultation, name))
            assert (reply.status_code, reply["Location"]) == (302, page(consultation, "start"))
        assert code not in client.get(page(consultation, "change")).content.decode().replace("-", "")


def test_guessed_code_in_a_cookie_neither_admits_nor_tells_that_it_was_given_out(client):
    group = on_draft(invited=True)
    codes = inviting.make_codes(
        batch=CodeBatchFactory(consultation=group), actor=UserFactory(role=Role.INVOLVEMENT), at=NOW
    )
    ticket = tickets.new_ticket()

    for cookie in forgeries(f"{codes[0]}.{ticket}"):
        client.cookies["invitation"] = cookie
        comment = client.get(page(group, "comment", "3.1"))
        start = client.post(page(group, "start"))
        assert not comment.context["admitted"]
        assert start["Location"] == "/i/?needed"
    assert (Draft.objects.count(), CodeBatch.objects.get().used_number) == (0, 0)


def test_guessed_reference_of_a_comment_in_a_cookie_shows_no_comment(client):
    consultation = on_draft()
    code = tickets.new_code()
    send(consultation, "Ring within a day.", code=code)

    for cookie in forgeries(code):
        client.cookies["commented"] = cookie
        assert client.get(page(consultation, "comment-sent"))["Location"] == page(consultation, "document")
        assert tickets.shown(code) not in client.get(page(consultation, "comment-withdraw")).content.decode()
