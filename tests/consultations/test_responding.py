"""Sending, changing and withdrawing answers, without HTTP."""

from datetime import timedelta

import pytest
from django.db import connection

from consultations.domain import drafting, questionnaires, responding, sealing, tickets
from consultations.models import Answer, Draft, Response
from engagement.models import Event, LogEntry
from tests.factories.consultations import CLOSES, ConsultationFactory
from tests.factories.engagement import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return ConsultationFactory(open=True)


def answered(consultation, answers, *, at=NOW, ticket=None):
    """The ticket of a draft that holds these answers."""
    ticket = ticket or drafting.start(consultation=consultation, at=at)
    for question, values in answers.items():
        opened = drafting.find(consultation=consultation, ticket=ticket)
        drafting.keep_step(opened=opened, question=question, values=values, at=at)
    return ticket


def rows_of(response):
    return sorted((answer.question, answer.choice or answer.text) for answer in response.answers.all())


@pytest.mark.requirement("R-150")
def test_submit_turns_a_draft_into_a_response(consultation):
    ticket = answered(consultation, {"q1": ["PHONE"], "q2": ["TEXT", "LETTER"], "q3": [], "q4": [" Be quicker.\r\n"]})

    receipt = responding.submit(consultation=consultation, ticket=ticket, at=NOW)

    response = Response.objects.get()
    assert rows_of(response) == [("q1", "PHONE"), ("q2", "LETTER"), ("q2", "TEXT"), ("q4", "Be quicker.")]
    assert (response.version, response.channel, response.received_on) == (consultation.version, "ONLINE", NOW.date())
    assert response.receipt_hash == sealing.keyed_hash("receipt", receipt.code)
    assert not Draft.objects.exists()


@pytest.mark.threat("C01")
def test_submit_again_gives_the_same_receipt_and_one_response(consultation):
    ticket = answered(consultation, {"q1": ["PHONE"]})

    receipts = {responding.submit(consultation=consultation, ticket=ticket, at=NOW) for _ in range(3)}

    assert receipts == {responding.Receipt(ticket.code)}
    assert Response.objects.count() == 1


def test_submit_leaves_no_log_entry_and_no_event(consultation):
    before = LogEntry.objects.count(), Event.objects.count()

    responding.submit(consultation=consultation, ticket=answered(consultation, {"q1": ["PHONE"]}), at=NOW)

    assert (LogEntry.objects.count(), Event.objects.count()) == before


@pytest.mark.threat("C07")
@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(milliseconds=1)])
def test_submit_at_or_after_closing_is_refused_and_keeps_the_draft(consultation, late_by):
    ticket = answered(consultation, {"q1": ["PHONE"]})

    with pytest.raises(drafting.NotTakingAnswers, match="This has closed"):
        responding.submit(consultation=consultation, ticket=ticket, at=CLOSES + late_by)

    assert drafting.find(consultation=consultation, ticket=ticket).answers == {"q1": ["PHONE"]}
    assert not Response.objects.exists()


@pytest.mark.threat("C07")
def test_submit_a_millisecond_before_closing_counts_and_its_receipt_is_found_after(consultation):
    ticket = answered(consultation, {"q1": ["PHONE"]})

    receipt = responding.submit(consultation=consultation, ticket=ticket, at=CLOSES - timedelta(milliseconds=1))

    assert responding.submit(consultation=consultation, ticket=ticket, at=CLOSES + timedelta(days=1)) == receipt


def test_submit_without_any_answer_is_refused(consultation):
    ticket = answered(consultation, {"q1": [], "q4": ["  "]})

    with pytest.raises(questionnaires.AnswersRefused, match="Answer at least one question"):
        responding.submit(consultation=consultation, ticket=ticket, at=NOW)


def test_submit_of_what_was_not_offered_is_refused(consultation):
    ticket = answered(consultation, {"q1": ["PIGEON"], "q2": ["TEXT", "PREFER_NOT"], "q4": ["x" * 4001]})

    with pytest.raises(questionnaires.AnswersRefused) as refusal:
        responding.submit(consultation=consultation, ticket=ticket, at=NOW)

    assert set(refusal.value.problems) == {"q1", "q2", "q4"}


def test_submit_of_a_code_that_somebody_else_has_gives_a_new_code(consultation):
    first = answered(consultation, {"q1": ["PHONE"]})
    responding.submit(consultation=consultation, ticket=first, at=NOW)
    second = answered(consultation, {"q1": ["TEXT"]})
    unlucky = tickets.Ticket(second.token, first.code)

    receipt = responding.submit(consultation=consultation, ticket=unlucky, at=NOW)

    assert receipt.code != first.code
    assert Response.objects.count() == 2


def test_change_replaces_the_answers_and_keeps_the_code(consultation):
    code = responding.submit(
        consultation=consultation, ticket=answered(consultation, {"q1": ["PHONE"], "q4": ["Old"]}), at=NOW
    ).code
    ticket = responding.begin_change(consultation=consultation, code=code, at=NOW)
    given = {"q1": ["PHONE"], "q2": [], "q3": [], "q4": ["Old"]}
    assert drafting.find(consultation=consultation, ticket=ticket).answers == given
    answered(consultation, {"q4": ["New"]}, ticket=ticket)

    receipts = {responding.submit(consultation=consultation, ticket=ticket, at=NOW) for _ in range(2)}

    assert receipts == {responding.Receipt(code)}
    assert rows_of(Response.objects.get()) == [("q1", "PHONE"), ("q4", "New")]


def test_change_that_is_not_sent_leaves_the_answers_as_they_were(consultation):
    code = responding.submit(consultation=consultation, ticket=answered(consultation, {"q1": ["PHONE"]}), at=NOW).code
    ticket = responding.begin_change(consultation=consultation, code=code, at=NOW)

    answered(consultation, {"q1": ["TEXT"]}, ticket=ticket)

    assert rows_of(Response.objects.get()) == [("q1", "PHONE")]


def test_withdraw_deletes_the_answers_for_good(consultation):
    code = responding.submit(consultation=consultation, ticket=answered(consultation, {"q1": ["PHONE"]}), at=NOW).code

    responding.withdraw(consultation=consultation, code=code, at=NOW)

    assert (Response.objects.count(), Answer.objects.count()) == (0, 0)
    with pytest.raises(responding.CodeUnknown):
        responding.withdraw(consultation=consultation, code=code, at=NOW)


def test_code_of_another_consultation_opens_nothing(consultation):
    code = responding.submit(consultation=consultation, ticket=answered(consultation, {"q1": ["PHONE"]}), at=NOW).code

    with pytest.raises(responding.CodeUnknown):
        responding.begin_change(consultation=ConsultationFactory(open=True), code=code, at=NOW)


@pytest.mark.threat("C04")
def test_two_devices_that_send_different_steps_keep_both(consultation):
    ticket = drafting.start(consultation=consultation, at=NOW)
    phone = drafting.find(consultation=consultation, ticket=ticket)
    laptop = drafting.find(consultation=consultation, ticket=ticket)

    drafting.keep_step(opened=phone, question="q1", values=["PHONE"], at=NOW)
    drafting.keep_step(opened=laptop, question="q4", values=["From the laptop"], at=NOW)

    kept = drafting.find(consultation=consultation, ticket=ticket)
    assert kept.answers == {"q1": ["PHONE"], "q4": ["From the laptop"]}
    assert kept.row.number == 2


@pytest.mark.threat("T01")
def test_draft_holds_neither_token_nor_answer_in_clear(consultation):
    ticket = answered(consultation, {"q4": ["canary-4711"]})

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM consultations_draft")
        stored = b" ".join(
            bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in cursor.fetchone()
        )

    assert [word for word in (ticket.token, ticket.code, "canary-4711") if word.encode() in stored] == []


def test_draft_seal_is_as_long_for_a_short_answer_as_for_none(consultation):
    short = answered(consultation, {"q4": ["No"]})
    none = drafting.start(consultation=consultation, at=NOW)

    lengths = {
        len(bytes(drafting.find(consultation=consultation, ticket=ticket).row.sealed)) for ticket in (short, none)
    }

    assert len(lengths) == 1


def test_draft_does_not_open_with_another_token(consultation):
    ticket = answered(consultation, {"q1": ["PHONE"]})
    row = drafting.find(consultation=consultation, ticket=ticket).row

    with pytest.raises(sealing.SealBroken):
        drafting.open_row(row, tickets.new_ticket())


def test_link_leads_to_the_draft_but_never_to_the_receipt(consultation):
    ticket = answered(consultation, {"q1": ["PHONE"]})
    by_link = drafting.ticket_for_link(consultation=consultation, token=ticket.token)
    assert drafting.find(consultation=consultation, ticket=by_link).answers == {"q1": ["PHONE"]}

    responding.submit(consultation=consultation, ticket=ticket, at=NOW)

    assert by_link.code != ticket.code
    assert responding.find_receipt(consultation=consultation, ticket=by_link) is None
    assert drafting.ticket_for_link(consultation=consultation, token=ticket.token) is None


def test_forget_drafts_takes_the_old_the_empty_and_the_closed():
    consultation = ConsultationFactory(open=True, opens_at=NOW - timedelta(days=90))
    old = answered(consultation, {"q1": ["PHONE"]}, at=NOW - timedelta(days=61))
    empty = drafting.start(consultation=consultation, at=NOW - timedelta(days=3))
    fresh = answered(consultation, {"q1": ["PHONE"]})

    forgotten = drafting.forget_drafts(at=NOW)

    assert forgotten == 2
    assert [bool(drafting.find(consultation=consultation, ticket=ticket)) for ticket in (old, empty, fresh)] == [
        False,
        False,
        True,
    ]
    assert drafting.forget_drafts(at=CLOSES + timedelta(days=14)) == 1
