"""Unfinished answers: kept step by step, opened again by cookie or link, forgotten when nobody comes back.

Nothing here knows who is answering. See docs/decisions/0004 for what is stored at each step, and what must not be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.db import IntegrityError, transaction
from django.db.models import Q

from consultations.domain import sealing, tickets
from consultations.domain.tickets import Ticket
from consultations.models import Consultation, Draft
from engagement.access import local_date

PURPOSE = "draft"
FORGOTTEN_AFTER = timedelta(days=60)
FORGOTTEN_AFTER_CLOSING = timedelta(days=14)
EMPTY_FORGOTTEN_AFTER = timedelta(days=2)
GONE = "Your answers are no longer here. You may have sent them from another device."


class NotTakingAnswers(Exception):
    """The consultation has not opened, has closed or was withdrawn; the message says which, in words for the person."""


class CodeNeeded(Exception):
    """Only people who were given a code can answer this."""


class DraftGone(Exception):
    """The draft is not there any more: sent, thrown away or too old."""


@dataclass(frozen=True)
class OpenDraft:
    """A draft and what it says. `answers` has a list for every question that was passed, an empty one when skipped.

    `wording` is the code of the words in which it is read, empty for the standard ones; `back` the code for coming
    back, empty in a draft from before there was one.
    """

    row: Draft
    ticket: Ticket
    answers: dict[str, list[str]] = field(default_factory=dict)
    replaces: bool = False
    publication: str = ""
    wording: str = ""
    back: str = ""


def refuse_unless_open(consultation: Consultation, *, at: datetime) -> None:
    """Raises `NotTakingAnswers` unless somebody may begin now."""
    if not consultation.takes_answers(at=at):
        _refuse(consultation, at=at)


def refuse_unless_sendable(consultation: Consultation, *, at: datetime) -> None:
    """Raises `NotTakingAnswers` unless what was begun before closing can still be kept and sent.

    A draft says by being there that it was begun in time: after closing none can be. It holds no moment.
    """
    if not consultation.takes_started_answers(at=at):
        _refuse(consultation, at=at)


def _refuse(consultation: Consultation, *, at: datetime) -> NoReturn:
    if consultation.withdrawn_at:
        raise NotTakingAnswers("We have withdrawn these questions, so we can no longer take answers.")
    if consultation.suspended_at:
        raise NotTakingAnswers("We have paused this, so we cannot take answers now. What you have begun is kept.")
    if consultation.published_at and at >= consultation.closes_at:
        raise NotTakingAnswers("This has closed, so we can no longer take answers.")
    raise NotTakingAnswers("This has not opened yet.")


def start(*, consultation: Consultation, at: datetime) -> Ticket:
    """Begins an answer. Raises `NotTakingAnswers`, and `CodeNeeded` for a closed group (see `admitting.begin`)."""
    if consultation.needs_code:
        raise CodeNeeded("Only people who were given a code can answer this.")
    return _begin(
        consultation=consultation, answers={}, ticket=tickets.new_ticket(), replaces="", publication="", at=at
    )


def start_with(*, consultation: Consultation, ticket: Ticket, at: datetime) -> bool:
    """Begins an answer under a ticket drawn before; says whether it did, or found it begun. Raises `NotTakingAnswers`.

    Who may begin, `admitting` decides.
    """
    try:
        with transaction.atomic():
            _begin(consultation=consultation, answers={}, ticket=ticket, replaces="", publication="", at=at)
    except IntegrityError:
        return False
    return True


def start_change(
    *, consultation: Consultation, answers: dict[str, list[str]], code: str, publication: str, at: datetime
) -> Ticket:
    """Begins a draft that will replace the response with this receipt code, and says so only under its seal."""
    ticket = tickets.new_ticket(code=code)
    return _begin(
        consultation=consultation, answers=answers, ticket=ticket, replaces=code, publication=publication, at=at
    )


def _begin(
    *,
    consultation: Consultation,
    answers: dict[str, list[str]],
    ticket: Ticket,
    replaces: str,
    publication: str,
    at: datetime,
) -> Ticket:
    refuse_unless_open(consultation, at=at)
    if consultation.is_named:
        raise NotTakingAnswers("Organisations answer this, by name.")
    content = {"answers": answers, "replaces": replaces, "publication": publication, "back": ticket.back}
    Draft.objects.create(
        consultation=consultation,
        token_hash=sealing.keyed_hash(PURPOSE, ticket.token),
        sealed=_seal(ticket.token, content),
        touched_on=local_date(at),
    )
    return ticket


def find(*, consultation: Consultation, ticket: Ticket) -> OpenDraft | None:
    """The draft that a ticket opens, or `None`. Writes nothing."""
    row = rows_for(consultation, ticket.token).first()
    if row is None:
        return None
    row.consultation = consultation
    return open_row(row, ticket)


def rows_for(consultation: Consultation, token: str) -> Any:
    """The one row, or none, that a token opens, as a queryset to lock or read."""
    return Draft.objects.filter(consultation=consultation, token_hash=sealing.keyed_hash(PURPOSE, token))


def open_row(row: Draft, ticket: Ticket) -> OpenDraft:
    """What a row says to the holder of its ticket. No query."""
    content = _unseal(row, ticket.token)
    return OpenDraft(
        row=row,
        ticket=ticket,
        answers=content["answers"],
        replaces=bool(content["replaces"]),
        publication=content.get("publication", ""),
        wording=content.get("wording", ""),
        back=content.get("back", ""),
    )


def ticket_for_link(*, consultation: Consultation, token: str) -> Ticket | None:
    """A new ticket for a browser that comes by the resume link, or `None` with nothing to open. Writes nothing.

    The receipt code is this browser's own: the link never leads to a receipt (security rows T02, T04).
    """
    row = rows_for(consultation, token).first()
    if row is None:
        return None
    content = _unseal(row, token)
    return Ticket(token, content["replaces"] or tickets.new_code())


def ticket_for_code(*, consultation: Consultation, code: str) -> Ticket | None:
    """The same for a browser into which somebody typed the code for coming back."""
    return ticket_for_link(consultation=consultation, token=tickets.token_of(code))


def keep_step(*, opened: OpenDraft, question: str, values: Sequence[str], at: datetime) -> OpenDraft:
    """Keeps the answer to one question, whatever another device has kept meanwhile.

    Raises `NotTakingAnswers` or `DraftGone`.
    """
    return _keep(opened, lambda content: {**content, "answers": {**content["answers"], question: list(values)}}, at=at)


def keep_changed(
    *, opened: OpenDraft, question: str, change: Callable[[list[str]], list[str]], at: datetime
) -> OpenDraft:
    """Changes the answer to one question from what it is by now. Raises what `change` raises, and as `keep_step`."""

    def changed(content: dict[str, Any]) -> dict[str, Any]:
        answers = content["answers"]
        return {**content, "answers": {**answers, question: change(answers.get(question, []))}}

    return _keep(opened, changed, at=at)


def hold(opened: OpenDraft) -> Draft:
    """Takes the lock on a draft, within a transaction, so that the night does not write it anew. Raises `DraftGone`."""
    found = rows_for(opened.row.consultation, opened.ticket.token).select_for_update()
    row: Draft | None = found.first() or found.all().first()  # once more: the night may just have written it anew
    if row is None:
        raise DraftGone(GONE)
    return row


def keep_wording(*, opened: OpenDraft, wording: str, at: datetime) -> OpenDraft:
    """Keeps in which words somebody reads the questions. It goes with the draft: no response says it.

    Raises `NotTakingAnswers` or `DraftGone`.
    """
    return _keep(opened, lambda content: {**content, "wording": wording}, at=at)


def _keep(opened: OpenDraft, change: Callable[[dict[str, Any]], dict[str, Any]], *, at: datetime) -> OpenDraft:
    """Compares and swaps on the draft's number; on a miss it reads again and applies this one change only."""
    consultation, ticket, row = opened.row.consultation, opened.ticket, opened.row
    refuse_unless_sendable(consultation, at=at)
    while True:
        number = row.number
        row.sealed, row.number, row.touched_on = (
            _seal(ticket.token, change(_unseal(row, ticket.token))),
            number + 1,
            local_date(at),
        )
        kept = {name: getattr(row, name) for name in ("sealed", "number", "touched_on")}
        if Draft.objects.filter(pk=row.pk, number=number).update(**kept):
            return open_row(row, ticket)
        row = rows_for(consultation, ticket.token).first()
        if row is None:
            raise DraftGone(GONE)
        row.consultation = consultation


@transaction.atomic
def discard(*, opened: OpenDraft) -> None:
    """Throws a draft away because its owner says so. What was sent before stays.

    Under the lock of the night's shuffle, so that this brings nothing back.
    """
    Consultation.objects.select_for_update(no_key=True).get(pk=opened.row.consultation_id)
    Draft.objects.filter(pk=opened.row.pk).delete()


def forget_drafts(*, at: datetime) -> int:
    """Throws away drafts nobody came back to, and those of consultations that closed two weeks ago; returns how many.

    A draft with no step kept is forgotten after two days, any other after 60. While a consultation is paused its drafts
    are kept.
    """
    day = local_date(at)
    stale = (
        Q(touched_on__lt=day - FORGOTTEN_AFTER)
        | Q(number=0, touched_on__lt=day - EMPTY_FORGOTTEN_AFTER)
        | Q(consultation__closes_at__lte=at - FORGOTTEN_AFTER_CLOSING)
        | Q(consultation__withdrawn_at__lte=at - FORGOTTEN_AFTER_CLOSING)
    )
    _, deleted = Draft.objects.filter(stale, consultation__suspended_at=None).delete()
    return deleted.get(Draft._meta.label, 0)


def _seal(token: str, content: dict[str, Any]) -> bytes:
    return sealing.seal(content, secret=token, purpose=PURPOSE)


def _unseal(row: Draft, token: str) -> dict[str, Any]:
    content: dict[str, Any] = sealing.unseal(row.sealed, secret=token, purpose=PURPOSE)
    return content
