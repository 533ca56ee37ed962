"""Money by fund, activity and agreement, and what of it runs out soon: for those who look after it.

Policing money and fire and rescue money stand side by side and are never added together (R-022). Every row is one that
the reader may open: activities by `visible_to`, agreements by `visible_to`. Facts recorded from other sources are none
of this office's money and stand in the register alone.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from contracts.models import Agreement
from engagement.access import local_date
from engagement.domain.exports import Cell
from engagement.enums import Fund
from engagement.models import Activity, FundingLine, User

MONTHS_AHEAD = 6
CSV_HEADER = (
    "row",
    "activity_reference",
    "activity",
    "fund",
    "reference",
    "title_or_stream",
    "provider",
    "state",
    "pounds",
    "starts",
    "last_day",
)


@dataclass(frozen=True)
class FundTotal:
    """One fund: what was given to activities and is not over, and what is in signed agreements that have not ended."""

    fund: Fund
    given: Decimal
    agreed: Decimal
    agreements: int
    unvalued: int


@dataclass(frozen=True)
class RunningOut:
    """Money that ends within six months. `url` is empty where the reader has no page of it."""

    last_day: date
    title: str
    about: str
    fund: str
    pounds: Decimal | None
    url: str


@dataclass(frozen=True)
class ActivityMoney:
    """An activity with its lines of funding and its agreements. `is_public` says that its page can be opened."""

    activity: Activity
    funding: list[FundingLine] = field(default_factory=list)
    agreements: list[tuple[Agreement, str]] = field(default_factory=list)


def readable_funding(user: User, *, at: datetime) -> QuerySet[FundingLine]:
    """Lines of funding of the activities that a person may open."""
    activities = Activity.objects.visible_to(user, at=at)
    return FundingLine.objects.filter(activity__in=activities.values("pk"))


def readable_agreements(user: User, *, at: datetime) -> Any:
    """This office's own agreements that a person may open, signed or in draft, as a queryset of `Agreement`."""
    agreements = Agreement.objects.visible_to(user, at=at).for_table()
    return agreements.filter(Q(signed_on__isnull=False) | Q(source_url=""))


def activities_with_money(user: User, *, at: datetime) -> QuerySet[Activity]:
    """Activities of which a person reads funding or agreements, by title."""
    given = readable_funding(user, at=at).filter(activity=OuterRef("pk"))
    agreed = readable_agreements(user, at=at).filter(activity=OuterRef("pk"))
    return Activity.objects.filter(Exists(given) | Exists(agreed)).order_by("title", "pk")


def money_of(activities: Iterable[Activity], *, user: User, at: datetime) -> list[ActivityMoney]:
    """The money of some activities, as the person may read it. Two queries, however many they are."""
    today = local_date(at)
    found = {activity.pk: ActivityMoney(activity) for activity in activities}
    lines = readable_funding(user, at=at).filter(activity__in=found)
    for line in lines.order_by("fund", "starts_on", "pk"):
        found[line.activity_id].funding.append(line)
    for agreement in readable_agreements(user, at=at).filter(activity__in=found).order_by("title", "pk"):
        found[agreement.activity_id].agreements.append((agreement, state_of(agreement, today=today)))
    return list(found.values())


def state_of(agreement: Agreement, *, today: date) -> str:
    """Where an agreement stands, in a word or two: an end known as a year or a month alone is read as all of it."""
    if not agreement.is_live:
        return "Draft"
    if agreement.ends and agreement.ends.latest < today:
        return "Ended"
    if agreement.starts and agreement.starts.earliest > today:
        return "Not begun"
    return "Running"


def totals(user: User, *, at: datetime) -> list[FundTotal]:
    """For each fund, whether it occurs or not: what is given and not over, and what is agreed and has not ended."""
    today = local_date(at)
    given = dict(
        readable_funding(user, at=at).filter(ends_on__gt=today).order_by().values_list("fund").annotate(Sum("amount"))
    )
    unended = readable_agreements(user, at=at).running(on=today, until=date.max)  # begun or not
    counted = unended.select_related(None).order_by().values("fund")
    agreed = {
        row["fund"]: row for row in counted.annotate(pounds=Sum("value"), number=Count("pk"), valued=Count("value"))
    }
    return [_total(fund, given.get(fund), agreed.get(fund, {})) for fund in Fund]


def _total(fund: Fund, given: Decimal | None, agreed: dict[str, Any]) -> FundTotal:
    number = agreed.get("number", 0)
    return FundTotal(
        fund=fund,
        given=given or Decimal(0),
        agreed=agreed.get("pounds") or Decimal(0),
        agreements=number,
        unvalued=number - agreed.get("valued", 0),
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def running_out(user: User, *, at: datetime) -> list[RunningOut]:
    """Funding and signed agreements whose last day is today or within six months, the soonest first. Two queries."""
    today = local_date(at)
    until = months_after(today, MONTHS_AHEAD)
    lines = readable_funding(user, at=at).filter(ends_on__gt=today).select_related("activity")
    found = [
        RunningOut(
            last_day=line.last_day,
            title=line.stream,
            about=f"Funding of {line.activity}",
            fund=line.get_fund_display(),
            pounds=line.amount,
            url=line.activity.get_absolute_url() if line.activity.published_at else "",
        )
        for line in lines
        if line.last_day <= until
    ]
    dated = readable_agreements(user, at=at).running(on=today, until=date.max)
    found += [
        RunningOut(
            last_day=agreement.ends.latest,
            title=agreement.title,
            about=f"{agreement.get_kind_display()} {agreement.reference}, {agreement.provider or 'provider not named'}",
            fund=agreement.get_fund_display(),
            pounds=agreement.value,
            url=agreement.get_absolute_url(),
        )
        for agreement in dated.filter(ends__lte=until.isoformat())
        if agreement.ends.latest <= until
    ]
    return sorted(found, key=lambda one: (one.last_day, one.title))


def csv_rows(user: User, *, at: datetime) -> Iterator[list[Cell]]:
    """Every line of funding, then every agreement, that a person may read, under `CSV_HEADER`."""
    lines = readable_funding(user, at=at).select_related("activity").order_by("activity__title", "starts_on", "pk")
    for line in lines.iterator(chunk_size=500):
        activity = line.activity
        about: list[Cell] = ["Funding", activity.reference, activity.title, line.get_fund_display(), "", line.stream]
        yield [*about, "", "", line.amount, line.starts_on, line.last_day]
    today = local_date(at)
    agreements = readable_agreements(user, at=at).order_by("activity__title", "title", "pk")
    for agreement in agreements.iterator(chunk_size=500):
        activity, dates = agreement.activity, (agreement.starts, agreement.ends)
        yield [
            *("Agreement", activity.reference, activity.title, agreement.get_fund_display(), agreement.reference),
            agreement.title,
            str(agreement.provider or agreement.provider_note),
            state_of(agreement, today=today),
            agreement.value,
            *(known.text if known else "" for known in dates),
        ]
