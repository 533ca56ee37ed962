"""Payments to a provider: planned, proposed, approved by somebody else, and taken back (R-022, R-076).

The Contract Manager plans and proposes; the Management Team or the Commissioner approves, and never whoever proposed
it. Nothing is paid before the agreement is signed, before what a payment waits for is done, or while the ladder of
consequences withholds money. What is taken back is a row of its own, negative, with its reason.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from contracts import rules
from contracts.domain.managed import managed
from contracts.domain.schedule import calendar_of
from contracts.domain.telling import tell_person, tell_provider
from contracts.enums import ActionKind, ActionState, PaymentKind, PaymentState
from contracts.models import Action, Agreement, Allocation, Payment
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.domain.periods import Period
from engagement.domain.queries import people_of_office
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

APPROVERS = (Role.MANAGEMENT, Role.COMMISSIONER)
AHEAD = timedelta(days=31)  # how far ahead the day of a payment may lie that is proposed today
MOST_PERIODS = 60


class PaymentRefused(Refused):
    """The payment cannot be kept or made like this; the message says why. `field` names the box, if one."""


def periods_of(agreement: Agreement, *, on: date) -> list[Period]:
    """The periods of the term whose returns a payment may wait for, first to last. Two queries."""
    first = agreement.starts.earliest if agreement.starts else on
    last = agreement.ends.latest if agreement.ends else first + timedelta(days=5 * 366)
    calendar = calendar_of(agreement)
    running = [period for period in calendar.running(first, most=MOST_PERIODS) if period.starts_on <= last]
    by_hand = [period for period in calendar.by_hand if period.starts_on <= last and period.ends_on > first]
    return sorted({*running, *by_hand}, key=lambda period: (period.ends_on, period.starts_on))


def milestones_of(agreement: Agreement) -> QuerySet[Action]:
    """The milestones that a payment may wait for."""
    found: QuerySet[Action] = Action.objects.filter(agreement=agreement, kind=ActionKind.MILESTONE)
    return found.exclude(state=ActionState.DROPPED).order_by("due_on", "pk")


def hindrances(payment: Payment) -> list[str]:
    """Why a payment cannot be made now, in words; nothing hinders what is taken back. Needs `with_hindrances`. Pure."""
    if payment.kind != PaymentKind.PAYMENT:
        return []
    found = []
    if not payment.agreement.is_live:
        found.append("The agreement is not signed.")
    if payment.after_period and not payment.return_accepted:  # type: ignore[attr-defined]
        found.append(f"The return for {payment.after_words} is not accepted yet.")
    if payment.milestone_id and not payment.milestone_reached:  # type: ignore[attr-defined]
        found.append("The milestone that it waits for is not done.")
    if _is_after_the_end(payment.agreement, payment.due_on, settled_by=payment.after_period or payment.milestone_id):
        found.append(_after_words(payment.agreement))
    if payment.is_withheld:  # type: ignore[attr-defined]
        found.append("A consequence is in force that withholds money. It is lifted first.")
    return found


def _is_after_the_end(agreement: Agreement, due_on: date, *, settled_by: object) -> bool:
    """Whether a day lies after the last day of an agreement that was ended, and nothing shows what it would pay for."""
    return bool(agreement.ended_on and due_on > agreement.ended_on and not settled_by)


def _after_words(agreement: Agreement) -> str:
    ended = uk_date(agreement.ended_on) if agreement.ended_on else ""
    return (
        f"The last day of the agreement is {ended}. After it only what was done until then is paid: say for which"
        " return or milestone."
    )


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(agreement, actor=actor, at=at, refused=PaymentRefused)


def _held(payment: Payment) -> Payment:
    """The payment as it is in the database, held with its agreement: two at once cannot overspend a funding line."""
    Agreement.objects.select_for_update().get(pk=payment.agreement_id)
    Payment.objects.select_for_update().get(pk=payment.pk)
    held: Payment = Payment.objects.for_table().get(pk=payment.pk)
    return held


def _own_line(agreement: Agreement, allocation: Allocation) -> None:
    if allocation.agreement_id != agreement.pk:
        raise PaymentRefused("Choose a funding line of this agreement.", field="allocation")


@transaction.atomic
def plan_payment(
    *,
    agreement: Agreement,
    allocation: Allocation,
    due_on: date,
    amount: Decimal,
    actor: User,
    at: datetime,
    after: Period | None = None,
    milestone: Action | None = None,
    payment: Payment | None = None,
) -> Payment:
    """Plans a payment, or changes one that is only planned. `amount` is pounds, more than nothing.

    It may wait for the return of a period (`after`) to be accepted, or for a milestone. Raises `PaymentRefused` for
    another agreement's line, a day outside the term, or what is no longer only planned.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    _own_line(agreement, allocation)
    if amount <= 0:
        raise PaymentRefused("Enter more than nothing.", field="amount")
    if agreement.starts and due_on < agreement.starts.earliest:
        raise PaymentRefused(f"The agreement begins {agreement.starts}. Enter a later day.", field="due_on")
    if _is_after_the_end(agreement, due_on, settled_by=after or milestone):
        raise PaymentRefused(_after_words(agreement), field="due_on")
    if milestone is not None and milestone.agreement_id != agreement.pk:
        raise PaymentRefused("Choose a milestone of this agreement.", field="milestone")
    facts: dict[str, Any] = {
        "allocation": allocation,
        "due_on": due_on,
        "amount": amount,
        "after_period": after.code if after else "",
        "after_words": after.label[:80] if after else "",
        "milestone": milestone,
    }
    if payment is None:
        kept = _create(agreement, PaymentKind.PAYMENT, actor=actor, at=at, **facts)
    else:
        kept = _held(payment)
        if kept.state != PaymentState.PLANNED:
            raise PaymentRefused(f"This is no longer only planned: {kept.get_state_display().lower()}.")
        for name, value in facts.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(facts))
    _record(kept, "payment.planned", "was planned anew" if payment else "was planned", actor=actor, at=at)
    return kept


def _create(agreement: Agreement, kind: str, *, actor: User, at: datetime, **facts: Any) -> Payment:
    number = Payment.objects.filter(agreement=agreement).count() + 1
    made: Payment = Payment.objects.create(
        agreement=agreement, number=number, kind=kind, planned_by=actor, planned_at=at, **facts
    )
    return made


@transaction.atomic
def cancel_payment(*, payment: Payment, actor: User, at: datetime) -> Payment:
    """A planned payment will not be made. Raises `PaymentRefused` once it is proposed or approved."""
    _managed(payment.agreement, actor=actor, at=at)
    payment = _held(payment)
    if payment.state != PaymentState.PLANNED:
        raise PaymentRefused(f"This is no longer only planned: {payment.get_state_display().lower()}.")
    payment.state = PaymentState.CANCELLED
    payment.save(update_fields=["state"])
    _record(payment, "payment.cancelled", "was cancelled", actor=actor, at=at)
    return payment


@transaction.atomic
def record_invoice(*, payment: Payment, invoice_on: date, actor: User, at: datetime) -> Payment:
    """Keeps the day on which a valid invoice or claim came: the 30 days to pay run from it. Raises `PaymentRefused`."""
    _managed(payment.agreement, actor=actor, at=at)
    payment = _held(payment)
    if payment.kind != PaymentKind.PAYMENT or payment.state in {PaymentState.APPROVED, PaymentState.CANCELLED}:
        raise PaymentRefused("No invoice is waited for.")
    if invoice_on > local_date(at):
        raise PaymentRefused("Enter the day on which it came, today or earlier.", field="invoice_on")
    payment.invoice_on = invoice_on
    payment.save(update_fields=["invoice_on"])
    _record(payment, "payment.invoiced", "has its invoice", actor=actor, at=at)
    return payment


@transaction.atomic
def propose_payment(
    *, payment: Payment, amount: Decimal, paid_on: date, reference: str, actor: User, at: datetime
) -> Payment:
    """Proposes that a planned payment is made on a day, at most 31 days ahead; somebody else approves it.

    Raises `PaymentRefused` for what hinders it, for more than its funding line still holds, or a day too far off.
    """
    _managed(payment.agreement, actor=actor, at=at)
    payment = _held(payment)
    if payment.state != PaymentState.PLANNED or payment.kind != PaymentKind.PAYMENT:
        raise PaymentRefused(f"This is no longer only planned: {payment.get_state_display().lower()}.")
    if amount <= 0:
        raise PaymentRefused("Enter more than nothing.", field="amount")
    if paid_on > local_date(at) + AHEAD:
        raise PaymentRefused("Enter a day within the next 31 days.", field="paid_on")
    _refuse_hindered(payment)
    payment.paid_amount, payment.paid_on, payment.paid_reference = amount, paid_on, reference
    _refuse_overspent(payment)
    _propose(payment, actor=actor, at=at)
    return payment


@transaction.atomic
def take_back(
    *,
    agreement: Agreement,
    kind: str,
    allocation: Allocation,
    amount: Decimal,
    paid_on: date,
    reference: str,
    reason: str,
    actor: User,
    at: datetime,
) -> Payment:
    """Proposes a clawback, or that an underspend comes back: `amount` is pounds, kept as negative, with its reason.

    Somebody else approves it, and the provider reads it then. Raises `PaymentRefused` for more than was paid from the
    funding line.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    _own_line(agreement, allocation)
    if kind not in {PaymentKind.CLAWBACK, PaymentKind.UNDERSPEND}:
        raise PaymentRefused("Choose what it is.", field="kind")
    if amount <= 0:
        raise PaymentRefused("Enter more than nothing. It is taken off by itself.", field="amount")
    if not reason.strip():
        raise PaymentRefused("Say why.", field="reason")
    if amount > _to_take_back(allocation):
        raise PaymentRefused("That is more than was paid from this funding line.", field="amount")
    payment = _create(
        agreement,
        kind,
        actor=actor,
        at=at,
        allocation=allocation,
        due_on=paid_on,
        amount=-amount,
        reason=reason.strip(),
        paid_amount=-amount,
        paid_on=paid_on,
        paid_reference=reference,
    )
    _propose(payment, actor=actor, at=at)
    return payment


def _propose(payment: Payment, *, actor: User, at: datetime) -> None:
    payment.state, payment.proposed_by, payment.proposed_at = PaymentState.PROPOSED, actor, at
    payment.decided_by = payment.decided_at = None
    payment.decision_words = ""
    payment.save()
    _record(payment, "payment.proposed", "waits for approval", actor=actor, at=at)
    agreement = payment.agreement
    announce(
        key=f"payment-decision:{payment.pk}:{at.isoformat()}",
        kind=EventKind.DECISION_ASKED,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        people=list(people_of_office(*APPROVERS, on=local_date(at))),
        title=f"Approve a payment: {agreement.title}"[:200],
        path=payment.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _refuse_hindered(payment: Payment) -> None:
    if found := hindrances(payment):
        raise PaymentRefused(" ".join(found))


def _spent(allocation: Allocation, *, besides: Payment | None = None) -> Decimal:
    """What is approved or waits for approval out of a funding line, less what is taken back, in pounds."""
    rows = Payment.objects.filter(allocation=allocation, state__in=[PaymentState.PROPOSED, PaymentState.APPROVED])
    rows = rows.exclude(pk=besides.pk) if besides else rows
    return rows.aggregate(total=Sum("paid_amount"))["total"] or Decimal(0)


def _to_take_back(allocation: Allocation) -> Decimal:
    """What was approved out of a funding line, less what is or may be taken back, in pounds."""
    coming_back = ~Q(kind=PaymentKind.PAYMENT) & Q(state=PaymentState.PROPOSED)
    rows = Payment.objects.filter(Q(state=PaymentState.APPROVED) | coming_back, allocation=allocation)
    return rows.aggregate(total=Sum("paid_amount"))["total"] or Decimal(0)


def _refuse_overspent(payment: Payment) -> None:
    left = payment.allocation.amount - _spent(payment.allocation, besides=payment)
    if (payment.paid_amount or Decimal(0)) > left:
        raise PaymentRefused(f"The funding line {payment.allocation} holds £{left:,.2f} more.", field="amount")


@transaction.atomic
def decide_payment(*, payment: Payment, approve: bool, words: str, actor: User, at: datetime) -> Payment:
    """Approves a payment, or sends it back with the reason: it is planned again, and what was to be taken back is not.

    Never by whoever proposed it. `payment` is as the person read it: raises `PaymentRefused` when it was proposed anew
    since (C04), and for what hinders it by now.
    """
    read_at = payment.proposed_at
    payment = _held(payment)
    if payment.state != PaymentState.PROPOSED:
        raise PaymentRefused(f"Nobody waits for a decision: {payment.get_state_display().lower()}.")
    if payment.proposed_at != read_at:
        raise PaymentRefused("It was proposed anew since you opened this page. Read it as it is now, then decide.")
    if payment.proposed_by == actor:
        raise PaymentRefused("You proposed this, so somebody else decides.")
    if not rules.decides(actor, at=at):
        raise PaymentRefused("The Management Team or the Commissioner decides this.")
    if not approve and not words.strip():
        raise PaymentRefused("Say why it is not approved.", field="words")
    if approve:
        _refuse_hindered(payment)
    payment.decided_by, payment.decided_at, payment.decision_words = actor, at, words.strip()
    back = PaymentState.PLANNED if payment.kind == PaymentKind.PAYMENT else PaymentState.CANCELLED
    payment.state = PaymentState.APPROVED if approve else back
    payment.save()
    if approve:
        _record(payment, "payment.approved", "was approved", actor=actor, at=at)
        _tell_provider(payment, at=at)
    else:
        _record(payment, "payment.declined", "was not approved", actor=actor, at=at)
        _tell_proposer(payment, at=at)
    return payment


def _tell_provider(payment: Payment, *, at: datetime) -> None:
    day = uk_date(payment.paid_on) if payment.paid_on else ""
    tell_provider(
        payment.agreement,
        key=f"payment-approved:{payment.pk}",
        kind=EventKind.PAYMENT_APPROVED,
        title=f"{payment.get_kind_display()} on {day}: {payment.agreement.title}",
        path=payment.get_absolute_url(),
        at=at,
    )


def _tell_proposer(payment: Payment, *, at: datetime) -> None:
    tell_person(
        payment.agreement,
        payment.proposed_by,
        key=f"payment-declined:{payment.pk}:{at.isoformat()}",
        kind=EventKind.DECISION_TAKEN,
        title=f"A payment was not approved: {payment.agreement.title}",
        path=payment.get_absolute_url(),
        at=at,
    )


def _record(payment: Payment, action: str, words: str, *, actor: User, at: datetime) -> None:
    agreement = payment.agreement
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {str(payment).lower()} {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"payment": payment.number},
    )
