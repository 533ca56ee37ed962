"""Deciding how an agreement is looked after, changing the office's scheme, and the review at the end of a year.

R-078, R-079: the scheme proposes, a person decides, and a decision that differs has its reason. R-146: the return of
the fourth quarter makes the annual review due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from contracts import rules
from contracts.domain.tiers import Proportion, Proposal, proportion, propose
from contracts.enums import ReturnState
from contracts.models import Agreement, AnnualReview, Indicator, KpiReturn, MonitoringPlan, Tier, TierScheme
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import Quarter
from engagement.domain.queries import Todo
from engagement.domain.refused import Refused
from engagement.models import User

RHYTHM = ("returns_a_year", "meetings_a_year", "visits_a_year", "open_book")
YEAR_LENGTH = 7  # of a code such as `2026-27 Q4`


class MonitoringRefused(Refused):
    """The plan, scheme or review cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Care:
    """How an agreement is looked after today. `plan` is nothing before anybody decided."""

    scheme: TierScheme
    tiers: list[Tier]
    plan: MonitoringPlan | None
    proportion: Proportion
    indicators: list[Indicator]


def scheme_on(day: date) -> tuple[TierScheme, list[Tier]]:
    """The scheme that holds on a day, and its tiers from the highest. Raises `MonitoringRefused` when there is none."""
    found: QuerySet[TierScheme] = TierScheme.objects.in_force(on=day)
    scheme = found.first()
    if scheme is None:
        raise MonitoringRefused("The office has no scheme of tiers yet.")
    return scheme, list(scheme.tiers.order_by("-points_from"))


def care_of(agreement: Agreement, *, at: datetime) -> Care:
    """The latest decision about an agreement, and what is asked of its provider against what it is worth."""
    scheme, tiers = scheme_on(local_date(at))
    plans: QuerySet[MonitoringPlan] = agreement.monitoring_plans.select_related("tier", "proposed", "decided_by")
    plan = plans.order_by("-number").first()
    indicators = list(agreement.indicators.current())
    # Before anybody has decided, returns are asked for each quarter.
    returns = plan.returns_a_year if plan else 4
    weighed = proportion(agreement, indicators, returns_a_year=returns, norm=scheme.pounds_per_item)
    return Care(scheme=scheme, tiers=tiers, plan=plan, proportion=weighed, indicators=indicators)


def proposal_for(agreement: Agreement, answers: Mapping[str, str], *, at: datetime) -> Proposal:
    """What the scheme of today proposes for these answers."""
    scheme, tiers = scheme_on(local_date(at))
    return propose(agreement, answers, scheme=scheme, tiers=tiers)


@transaction.atomic
def decide_plan(
    *,
    agreement: Agreement,
    answers: Mapping[str, str],
    seen_number: int,
    actor: User | None,
    at: datetime,
    tier: Tier | None = None,
    rhythm: Mapping[str, Any] | None = None,
    reason: str = "",
) -> MonitoringPlan:
    """Decides the tier and the monitoring plan of an agreement; `tier` and `rhythm` differ from what is proposed.

    `seen_number` is the number of the plan that the person saw, 0 for none. Raises `MonitoringRefused` when somebody
    decided meanwhile, a difference has no reason, or it is not theirs to decide (R-080).
    """
    agreement = (
        Agreement.objects.select_for_update(of=("self",)).select_related("activity", "provider").get(pk=agreement.pk)
    )
    if actor and not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise MonitoringRefused("Only the Contract Manager of the activity decides how it is looked after.")
    number = agreement.monitoring_plans.count()
    if number != seen_number:
        raise MonitoringRefused("Somebody else has decided since you opened this page. Look at their decision first.")
    proposal = proposal_for(agreement, answers, at=at)
    chosen = tier or proposal.tier
    if chosen.scheme_id != proposal.tier.scheme_id:
        raise MonitoringRefused("The office's scheme has changed since you opened this page. Look at it again first.")
    kept = {name: getattr(chosen, name) for name in RHYTHM} | dict(rhythm or {})
    differs = chosen != proposal.tier or any(kept[name] != getattr(chosen, name) for name in RHYTHM)
    if differs and not reason.strip():
        raise MonitoringRefused("Say why it differs from what is proposed.", field="reason")
    plan = MonitoringPlan.objects.create(
        agreement=agreement,
        number=number + 1,
        answers=dict(answers),
        points=proposal.points,
        proposed=proposal.tier,
        tier=chosen,
        why=proposal.why,
        reason=reason.strip() if differs else "",
        decided_by=actor,
        decided_at=at,
        **kept,
    )
    words = f"{agreement.reference} is looked after as {chosen.name}"
    words += f" ({proposal.tier.name} was proposed)" if chosen != proposal.tier else ""
    log.record(
        action="monitoring.overridden" if differs else "monitoring.decided",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"plan": plan.number, "points": plan.points, "tier": chosen.name, "proposed": proposal.tier.name},
    )
    return plan


@transaction.atomic
def change_scheme(
    *,
    starts_on: date,
    reason: str,
    tiers: Sequence[Mapping[str, Any]],
    actor: User | None,
    at: datetime,
    **numbers: int,
) -> TierScheme:
    """A new scheme from a day on, today or later. What was decided by earlier ones stays as it was decided.

    `numbers` are the weights and limits of the model. Raises `MonitoringRefused`.
    """
    if actor and not rules.settles_schemes(actor, at=at):
        raise MonitoringRefused("The Management Team changes the scheme of tiers.")
    if starts_on < local_date(at):
        raise MonitoringRefused("A scheme begins today or later: earlier decisions stay as they were.", "starts_on")
    if not any(tier["points_from"] == 0 for tier in tiers):
        raise MonitoringRefused("The lowest tier begins at 0 points.")
    try:
        with transaction.atomic():
            scheme = TierScheme.objects.create(starts_on=starts_on, reason=reason, made_by=actor, **numbers)
            Tier.objects.bulk_create(Tier(scheme=scheme, **tier) for tier in tiers)
    except IntegrityError:
        raise MonitoringRefused("A scheme begins on that day already, or two tiers are alike.", "starts_on") from None
    summary = f"A scheme of tiers begins on {starts_on:%d %B %Y}: {reason}"
    log.record(action="tiers.changed", subject=scheme, actor=actor, at=at, summary=summary)
    return scheme


# The review at the end of a financial year


def reviews_due(*, at: datetime) -> QuerySet[KpiReturn]:
    """Last returns of a financial year that have been sent, of agreements whose year has not been reviewed (R-146)."""
    held = AnnualReview.objects.filter(agreement=OuterRef("agreement"), year=Left(OuterRef("quarter"), YEAR_LENGTH))
    found: QuerySet[KpiReturn] = KpiReturn.objects.exclude(state=ReturnState.DUE)
    latest = Quarter.containing(local_date(at)).back(4)
    of_year = found.filter(
        year_starts_on__month=4, ends_on__month=4, ends_on__day=1, ends_on__gt=date(latest.year, 4, 1)
    )
    return of_year.exclude(quarter__contains=" to ").filter(~Exists(held))


@transaction.atomic
def record_review(
    *, agreement: Agreement, year: str, held_on: date, outcome: str, words: str, actor: User, at: datetime
) -> AnnualReview:
    """Keeps what the annual review of `year` (`2026-27`) concluded. Raises `MonitoringRefused`."""
    if not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise MonitoringRefused("Only the Contract Manager of the activity records its annual review.")
    if held_on > local_date(at):
        raise MonitoringRefused("Enter the day it was held, today or earlier.", field="held_on")
    review, created = AnnualReview.objects.get_or_create(
        agreement=agreement,
        year=year,
        defaults={
            "held_on": held_on, "outcome": outcome, "words": words, "recorded_by": actor, "recorded_at": at,
        },
    )  # fmt: skip
    if not created:
        raise MonitoringRefused(f"The review of {year} has already been recorded, by {review.recorded_by}.")
    log.record(
        action="agreement.reviewed",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference} was reviewed for {year}: {review.get_outcome_display().lower()}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"year": year, "outcome": outcome},
    )
    return review


def review_todos(user: User, *, at: datetime) -> list[Todo]:
    """The annual reviews that wait for a Contract Manager. One query."""
    if not rules.makes_agreements(user, at=at):
        return []
    due = reviews_due(at=at).filter(rules.checked_returns(user, at=at))
    return [
        Todo(
            title=f"Annual review of {kpi_return.agreement.title}",
            detail=f"{kpi_return.agreement.provider}. The last return of {kpi_return.quarter[:YEAR_LENGTH]} has come.",
            url=reverse(
                "contracts:annual-review", args=[kpi_return.agreement.reference, kpi_return.quarter[:YEAR_LENGTH]]
            ),
            group="Agreements to look after",
        )
        for kpi_return in due.select_related("agreement__provider").order_by("quarter", "pk")
    ]
