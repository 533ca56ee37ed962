"""How an agreement is going, in a few rows that lead on: for the office all of them, for the provider its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.urls import reverse

from contracts import rules
from contracts.domain.progress import standing_of
from contracts.enums import ActionState, PaymentState, PlanKind
from contracts.models import (
    Action,
    ActionPlan,
    Agreement,
    Allocation,
    Consequence,
    Ending,
    Meeting,
    MonitoringPlan,
    Payment,
    Risk,
    Variation,
)
from engagement.access import local_date
from engagement.domain.calendar import uk_date
from engagement.models import User


@dataclass(frozen=True)
class Row:
    """One line of the block: what, how it stands, and where it is."""

    key: str
    value: str
    url: str


@dataclass(frozen=True)
class Going:
    """The block: its rows, and the kinds of plan that this person may open now, as (words, address)."""

    rows: list[Row]
    begins: list[tuple[str, str]]


def going_of(agreement: Agreement, user: User, *, at: datetime) -> Going:
    """What this person may open of how an agreement goes. A constant number of queries."""
    rows: list[Row] = []
    plans = list(ActionPlan.objects.visible_to(user, at=at).filter(agreement=agreement).order_by("number"))
    of_office = Agreement.objects.looked_after_by(user, at=at).filter(pk=agreement.pk).exists()
    if of_office:
        rows += [_monitoring(agreement), _money(agreement)]
    rows += _payment_row(agreement, user, of_office=of_office, at=at)
    rows += _variation_row(agreement, user, of_office=of_office, at=at)
    rows += _plan_rows(agreement, plans, at=at)
    rows += _ending_row(agreement, user, of_office=of_office, at=at)
    rows += _consequence_row(agreement, user, of_office=of_office, at=at)
    rows += _meeting_row(agreement, user, of_office=of_office, at=at)
    if of_office:
        rows.append(_risk_row(agreement))
    manages = Agreement.objects.writable_by(user, at=at).filter(pk=agreement.pk).exists()
    return Going(rows=rows, begins=_begins(agreement, plans) if manages and agreement.is_live else [])


def _monitoring(agreement: Agreement) -> Row:
    plans = MonitoringPlan.objects.filter(agreement=agreement).select_related("tier").order_by("-number")
    plan = plans.first()
    words = f"{plan.tier}, {plan.returns_a_year} returns a year" if plan else "Not decided yet"
    return Row("How it is looked after", words, reverse("contracts:monitoring", args=[agreement.reference]))


def _money(agreement: Agreement) -> Row:
    total = Allocation.objects.filter(agreement=agreement).aggregate(total=Sum("amount"))["total"]
    if not total:
        words = "No funding line yet"
    elif total == agreement.value:
        words = "The funding lines come to its value"
    else:
        words = (
            "The funding lines differ from its value" if agreement.value is not None else "Funding lines are entered"
        )
    return Row("What its money is made of", words, reverse("contracts:agreement-money", args=[agreement.reference]))


def _payment_row(agreement: Agreement, user: User, *, of_office: bool, at: datetime) -> list[Row]:
    """How much is paid, and what comes next; nothing to a provider before something is planned."""
    found: QuerySet[Payment] = Payment.objects.visible_to(user, at=at).filter(agreement=agreement)
    day = local_date(at)
    paid = Q(state=PaymentState.APPROVED, paid_on__lte=day)
    planned = Q(state=PaymentState.PLANNED)
    sums = found.aggregate(
        number=Count("pk"), paid=Sum("paid_amount", filter=paid), following=Min("due_on", filter=planned)
    )
    if not sums["number"] and not of_office:
        return []
    words = f"£{sums['paid'] or 0:,.0f} paid" if sums["number"] else "None is planned"
    words += f", the next planned for {uk_date(sums['following'])}" if sums["following"] else ""
    return [Row("Payments", words, reverse("contracts:payment-list", args=[agreement.reference]))]


def _variation_row(agreement: Agreement, user: User, *, of_office: bool, at: datetime) -> list[Row]:
    """The latest variation that this person may read; nothing to a provider before the first."""
    found: QuerySet[Variation] = Variation.objects.visible_to(user, at=at).filter(agreement=agreement)
    last = found.order_by("-number").first()
    if last is None and not of_office:
        return []
    words = f"{last}: {last.get_state_display().lower()}" if last else "It holds as it was signed"
    return [Row("As signed, and as now", words, reverse("contracts:variation-list", args=[agreement.reference]))]


def _plan_rows(agreement: Agreement, plans: list[ActionPlan], *, at: datetime) -> list[Row]:
    actions = defaultdict(list)
    for action in Action.objects.filter(plan__in=plans).exclude(state=ActionState.DROPPED):
        actions[action.plan_id].append(action)
    rows = []
    for plan in plans:
        standing = standing_of(plan, actions[plan.pk], on=local_date(at))
        words = plan.get_outcome_display() if plan.closed_at else f"{standing.rag.label}. {standing.sentence}"
        address = reverse("contracts:plan-detail", args=[agreement.reference, plan.number])
        rows.append(Row(plan.get_kind_display(), words, address))
    return rows


def _ending_row(agreement: Agreement, user: User, *, of_office: bool, at: datetime) -> list[Row]:
    """How it ends, once that is recorded; to the office from the signature on."""
    found: QuerySet[Ending] = Ending.objects.visible_to(user, at=at).filter(agreement=agreement)
    last = found.order_by("-number").first()
    if last is None and not (of_office and agreement.is_live):
        return []
    words = "Nothing is recorded"
    if last:
        words = f"{last.get_kind_display()}, {uk_date(last.ends_on)}: {last.get_state_display().lower()}"
    return [Row("How it ends", words, reverse("contracts:ending", args=[agreement.reference]))]


def _consequence_row(agreement: Agreement, user: User, *, of_office: bool, at: datetime) -> list[Row]:
    """The steps that are in force or wait, for whoever may read them; nothing to a provider before the first."""
    found: QuerySet[Consequence] = Consequence.objects.visible_to(user, at=at)
    steps = list(found.filter(agreement=agreement).select_related("rung").order_by("-number"))
    if not steps and not of_office:
        return []
    words = "No step has been taken"
    if steps:
        words = f"{steps[0].rung}: {steps[0].get_state_display().lower()}"
    return [Row("When it goes wrong", words, reverse("contracts:consequence-list", args=[agreement.reference]))]


def _meeting_row(agreement: Agreement, user: User, *, of_office: bool, at: datetime) -> list[Row]:
    found = Meeting.objects.filter(rules.readable_meetings(user, at=at), agreement=agreement)
    last = found.order_by("-held_on").first()
    if last is None and not of_office:
        return []
    words = f"The last on {uk_date(last.held_on)}" if last else "None is recorded"
    return [Row("Meetings", words, reverse("contracts:meeting-list", args=[agreement.reference]))]


def _risk_row(agreement: Agreement) -> Row:
    alive = Risk.objects.open().filter(agreement=agreement).count()
    words = f"{alive} open" if alive else "None is open"
    return Row("Risks and issues", words, reverse("contracts:risk-list", args=[agreement.reference]))


def _begins(agreement: Agreement, plans: list[ActionPlan]) -> list[tuple[str, str]]:
    """The plans that can be opened: one to get ready, one for the end, any number to get better."""
    kinds = [("Open an improvement plan", "improvement")]
    if not any(plan.kind == PlanKind.MOBILISATION for plan in plans):
        kinds.insert(0, ("Open a mobilisation plan", "mobilisation"))
    if not any(plan.kind == PlanKind.EXIT and plan.closed_at is None for plan in plans):
        kinds.append(("Open an exit plan", "exit"))
    return [(words, reverse("contracts:plan-open", args=[agreement.reference, kind])) for words, kind in kinds]
