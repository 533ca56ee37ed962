"""What follows when a provider fails to deliver: proposed, decided, appealed, lifted (R-084).

The office's ladder becomes part of an agreement before any of it can be used. A step that only warns is the Contract
Manager's; one that withholds money or ends something is decided by the Management Team or the Commissioner, and never
by whoever proposed it. An appeal is decided by neither. A step of the ladder is passed over only with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain import telling
from contracts.domain.duties import notice_due_on
from contracts.domain.ladders import ladder_on, rungs_of
from contracts.domain.managed import managed
from contracts.enums import AppealOutcome, ConsequenceState
from contracts.models import ActionPlan, Agreement, Consequence, LadderAttachment, Rung
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.domain.queries import people_of_office
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

DECIDERS = (Role.MANAGEMENT, Role.COMMISSIONER)


class ConsequenceRefused(Refused):
    """The step cannot be taken like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Clock:
    """The statutory notice of a failure: by when it is to be published, and whether it was."""

    due_on: date
    noticed_on: date | None
    is_late: bool


def clock_of(consequence: Consequence, *, duty: bool, on: date) -> Clock | None:
    """The 30 days for the statutory notice, from the day the office knew; nothing where no duty applies. Pure."""
    if not duty or consequence.state == ConsequenceState.DECLINED:
        return None
    due_on = notice_due_on(consequence.known_on)
    return Clock(due_on, consequence.noticed_on, is_late=(consequence.noticed_on or on) > due_on)


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(agreement, actor=actor, at=at, refused=ConsequenceRefused)


@transaction.atomic
def attach_ladder(*, agreement: Agreement, clause: str, actor: User, at: datetime) -> LadderAttachment:
    """Makes the office's ladder of today part of an agreement, and says where its words do. Raises a refusal."""
    agreement = _managed(agreement, actor=actor, at=at)
    ladder = ladder_on(local_date(at))
    if ladder is None:
        raise ConsequenceRefused("The office has no ladder yet.")
    facts = {"ladder": ladder, "clause": clause, "attached_by": actor, "attached_at": at}
    attachment, created = LadderAttachment.objects.get_or_create(agreement=agreement, defaults=facts)
    if not created:
        raise ConsequenceRefused("A ladder is part of this agreement already.")
    log.record(
        action="ladder.attached",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: the ladder of consequences is part of it.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"ladder": ladder.pk},
    )
    return attachment


def ladder_of(agreement: Agreement) -> tuple[LadderAttachment | None, list[Rung]]:
    """The ladder that is part of an agreement, its steps from the mildest. Two queries at most."""
    found = LadderAttachment.objects.filter(agreement=agreement).select_related("ladder", "attached_by").first()
    return found, rungs_of(found.ladder if found else None)


def passed_over(agreement: Agreement, rung: Rung) -> list[Rung]:
    """The steps below this one that were never in force. One query."""
    used = Consequence.objects.filter(
        agreement=agreement, state__in=[ConsequenceState.IN_FORCE, ConsequenceState.LIFTED]
    )
    below = Rung.objects.filter(ladder=rung.ladder_id, order__lt=rung.order)
    return list(below.exclude(order__in=used.values("rung__order")).order_by("order"))


def still_to_put_right(agreement: Agreement, rung: Rung, *, on: date) -> Consequence | None:
    """The milder step in force whose time to put things right is not over; the one that lasts longest. One query."""
    in_force = Consequence.objects.filter(agreement=agreement, state=ConsequenceState.IN_FORCE)
    milder = in_force.filter(rung__order__lt=rung.order, rung__notice_days__gt=0).select_related("rung")
    running = [(step.put_right_by, step) for step in milder if step.put_right_by and step.put_right_by >= on]
    return max(running, key=lambda one: one[0])[1] if running else None


@transaction.atomic
def propose(
    *,
    agreement: Agreement,
    rung: Rung,
    known_on: date,
    reason: str,
    evidence: str,
    actor: User,
    at: datetime,
    out_of_order: str = "",
    amount: Decimal | None = None,
    plan: ActionPlan | None = None,
) -> Consequence:
    """Takes a step of the ladder, or proposes one that somebody else decides. The provider is told once it is in force.

    Raises `ConsequenceRefused` when no ladder or another is part of the agreement, a step is passed over or the
    time to put things right cut short without a reason, or the office will know only in the future.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    attachment, _ = ladder_of(agreement)
    if not agreement.is_live or attachment is None:
        raise ConsequenceRefused("Make the ladder part of the signed agreement first.")
    if rung.ladder_id != attachment.ladder_id:
        raise ConsequenceRefused("Choose a step of the ladder that is part of this agreement.", field="rung")
    if known_on > local_date(at):
        raise ConsequenceRefused("Enter the day on which the office knew, today or earlier.", field="known_on")
    skipped = passed_over(agreement, rung)
    if skipped and not out_of_order.strip():
        names = ", ".join(step.name for step in skipped)
        raise ConsequenceRefused(f"Say why these steps are passed over: {names}.", field="out_of_order")
    early = still_to_put_right(agreement, rung, on=local_date(at))
    if early and early.put_right_by and not out_of_order.strip():
        words = f"The provider has until {uk_date(early.put_right_by)} to put right what led to “{early.rung.name}”"
        raise ConsequenceRefused(f"{words}. Say why the next step cannot wait.", field="out_of_order")
    consequence = Consequence.objects.create(
        agreement=agreement,
        number=Consequence.objects.filter(agreement=agreement).count() + 1,
        rung=rung,
        plan=plan,
        needs_decision=rung.needs_decision,
        state=ConsequenceState.PROPOSED,
        known_on=known_on,
        reason=reason,
        evidence=evidence,
        out_of_order=out_of_order.strip() if skipped or early else "",
        amount=amount,
        proposed_by=actor,
        proposed_at=at,
    )
    if rung.needs_decision:
        _record(consequence, "consequence.proposed", "is proposed", actor=actor, at=at)
        _ask_deciders(consequence, "Decide on", at=at)
    else:
        _put_in_force(consequence, words="", actor=actor, at=at)
    return consequence


def _ask_deciders(consequence: Consequence, what: str, *, at: datetime) -> None:
    agreement = consequence.agreement
    announce(
        key=f"consequence-decision:{consequence.pk}:{what}",
        kind=EventKind.DECISION_ASKED,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        people=list(people_of_office(*DECIDERS, on=local_date(at))),
        title=f"{what} {consequence.rung.name.lower()}: {agreement.title}"[:200],
        path=consequence.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _put_in_force(consequence: Consequence, *, words: str, actor: User, at: datetime) -> None:
    days = consequence.rung.appeal_days
    consequence.state, consequence.decided_by, consequence.decided_at = ConsequenceState.IN_FORCE, actor, at
    consequence.decision_words = words
    consequence.appeal_by = local_date(at) + timedelta(days=days) if days else None
    consequence.save()
    _record(consequence, "consequence.invoked", "is in force", actor=actor, at=at)
    _tell_provider(consequence, "in-force", consequence.rung.name, at=at)


def _tell_provider(consequence: Consequence, what: str, words: str, *, at: datetime) -> None:
    agreement = consequence.agreement
    announce(
        key=f"consequence-{what}:{consequence.pk}",
        kind=EventKind.CONSEQUENCE_INVOKED,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=agreement.provider,
        title=f"{agreement.title}: {words}"[:200],
        path=consequence.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _held(consequence: Consequence) -> Consequence:
    rows = Consequence.objects.select_related("agreement__activity__contract_manager", "agreement__provider", "rung")
    return rows.select_for_update(of=("self",)).get(pk=consequence.pk)


@transaction.atomic
def decide(*, consequence: Consequence, invoke: bool, words: str, actor: User, at: datetime) -> Consequence:
    """Decides on a proposed step, by somebody other than who proposed it. Raises `ConsequenceRefused`."""
    consequence = _held(consequence)
    if consequence.state != ConsequenceState.PROPOSED:
        raise ConsequenceRefused(f"This was decided already, by {consequence.decided_by}.")
    if consequence.proposed_by == actor:
        raise ConsequenceRefused("You proposed this, so somebody else decides.")
    if not rules.decides(actor, at=at):
        raise ConsequenceRefused("The Management Team or the Commissioner decides this.")
    if invoke:
        _put_in_force(consequence, words=words, actor=actor, at=at)
        telling.consequence_decided(consequence, at=at)
        return consequence
    consequence.state, consequence.decided_by, consequence.decided_at = ConsequenceState.DECLINED, actor, at
    consequence.decision_words = words
    consequence.save()
    _record(consequence, "consequence.declined", "was decided against", actor=actor, at=at)
    telling.consequence_decided(consequence, at=at)
    return consequence


@transaction.atomic
def appeal(*, consequence: Consequence, words: str, actor: User, at: datetime) -> Consequence:
    """A certifier of the provider appeals, once, up to and including the last day. Raises `ConsequenceRefused`."""
    consequence = _held(consequence)
    if consequence.appealed_at:
        raise ConsequenceRefused(f"An appeal was made already, by {consequence.appealed_by}.")
    if not Consequence.objects.filter(rules.appealable_consequences(actor, at=at), pk=consequence.pk).exists():
        raise ConsequenceRefused("A certifier of the provider appeals, while there is still time.")
    consequence.appeal, consequence.appealed_by, consequence.appealed_at = words, actor, at
    consequence.save()
    _record(consequence, "consequence.appealed", "is appealed against", actor=actor, at=at)
    _ask_deciders(consequence, "Decide on an appeal against", at=at)
    return consequence


@transaction.atomic
def decide_appeal(*, consequence: Consequence, outcome: str, words: str, actor: User, at: datetime) -> Consequence:
    """Decides on an appeal, by somebody who neither proposed nor decided the step. Upheld, it lifts it.

    Raises `ConsequenceRefused`.
    """
    consequence = _held(consequence)
    if consequence.appealed_at is None or consequence.appeal_outcome:
        raise ConsequenceRefused("No appeal waits for a decision.")
    if actor in {consequence.decided_by, consequence.proposed_by}:
        raise ConsequenceRefused("You had a part in this step, so somebody else decides on the appeal.")
    if not Consequence.objects.filter(rules.decidable_appeals(actor, at=at), pk=consequence.pk).exists():
        raise ConsequenceRefused("The Management Team or the Commissioner decides on an appeal.")
    consequence.appeal_outcome, consequence.appeal_words = outcome, words
    consequence.appeal_decided_by, consequence.appeal_decided_at = actor, at
    if outcome == AppealOutcome.UPHELD:
        consequence.state, consequence.lifted_at, consequence.lifted_words = ConsequenceState.LIFTED, at, words
    consequence.save()
    done = f"had its appeal decided: {consequence.get_appeal_outcome_display().lower()}"
    _record(consequence, "consequence.appeal_decided", done, actor=actor, at=at)
    _tell_provider(consequence, "appeal", "your appeal is decided", at=at)
    telling.appeal_decided(consequence, at=at)
    return consequence


@transaction.atomic
def lift(*, consequence: Consequence, words: str, actor: User, at: datetime) -> Consequence:
    """Ends a step that is in force, with what made it better. Raises `ConsequenceRefused`."""
    consequence = _held(consequence)
    _managed(consequence.agreement, actor=actor, at=at)
    if consequence.state != ConsequenceState.IN_FORCE:
        raise ConsequenceRefused("This is not in force.")
    if consequence.appealed_at and not consequence.appeal_outcome:
        raise ConsequenceRefused("An appeal waits for a decision. It is decided first.")
    consequence.state, consequence.lifted_at, consequence.lifted_words = ConsequenceState.LIFTED, at, words
    consequence.save()
    _record(consequence, "consequence.lifted", "is lifted", actor=actor, at=at)
    _tell_provider(consequence, "lifted", f"{consequence.rung.name.lower()} lifted", at=at)
    return consequence


@transaction.atomic
def record_notice(
    *, consequence: Consequence, noticed_on: date, notice_url: str, actor: User, at: datetime
) -> Consequence:
    """Keeps when and where the statutory notice was published. Raises `ConsequenceRefused`."""
    consequence = _held(consequence)
    _managed(consequence.agreement, actor=actor, at=at)
    if not consequence.known_on <= noticed_on <= local_date(at):
        raise ConsequenceRefused(
            "Enter the day it was published: not before the office knew, and not in the future.", field="noticed_on"
        )
    consequence.noticed_on, consequence.notice_url = noticed_on, notice_url
    consequence.save(update_fields=["noticed_on", "notice_url"])
    _record(consequence, "consequence.noticed", "has its statutory notice", actor=actor, at=at)
    return consequence


def _record(consequence: Consequence, action: str, words: str, *, actor: User, at: datetime) -> None:
    agreement = consequence.agreement
    data: dict[str, Any] = {"consequence": consequence.number, "step": consequence.rung.name}
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {consequence.rung.name.lower()} {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data=data,
    )
