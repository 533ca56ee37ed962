"""Sending, changing and withdrawing an answer (R-150; security rows C01, C07, P01, P02).

No function here takes an actor, writes a log entry or an event, or keeps more of the moment than its day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from consultations.domain import answers, attaching, drafting, publication, questionnaires, sealing, settling, tickets
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.tickets import Ticket
from consultations.domain.wordings import OfferedWording
from consultations.enums import Publication
from consultations.models import Answer, Consultation, QuestionnaireVersion, Response
from engagement.access import local_date

RECEIPT = "receipt"


class WordsCorrected(Exception):
    """The words of the questions were corrected since this person checked their answers to them."""


class CodeUnknown(Exception):
    """There are no answers under this receipt code."""


@dataclass(frozen=True)
class Receipt:
    """What the respondent keeps: the code under which the answers can be changed or withdrawn."""

    code: str

    @property
    def shown(self) -> str:
        """The code as it is printed."""
        return tickets.shown(self.code)


def submit(*, consultation: Consultation, ticket: Ticket, at: datetime, publish: str = "", seen: str = "") -> Receipt:
    """Turns a draft into a response, in one transaction, and gives the receipt. The same ticket, the same receipt.

    `publish` is what the person chose about their own words; nothing chosen is a no. `seen` is the number of the
    version in whose words they checked their answers, where that is known.

    Raises `NotTakingAnswers` at or after the last moment for it (the draft stays), `AnswersRefused` when an answer
    that is required is missing or nothing was answered at all, `DraftGone` when there is neither draft nor response,
    `WordsCorrected` when another version is asked by now (the draft stays).
    """
    send = partial(_submit, consultation=consultation, ticket=ticket, publish=publish, seen=seen, at=at)
    try:
        return send()
    except IntegrityError:
        # Two devices have sent changes of one response at the same moment: the second now finds the first.
        return send()


@transaction.atomic
def _submit(*, consultation: Consultation, ticket: Ticket, publish: str, seen: str, at: datetime) -> Receipt:
    found = drafting.rows_for(consultation, ticket.token).select_for_update()
    row = found.first() or found.all().first()  # once more: the night may have written it anew meanwhile
    if row is None:
        return _receipt_again(consultation, ticket)
    drafting.refuse_unless_sendable(consultation, at=at)
    opened, version = drafting.open_row(row, ticket), consultation.asked_version
    if seen and seen != str(version.number):
        raise WordsCorrected(
            "We corrected some words since you opened this page. Look at your answers again, then send."
        )
    questions = questionnaires.questions_of(version)
    kept, files = attaching.to_send(opened, questions, ready_to_send(questions, opened.answers))
    earlier, code = _under_code(consultation, ticket.code), ticket.code
    if opened.replaces:
        settling.hold_responses(consultation)
        earlier.delete()
    elif earlier.exists():  # somebody else's code, by a chance of one in ten million million
        code = tickets.new_code()
    _store(
        consultation=consultation,
        version=version,
        kept=kept,
        files=files,
        receipt_hash=sealing.keyed_hash(RECEIPT, code),
        received_on=local_date(at),
        publish=publication.chosen(consultation, publish),
    )
    row.delete()
    return Receipt(code)


def ready_to_send(questions: Sequence[FrozenQuestion], given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Answers as they would be kept. Raises `AnswersRefused`, also when nothing was answered at all."""
    kept = questionnaires.check_answers(questions, given)
    if not kept:
        first = next(question.key for question in questions if question.asks)
        raise questionnaires.AnswersRefused({first: "Answer at least one question before you send."})
    return kept


def _receipt_again(consultation: Consultation, ticket: Ticket) -> Receipt:
    if _under_code(consultation, ticket.code).exists():
        return Receipt(ticket.code)
    raise drafting.DraftGone(
        "There is nothing here to send. If you sent your answers from another device, your reference was shown there."
    )


def find_receipt(*, consultation: Consultation, ticket: Ticket) -> Receipt | None:
    """The receipt of a browser whose answer has been sent, or `None`. Writes nothing."""
    return Receipt(ticket.code) if _under_code(consultation, ticket.code).exists() else None


@transaction.atomic
def begin_change(*, consultation: Consultation, code: str, at: datetime) -> Ticket:
    """Opens the answers under a receipt code in a new draft; they are replaced when that draft is sent, not before.

    The code stays the same. Raises `CodeUnknown` or `NotTakingAnswers`.
    """
    drafting.refuse_unless_open(consultation, at=at)
    response = _under_code(consultation, code).select_related("version").first()
    if response is None:
        raise CodeUnknown("We have no answers under this reference.")
    given = answers_of(response)
    passed = questionnaires.asked_of(response.version, given)
    given, files = attaching.to_change(response, questionnaires.questions_of(response.version), given)
    answers = {**{key: list[str]() for key in passed}, **given}
    ticket = drafting.start_change(
        consultation=consultation, answers=answers, code=code, publication=response.publication, at=at
    )
    if files and (opened := drafting.find(consultation=consultation, ticket=ticket)):
        attaching.seal_for(opened, files)
    return ticket


@dataclass(frozen=True)
class Copy:
    """What somebody sent, in the words of one wording, or in the standard ones when `wording` is `None`."""

    questions: Sequence[FrozenQuestion]
    answers: Mapping[str, Sequence[str]]
    wording: OfferedWording | None = None


def copy_of(*, consultation: Consultation, code: str, wording: str = "") -> Copy:
    """The answers under a receipt code, for their owner to read and print: the questions they were asked, in order.

    A wording that was not offered is the standard one. Raises `CodeUnknown`. Writes nothing.
    """
    response = _under_code(consultation, code).select_related("version").first()
    if response is None:
        raise CodeUnknown("We have no answers under this reference.")
    given, version = answers_of(response), response.version
    passed = questionnaires.asked_of(version, given)
    chosen = next((one for one in questionnaires.wordings_of(version) if one.code == wording), None)
    questions = questionnaires.questions_of(version, wording=wording)
    return Copy([one for one in questions if one.key in passed], given, chosen)


@transaction.atomic
def withdraw(*, consultation: Consultation, code: str, at: datetime) -> None:
    """Deletes the answers under a receipt code for good. Staff may do it for a caller: nothing is shown.

    Raises `CodeUnknown` or `NotTakingAnswers`.
    """
    if not consultation.suspended_at:  # a pause keeps nobody from taking back what is theirs
        drafting.refuse_unless_open(consultation, at=at)
    settling.hold_responses(consultation)
    deleted, _ = _under_code(consultation, code).delete()
    if not deleted:
        raise CodeUnknown("We have no answers under this reference. If you withdrew them before, they are gone.")


def answers_of(response: Response) -> dict[str, list[str]]:
    """The answers of one response as `domain.frozen` describes them, in the order of its questions."""
    return answers_in(questionnaires.questions_of(response.version), response)


def answers_in(questions: Sequence[FrozenQuestion], response: Response) -> dict[str, list[str]]:
    """The same for a response to these questions. No query when its answers were fetched before."""
    given: dict[str, list[tuple[str, str]]] = {}
    for row in response.answers.all():
        given.setdefault(row.question, []).append((row.choice, row.text))
    return {
        question.key: answers.values_of(question, given[question.key])
        for question in questions
        if question.key in given
    }


def _under_code(consultation: Consultation, code: str) -> QuerySet[Response]:
    return Response.objects.filter(consultation=consultation, receipt_hash=sealing.keyed_hash(RECEIPT, code))


def _store(
    *,
    consultation: Consultation,
    version: QuestionnaireVersion,
    kept: Mapping[str, Sequence[str]],
    files: Mapping[str, bytes],
    receipt_hash: str,
    received_on: date,
    publish: Publication,
) -> Response:
    response = Response.objects.create(
        consultation=consultation,
        version=version,
        receipt_hash=receipt_hash,
        received_on=received_on,
        publication=publish,
    )
    rows = answer_rows(response, questions=questionnaires.questions_of(version), kept=kept)
    attaching.store(Answer.objects.bulk_create(rows), files)
    return response


def answer_rows(
    response: Response, *, questions: Sequence[FrozenQuestion], kept: Mapping[str, Sequence[str]]
) -> Iterator[Answer]:
    """The rows, not yet stored, of the checked answers of a response to these questions."""
    for question in questions:
        for choice, text in answers.rows_of(question, kept.get(question.key, ())):
            yield Answer(response=response, question=question.key, choice=choice, text=text)
