"""The clock of twelve weeks: people are answered within 84 days of closing, or read why not and until when.

gov.uk's guidance on consultations gives the twelve weeks, the public explanation and the estimate. The office is warned
at 8, 11 and 12 weeks, and once when it is late; promises are warned of two weeks before their day and when it has gone.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from consultations.domain.concluding import OutcomeRefused, closed
from consultations.domain.preparing import record
from consultations.models import Consultation, LateNotice, Promise
from consultations.models.consultation import RESPONSE_DUE
from engagement.access import local_date
from engagement.domain.calendar import LONDON, uk_date
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind, Role
from engagement.models import Event, Membership, User

WARNED_AT = (8, 11, 12)  # weeks after closing
PROMISE_WARNING = timedelta(weeks=2)
NEWS = timedelta(days=7)  # a warning that nobody could be given for longer than this is no warning any more


def is_late(consultation: Consultation, *, at: datetime) -> bool:
    """Whether people still wait for their answer after the day it was promised for. The day itself still belongs."""
    waits = consultation.is_running and consultation.outcome_published_at is None
    return waits and local_date(at) > consultation.response_due_on


def overdue(*, at: datetime) -> QuerySet[Consultation]:
    """Public consultations whose answer is late, the longest first, each with its notices, newest first. 2 queries."""
    notices = Prefetch("late_notices", queryset=LateNotice.objects.order_by("-said_at", "-pk"))
    begun = datetime.combine(local_date(at) - RESPONSE_DUE, time.min, tzinfo=LONDON)
    waiting: QuerySet[Consultation] = Consultation.objects.unanswered(at=at).listed().filter(closes_at__lt=begun)
    return waiting.select_related("activity").prefetch_related(notices).order_by("closes_at", "pk")


def latest_notice(consultation: Consultation) -> LateNotice | None:
    """What the public was told last of why it is late. One query."""
    return consultation.late_notices.order_by("-said_at", "-pk").first()


@transaction.atomic
def say_late(
    *, consultation: Consultation, explanation: str, expected_on: date, actor: User, at: datetime
) -> LateNotice:
    """Tells the public, and everybody engaged, that the answer is late or will be, why, and when it is now expected.

    Raises `OutcomeRefused` before closing and once answered, without an explanation, and for a day that is not after
    both today and the day first promised.
    """
    consultation = closed(consultation, actor=actor, at=at)
    if consultation.outcome_published_at:
        raise OutcomeRefused("The outcome is published: nobody waits any more.")
    if not explanation.strip():
        raise OutcomeRefused("Say why. Everybody can read it.", "explanation")
    if expected_on <= local_date(at):
        raise OutcomeRefused("Enter a day that is still to come.", "expected_on")
    if expected_on <= consultation.response_due_on:
        due = uk_date(consultation.response_due_on)
        raise OutcomeRefused(f"The answer is due on {due}: what comes by then is not late.", "expected_on")
    notice: LateNotice = LateNotice.objects.create(
        consultation=consultation, explanation=explanation.strip(), expected_on=expected_on, said_at=at, said_by=actor
    )
    record(
        consultation,
        "said_late",
        actor=actor,
        at=at,
        summary=f"The answer to {consultation.reference} is expected by {uk_date(expected_on)}.",
    )
    announce(
        key=f"late-notice:{notice.pk}",
        kind=EventKind.ANSWER_LATE,
        activity=consultation.activity,
        title=f"Our answer is late: {consultation.title}",
        summary=f"We now expect it by {uk_date(expected_on)}. {notice.explanation}",
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=at,
        sensitive=consultation.sensitive,
    )
    return notice


def warn(*, at: datetime) -> int:
    """Warns the office of answers and promises that fall due or are late, each once; returns how many were new.

    What is due is computed from how things stand now, so nobody is warned of what is done. Safe to repeat.
    """
    before = Event.objects.count()
    team = list(_team(on=local_date(at)))
    for consultation in Consultation.objects.unanswered(at=at).select_related("activity__lead_commissioner"):
        _warn_of_answer(consultation, team=team, at=at)
    soon = local_date(at) + PROMISE_WARNING
    for promise in Promise.objects.open().filter(due_on__lte=soon).select_related("owner", "consultation__activity"):
        _warn_of_promise(promise, at=at)
    return Event.objects.count() - before


def _team(*, on: date) -> QuerySet[User]:
    roles = Membership.objects.current(on=on).filter(role=Role.INVOLVEMENT)
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("pk")


def _warn_of_answer(consultation: Consultation, *, team: list[User], at: datetime) -> None:
    """The last mark that has come, unless it came too long ago to be news."""
    closed_on, due = local_date(consultation.closes_at), consultation.response_due_on
    days = (local_date(at) - closed_on).days
    if local_date(at) > due:
        word, kind, title = "late", EventKind.ANSWER_LATE, "Say why this is late"
        summary = f"People were to be answered by {uk_date(due)}. Publish the outcome, or say in public why it is late."
        since = (local_date(at) - due).days
    else:
        weeks = max((mark for mark in WARNED_AT if mark * 7 <= days), default=0)
        if not weeks:
            return
        word, kind, title = str(weeks), EventKind.ANSWER_DUE, "People wait for an answer"
        summary = f"{consultation.reference} closed {weeks} weeks ago. The answer is due by {uk_date(due)}."
        since = days - weeks * 7
    if since > NEWS.days:
        return
    lead = consultation.activity.lead_commissioner
    announce(
        key=f"answer-due:{consultation.pk}:{closed_on.isoformat()}:{word}",
        kind=kind,
        audience=Audience.PEOPLE,
        people=[*team, *([lead] if lead and lead not in team else [])],
        activity=consultation.activity,
        title=f"{title}: {consultation.title}",
        summary=summary,
        path=reverse("consultations:manage-detail", args=[consultation.reference]),
        at=at,
    )


def _warn_of_promise(promise: Promise, *, at: datetime) -> None:
    late = promise.due_on < local_date(at)
    due = uk_date(promise.due_on)
    announce(
        key=f"promise-{'late' if late else 'due'}:{promise.pk}:{promise.due_on.isoformat()}",
        kind=EventKind.PROMISE_DUE,
        audience=Audience.PEOPLE,
        people=[promise.owner],
        activity=promise.consultation.activity,
        title=f"{'A promise is late' if late else 'A promise is due'}: {promise.words}",
        summary=f"{promise.reference} was to be kept by {due}."
        if late
        else f"{promise.reference} is to be kept by {due}.",
        path=promise.get_manage_url(),
        at=at,
    )
