"""What each side may read of questions and answers: the pack as released, an organisation's own, the office's queue.

Before a release nobody outside the office learns that an answer exists. The asker's own view says less than the office
knows: that another asked the same, or that an answer is written, stays inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from engagement.access import local_date
from engagement.domain.calendar import working_days_left
from engagement.enums import Confidence, DeliveryStatus, QuestionState
from engagement.models import (
    Activity,
    Answer,
    Clarification,
    EngagedParty,
    Organisation,
    QuestionWindow,
    Release,
    Told,
    User,
)
from engagement.rules import asking_organisations


@dataclass(frozen=True)
class Entry:
    """One released question: the answer that holds now, and those that it replaced, newest first."""

    number: int
    current: Answer
    superseded: list[Answer]


@dataclass(frozen=True)
class Pack:
    """What has been released in one window, by number."""

    window: QuestionWindow
    entries: list[Entry] = field(default_factory=list)


def packs_of(windows: Iterable[QuestionWindow], *, readers: Iterable[Organisation] | None = None) -> list[Pack]:
    """The released answers of these windows, newest window first. `readers`: only what these were told. One query."""
    windows = sorted(windows, key=lambda window: -window.number)
    released: QuerySet[Answer] = Answer.objects.filter(release__isnull=False, question__window__in=windows)
    if readers is not None:
        released = released.filter(release__told__organisation__in=list(readers)).distinct()
    versions: dict[int, dict[int, list[Answer]]] = {}
    ordered = released.select_related("question", "release").order_by("question__number", "-version")
    for answer in ordered:
        of_window = versions.setdefault(answer.question.window_id, {})
        of_window.setdefault(answer.question.number or 0, []).append(answer)
    return [
        Pack(window, [Entry(number, own[0], own[1:]) for number, own in versions.get(window.pk, {}).items()])
        for window in windows
    ]


def activities_to_ask_on(user: User, *, at: datetime) -> QuerySet[Activity]:
    """Activities with windows, on which a person's organisations are engaged, or were told of answers."""
    own = asking_organisations(user, at=at)
    engaged = EngagedParty.objects.listening().filter(organisation__in=own, activity=OuterRef("pk"))
    told = Told.objects.filter(organisation__in=own, release__window__activity=OuterRef("pk"))
    windows = QuestionWindow.objects.filter(activity=OuterRef("pk"))
    found = Activity.objects.filter(Exists(windows), Exists(engaged) | Exists(told))
    return found.order_by("-reference")


@dataclass(frozen=True)
class Own:
    """A question of one's own organisation, in the words that its people may read."""

    question: Clarification
    code: str
    words: str
    needs_them: bool = False


def own_questions(activity: Activity, user: User, *, at: datetime) -> list[Own]:
    """The questions of a person's organisations on an activity, newest first. Two queries."""
    mine: QuerySet[Clarification] = Clarification.objects.of_organisations_of(user, at=at)
    found = mine.filter(window__activity=activity).select_related("merged_into", "organisation", "window")
    return [own_view(one) for one in found.order_by("-pk")]


def own_view(question: Clarification) -> Own:
    """What the asker is told of where a question stands."""
    state, confidence = QuestionState(question.state), Confidence(question.confidence)
    if state == QuestionState.MERGED and question.merged_into and question.merged_into.number:
        return Own(question, "ACCEPTED", f"Answered under Q{question.merged_into.number}")
    if state == QuestionState.RELEASED:
        return Own(question, "ACCEPTED", f"Released as Q{question.number}")
    if confidence == Confidence.REFUSED and state == QuestionState.ASKED:
        return Own(question, "PROBLEM", "Not kept confidential: you decide", needs_them=True)
    words = {
        QuestionState.DRAFT: ("DRAFT", "Draft, not sent", True),
        QuestionState.IN_CONFIDENCE: ("ACCEPTED", "Answered in confidence", False),
        QuestionState.DECLINED: ("REFUSED", "Not answered: read why", False),
        QuestionState.WITHDRAWN: ("WITHDRAWN", "Withdrawn", False),
    }
    code, said, needs_them = words.get(state, ("SUBMITTED", "With the office", False))
    return Own(question, code, said, needs_them)


@dataclass(frozen=True)
class Due:
    """A question for which the office has something to do, and how many working days are left for it."""

    question: Clarification
    what: str
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed."""
        return self.days_left < 0


def office_queue(activities: QuerySet[Activity], *, at: datetime, person: User | None = None) -> list[Due]:
    """What waits in the office on these activities, the most pressing first. One query.

    With `person` only what they can do: not the release of what they wrote themselves.
    """
    own = Answer.objects.filter(release=None, writers=person) if person else Answer.objects.none()
    waiting = Clarification.objects.filter(
        Q(state=QuestionState.ANSWERED) | Q(pk__in=Clarification.objects.waiting().values("pk")),
        window__activity__in=activities,
    ).exclude(state=QuestionState.ANSWERED, pk__in=own.values("question"))
    today = local_date(at)
    rows = [
        Due(one, _what(one), working_days_left(on=today, until=local_date(one.window.answers_by)))
        for one in waiting.select_related("window__activity", "organisation")
    ]
    return sorted(rows, key=lambda row: (row.days_left, row.question.state != QuestionState.ASKED, row.question.pk))


def _what(question: Clarification) -> str:
    if question.confidence == Confidence.ASKED:
        return "Decide whether it is kept confidential"
    return "Release it" if question.state == QuestionState.ANSWERED else "Answer it"


def told_rows(activity: Activity) -> QuerySet[Told]:
    """Who was given each release, when, and what became of the messages: the proof of the level playing field.

    `sent`, `waiting`, `troubled` and `left` count messages. One query.
    """

    def counted(*statuses: DeliveryStatus) -> Count:
        return Count("deliveries", filter=Q(deliveries__status__in=statuses), distinct=True)

    rows: QuerySet[Told] = (
        Told.objects.filter(release__window__activity=activity)
        .select_related("release__window", "release__released_by", "organisation")
        .annotate(
            sent=counted(DeliveryStatus.SENT),
            waiting=counted(DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED),
            troubled=counted(DeliveryStatus.IN_DOUBT, DeliveryStatus.REFUSED),
            left=counted(DeliveryStatus.LEFT),
        )
    )
    return rows.order_by("-release__released_at", "-release__pk", "organisation__name")


def releases_of(activity: Activity) -> QuerySet[Release]:
    """The releases of an activity with their texts, newest first. Three queries."""
    answers = Answer.objects.select_related("question").order_by("question__number")
    found: QuerySet[Release] = Release.objects.filter(window__activity=activity)
    return (
        found.select_related("window", "released_by")
        .prefetch_related(Prefetch("answers", queryset=answers))
        .order_by("-released_at", "-pk")
    )
