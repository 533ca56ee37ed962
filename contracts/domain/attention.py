"""What needs attention across agreements, in one list: for the Contract Manager a queue, for others a portfolio.

Overdue returns, poor ratings, measures that fell twice running, late actions, risks past their review, statutory
notices, decisions that wait, what the law or the agreement itself still asks for, and what runs out soon. Each source
costs one query, however many agreements there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Max, QuerySet

from contracts import rules
from contracts.domain.duties import notice_due_on, notice_duty
from contracts.domain.ended import matters_of_ends
from contracts.domain.matters import Matter
from contracts.domain.owed import matters_owed
from contracts.domain.paying import late_payments
from contracts.domain.running_out import endings_of
from contracts.domain.variations import waiting as variations_waiting
from contracts.enums import ConsequenceState, Direction, RatingWord
from contracts.models import Action, Agreement, Consequence, KpiReturn, Override, Rating, Risk
from engagement.access import local_date
from engagement.domain.calendar import uk_date
from engagement.models import User

POOR = (RatingWord.REQUIRES_IMPROVEMENT, RatingWord.INADEQUATE)
IN_A_ROW = 3  # periods whose values tell a fall twice running
MEMORY = timedelta(days=549)  # a year and a half: three half-years at most, and no fall of yearly measures


class Said(NamedTuple):
    """What a rating said of one measure in one period, without the rows around it: of many, few need attention."""

    rating: int
    indicator: int
    agreement: int
    kpi_return: int
    word: str
    value: Decimal | None
    starts_on: date
    ends_on: date
    direction: str


SAID = (
    "pk",
    "figure__indicator",
    "figure__kpi_return__agreement",
    "figure__kpi_return",
    "word",
    "value",
    "figure__kpi_return__starts_on",
    "figure__kpi_return__ends_on",
    "figure__indicator__direction",
)


@dataclass(frozen=True)
class Share:
    """One agreement in the portfolio, with how much of what it has."""

    agreement: Agreement
    total: int
    kinds: list[tuple[str, int]]


def matters_for(user: User, *, at: datetime) -> list[Matter]:
    """Everything that a person of the office should know of, urgent first, then the longest waiting.

    A constant number of queries.
    """
    day = local_date(at)
    agreements = {
        one.pk: one
        for one in Agreement.objects.looked_after_by(user, at=at).live().select_related("activity", "provider")
    }
    found = [
        *_overdue_returns(agreements, at=at),
        *_ratings(agreements, unpublished=rules.reads_unpublished_ratings(user, at=at)),
        *_late_actions(agreements, on=day),
        *_risks(agreements, on=day),
        *_consequences(agreements, on=day),
        *matters_owed(agreements, on=day),
        *endings_of(agreements.values(), on=day),
        *late_payments(agreements, on=day),
        *variations_waiting(agreements),
        *matters_of_ends(agreements, on=day),
    ]
    return sorted(found, key=lambda matter: (not matter.urgent, matter.since, matter.agreement.pk))


def portfolio_of(matters: list[Matter]) -> list[Share]:
    """The same by agreement, the one with most first. Pure."""
    by_agreement: dict[int, list[Matter]] = defaultdict(list)
    for matter in matters:
        by_agreement[matter.agreement.pk].append(matter)
    shares = [
        Share(rows[0].agreement, len(rows), sorted(Counter(row.kind for row in rows).items()))
        for rows in by_agreement.values()
    ]
    return sorted(shares, key=lambda share: (-share.total, share.agreement.title))


def _overdue_returns(agreements: dict[int, Agreement], *, at: datetime) -> list[Matter]:
    overdue: QuerySet[KpiReturn] = KpiReturn.objects.overdue(at=at)
    found = []
    for kpi_return in overdue.filter(agreement__in=agreements):
        kpi_return.agreement = agreements[kpi_return.agreement_id]
        detail = f"{kpi_return.period.label}, from {kpi_return.agreement.provider}"
        url, since = kpi_return.get_office_url(), local_date(kpi_return.due_at)
        found.append(Matter(kpi_return.agreement, "Return overdue", detail, since, url, urgent=True))
    return found


def _ratings(agreements: dict[int, Agreement], *, unpublished: bool) -> list[Matter]:
    """Poor ratings of the latest rated return of each agreement, and measures that fell twice running up to it.

    Without `unpublished`, only what a publication has shown.
    """
    rated = Rating.objects.filter(figure__kpi_return__agreement__in=agreements)
    if not unpublished:
        rated = rated.filter(figure__kpi_return__publication__isnull=False)
    newest = rated.aggregate(starts_on=Max("figure__kpi_return__starts_on"))["starts_on"]
    if newest is None:
        return []
    said = rated.filter(figure__kpi_return__starts_on__gte=newest - MEMORY).order_by("figure__kpi_return__starts_on")
    series: dict[int, list[Said]] = defaultdict(list)
    latest: dict[int, int] = {}  # the return, by agreement
    for one in map(Said._make, said.values_list(*SAID).iterator(chunk_size=2000)):
        series[one.indicator].append(one)
        latest[one.agreement] = one.kpi_return
    overrides = {one.figure.rating.pk: one for one in Override.objects.confirmed().of_agreements(agreements)}
    poor = {pk for pk, one in overrides.items() if one.word in POOR}
    of_latest = [found for found in series.values() if latest[found[-1].agreement] == found[-1].kpi_return]
    falling = {found[-1].rating for found in of_latest if fell_twice(found)}
    last = {found[-1].rating: found[-1].word in POOR for found in of_latest}
    wanted = falling | {pk for pk, is_poor in last.items() if (pk in poor if pk in overrides else is_poor)}
    matters = []
    for rating in rated.filter(pk__in=wanted).select_related("figure__indicator", "figure__kpi_return").order_by("pk"):
        kpi_return = rating.figure.kpi_return
        kpi_return.agreement = agreements[kpi_return.agreement_id]
        matters += _of_measure(rating, overrides.get(rating.pk), falling=rating.pk in falling)
    return matters


def _of_measure(last: Rating, override: Override | None, *, falling: bool) -> list[Matter]:
    """What one rating gives cause for, by the word that two people gave it where they did."""
    word, sentence = (override.word, override.sentence) if override else (last.word, last.sentence)
    kpi_return, indicator = last.figure.kpi_return, last.figure.indicator
    since, url, found = kpi_return.period.ends_on, kpi_return.get_office_url(), []
    if word in POOR:
        detail = f"{indicator.name}, {kpi_return.period.label}. {sentence}"
        urgent = word == RatingWord.INADEQUATE
        found.append(Matter(kpi_return.agreement, RatingWord(word).label, detail, since, url, urgent=urgent))
    if falling:
        detail = f"{indicator.name}: worse in {kpi_return.period.label}, and in the period before"
        found.append(Matter(kpi_return.agreement, "Worse twice running", detail, since, url))
    return found


def fell_twice(series: Sequence[Said]) -> bool:
    """Whether the last three periods, one after the other, were each worse than the one before. Pure."""
    last = series[-IN_A_ROW:]
    values = [one.value for one in last if one.value is not None]
    if len(values) < IN_A_ROW or any(before.ends_on != after.starts_on for before, after in pairwise(last)):
        return False
    first, second, third = values
    direction = last[-1].direction
    return (
        first > second > third
        if direction == Direction.UP
        else (direction == Direction.DOWN and first < second < third)
    )


def _late_actions(agreements: dict[int, Agreement], *, on: date) -> list[Matter]:
    overdue: QuerySet[Action] = Action.objects.overdue(on=on)
    found = []
    for action in overdue.filter(agreement__in=agreements):
        action.agreement = agreements[action.agreement_id]
        kind, detail = f"{action.get_kind_display()} late", f"{action.words}. {action.get_side_display()} does it"
        found.append(Matter(action.agreement, kind, detail, action.due_on, action.get_absolute_url(), urgent=True))
    return found


def _risks(agreements: dict[int, Agreement], *, on: date) -> list[Matter]:
    due: QuerySet[Risk] = Risk.objects.open()
    found = []
    for risk in due.filter(agreement__in=agreements, review_on__lt=on):
        risk.agreement = agreements[risk.agreement_id]
        detail = f"{risk.get_kind_display()} {risk.number}, {risk.score} of 25: {risk.title}"
        found.append(Matter(risk.agreement, "Risk to review", detail, risk.review_on, risk.get_absolute_url()))
    return found


def _consequences(agreements: dict[int, Agreement], *, on: date) -> list[Matter]:
    """Decisions and appeals that wait, and statutory notices that are not published."""
    alive = [ConsequenceState.PROPOSED, ConsequenceState.IN_FORCE]
    found = []
    for step in Consequence.objects.filter(agreement__in=agreements, state__in=alive).select_related("rung"):
        step.agreement = agreements[step.agreement_id]
        name, url = step.rung.name, step.get_absolute_url()
        if step.state == ConsequenceState.PROPOSED:
            found.append(Matter(step.agreement, "Decision waits", name, local_date(step.proposed_at), url))
        if step.appealed_at and not step.appeal_outcome:
            found.append(Matter(step.agreement, "Appeal waits", name, local_date(step.appealed_at), url))
        if step.noticed_on is None and notice_duty(step.agreement, known_on=step.known_on).applies:
            due_on = notice_due_on(step.known_on)
            detail = f"{name}: the notice is due by {uk_date(due_on)}"
            found.append(Matter(step.agreement, "Statutory notice", detail, step.known_on, url, urgent=due_on <= on))
    return found


def reads_attention(user: User, *, at: datetime) -> bool:
    """Whether a person opens the list."""
    return rules.reads_office_lists(user, at=at)
