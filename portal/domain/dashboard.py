"""What waits for a person when they sign in: every package's share in one list, then the portfolio and the numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from wagtail.models import Page, Revision, TaskState

from consultations.domain import queries as consultations
from contracts.domain import money
from contracts.domain import queries as contracts
from contracts.domain.monitoring import review_todos
from contracts.domain.progress import action_todos
from engagement.access import has_role, is_office, local_date, roles_of
from engagement.domain.packs import office_queue
from engagement.domain.queries import (
    Todo,
    activities_by_stage,
    delivery_health,
    invitation_todos,
    latest_events,
)
from engagement.enums import PROVIDER_ROLES, Role, Stage
from engagement.models import Activity, Event, User
from engagement.rules import own_activities, reads_draft_activities, settles_messages
from portal.models import ActivityPage, ManagementApproval
from portal.rules import reads_drafts

SHOWN_PER_STAGE = 5
NEWS_SHOWN = 4


@dataclass(frozen=True)
class Group:
    """Things to do of one kind, the most pressing first."""

    name: str
    todos: list[Todo]


@dataclass(frozen=True)
class StageColumn:
    """One stage of the portfolio: how many activities stand there, and the first of them, a person's own first."""

    stage: Stage
    count: int
    activities: list[Activity]


@dataclass(frozen=True)
class Purse:
    """The money that somebody looks after: each fund by itself, and what runs out within six months."""

    totals: list[money.FundTotal]
    running_out: list[money.RunningOut]


@dataclass(frozen=True)
class Dashboard:
    """A person's dashboard. `portfolio`, `numbers` and `news` are for the office; `open_now` for those with no role.

    `purse` is for specialists in finance, procurement and law, whose work it is.
    """

    groups: list[Group]
    waiting: int
    purse: Purse | None
    portfolio: list[StageColumn]
    opens_all: bool
    reads_drafts: bool
    numbers: dict[str, Any]
    news: list[Event]
    open_now: list[Any]
    is_office: bool
    is_provider: bool
    role_words: list[str]


def dashboard_of(*, user: User, at: datetime) -> Dashboard:
    """The dashboard of a person at a moment, made of what each package says waits for them."""
    day = local_date(at)
    office = is_office(user, on=day)
    provider = has_role(user, *PROVIDER_ROLES, on=day)
    todos = [
        *invitation_todos(user),
        *consultations.todo_for(user, at),
        *contracts.todo_for(user, at),
        *review_todos(user, at=at),
        *action_todos(user, at=at),
        *pages_to_approve(user, at=at),
        *pages_to_begin(user, at=at),
        *questions_to_settle(user, at=at),
        *messages_to_settle(user, at=at),
    ]
    return Dashboard(
        groups=grouped(todos),
        waiting=len(todos),
        purse=purse_of(user, at=at) if has_role(user, Role.SPECIALIST, on=day) else None,
        portfolio=portfolio_of(user, at=at) if office else [],
        opens_all=reads_draft_activities(user, at=at),
        reads_drafts=reads_drafts(user, at=at),
        numbers=numbers_at(at) if office else {},
        news=list(latest_events(limit=NEWS_SHOWN)) if office else [],
        open_now=[] if office or provider else list(consultations.open_consultations(at)),
        is_office=office,
        is_provider=provider,
        role_words=[Role(role).label for role in Role if role in roles_of(user, on=day)],
    )


def grouped(todos: list[Todo]) -> list[Group]:
    """Groups by name, the one with the most pressing thing first: danger, what is urgent, then what is due soonest."""

    def pressing(todo: Todo) -> tuple[bool, bool, bool, float]:
        return (
            not todo.above_all,
            not todo.urgent,
            todo.due_at is None,
            todo.due_at.timestamp() if todo.due_at else 0.0,
        )

    groups: dict[str, list[Todo]] = {}
    for todo in sorted(todos, key=pressing):
        groups.setdefault(todo.group or "To do", []).append(todo)
    return [Group(name, items) for name, items in groups.items()]


def pages_to_approve(user: User, *, at: datetime) -> list[Todo]:
    """Pages that wait for this person's approval: never those they wrote part of (A15). Three queries."""
    if not has_role(user, Role.MANAGEMENT, on=local_date(at)):
        return []
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, task__in=ManagementApproval.objects.values("pk")
    ).select_related("revision", "workflow_state__requested_by")
    sent_by = {int(state.revision.object_id): state.workflow_state.requested_by for state in states}
    written = set(
        Revision.page_revisions.filter(object_id__in=[str(key) for key in sent_by], user=user).values_list(
            "object_id", "pk"
        )
    )
    return [
        Todo(
            title=page.draft_title or page.title,
            detail=f"{str(page.specific_class._meta.verbose_name).capitalize()}, sent by {sent_by[page.pk]}",
            url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
            group="Waiting for your approval",
        )
        for page in Page.objects.filter(pk__in=sent_by).order_by("latest_revision_created_at")
        if not any(int(key) == page.pk and revision > (page.live_revision_id or 0) for key, revision in written)
    ]


def pages_to_begin(user: User, *, at: datetime) -> list[Todo]:
    """Own activities that have no page yet, for those who lead them."""
    if not has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        return []
    activities = Activity.objects.filter(lead_commissioner=user).exclude(stage=Stage.CLOSED)
    return [
        Todo(
            title=activity.title,
            detail=f"{activity.reference} has no page yet: say why you are doing this",
            url=reverse("portal:draft-list"),
            group="Pages to write",
        )
        for activity in activities.exclude(pk__in=ActivityPage.objects.values("activity")).order_by("reference")
    ]


def questions_to_settle(user: User, *, at: datetime) -> list[Todo]:
    """Questions from providers on the activities that a person runs. One query."""
    if not has_role(user, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, on=local_date(at)):
        return []
    own = Activity.objects.answered_by(user, at=at)
    return [
        Todo(
            title=f"{row.what}: a question on {row.question.window.activity.title}",
            detail=f"{row.question.window.activity.reference}, {row.question.window.about}",
            url=row.question.get_manage_url(),
            due_at=row.question.window.answers_by,
            urgent=row.is_late,
            group="Questions from providers",
        )
        for row in office_queue(own, at=at, person=user)
    ]


def messages_to_settle(user: User, *, at: datetime) -> list[Todo]:
    """Messages that ended unknown or were refused: a person decides."""
    if not settles_messages(user, at=at):
        return []
    health = delivery_health()
    words = {
        "in_doubt": ("{n} in doubt", "We do not know what the mail server took. Decide: send again, or leave."),
        "refused": ("{n} refused", "The mail server refused these addresses for good."),
    }
    return [
        Todo(
            title=title.format(n=f"{health[key]} message{'s' if health[key] != 1 else ''}"),
            detail=detail,
            url=reverse("engagement:delivery-list"),
            urgent=key == "in_doubt",
            group="Messages",
        )
        for key, (title, detail) in words.items()
        if health[key]
    ]


def purse_of(user: User, *, at: datetime) -> Purse:
    """The money that a person may read. Four queries."""
    return Purse(totals=money.totals(user, at=at), running_out=money.running_out(user, at=at))


def portfolio_of(user: User, *, at: datetime) -> list[StageColumn]:
    """The activities this person may see, by stage: all counted, the first few named, their own first. Two queries."""
    counts = activities_by_stage(user, at=at)
    visible = Activity.objects.visible_to(user, at=at)
    ranked = visible.annotate(
        own=Q(pk__in=Activity.objects.filter(own_activities(user, at=at)).values("pk")),
        place=Window(RowNumber(), partition_by=F("stage"), order_by=[F("own").desc(), F("reference").desc()]),
    ).filter(place__lte=SHOWN_PER_STAGE)
    named: dict[str, list[Activity]] = {}
    for activity in ranked.order_by("stage", "place"):
        named.setdefault(activity.stage, []).append(activity)
    return [StageColumn(stage, counts[stage], named.get(stage, [])) for stage in Stage]


def numbers_at(at: datetime) -> dict[str, Any]:
    """The few figures that stand under the portfolio."""
    return {
        "consultations": consultations.counts(at),
        "running": contracts.running_services_count(at),
        "tally": contracts.rating_tally(contracts.latest_quarter()),
    }
