"""Publishing what very many people said: a person gives the order, and the worker counts and publishes.

Before numbers are public, answers are written anew in random order and counted. Where few answered that is done while
the person waits; where many did it would take longer than anybody waits for a page (docs/decisions/0011).
"""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import current_app
from django.db import transaction

from consultations.domain import publishing
from consultations.domain.concluding import FEEDBACK, OutcomeRefused, fingerprint
from consultations.domain.preparing import record
from consultations.models import Consultation, PublicationOrder, Response
from consultations.models.order import Ordered
from engagement.models import User

PUBLISH_TASK = "consultations.publish_ordered"
AT_ONCE = 2000  # responses: about a second
CHANGED = "The words were changed after you had decided to publish them. Read them again, then publish."
BROKEN = (
    "It could not be finished, and nothing was published. Try again; if it fails again, tell whoever runs the site."
)

logger = logging.getLogger(__name__)


def publish_results(*, consultation: Consultation, actor: User, at: datetime, seen: str = "") -> Consultation:
    """Publishes the results, or leaves the order for it where more than `AT_ONCE` people answered.

    Whether they are public, the returned row says. Raises `OutcomeRefused` as `publishing.publish_results` does, and
    while an order waits.
    """
    return _publish(consultation, Ordered.RESULTS, actor=actor, at=at, seen=seen)


def correct_numbers(*, consultation: Consultation, note: str, actor: User, at: datetime) -> Consultation:
    """Counts again and publishes, or leaves the order for it. Refuses at once what `publishing.ready_to_recount` does;
    what the new numbers would tell of a few is only known once they are counted, and then stands on the order.
    """
    return _publish(consultation, Ordered.RECOUNT, note=note, actor=actor, at=at)


@transaction.atomic
def _publish(
    consultation: Consultation, act: Ordered, *, actor: User, at: datetime, note: str = "", seen: str = ""
) -> Consultation:
    if seen:
        publishing.ready_to_publish(consultation=consultation, actor=actor, at=at, seen=seen)
    if Response.objects.filter(consultation=consultation).count() <= AT_ONCE:
        done = _carry_out(act, consultation=consultation, note=note, actor=actor, at=at)
        PublicationOrder.objects.filter(consultation=consultation).delete()
        return done
    kept = _ready(act, consultation=consultation, note=note, actor=actor, at=at)
    if PublicationOrder.objects.waiting().filter(consultation=kept).exists():
        raise OutcomeRefused("The worker is counting already. Wait until it has finished.")
    PublicationOrder.objects.update_or_create(
        consultation=kept,
        defaults={
            "act": act,
            "note": note.strip(),
            "seen": fingerprint(kept, FEEDBACK),
            "ordered_by": actor,
            "ordered_at": at,
            "refusal": "",
        },
    )
    record(
        kept,
        "publication_ordered",
        actor=actor,
        at=at,
        summary=f"{act.label} of {kept.reference} are to be published as soon as they are counted.",
        data={"act": act},
    )
    transaction.on_commit(_wake_worker, robust=True)
    return kept


def _ready(act: str, *, consultation: Consultation, note: str, actor: User, at: datetime) -> Consultation:
    """The row as it is now, locked, so that nobody changes its words any more."""
    if act == Ordered.RESULTS:
        return publishing.ready_to_publish(consultation=consultation, actor=actor, at=at)
    return publishing.ready_to_recount(consultation=consultation, note=note, actor=actor, at=at)


def _carry_out(act: str, *, consultation: Consultation, note: str, actor: User, at: datetime) -> Consultation:
    if act == Ordered.RESULTS:
        return publishing.publish_results(consultation=consultation, actor=actor, at=at)
    return publishing.correct_numbers(consultation=consultation, note=note, actor=actor, at=at)


def carry_out_waiting(*, clock: Callable[[], datetime]) -> int:
    """Carries out every order that waits; returns how many were. For the worker: safe to run twice at once.

    An order and its publication are one transaction, so a worker that dies leaves the order and nothing else. One that
    is refused, or fails, keeps why.
    """
    return sum(_carry_out_one(pk, at=clock()) for pk in PublicationOrder.objects.waiting().values_list("pk", flat=True))


def _carry_out_one(pk: int, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            waiting = PublicationOrder.objects.waiting().select_related("consultation", "ordered_by")
            order = waiting.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if order is None:
                return False
            kept = _ready(order.act, consultation=order.consultation, note=order.note, actor=order.ordered_by, at=at)
            if order.seen != fingerprint(kept, FEEDBACK):
                raise OutcomeRefused(CHANGED)
            _carry_out(order.act, consultation=kept, note=order.note, actor=order.ordered_by, at=at)
            order.delete()
    except OutcomeRefused as refusal:
        why = str(refusal)
    except Exception:  # whatever went wrong, the next order is carried out, and a person reads that this one was not
        logger.exception("results could not be published")
        why = BROKEN
    else:
        return True
    PublicationOrder.objects.filter(pk=pk).update(refusal=why)
    return False


def _wake_worker() -> None:
    """Only shortens the wait: the table is the queue, which the worker looks through every minute."""
    current_app.send_task(PUBLISH_TASK)
