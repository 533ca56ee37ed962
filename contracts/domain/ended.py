"""What the end of an agreement still asks for: a decision, a notice, an assessment, a review, the exit plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from contracts.domain.closing import waits_for_notice
from contracts.domain.duties import indicator_duty, notice_due_on, termination_duty
from contracts.domain.matters import Matter
from contracts.domain.procurement import amounts_kept
from contracts.enums import EndingState, PaymentState, PlanKind
from contracts.models import ActionPlan, Agreement, AnnualReview, Ending, Indicator, KpiReturn, Payment, Publication
from engagement.access import local_date
from engagement.domain.calendar import Quarter, uk_date
from engagement.domain.periods import Period

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Following:
    """One thing that follows from an end, and where it is."""

    words: str
    url: str = ""


def year_of_end(ended_on: date) -> str:
    """The financial year in which an agreement ended, as its review names it: `2026-27`. Pure."""
    return Quarter.containing(ended_on).financial_year


def matters_of_ends(agreements: Mapping[int, Agreement], *, on: date) -> list[Matter]:
    """What needs attention about the ends of these agreements, by their keys. A constant number of queries."""
    found = []
    standing: QuerySet[Ending] = Ending.objects.standing()
    for ending in standing.filter(agreement__in=agreements):
        ending.agreement = agreements[ending.agreement_id]
        found += _of_ending(ending, on=on)
    over = {pk: one for pk, one in agreements.items() if one.ended_on and one.ended_on < on}
    return [*found, *_not_recorded(agreements, on=on), *_not_closed(over), *_not_assessed(over), *_not_reviewed(over)]


def _of_ending(ending: Ending, *, on: date) -> list[Matter]:
    agreement, url = ending.agreement, ending.get_absolute_url()
    if ending.state == EndingState.PROPOSED:
        detail = f"{ending.get_kind_display()}, on {uk_date(ending.ends_on)}"
        return [Matter(agreement, "End to decide", detail, local_date(ending.proposed_at), url)]
    if not waits_for_notice(ending):
        return []
    due_on = notice_due_on(ending.ends_on)
    detail = f"It ends on {uk_date(ending.ends_on)}: a notice (UK11) within 30 days that begin with that day"
    return [_dated(agreement, "Contract termination notice", detail, due_on, url, on=on)]


def _not_recorded(agreements: Mapping[int, Agreement], *, on: date) -> list[Matter]:
    """Public contracts whose term has run out and of which nobody has said how they ended."""
    found = []
    for one in agreements.values():
        if one.ended_on or one.ends is None or one.ends.latest >= on or not termination_duty(one).applies:
            continue
        url, due_on = reverse("contracts:ending", args=[one.reference]), notice_due_on(one.ends.latest)
        detail = f"Its term ran out ({one.ends}). Record how it ended: a notice (UK11) follows"
        found.append(_dated(one, "End to record", detail, due_on, url, on=on))
    return found


def _not_closed(over: Mapping[int, Agreement]) -> list[Matter]:
    plans: QuerySet[ActionPlan] = ActionPlan.objects.open().filter(kind=PlanKind.EXIT, agreement__in=over)
    found = []
    for plan in plans:
        plan.agreement = over[plan.agreement_id]
        detail = "It has ended. Look whether everything in its exit plan is done, and close it"
        found.append(
            Matter(plan.agreement, "Exit plan to close", detail, _ended(plan.agreement), plan.get_absolute_url())
        )
    return found


def _not_assessed(over: Mapping[int, Agreement]) -> list[Matter]:
    """Contracts under the duty whose last period is not published: section 71(2) asks for it at the end too."""
    if not over:
        return []
    amounts = amounts_kept()
    bound = {pk: one for pk, one in over.items() if indicator_duty(one, amounts=amounts, on=_ended(one)).applies}
    last = Publication.objects.filter(agreement__in=bound).values_list("agreement", "kpi_return__ends_on")
    assessed = {pk for pk, ends_on in last if ends_on > _ended(bound[pk])}
    detail = "Section 71 asks for an assessment at the end: publish the ratings of the last return"
    return [
        Matter(one, "Last assessment", detail, _ended(one), reverse("contracts:ending", args=[one.reference]))
        for pk, one in bound.items()
        if pk not in assessed
    ]


def _not_reviewed(over: Mapping[int, Agreement]) -> list[Matter]:
    """Ended agreements whose last year has no review, once their last return has come."""
    held = set(AnnualReview.objects.filter(agreement__in=over).values_list("agreement", "year"))
    returned = KpiReturn.objects.filter(agreement__in=over, submissions__gt=0).values_list("agreement", "ends_on")
    come = {pk for pk, ends_on in returned if ends_on > _ended(over[pk])}
    found = []
    for pk, one in over.items():
        year = year_of_end(_ended(one))
        if pk in come and (pk, year) not in held:
            url = reverse("contracts:annual-review", args=[one.reference, year])
            detail = "Its last return has come. Say what was learned from it"
            found.append(Matter(one, "Last review", detail, _ended(one), url))
    return found


def _ended(agreement: Agreement) -> date:
    return agreement.ended_on or date.max


def _dated(agreement: Agreement, kind: str, detail: str, due_on: date, url: str, *, on: date) -> Matter:
    return Matter(agreement, kind, detail, due_on, url, urgent=due_on <= on + WEEK, ahead=due_on >= on)


def following_of(ending: Ending, *, period: Period | None) -> list[Following]:
    """What follows from an end that is in force, for both sides. `period` is the one of the calendar that its last day
    belongs to. Four queries."""
    agreement = ending.agreement
    found = []
    if period and Indicator.objects.filter(agreement=agreement).exists():
        last = KpiReturn.objects.filter(agreement=agreement, quarter=period.code).first()
        opens = "" if last else f" It opens by itself when that is over, on {uk_date(period.ends_on)}."
        found.append(Following(f"The last return is for {period.label}. No later one is asked for.{opens}"))
    plan = ActionPlan.objects.filter(agreement=agreement, kind=PlanKind.EXIT).order_by("-number").first()
    if plan:
        plan.agreement = agreement
        closed = plan.closed_at is not None
        words = (
            "The exit plan is closed." if closed else "The exit plan says what happens by then, and is closed after."
        )
        found.append(Following(words, plan.get_absolute_url()))
    late = Payment.objects.filter(
        agreement=agreement, state=PaymentState.PLANNED, due_on__gt=ending.ends_on, after_period="", milestone=None
    ).count()
    if late:
        one = "payment is" if late == 1 else "payments are"
        words = f"{late} {one} planned for a day after the end. Cancel them, or say for which return they are."
        found.append(Following(words, reverse("contracts:payment-list", args=[agreement.reference])))
    else:
        found.append(Following("Nothing is planned to be paid for days after the end."))
    return found
