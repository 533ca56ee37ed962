"""What moments bring: openings and closings are announced once, and closing makes the answers' order say nothing.

Nothing that people see waits for this: whether a consultation takes answers follows from its dates.
"""

from datetime import datetime, timedelta

from django.db import transaction

from consultations.domain import alike, concerns, monitoring, outcomes, settling
from consultations.enums import Happening
from consultations.models import Consultation, OutcomeRequest
from consultations.models.consultation import CLOSING_SOON
from engagement.domain.calendar import uk_date, uk_time
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind
from engagement.models import Event

# Whoever pressed "send" in the last second is through by then: no request lives longer than the web server's timeout.
IN_FLIGHT = timedelta(minutes=2)
ALREADY_TOLD = timedelta(days=3)  # a reminder so soon after the news itself is noise


def keep_time(*, at: datetime) -> int:
    """Does what moments bring: announces openings, last weeks and closings that have come, once each; says how many.

    Closing, or the end of the grace that was declared, also settles and shuffles the answers and empties the pool of
    those who want to hear the outcome; that waits for answers in flight (`IN_FLIGHT`), or the last ones would be left
    out of the counts and lie unshuffled at the end. Equality answers are counted whenever ten people wait. Safe to
    repeat, and nothing that people see waits for it.
    """
    begun = list(Consultation.objects.running().filter(opens_at__lte=at).select_related("activity"))
    keys = [_key(word, consultation) for consultation in begun for word in ("opened", "closing", "closed")]
    told = set(Event.objects.filter(key__in=keys).values_list("key", flat=True))
    done = 0
    for consultation in begun:
        closed = consultation.ends_at + IN_FLIGHT <= at
        if _is_last_week(consultation, at=at) and _key("closing", consultation) not in told:
            _remind(consultation, at=at)
            done += 1
        if _key("opened", consultation) not in told and at < consultation.closes_at:
            announce_opening(consultation, at=consultation.opens_at)
            done += 1
        if closed and _key("closed", consultation) not in told:
            _finish(consultation, at=at)
            outcomes.fold_requests(consultation=consultation, at=at)
            done += 1
    return done + monitoring.fold_due(at=at)


def _is_last_week(consultation: Consultation, *, at: datetime) -> bool:
    """Whether it closes within a week, having been open for longer than that before: else its opening was reminder."""
    began = max(consultation.opens_at, consultation.published_at or consultation.opens_at)
    last_week = consultation.closes_at - CLOSING_SOON
    return began < last_week - ALREADY_TOLD and last_week <= at < consultation.closes_at


def _remind(consultation: Consultation, *, at: datetime) -> None:
    """Tells those who follow that a week is left, once for ever: who gets longer after that hears of it by itself."""
    announce(
        key=_key("closing", consultation),
        kind=EventKind.CONSULTATION_CLOSING,
        audience=Audience.REMINDED if consultation.listed else Audience.OFFICE,
        activity=consultation.activity,
        title=f"Last week to answer: {consultation.title}",
        summary=f"You can answer until {uk_time(consultation.closes_at)}. If you have answered, thank you.",
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=at,
        sensitive=consultation.sensitive,
    )


@transaction.atomic
def _finish(consultation: Consultation, *, at: datetime) -> None:
    settling.settle(consultation=consultation, at=at, for_good=True)
    settling.settle_comments(consultation=consultation, for_good=True)
    settling.shuffle(consultation=consultation, at=at)
    concerns.suggest_concerns(consultation=consultation, at=at)
    alike.await_search(consultation)
    early = consultation.events.filter(kind=Happening.CLOSED_EARLY).order_by("-at", "-pk").first()
    due = uk_date(consultation.response_due_on)
    why = f"We closed this early. {early.reason} " if early else ""
    announce(
        key=_key("closed", consultation),
        kind=EventKind.CONSULTATION_CLOSED,
        activity=consultation.activity,
        title=f"Now closed: {consultation.title}",
        summary=f"{why}We are reading the answers. We will say what came of it by {due}.",
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=consultation.closes_at,
        sensitive=consultation.sensitive,
        audience=audience_of(consultation),
    )


def announce_opening(consultation: Consultation, *, at: datetime) -> None:
    """Tells everyone engaged with the activity that a consultation is open, once for ever."""
    announce(
        key=_key("opened", consultation),
        kind=EventKind.CONSULTATION_OPENED,
        activity=consultation.activity,
        title=consultation.title,
        summary=f"{consultation.summary} You can answer until {uk_time(consultation.closes_at)}.",
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=at,
        sensitive=consultation.sensitive,
        audience=audience_of(consultation),
    )


def audience_of(consultation: Consultation) -> Audience:
    """Who hears how it goes: everyone engaged, or, while lists do not name it, those who run the activity."""
    return Audience.EVERYONE if consultation.listed else Audience.OFFICE


def _key(word: str, consultation: Consultation) -> str:
    return f"consultation-{word}:{consultation.pk}"


@transaction.atomic
def _quieten(consultation: Consultation, *, at: datetime) -> None:
    settling.settle(consultation=consultation, at=at)
    settling.settle_comments(consultation=consultation)
    settling.shuffle(consultation=consultation, at=at)


def every_night(*, at: datetime) -> int:
    """Shuffles the answers of what is open, settles those that have come in company; returns how many consultations.

    What closed within two days is done once more, so that a missed closing is caught up. Pools of people who want to
    hear the outcome are emptied when they hold ten, or when their consultation is over. Words of danger are looked for
    in all that is settled and not yet published.
    """
    current = Consultation.objects.published().filter(opens_at__lte=at, closes_at__gt=at - timedelta(days=2))
    for consultation in current:
        _quieten(consultation, at=at)
    for consultation in Consultation.objects.published().filter(opens_at__lte=at, results_published_at=None):
        concerns.suggest_concerns(consultation=consultation, at=at)
    pools = OutcomeRequest.objects.values("consultation")
    for consultation in Consultation.objects.filter(pk__in=pools).select_related("activity"):
        outcomes.fold_requests(consultation=consultation, at=at)
    monitoring.fold_due(at=at)
    monitoring.forget_marks()
    return len(current)
