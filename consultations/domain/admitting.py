"""Letting people with a code in: what a code opens, and using it up when an answer starts (security rows P16, T02).

Nothing here writes a time, or anything that joins a code to the draft that it opens. The two are written in two
transactions; the draft comes first, so that a machine that stops in between costs nobody their code. Pressing again
then finds the draft begun, and uses the code up after all.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from consultations.domain import drafting, sealing
from consultations.domain.inviting import PURPOSE, as_set
from consultations.domain.tickets import Invitation, Ticket
from consultations.models import CodeBatch, Consultation
from engagement.domain.calendar import uk_time

USED = (
    "This code has been used already. If you used it, go on in the browser in which you began, or open the link you"
    " kept. If you have sent your answers, you can change them with the reference we gave you. If somebody else used"
    " it, ask whoever gave it to you for another."
)
VOID = "This code no longer works: its sheet was withdrawn. Ask whoever gave it to you for another."
UNKNOWN = "We do not know this code. Look at it again, or ask whoever gave it to you for another."


class CodeRefused(Exception):
    """A code opens nothing now; the message says why. `guess` is true for one that was never given out."""

    def __init__(self, message: str, *, guess: bool = False) -> None:
        super().__init__(message)
        self.guess = guess


def consultation_for(*, code: str, at: datetime) -> Consultation:
    """What an unused code opens. Writes nothing: a code is used up by starting, never by looking (T02).

    Raises `CodeRefused` for one that is unknown, void or used, and before opening or after closing.
    """
    hashed = sealing.keyed_hash(PURPOSE, code)
    known = CodeBatch.objects.filter(Q(unused__contains=hashed) | Q(used__contains=hashed))
    batch = known.select_related("consultation").first()
    if batch is None:
        raise CodeRefused(UNKNOWN, guess=True)
    _refuse_closed(batch.consultation, at=at)
    if hashed in batch.used:
        raise CodeRefused(USED)
    if batch.voided_at:
        raise CodeRefused(VOID)
    return batch.consultation


def was_given_out(*, consultation: Consultation, code: str) -> bool:
    """Whether a code opens this consultation, used or not, and its sheet was not withdrawn. Writes nothing."""
    hashed = sealing.keyed_hash(PURPOSE, code)
    known = CodeBatch.objects.filter(Q(unused__contains=hashed) | Q(used__contains=hashed))
    return bool(known.filter(consultation=consultation, voided_at=None).exists())


def _refuse_closed(consultation: Consultation, *, at: datetime) -> None:
    if not consultation.published_at:
        raise CodeRefused("The questions for this code are not ready yet. Keep it: it has not been used.")
    if at < consultation.opens_at and not consultation.withdrawn_at:
        raise CodeRefused(
            f"You can answer from {uk_time(consultation.opens_at)}. Keep your code: it has not been used."
        )
    try:
        drafting.refuse_unless_open(consultation, at=at)
    except drafting.NotTakingAnswers as refusal:
        raise CodeRefused(str(refusal)) from refusal


def begin(*, consultation: Consultation, invitation: Invitation, at: datetime) -> Ticket:
    """Begins the answer that a code admits to, and uses the code up. The same invitation again finds the same answer.

    Raises `CodeRefused` for a code that is unknown here, void, or used, and `NotTakingAnswers`.
    """
    begun = drafting.start_with(consultation=consultation, ticket=invitation.ticket, at=at)
    try:
        use_code(consultation=consultation, code=invitation.code)
    except CodeRefused:
        if begun:
            drafting.rows_for(consultation, invitation.ticket.token).delete()
            raise
    return invitation.ticket


@transaction.atomic
def use_code(*, consultation: Consultation, code: str) -> None:
    """Moves a code's hash from the unused to the used, under the row's lock. Raises `CodeRefused`."""
    hashed = sealing.keyed_hash(PURPOSE, code)
    batches = CodeBatch.objects.filter(consultation=consultation)
    batch = batches.select_for_update().filter(unused__contains=hashed).first()
    if batch is None:
        used = batches.filter(used__contains=hashed).exists()
        raise CodeRefused(USED) if used else CodeRefused(UNKNOWN, guess=True)
    if batch.voided_at:
        raise CodeRefused(VOID)
    batch.unused = as_set(set(batch.unused.split()) - {hashed})
    batch.used = as_set({*batch.used.split(), hashed})
    batch.used_number += 1
    batch.save(update_fields=["unused", "used", "used_number"])
