"""What can happen to a public consultation before its results: longer, shorter, paused, resumed, withdrawn, added to.

Each is a dated event with a public reason, told to everyone who follows; what was public before stays as it was, the
closing time first announced included. People with unfinished answers cannot be written to, since nobody knows who they
are: they read it where they come back to their answers.
"""

from datetime import datetime, timedelta

from django.db import transaction

from consultations.domain.preparing import ConsultationRefused, record, refuse_unclear_time, runnable
from consultations.domain.timekeeping import audience_of
from consultations.enums import Happening
from consultations.models import Consultation, ConsultationEvent, Draft
from engagement.access import local_date
from engagement.domain.calendar import uk_time
from engagement.domain.outbox import announce
from engagement.enums import EventKind
from engagement.models import User

DATES = ["first_closes_at", "closes_at", "dates_reason", "suspended_at"]


@transaction.atomic
def extend_consultation(
    *, consultation: Consultation, closes_at: datetime, reason: str, actor: User, at: datetime
) -> Consultation:
    """Gives people longer. Raises `ConsultationRefused` unless it runs and is not yet closed, and the time is later."""
    consultation = unfinished(consultation, actor=actor, at=at)
    _refuse_suspended(consultation)
    refuse_unclear_time(closes_at, field="closes_at")
    if closes_at <= consultation.closes_at:
        raise ConsultationRefused(f"Choose a time after {uk_time(consultation.closes_at)}.", "closes_at")
    _move_closing(consultation, Happening.EXTENDED, closes_at=closes_at, reason=reason, actor=actor, at=at)
    record(
        consultation,
        "extended",
        actor=actor,
        at=at,
        summary=f"{consultation.reference} was extended to {uk_time(closes_at)}.",
    )
    return consultation


@transaction.atomic
def close_consultation(*, consultation: Consultation, reason: str, actor: User, at: datetime) -> Consultation:
    """Closes now, before the announced time. Answers that have come in count; `keep_time` tells people, and why."""
    consultation = unfinished(consultation, actor=actor, at=at)
    if at <= consultation.opens_at:
        raise ConsultationRefused("This has not opened yet. Withdraw it instead.")
    _move_closing(consultation, Happening.CLOSED_EARLY, closes_at=at, reason=reason, actor=actor, at=at)
    record(consultation, "closed", actor=actor, at=at, summary=f"{consultation.reference} was closed early.")
    return consultation


@transaction.atomic
def suspend_consultation(*, consultation: Consultation, reason: str, actor: User, at: datetime) -> Consultation:
    """Takes no answers until it is resumed, whatever its dates say. Unfinished answers are kept.

    Raises `ConsultationRefused` unless it is public and not over.
    """
    consultation = unfinished(consultation, actor=actor, at=at)
    _refuse_suspended(consultation)
    consultation.suspended_at = at
    consultation.save(update_fields=["suspended_at"])
    happened(consultation, Happening.SUSPENDED, reason=reason, actor=actor, at=at)
    record(consultation, "suspended", actor=actor, at=at, summary=f"{consultation.reference} was paused.")
    return consultation


@transaction.atomic
def resume_consultation(
    *, consultation: Consultation, closes_at: datetime, reason: str, actor: User, at: datetime
) -> Consultation:
    """Takes answers again, until a closing time that is not before the one announced.

    Unfinished answers count as touched today, so that a long pause makes nobody lose theirs. Raises
    `ConsultationRefused` unless it is suspended, and for a time that has passed or is earlier than before.
    """
    consultation = runnable(consultation, actor=actor, at=at)
    if consultation.suspended_at is None or consultation.withdrawn_at:
        raise ConsultationRefused("This is not paused.")
    refuse_unclear_time(closes_at, field="closes_at")
    if closes_at <= at:
        raise ConsultationRefused("This time has passed. Give people time to finish.", "closes_at")
    if closes_at < consultation.closes_at:
        raise ConsultationRefused(f"Choose {uk_time(consultation.closes_at)} or later.", "closes_at")
    _move_closing(consultation, Happening.RESUMED, closes_at=closes_at, reason=reason, actor=actor, at=at)
    Draft.objects.filter(consultation=consultation).update(touched_on=local_date(at))
    record(
        consultation,
        "resumed",
        actor=actor,
        at=at,
        summary=f"{consultation.reference} was resumed, until {uk_time(closes_at)}.",
    )
    return consultation


@transaction.atomic
def withdraw_consultation(*, consultation: Consultation, reason: str, actor: User, at: datetime) -> Consultation:
    """Takes a public consultation back: no more answers, no results. The page stays."""
    consultation = runnable(consultation, actor=actor, at=at)
    if not consultation.published_at or consultation.withdrawn_at or consultation.results_published_at:
        raise ConsultationRefused("Only what is public, and has no results yet, can be withdrawn.")
    _refuse_silence(reason)
    consultation.withdrawn_at, consultation.withdrawn_reason = at, reason
    consultation.suspended_at = None
    consultation.save(update_fields=["withdrawn_at", "withdrawn_reason", "suspended_at"])
    happened(consultation, Happening.WITHDRAWN, reason=reason, actor=actor, at=at)
    record(consultation, "withdrawn", actor=actor, at=at, summary=f"{consultation.reference} was withdrawn.")
    return consultation


@transaction.atomic
def add_information(*, consultation: Consultation, text: str, actor: User, at: datetime) -> Consultation:
    """Adds a dated update to a public page. What people read first stays as it was; everybody hears of the update.

    Raises `ConsultationRefused` for a draft, which can be edited, and for what is over.
    """
    consultation = unfinished(consultation, actor=actor, at=at)
    happened(consultation, Happening.ADDED, reason=text, actor=actor, at=at)
    record(consultation, "added_to", actor=actor, at=at, summary=f"An update was added to {consultation.reference}.")
    return consultation


def suggested_closing(consultation: Consultation, *, at: datetime) -> datetime:
    """The closing time that gives people back, in whole days, what a pause took from them."""
    if consultation.suspended_at is None:
        return consultation.closes_at
    lost = local_date(at) - local_date(max(consultation.suspended_at, consultation.opens_at))
    return consultation.closes_at + max(lost, timedelta(0))


def happened(
    consultation: Consultation,
    kind: Happening,
    *,
    reason: str,
    actor: User,
    at: datetime,
    moved: tuple[datetime, datetime] | None = None,
) -> ConsultationEvent:
    """Puts a dated update on the page, and tells everyone who follows the activity or this consultation.

    `moved` are the closing times before and after. An early closing is told when it is announced as closed.
    """
    _refuse_silence(reason)
    before, after = moved or (None, None)
    event = ConsultationEvent.objects.create(
        consultation=consultation,
        kind=kind,
        at=at,
        reason=reason.strip(),
        actor=actor,
        closed_before=before,
        closes_after=after,
    )
    if kind != Happening.CLOSED_EARLY:
        until = f"You can now answer until {uk_time(after)}. " if after else ""
        announce(
            key=f"consultation-event:{event.pk}",
            kind=EventKind.CONSULTATION_CHANGED,
            activity=consultation.activity,
            title=f"{TOLD[kind]}: {consultation.title}",
            summary=f"{until}{reason.strip()}",
            path=consultation.get_absolute_url(),
            about=consultation.reference,
            at=at,
            sensitive=consultation.sensitive,
            audience=audience_of(consultation),
        )
    return event


TOLD = {
    Happening.EXTENDED: "More time to answer",
    Happening.SUSPENDED: "Paused",
    Happening.RESUMED: "Open again",
    Happening.WITHDRAWN: "Withdrawn",
    Happening.ADDED: "New information",
}


def _move_closing(
    consultation: Consultation, kind: Happening, *, closes_at: datetime, reason: str, actor: User, at: datetime
) -> None:
    before, moved = consultation.closes_at, closes_at != consultation.closes_at
    _refuse_silence(reason)
    if moved:
        consultation.first_closes_at = consultation.first_closes_at or before
        consultation.closes_at, consultation.dates_reason = closes_at, reason.strip()
    consultation.suspended_at = None
    consultation.save(update_fields=DATES)
    happened(consultation, kind, reason=reason, actor=actor, at=at, moved=(before, closes_at))


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise ConsultationRefused("Say why. The reason is shown to the public.", "reason")


def _refuse_suspended(consultation: Consultation) -> None:
    if consultation.suspended_at:
        raise ConsultationRefused("This is paused. Resume it first.")


def unfinished(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    """The row of a public consultation that is not over, held. Raises `ConsultationRefused` for any other."""
    consultation = runnable(consultation, actor=actor, at=at)
    over = consultation.closes_at <= at and not consultation.suspended_at
    if not consultation.published_at or consultation.withdrawn_at or over:
        raise ConsultationRefused("This is not public, or it has closed already.")
    return consultation
