"""Beginning, changing, publishing and moving an activity: the only place that writes a stage (R-002, R-004, R-102)."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.text import slugify

from engagement.access import local_date
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.enums import STAGE_MOVES, EventKind, Fund, Stage
from engagement.models import Activity, FundingLine, Priority, StageChange, User

NUMBERING_TRIES = 5


class ActivityRefused(Exception):
    """The activity cannot be begun or published as it is; the message says what is missing."""


class StageMoveRefused(Exception):
    """The move is not possible from where the activity stands now; the message says why."""


@transaction.atomic
def begin_activity(
    *,
    title: str,
    summary: str,
    priorities: Collection[Priority],
    lead_commissioner: User,
    actor: User | None,
    at: datetime,
    contract_manager: User | None = None,
    area: str = "",
    stage: Stage = Stage.ANALYSE,
) -> Activity:
    """Begins an activity in draft, with the next reference of the year (`CI-2026-014`), and its first history entry.

    Raises `ActivityRefused` when it serves no priority of a plan (R-002); an import (`actor` is `None`) may link it
    later, and must before it is published. `stage` other than Analyse is for what was under way before the portal was.
    """
    if actor and not priorities:
        raise ActivityRefused("Choose at least one plan priority that this activity serves.")
    activity = _create_numbered(
        year=local_date(at).year,
        title=title,
        summary=summary,
        area=area,
        stage=stage,
        lead_commissioner=lead_commissioner,
        contract_manager=contract_manager,
        created_at=at,
    )
    activity.priorities.set(priorities)
    StageChange.objects.create(
        activity=activity, sequence=1, to_stage=stage, moved_at=at, moved_by=actor or lead_commissioner
    )
    log.record(
        action="activity.begun",
        subject=activity,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"{activity.reference} began: {title}",
        data={"stage": stage},
    )
    return activity


def _create_numbered(*, year: int, title: str, **fields: object) -> Activity:
    """A new row with the next reference and a free slug. Of two people at once, one goes round again."""
    for _ in range(NUMBERING_TRIES):
        try:
            with transaction.atomic():
                return Activity.objects.create(
                    reference=_next_reference(year), slug=_free_slug(title), title=title, **fields
                )
        except IntegrityError as error:
            collision = error
    raise collision


def _next_reference(year: int) -> str:
    """`CI-year-number`, counted within the year, without a gap at 1,000."""
    prefix = f"CI-{year}-"
    taken = Activity.objects.filter(reference__startswith=prefix).order_by(Length("reference").desc(), "-reference")
    last = taken.values_list("reference", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "activity"
    taken = set(Activity.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def change_activity(
    *,
    activity: Activity,
    title: str,
    summary: str,
    area: str,
    priorities: Collection[Priority],
    contract_manager: User | None,
    seen: str,
    actor: User,
    at: datetime,
) -> Activity:
    """Changes what an activity says of itself; its reference and address stay. The log names the fields that changed.

    `seen` is the `fingerprint` of what the person saw. Raises `ActivityRefused` when somebody has changed it meanwhile
    (C04), or when it would serve no priority of a plan (R-002).
    """
    if not priorities:
        raise ActivityRefused("Choose at least one plan priority that this activity serves.")
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if seen != fingerprint(activity):
        raise ActivityRefused(
            "Somebody else has changed this activity since you opened this page, so nothing is saved yet. "
            "Open it in another window, compare, and save again from there."
        )
    wanted = {"title": title, "summary": summary, "area": area, "contract_manager": contract_manager}
    changed = [name for name, value in wanted.items() if getattr(activity, name) != value]
    for name in changed:
        setattr(activity, name, wanted[name])
    if set(activity.priorities.all()) != set(priorities):
        activity.priorities.set(priorities)
        changed.append("priorities")
    if changed:
        activity.save(update_fields=[name for name in changed if name in wanted])
        log.record(
            action="activity.changed",
            subject=activity,
            actor=actor,
            at=at,
            activity=activity,
            summary=f"{activity.reference} was changed: {', '.join(changed).replace('_', ' ')}.",
            data={"fields": changed},
        )
    return activity


def fingerprint(activity: Activity) -> str:
    """Stands for what an activity says of itself now, so that nobody's change is overwritten unseen."""
    words = [activity.title, activity.summary, activity.area, str(activity.contract_manager_id)]
    words += [str(pk) for pk in activity.priorities.order_by("pk").values_list("pk", flat=True)]
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()[:16]


@transaction.atomic
def add_funding(
    *,
    activity: Activity,
    fund: Fund,
    stream: str,
    amount: Decimal,
    starts_on: date,
    ends_on: date,
    actor: User,
    at: datetime,
) -> FundingLine:
    """Adds a funding line: `amount` in pounds from exactly one fund, for a half-open period (R-022)."""
    line = FundingLine.objects.create(
        activity=activity, fund=fund, stream=stream, amount=amount, starts_on=starts_on, ends_on=ends_on
    )
    log.record(
        action="activity.funded",
        subject=line,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"{activity.reference}: £{amount} from {stream}",
        data={"fund": fund, "amount": str(amount)},
    )
    return line


@transaction.atomic
def publish_activity(*, activity: Activity, actor: User | None, at: datetime) -> Activity:
    """Opens an activity to the public. Publishing twice changes nothing.

    Raises `ActivityRefused` without a priority (R-002).
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.published_at:
        return activity
    if not activity.priorities.exists():
        raise ActivityRefused("Link this activity to at least one plan priority before publishing it.")
    activity.published_at = at
    activity.save(update_fields=["published_at"])
    log.record(
        action="activity.published",
        subject=activity,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"{activity.reference} was published.",
    )
    return activity


@transaction.atomic
def move_stage(
    *, activity: Activity, seen_stage: str, to_stage: Stage, actor: User, at: datetime, reason: str = ""
) -> StageChange:
    """Moves an activity, writes its history, and tells everyone engaged, once (R-004, R-086).

    `seen_stage` is the stage the person saw; the move is refused (`StageMoveRefused`) when it is no longer true, when
    the cycle does not allow it, or when de-commissioning has no reason (R-103). From De-commissioning the way leads to
    Closed, or back to the stage it came from when the case is dropped.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    _refuse_impossible(activity, seen_stage=seen_stage, to_stage=to_stage, reason=reason)
    change = StageChange.objects.create(
        activity=activity,
        sequence=activity.stage_changes.count() + 1,
        from_stage=activity.stage,
        to_stage=to_stage,
        reason=reason,
        moved_at=at,
        moved_by=actor,
    )
    activity.stage = to_stage
    activity.save(update_fields=["stage"])
    log.record(
        action="activity.moved",
        subject=activity,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"{activity.reference} moved to {change.get_to_stage_display()}.",
        data={"from": change.from_stage, "to": change.to_stage},
    )
    if activity.published_at:
        announce(
            key=f"stage-change:{change.pk}",
            kind=EventKind.STAGE_MOVED,
            activity=activity,
            title=f"{activity.title}: now at {change.get_to_stage_display()}",
            summary=reason,
            path=activity.get_absolute_url(),
            at=at,
            payload={"from": change.from_stage, "to": change.to_stage},
        )
    return change


def _refuse_impossible(activity: Activity, *, seen_stage: str, to_stage: Stage, reason: str) -> None:
    if activity.stage != seen_stage:
        last = activity.stage_changes.select_related("moved_by").order_by("-sequence").first()
        who = f"{last.moved_by} has" if last else "Someone has"
        raise StageMoveRefused(
            f"{who} already moved this activity to {activity.get_stage_display()}. Look at it again before you decide."
        )
    if to_stage not in allowed_moves(activity):
        raise StageMoveRefused(f"{activity.get_stage_display()} cannot move to {Stage(to_stage).label}.")
    if to_stage == Stage.DECOMMISSIONING and not reason.strip():
        raise StageMoveRefused("Say why de-commissioning begins: on what evidence, or for which priority.")


def allowed_moves(activity: Activity) -> set[Stage]:
    """The stages an activity may move to now, whoever asks."""
    moves = set(STAGE_MOVES[Stage(activity.stage)])
    if activity.stage == Stage.DECOMMISSIONING:
        last = activity.stage_changes.order_by("-sequence").first()
        if last and last.from_stage:
            moves.add(Stage(last.from_stage))
    return moves
