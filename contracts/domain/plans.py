"""Plans that both sides agree: opening, changing, agreeing and closing them (R-073 to R-075, R-081, R-084, R-085).

Both sides agree to the same version. A change of what is to be done makes a new version, which nobody has agreed to
yet; progress does not. It works the same for a charity, the police, the fire service and the office's own staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain.managed import managed
from contracts.enums import ActionKind, ActionState, PlanKind, Side
from contracts.models import Action, ActionPlan, Agreement, Figure, Meeting, PlanStamp
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind
from engagement.models import User

ONE_AT_A_TIME = {PlanKind.MOBILISATION: "a mobilisation plan", PlanKind.EXIT: "an exit plan"}


class PlanRefused(Refused):
    """The plan or action cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Agreeing:
    """Who has agreed to the plan as it stands now."""

    office: PlanStamp | None
    provider: PlanStamp | None

    @property
    def by_both(self) -> bool:
        """Whether it is agreed."""
        return self.office is not None and self.provider is not None

    @property
    def sentence(self) -> str:
        """Where the agreeing stands, in words."""
        if self.by_both:
            return "Agreed by both sides."
        if self.office:
            return "The office has agreed. It waits for a certifier of the provider."
        if self.provider:
            return "The provider has agreed. It waits for the Contract Manager."
        return "Neither side has agreed to it as it stands now."


def agreeing_of(plan: ActionPlan) -> Agreeing:
    """The stamps on the version that holds now. One query."""
    stamps = {stamp.side: stamp for stamp in plan.stamps.filter(version=plan.version).select_related("by")}
    return Agreeing(office=stamps.get(Side.OFFICE), provider=stamps.get(Side.PROVIDER))


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(
        agreement,
        actor=actor,
        at=at,
        refused=PlanRefused,
        words="Only the Contract Manager of the activity changes this.",
    )


def _held(plan: ActionPlan) -> ActionPlan:
    """The plan as it is in the database, held until the transaction ends."""
    people = ("agreement__activity__contract_manager", "agreement__provider")
    return ActionPlan.objects.select_related(*people).select_for_update(of=("self",)).get(pk=plan.pk)


def _open(plan: ActionPlan, *, actor: User, at: datetime, seen_version: int | None = None) -> ActionPlan:
    plan = _held(plan)
    _managed(plan.agreement, actor=actor, at=at)
    if plan.closed_at:
        raise PlanRefused(f"This plan was closed by {plan.closed_by}.")
    if seen_version is not None and plan.version != seen_version:
        raise PlanRefused("This plan has been changed since you opened it. Look at it again first.")
    return plan


@transaction.atomic
def open_plan(
    *,
    agreement: Agreement,
    kind: PlanKind | str,
    aim: str,
    actor: User,
    at: datetime,
    because: str = "",
    figure: Figure | None = None,
) -> ActionPlan:
    """Opens a plan, which both sides can then agree. An improvement plan says `because` of what, perhaps a `figure`.

    Raises `PlanRefused` before the agreement is signed, and for a second mobilisation or exit plan.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    if not agreement.is_live:
        raise PlanRefused("A plan is made with a provider once the agreement is signed.")
    before = ActionPlan.objects.filter(agreement=agreement)
    if kind in ONE_AT_A_TIME and before.open().filter(kind=kind).exists():
        raise PlanRefused(f"There is {ONE_AT_A_TIME[PlanKind(kind)]} already.")
    if kind == PlanKind.IMPROVEMENT and not because.strip():
        raise PlanRefused("Say what is not as it was agreed.", field="because")
    plan = ActionPlan.objects.create(
        agreement=agreement,
        number=before.count() + 1,
        kind=kind,
        aim=aim,
        because=because,
        figure=figure,
        opened_by=actor,
        opened_at=at,
    )
    _record(plan, "plan.opened", f"{plan} was opened", actor=actor, at=at)
    return plan


@transaction.atomic
def change_plan(
    *, plan: ActionPlan, seen_version: int, actor: User, at: datetime, aim: str, because: str = ""
) -> ActionPlan:
    """Changes what a plan is for. What both sides agreed to before is no longer what stands. Raises `PlanRefused`."""
    plan = _open(plan, actor=actor, at=at, seen_version=seen_version)
    if (plan.aim, plan.because) != (aim, because):
        plan.aim, plan.because = aim, because
        plan.save(update_fields=["aim", "because"])
        _make_new_version(plan, "its aim was changed", actor=actor, at=at)
    return plan


def _make_new_version(plan: ActionPlan, what: str, *, actor: User, at: datetime) -> None:
    plan.version += 1
    plan.save(update_fields=["version"])
    data = {"version": plan.version}
    _record(plan, "plan.changed", f"{plan}: {what}, so neither side has agreed yet", actor=actor, at=at, data=data)


@transaction.atomic
def add_action(
    *,
    words: str,
    side: Side | str,
    due_on: date,
    actor: User,
    at: datetime,
    plan: ActionPlan | None = None,
    meeting: Meeting | None = None,
    kind: ActionKind | str = ActionKind.ACTION,
    owner: User | None = None,
    recheck_on: date | None = None,
    public_words: str = "",
) -> Action:
    """Adds a milestone or action to a plan, which makes a new version of it, or to a meeting. Raises `PlanRefused`.

    `public_words` are what the public reads of a milestone of a mobilisation plan once both sides agree to it.
    """
    if plan is not None:
        plan = _open(plan, actor=actor, at=at)
        agreement = plan.agreement
    elif meeting is not None:
        agreement = _managed(meeting.agreement, actor=actor, at=at)
    else:
        raise PlanRefused("An action belongs to a plan or comes from a meeting.")
    _refuse_backwards(due_on, recheck_on)
    action = Action.objects.create(
        agreement=agreement,
        plan=plan,
        meeting=meeting,
        kind=kind,
        words=words,
        public_words=public_words.strip(),
        side=side,
        owner=owner,
        due_on=due_on,
        recheck_on=recheck_on,
        created_at=at,
    )
    if plan is not None:
        _make_new_version(plan, "an action was added", actor=actor, at=at)
    return action


@transaction.atomic
def change_action(*, action: Action, seen_version: int, actor: User, at: datetime, **fields: Any) -> Action:
    """Changes what is to be done, by whom or by when. In a plan that makes a new version. Raises `PlanRefused`."""
    plan = _open(action.plan, actor=actor, at=at) if action.plan else None
    if plan is None:
        _managed(action.agreement, actor=actor, at=at)
    action = Action.objects.select_related("agreement", "plan").select_for_update(of=("self",)).get(pk=action.pk)
    if action.version != seen_version:
        raise PlanRefused("This has been changed since you opened it. Look at it again first.")
    if action.state == ActionState.DONE:
        raise PlanRefused("This is done, so what it was is no longer changed.")
    changed = [name for name, value in fields.items() if getattr(action, name) != value]
    for name in changed:
        setattr(action, name, fields[name])
    _refuse_backwards(action.due_on, action.recheck_on)
    if changed:
        action.version += 1
        action.save(update_fields=[*changed, "version"])
        if plan is not None:
            _make_new_version(plan, "an action was changed", actor=actor, at=at)
    return action


def _refuse_backwards(due_on: date, recheck_on: date | None) -> None:
    if recheck_on and recheck_on < due_on:
        raise PlanRefused("Look whether it helped on the day it is due or later.", field="recheck_on")


def side_of(plan: ActionPlan, user: User, *, at: datetime) -> Side | None:
    """The side for which a person can agree to a plan; nothing for everybody else. At most two queries."""
    if Agreement.objects.writable_by(user, at=at).filter(pk=plan.agreement_id).exists():
        return Side.OFFICE
    if ActionPlan.objects.filter(rules.agreed_plans(user, at=at), pk=plan.pk).exists():
        return Side.PROVIDER
    return None


@transaction.atomic
def agree(*, plan: ActionPlan, seen_version: int, actor: User, at: datetime) -> PlanStamp:
    """Agrees to a plan as it stands, for the side that this person acts for; doing it again changes nothing.

    Tells the other side. Raises `PlanRefused` when it changed since it was seen, is empty or closed, or the person
    agrees for neither side.
    """
    plan = _held(plan)
    side = side_of(plan, actor, at=at)
    if side is None:
        raise PlanRefused("The Contract Manager and a certifier of the provider agree to a plan.")
    if plan.closed_at or plan.version != seen_version:
        raise PlanRefused("This plan has been changed since you opened it. Look at it again first.")
    if not plan.actions.exclude(state=ActionState.DROPPED).exists():
        raise PlanRefused("A plan needs at least one thing to do before anybody agrees to it.")
    facts = {"plan": plan, "version": plan.version, "side": side}
    stamp, created = PlanStamp.objects.get_or_create(**facts, defaults={"by": actor, "at": at})
    if created:
        _record(plan, "plan.agreed", f"{plan}: {stamp}", actor=actor, at=at, data={"version": plan.version})
        _tell_other_side(plan, stamp, at=at)
    return stamp


def _tell_other_side(plan: ActionPlan, stamp: PlanStamp, *, at: datetime) -> None:
    agreement, both = plan.agreement, agreeing_of(plan).by_both
    title = f"{plan.get_kind_display()} for {agreement.title}: " + ("agreed by both sides" if both else "please agree")
    told: dict[str, Any] = {"audience": Audience.ORGANISATION, "organisation": agreement.provider}
    if stamp.side == Side.PROVIDER:
        manager = agreement.activity.contract_manager
        told = {"audience": Audience.PEOPLE, "people": [manager] if manager else []}
    announce(
        key=f"plan-agreed:{stamp.pk}",
        kind=EventKind.PLAN_TO_AGREE,
        activity=agreement.activity,
        title=title[:200],
        path=plan.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
        **told,
    )


@transaction.atomic
def override_rag(*, plan: ActionPlan, rag: str, reason: str, actor: User, at: datetime) -> ActionPlan:
    """Says how a plan stands in spite of its dates, with the reason; an empty `rag` leaves it to the dates again."""
    plan = _open(plan, actor=actor, at=at)
    if rag and not reason.strip():
        raise PlanRefused("Say why it stands otherwise than its dates say.", field="reason")
    plan.rag, plan.rag_reason = rag, reason.strip() if rag else ""
    plan.save(update_fields=["rag", "rag_reason"])
    words = f"{plan} was set to {plan.get_rag_display().lower()}" if rag else f"{plan} follows its dates again"
    _record(plan, "plan.rag", words, actor=actor, at=at, data={"rag": rag})
    return plan


@transaction.atomic
def close_plan(*, plan: ActionPlan, outcome: str, words: str, actor: User, at: datetime) -> ActionPlan:
    """Closes a plan with what became of it. Raises `PlanRefused` while something in it is open."""
    plan = _open(plan, actor=actor, at=at)
    waiting = plan.actions.open().count()
    if waiting:
        is_open = "1 thing is" if waiting == 1 else f"{waiting} things are"
        raise PlanRefused(f"{is_open} still open. Say of each whether it is done or dropped first.")
    plan.outcome, plan.outcome_words, plan.closed_by, plan.closed_at = outcome, words, actor, at
    plan.save(update_fields=["outcome", "outcome_words", "closed_by", "closed_at"])
    _record(plan, "plan.closed", f"{plan} was closed: {plan.get_outcome_display().lower()}", actor=actor, at=at)
    announce(
        key=f"plan-closed:{plan.pk}",
        kind=EventKind.PLAN_TO_AGREE,
        activity=plan.agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=plan.agreement.provider,
        title=f"{plan.get_kind_display()} for {plan.agreement.title}: {plan.get_outcome_display().lower()}"[:200],
        path=plan.get_absolute_url(),
        sensitive=plan.agreement.sensitive,
        at=at,
    )
    return plan


def _record(
    plan: ActionPlan, action: str, words: str, *, actor: User, at: datetime, data: dict[str, Any] | None = None
) -> None:
    log.record(
        action=action,
        subject=plan.agreement,
        actor=actor,
        at=at,
        summary=f"{plan.agreement.reference}: {words}.",
        activity=plan.agreement.activity,
        organisation=plan.agreement.provider,
        data={"plan": plan.number, **(data or {})},
    )
