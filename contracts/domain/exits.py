"""The exit plan of an agreement: open from the day it is signed, looked at every year (R-073, R-075, R-084).

What has to happen when it ends is agreed while both sides still want it to begin: data, staff, the people who use the
service, and what was bought for it. It is a plan like the others, so that both sides agree to it and to its changes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from contracts.domain.plans import PlanRefused, open_plan
from contracts.enums import PlanKind, Side
from contracts.models import Action, ActionPlan, Agreement, PlanReview
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.periods import add_months
from engagement.models import User

AIM = "When the agreement ends, nobody who uses the service is left alone, and nothing is lost."
# What each exit plan begins with: what, and how many days before the last day of the agreement.
OBLIGATIONS = (
    ("A list of staff who may transfer to who follows (TUPE)", 120),
    ("A list of assets, leases and licences, and whose they become", 90),
    ("Everybody who uses the service is handed over, as they wish", 60),
    ("Data and case files are handed back or deleted, with proof", 30),
)
SOONEST = timedelta(days=30)
YEAR = 12  # months


def due_on(agreement: Agreement, days: int, *, today: date) -> date:
    """By when an obligation is due: so many days before the end, at least 30 from today, else in a year."""
    if agreement.ends is None:
        return add_months(today, YEAR)
    before: date = agreement.ends.latest - timedelta(days=days)
    return max(before, today + SOONEST)


@transaction.atomic
def open_exit_plan(*, agreement: Agreement, actor: User, at: datetime, aim: str = AIM, because: str = "") -> ActionPlan:
    """Opens the exit plan with what each begins with, for both sides to change and agree. Raises `PlanRefused`."""
    plan = open_plan(agreement=agreement, kind=PlanKind.EXIT, aim=aim, because=because, actor=actor, at=at)
    Action.objects.bulk_create(
        Action(
            agreement=agreement,
            plan=plan,
            words=words,
            side=Side.PROVIDER,
            due_on=due_on(agreement, days, today=local_date(at)),
            created_at=at,
        )
        for words, days in OBLIGATIONS
    )
    return plan


def review_due_on(plan: ActionPlan, last_review: date | None) -> date:
    """When an exit plan is looked at again: a year after it was last, or was opened. Pure."""
    return add_months(last_review or local_date(plan.opened_at), YEAR)


@transaction.atomic
def review_exit_plan(*, plan: ActionPlan, held_on: date, words: str, actor: User, at: datetime) -> PlanReview:
    """Keeps that an exit plan was looked at, and what was found. It voids no agreement to it. Raises `PlanRefused`."""
    rows = ActionPlan.objects.select_related("agreement__activity", "agreement__provider")
    plan = rows.select_for_update(of=("self",)).get(pk=plan.pk)
    agreement = plan.agreement
    if not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise PlanRefused("Only the Contract Manager of the activity records this.")
    if plan.kind != PlanKind.EXIT or plan.closed_at:
        raise PlanRefused("An exit plan is looked at each year while it is open.")
    if held_on > local_date(at) or held_on < local_date(plan.opened_at):
        raise PlanRefused("Enter the day it was looked at: today or earlier, and since it was opened.", field="held_on")
    review: PlanReview = PlanReview.objects.create(
        plan=plan, held_on=held_on, words=words, reviewed_by=actor, recorded_at=at
    )
    log.record(
        action="plan.reviewed",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {plan} was looked at.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"plan": plan.number, "held_on": held_on.isoformat()},
    )
    return review
