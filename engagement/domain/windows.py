"""When providers may ask about an activity: opening a window, and giving everyone the same further time."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from engagement.domain import log
from engagement.domain.calendar import uk_time
from engagement.domain.outbox import announce
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, OrganisationKind
from engagement.models import Activity, Event, Organisation, QuestionWindow, User


class WindowRefused(Refused):
    """The window cannot be opened or extended like this; `field` names what is wrong, if one thing is."""


def engaged_organisations(activity: Activity) -> list[Organisation]:
    """Every organisation outside the office that is engaged now, by name: the level playing field. One query."""
    listening = activity.parties.listening().filter(organisation__isnull=False)
    found = Organisation.objects.filter(pk__in=listening.values("organisation")).exclude(kind=OrganisationKind.OFFICE)
    return list(found.order_by("name"))


@transaction.atomic
def open_window(
    *,
    activity: Activity,
    about: str,
    opens_at: datetime,
    closes_at: datetime,
    answers_by: datetime,
    is_public: bool,
    actor: User,
    at: datetime,
) -> QuestionWindow:
    """Lets providers ask about one thing between two moments, and tells every engaged organisation at once.

    `answers_by` is what the office promises. `is_public` lets anybody read the released answers, and tells followers
    too. Raises `WindowRefused` for a time that has passed, one that overlaps another window, and a public window on an
    activity that is not public.
    """
    Activity.objects.select_for_update().get(pk=activity.pk)
    _refuse_impossible(activity, opens_at=opens_at, closes_at=closes_at, answers_by=answers_by, at=at)
    if is_public and not activity.published_at:
        raise WindowRefused("The activity is not public yet, so its answers cannot be. Publish it first.", "is_public")
    last = activity.question_windows.aggregate(last=Max("number"))["last"] or 0
    window = QuestionWindow.objects.create(
        activity=activity,
        number=last + 1,
        about=about,
        opens_at=opens_at,
        closes_at=closes_at,
        answers_by=answers_by,
        is_public=is_public,
        opened_by=actor,
    )
    log.record(
        action="questions.opened",
        subject=window,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"Questions on {activity.reference} ({about}) may be asked until {uk_time(closes_at)}.",
        data={"window": window.number, "public": is_public},
    )
    tell_engaged(
        window=window,
        key=f"questions-opened:{window.pk}",
        kind=EventKind.QUESTIONS_OPENED,
        title=f"{activity.reference}: providers may ask questions",
        summary=(
            f"About: {about}. Ask from {uk_time(opens_at)} until {uk_time(closes_at)}. "
            f"Every organisation engaged gets the answers at the same moment, by {uk_time(answers_by)}."
        ),
        organisations=engaged_organisations(activity),
        at=at,
    )
    return window


@transaction.atomic
def extend_window(
    *, window: QuestionWindow, closes_at: datetime, answers_by: datetime, reason: str, actor: User, at: datetime
) -> QuestionWindow:
    """Gives everyone the same further time, and tells everyone at once why. The first closing moment stays known.

    A window that has closed may be opened again like this. Raises `WindowRefused` for an earlier moment than now's, one
    that has passed, an overlap, or no reason.
    """
    window = QuestionWindow.objects.select_for_update(of=("self",)).select_related("activity").get(pk=window.pk)
    if closes_at <= window.closes_at:
        raise WindowRefused(f"It closes at {uk_time(window.closes_at)} now. Choose a later time.", "closes_on")
    if not reason.strip():
        raise WindowRefused("Say why there is more time. Everyone reads it.", "reason")
    _refuse_impossible(
        window.activity, opens_at=window.opens_at, closes_at=closes_at, answers_by=answers_by, at=at, own=window
    )
    window.closed_first_at = window.closed_first_at or window.closes_at
    window.closes_at, window.answers_by, window.extended_because = closes_at, answers_by, reason
    window.save(update_fields=["closed_first_at", "closes_at", "answers_by", "extended_because"])
    entry = log.record(
        action="questions.extended",
        subject=window,
        actor=actor,
        at=at,
        activity=window.activity,
        summary=f"Questions on {window.activity.reference} ({window.about}) may be asked until {uk_time(closes_at)}.",
        data={"window": window.number},
    )
    tell_engaged(
        window=window,
        key=f"questions-extended:{window.pk}:{entry.sequence}",
        kind=EventKind.QUESTIONS_EXTENDED,
        title=f"{window.activity.reference}: more time for questions",
        summary=f"About: {window.about}. Ask until {uk_time(closes_at)}. {reason}",
        organisations=engaged_organisations(window.activity),
        at=at,
    )
    return window


def tell_engaged(
    *,
    window: QuestionWindow,
    key: str,
    kind: EventKind,
    title: str,
    summary: str,
    organisations: Iterable[Organisation],
    at: datetime,
) -> Event:
    """One event for all these organisations and, where the window is public, for everybody who follows the activity."""
    activity, public = window.activity, window.is_public and bool(window.activity.published_at)
    page = "engagement:public-answers" if public else "engagement:our-questions"
    return announce(
        key=key,
        kind=kind,
        activity=activity,
        audience=Audience.EVERYONE if public else Audience.ENGAGED,
        organisations=list(organisations),
        title=title,
        summary=summary,
        path=reverse(page, args=[activity.slug]),
        at=at,
        payload={"window": window.number},
    )


def _refuse_impossible(
    activity: Activity,
    *,
    opens_at: datetime,
    closes_at: datetime,
    answers_by: datetime,
    at: datetime,
    own: QuestionWindow | None = None,
) -> None:
    if closes_at <= at:
        raise WindowRefused(f"{uk_time(closes_at)} has passed. Choose a later time to close.", "closes_on")
    if closes_at <= opens_at:
        raise WindowRefused("It must close after it opens.", "closes_on")
    if answers_by < closes_at:
        raise WindowRefused("Answers can be promised for the day on which questions close, or later.", "answers_on")
    others = activity.question_windows.filter(Q(opens_at__lt=closes_at, closes_at__gt=opens_at))
    other = next((one for one in others if one != own), None)
    if other:
        raise WindowRefused(
            f"Questions about “{other.about}” can be asked until {uk_time(other.closes_at)}: one window at a time.",
            "opens_on",
        )
