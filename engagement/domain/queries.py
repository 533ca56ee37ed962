"""Reads across the ground floor: an activity's story, what waits for a person, how telling is going."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, Q, QuerySet

from engagement.enums import CYCLE, OFFICE_ROLES, DeliveryStatus, EventKind, Role, Stage
from engagement.models import Activity, Delivery, Event, Membership, User


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person, on their dashboard. `above_all` is for danger: it stands before all else."""

    title: str
    detail: str
    url: str
    due_at: datetime | None = None
    urgent: bool = False
    above_all: bool = False
    group: str = ""


@dataclass(frozen=True)
class StageStep:
    """One station of the stage tracker. `state` is `done`, `now`, `next` or `ended`."""

    stage: Stage
    state: str
    since: datetime | None


def invitation_todos(user: User) -> list[Todo]:
    """Invitations to act for an organisation that this person has not answered. One query."""
    invited: QuerySet[Membership] = Membership.objects.invited().filter(user=user).select_related("organisation")
    return [
        Todo(
            title=f"Will you act for {membership.organisation}?",
            detail=f"As {membership.get_role_display()}. Nothing changes until you say yes.",
            url=membership.get_invitation_url(),
            group="Invitations",
        )
        for membership in invited.order_by("pk")
    ]


def timeline_of(activity: Activity) -> QuerySet[Event]:
    """The public events of an activity, newest first."""
    public: QuerySet[Event] = Event.objects.public()
    return public.filter(activity=activity).order_by("-occurred_at", "-pk")


def latest_events(*, limit: int, kinds: Collection[EventKind] = ()) -> QuerySet[Event]:
    """The newest public events of all activities, for feeds and the home page; of some kinds, where these are named."""
    public: QuerySet[Event] = Event.objects.public()
    public = public.filter(kind__in=kinds) if kinds else public
    return public.select_related("activity").order_by("-occurred_at", "-pk")[:limit]


def stage_steps(activity: Activity) -> list[StageStep]:
    """The four stations of the cycle as the tracker shows them, with the moment each began or ended last. One query."""
    changes = list(activity.stage_changes.order_by("sequence"))
    began = {change.to_stage: change.moved_at for change in changes}
    left = {change.from_stage: change.moved_at for change in changes}
    stage = Stage(activity.stage)
    ended = stage not in CYCLE
    at_stage = Stage(changes[-1].from_stage) if stage == Stage.DECOMMISSIONING and changes else stage
    if stage == Stage.CLOSED:
        at_stage = next((Stage(c.from_stage) for c in reversed(changes) if c.to_stage == Stage.DECOMMISSIONING), stage)
    here = CYCLE.index(at_stage) if at_stage in CYCLE else len(CYCLE)
    steps = []
    for index, station in enumerate(CYCLE):
        if index < here:
            steps.append(StageStep(station, "done", left.get(station)))
        elif index == here:
            steps.append(StageStep(station, "ended" if ended else "now", began.get(station)))
        else:
            steps.append(StageStep(station, "next", None))
    return steps


def delivery_health() -> dict[str, Any]:
    """How telling is going: how many wait, are in doubt or refused, and since when the oldest unsent one has waited."""
    return Delivery.objects.aggregate(
        waiting=Count("pk", filter=Q(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED])),
        in_doubt=Count("pk", filter=Q(status=DeliveryStatus.IN_DOUBT)),
        refused=Count("pk", filter=Q(status=DeliveryStatus.REFUSED)),
        oldest_waiting=Min("event__occurred_at", filter=Q(status=DeliveryStatus.QUEUED)),
    )


def told_about(activity: Activity, *, reader: User, at: datetime) -> QuerySet[Event]:
    """Each event of an activity with how many were told, wait, or are in doubt: the proof of telling (R-086).

    Private ones only before a `reader` who may know of them.
    """
    readable: QuerySet[Event] = Event.objects.readable_by(reader, at=at)
    return (
        readable.filter(activity=activity)
        .annotate(
            told=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.SENT)),
            waiting=Count(
                "deliveries", filter=Q(deliveries__status__in=[DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED])
            ),
            troubled=Count(
                "deliveries", filter=Q(deliveries__status__in=[DeliveryStatus.IN_DOUBT, DeliveryStatus.REFUSED])
            ),
            left=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.LEFT)),
        )
        .order_by("-occurred_at", "-pk")
    )


def activities_by_stage(user: User | AnonymousUser, *, at: datetime) -> dict[Stage, int]:
    """How many of the activities that a person may see stand at each stage."""
    counts = dict(Activity.objects.visible_to(user, at=at).values_list("stage").annotate(Count("pk")))
    return {stage: counts.get(stage, 0) for stage in Stage}


def people_of_office(*roles: Role, on: date) -> QuerySet[User]:
    """People who work for the office on a day, in one of these roles (in any, when none is named), by name."""
    current = Membership.objects.current(on=on).filter(role__in=roles or OFFICE_ROLES)
    return User.objects.filter(pk__in=current.values("user"), is_active=True).order_by("name", "pk")
