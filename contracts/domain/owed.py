"""What is still owed of live agreements: facts, indicators, yearly assessments, exit plans, papers that run out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Max, QuerySet
from django.urls import reverse

from contracts.domain.checked import checks_owed
from contracts.domain.documents import expiring
from contracts.domain.duties import LEAST_INDICATORS, PERFORMANCE_BEGINS, indicator_duty, regime_of
from contracts.domain.exits import review_due_on
from contracts.domain.matters import Matter
from contracts.domain.procurement import amounts_kept
from contracts.enums import PlanKind
from contracts.models import ActionPlan, Agreement, Indicator, Publication
from engagement.access import local_date
from engagement.domain.periods import add_months

YEAR, WITHOUT_PLAN = 12, 3  # months


def matters_owed(agreements: Mapping[int, Agreement], *, on: date) -> list[Matter]:
    """What is owed of the agreements that still run. `agreements` are live ones by their keys.

    A constant number of queries.
    """
    running = [one for one in agreements.values() if one.ends is None or one.ends.latest >= on]
    return [
        *_not_recorded(running),
        *_duties(running, on=on),
        *_exits(running, on=on),
        *expiring(agreements, running, on=on),
        *checks_owed(running, on=on),
    ]


def _not_recorded(running: Iterable[Agreement]) -> list[Matter]:
    detail = "Say by which law it was procured: its duties follow from that"
    return [
        Matter(
            one,
            "Procurement not recorded",
            detail,
            _signed(one),
            reverse("contracts:procurement", args=[one.reference]),
        )
        for one in running
        if regime_of(one) is None
    ]


def _duties(running: Iterable[Agreement], *, on: date) -> list[Matter]:
    """Agreements under the duty with fewer than three indicators, or without a published assessment for a year."""
    amounts = amounts_kept()
    bound = [one for one in running if indicator_duty(one, amounts=amounts, on=on).applies]
    rated = Counter(
        Indicator.objects.current().filter(agreement__in=bound, is_rated=True).values_list("agreement", flat=True)
    )
    latest = Publication.objects.filter(agreement__in=bound).values_list("agreement").annotate(Max("published_at"))
    assessed = {pk: local_date(moment) for pk, moment in latest}
    found = []
    for one in bound:
        url = reverse("contracts:procurement", args=[one.reference])
        if rated[one.pk] < LEAST_INDICATORS:
            detail = f"{rated[one.pk]} of at least {LEAST_INDICATORS} that the law asks for"
            found.append(Matter(one, "Too few indicators", detail, _signed(one), url, urgent=True))
        since = assessed.get(one.pk) or max(_signed(one), PERFORMANCE_BEGINS)
        if add_months(since, YEAR) <= on:
            detail = "Nothing was published for a year. The law asks for an assessment in each twelve months"
            found.append(Matter(one, "Yearly assessment due", detail, add_months(since, YEAR), url, urgent=True))
    return found


def _exits(running: Iterable[Agreement], *, on: date) -> list[Matter]:
    """Agreements without an exit plan three months after they were signed, and plans not looked at for a year."""
    exits: QuerySet[ActionPlan] = ActionPlan.objects.open().filter(kind=PlanKind.EXIT, agreement__in=list(running))
    plans = {plan.agreement_id: plan for plan in exits.annotate(looked_at=Max("reviews__held_on"))}
    found = []
    for one in running:
        plan = plans.get(one.pk)
        if plan is None:
            since = add_months(_signed(one), WITHOUT_PLAN)
            detail = "Nothing is agreed for the day on which it ends"
            url = reverse("contracts:plan-open", args=[one.reference, "exit"])
        else:
            plan.agreement = one
            since, url = review_due_on(plan, plan.looked_at), plan.get_absolute_url()
            detail = "It is looked at each year"
        if since <= on:
            found.append(Matter(one, "Exit plan to review" if plan else "No exit plan", detail, since, url))
    return found


def _signed(agreement: Agreement) -> date:
    return agreement.signed_on.latest if agreement.signed_on else local_date(agreement.created_at)
