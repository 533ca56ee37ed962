"""How far things are: what somebody says of an action, what its dates say, and how a plan stands because of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from contracts import rules
from contracts.domain.plans import PlanRefused
from contracts.enums import OPEN_ACTIONS, ActionState, Rag
from contracts.models import Action, ActionPlan, ActionUpdate, Agreement
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import at_5pm, uk_date
from engagement.domain.queries import Todo
from engagement.models import User

SOON = timedelta(days=14)
LARGEST = 5 * 1024 * 1024  # bytes of one file
ENDINGS = (".pdf", ".docx", ".xlsx", ".odt", ".ods", ".csv", ".txt", ".png", ".jpg", ".jpeg")
LONGEST_NAME = 100


@dataclass(frozen=True)
class Standing:
    """How a plan stands, and the sentence that says why."""

    rag: Rag
    sentence: str
    overridden: bool = False


def rag_of(action: Action, *, on: date) -> Rag:
    """Red when it is late; amber at risk, or due within 14 days and not begun; else green. Pure."""
    if action.state not in OPEN_ACTIONS:
        return Rag.GREEN
    if action.is_late(on=on):
        return Rag.RED
    soon = action.state == ActionState.NOT_BEGUN and action.due_on <= on + SOON
    return Rag.AMBER if soon or action.state == ActionState.AT_RISK else Rag.GREEN


def standing_of(plan: ActionPlan, actions: Sequence[Action], *, on: date) -> Standing:
    """How a plan stands by its dates, unless somebody said otherwise with a reason. Pure."""
    if plan.rag:
        return Standing(rag=Rag(plan.rag), sentence=plan.rag_reason, overridden=True)
    colours = [rag_of(action, on=on) for action in actions]
    late, near = colours.count(Rag.RED), colours.count(Rag.AMBER)
    if late:
        return Standing(Rag.RED, f"{_things(late)} late.")
    if near:
        return Standing(Rag.AMBER, f"{_things(near)} at risk, or due within 14 days and not begun.")
    waiting = [action.due_on for action in actions if action.state in OPEN_ACTIONS]
    if waiting:
        return Standing(Rag.GREEN, f"Nothing is late. The next thing is due on {uk_date(min(waiting))}.")
    return Standing(Rag.GREEN, "Nothing is open.")


def _things(number: int) -> str:
    return "1 thing is" if number == 1 else f"{number} things are"


@transaction.atomic
def update_action(
    *,
    action: Action,
    state: ActionState | str,
    actor: User,
    at: datetime,
    words: str = "",
    file_name: str = "",
    content: bytes | None = None,
) -> ActionUpdate:
    """Says how far an action is, with evidence in words and perhaps a file. Voids nobody's agreement to its plan.

    Raises `PlanRefused` when it is not theirs to say, is done or its plan closed, when done comes without evidence, or
    the file is too large or of a kind that is not taken. Only the Contract Manager drops an action.
    """
    action = Action.objects.for_table().select_for_update(of=("self",)).get(pk=action.pk)
    if not Action.objects.updatable_by(actor, at=at).filter(pk=action.pk).exists():
        raise PlanRefused("Somebody else says how far this is.")
    if action.state not in OPEN_ACTIONS:
        raise PlanRefused(f"This is {action.get_state_display().lower()} already.")
    if action.plan and action.plan.closed_at:
        raise PlanRefused("The plan it belongs to is closed.")
    _refuse_unproven(action, state, words, actor=actor, at=at)
    _refuse_file(file_name, content)
    update = ActionUpdate.objects.create(
        action=action,
        at=at,
        by=actor,
        state=state,
        words=words,
        file_name=file_name[-LONGEST_NAME:],
        content=content,
    )
    action.state, action.done_on = state, local_date(at) if state == ActionState.DONE else None
    action.save(update_fields=["state", "done_on"])
    log.record(
        action="action.updated",
        subject=action,
        actor=actor,
        at=at,
        summary=f"{action.agreement.reference}: an action is {action.get_state_display().lower()}.",
        activity=action.agreement.activity,
        organisation=action.agreement.provider,
        data={"action": action.pk, "state": str(state), "file": bool(file_name)},
    )
    return update


def _refuse_unproven(action: Action, state: str, words: str, *, actor: User, at: datetime) -> None:
    if state == ActionState.DONE and not words.strip():
        raise PlanRefused("Say what shows that it is done.", field="words")
    manages = Agreement.objects.writable_by(actor, at=at).filter(pk=action.agreement_id).exists()
    if state == ActionState.DROPPED and not (manages and words.strip()):
        raise PlanRefused("Only the Contract Manager drops an action, with the reason.", field="words")


def _refuse_file(name: str, content: bytes | None) -> None:
    if content is None:
        return
    if not content or len(content) > LARGEST:
        raise PlanRefused("Choose a file that is not empty and at most 5 MB.", field="file")
    if not name.lower().endswith(ENDINGS):
        raise PlanRefused(f"Choose a file that ends in one of {', '.join(ENDINGS)}.", field="file")


@transaction.atomic
def recheck(*, action: Action, result: str, actor: User, at: datetime) -> Action:
    """Keeps what was found when somebody looked whether an action helped. Raises `PlanRefused`."""
    action = Action.objects.for_table().select_for_update(of=("self",)).get(pk=action.pk)
    if not Agreement.objects.writable_by(actor, at=at).filter(pk=action.agreement_id).exists():
        raise PlanRefused("The Contract Manager looks whether it helped.")
    if action.state != ActionState.DONE or action.recheck_on is None:
        raise PlanRefused("It is looked at again once it is done.")
    if action.recheck_result:
        raise PlanRefused("It has been looked at again already.")
    action.recheck_result = result
    action.save(update_fields=["recheck_result"])
    log.record(
        action="action.rechecked",
        subject=action,
        actor=actor,
        at=at,
        summary=f"{action.agreement.reference}: it was looked at whether an action helped.",
        activity=action.agreement.activity,
        organisation=action.agreement.provider,
        data={"action": action.pk},
    )
    return action


def open_actions(user: User, *, at: datetime) -> QuerySet[Action]:
    """All open actions that a person may read, what is due first at the top (R-088, R-097). One query."""
    visible: QuerySet[Action] = Action.objects.visible_to(user, at=at).open().for_table()
    return visible.order_by("due_on", "pk")


def rechecks_due(user: User, *, at: datetime) -> QuerySet[Action]:
    """Done actions of a Contract Manager's agreements whose day to look again has come. One query."""
    found: QuerySet[Action] = Action.objects.filter(
        state=ActionState.DONE, recheck_on__lte=local_date(at), recheck_result=""
    )
    managed = found.filter(agreement__in=Agreement.objects.writable_by(user, at=at))
    return managed.select_related("agreement").order_by("recheck_on", "pk")


def action_todos(user: User, *, at: datetime) -> list[Todo]:
    """What a person owns, and what nobody is named for on their side; then what is to be looked at again. Two queries.

    The whole list is at its own address; here is what is due within 14 days.
    """
    day = local_date(at)
    mine = Action.objects.updatable_by(user, at=at).open().filter(due_on__lte=day + SOON).for_table()
    mine = mine.filter(rules.own_actions(user, at=at)).order_by("due_on", "pk")
    todos = [
        Todo(
            title=action.words,
            detail=f"{action.agreement.title}. "
            + ("Was due" if action.is_late(on=day) else "Due")
            + f" {uk_date(action.due_on)}.",
            url=action.get_absolute_url(),
            due_at=at_5pm(action.due_on),
            urgent=action.is_late(on=day),
            group="Actions",
        )
        for action in mine
    ]
    return todos + _recheck_todos(rechecks_due(user, at=at))


def _recheck_todos(actions: Iterable[Action]) -> list[Todo]:
    return [
        Todo(
            title=f"Did it help? {action.words}",
            detail=f"{action.agreement.title}. To be looked at on {uk_date(action.recheck_on)}.",
            url=action.get_absolute_url(),
            group="Actions",
        )
        for action in actions
        if action.recheck_on
    ]
