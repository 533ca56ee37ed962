"""Everything the hub of an activity shows, and its thread, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from consultations.domain import queries as consultations
from contracts.domain import queries as contracts
from engagement.domain.queries import StageStep, stage_steps, timeline_of
from engagement.enums import Stage
from engagement.models import Activity, Event, Priority, QuestionWindow, StageChange
from portal.domain.visibility import public_q
from portal.enums import SpecificationStatus
from portal.models import ActivityPage, IntentionPage, ReviewPage, SpecificationPage, SpecificationVersion


@dataclass(frozen=True)
class Documents:
    """The public documents of an activity; each is `None` or empty until there is one."""

    intention: IntentionPage | None
    specification: SpecificationVersion | None
    reviews: list[ReviewPage]


@dataclass(frozen=True)
class Hub:
    """What the hub shows. `page` is `None` for an activity that has no page of its own yet."""

    activity: Activity
    page: ActivityPage | None
    steps: list[StageStep]
    second_cycle_began: datetime | None
    documents: Documents
    consultations: list[Any]
    open_now: Any
    promises: list[Any]
    agreements: list[Any]
    performance: list[Any]
    story: list[Event]


def hub_of(*, activity: Activity, page: ActivityPage | None, at: datetime) -> Hub:
    """The hub of an activity as the public reads it at a moment."""
    full: Any = hub_activities().get(pk=activity.pk)
    asked = list(consultations.consultations_of(activity, at))
    return Hub(
        activity=full,
        page=page,
        steps=stage_steps(activity),
        second_cycle_began=full.second_cycle_began,
        documents=documents_of(activity, at=at),
        consultations=asked,
        open_now=next((one for one in asked if one.takes_answers(at=at)), None),
        promises=consultations.promises_of(activity, at),
        agreements=list(contracts.agreements_of(activity)),
        performance=list(contracts.performance_of(activity)),
        story=list(timeline_of(activity)),
    )


def hub_activities() -> QuerySet[Activity]:
    """Activities with their money by fund, their people, their priorities, and when they last came round again."""
    again = StageChange.objects.filter(
        activity=OuterRef("pk"), from_stage=Stage.REVIEW, to_stage__in=[Stage.ANALYSE, Stage.PLAN]
    )
    asked = QuestionWindow.objects.public().filter(activity=OuterRef("pk"))
    return (
        Activity.objects.with_funds()
        .annotate(answers_questions=Exists(asked))
        .annotate(second_cycle_began=Subquery(again.order_by("-sequence").values("moved_at")[:1]))
        .select_related("lead_commissioner", "contract_manager")
        .prefetch_related(Prefetch("priorities", queryset=Priority.objects.select_related("plan")))
    )


def documents_of(activity: Activity, *, at: datetime) -> Documents:
    """The documents of an activity that the public may read: one query for each kind."""
    public = public_q(at=at)
    readable = SpecificationPage.objects.filter(public, activity=activity)
    return Documents(
        intention=IntentionPage.objects.filter(public, activity=activity).first(),
        specification=SpecificationVersion.objects.filter(page__in=readable)
        .select_related("page__activity")
        .order_by("-number")
        .first(),
        reviews=list(ReviewPage.objects.filter(public, activity=activity).order_by("-number")),
    )


@dataclass(frozen=True)
class Station:
    """One item of the thread: where this page stands in its activity. `url` is `None` when it is not there yet."""

    name: str
    url: str | None
    current: bool


def thread_of(*, activity: Activity, current: str, at: datetime) -> list[Station]:
    """The stations of an activity's thread. `current` is the name of the one that holds this page."""
    documents = documents_of(activity, at=at)
    asked = list(consultations.consultations_of(activity, at))
    agreement = contracts.agreements_of(activity).first()
    published = list(contracts.performance_of(activity))
    base = activity.get_absolute_url()
    version, reviews = documents.specification, documents.reviews
    drafted = version is not None and version.status == SpecificationStatus.DRAFT
    stations = [
        ("Intention", "Intention", f"{base}intention/" if documents.intention else None),
        (
            "Specification",
            "Draft specification" if drafted else "Specification",
            f"{base}specification/" if version else None,
        ),
        ("Consultation", "Consultation", asked[0].get_absolute_url() if asked else None),
        ("Agreement", "Agreement", agreement.get_register_url() if agreement else None),
        ("Performance", "Performance", published[0].agreement.get_performance_url() if published else None),
        ("Review", "Review", f"{base}review/{reviews[0].number}/" if reviews else None),
    ]
    return [Station(words, url, name == current) for name, words, url in stations]
