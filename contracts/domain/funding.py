"""What an agreement's money is made of, what it comes to, and for how long it is sure (R-022, R-026).

A funding line is a part of the value out of one grant stream in one financial year. The two funds are never mixed: a
line is of its agreement's fund. Sums are the database's. What the lines leave open is said, and hinders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from contracts import rules
from contracts.domain.managed import managed
from contracts.enums import PaymentState
from contracts.models import Agreement, Allocation, GrantStream, Payment, PublicShare, Variation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import Quarter, uk_date
from engagement.domain.exports import Cell
from engagement.domain.periods import add_months, financial_year_of
from engagement.domain.refused import Refused
from engagement.enums import Fund
from engagement.models import User

HUNDRED = Decimal(100)
LONGEST = 30  # financial years of a term that are offered
CSV_HEADER = (
    "agreement_reference",
    "agreement",
    "provider",
    "fund",
    "grant_stream",
    "financial_year",
    "pounds",
    "public_share_percent",
)


class FundingRefused(Refused):
    """The money of an agreement cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Year:
    """A financial year of an agreement: its lines, what they come to, and its share of public money, if set."""

    label: str
    lines: list[Allocation]
    total: Decimal
    public_share: Decimal | None


@dataclass(frozen=True)
class Share:
    """How much of the cost of a year is public money, in percent, as a row of a chart."""

    label: str
    value: Decimal
    text: str


@dataclass(frozen=True)
class Parts:
    """The funding lines of an agreement by year, and how far they are from its value. `difference` is pounds."""

    years: list[Year]
    total: Decimal
    value: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What the lines leave of the value; negative where they come to more. Nothing where no value is known."""
        return None if self.value is None else self.value - self.total

    @property
    def shares(self) -> list[Share]:
        """The share of public money of each year that has one: what is to fall while others pay more (R-083)."""
        return [
            Share(year.label, year.public_share, f"{year.public_share.normalize():f}%")
            for year in self.years
            if year.public_share is not None
        ]

    @property
    def excess(self) -> Decimal:
        """How much more the lines come to than the value; nothing where they do not."""
        return max(-(self.difference or Decimal(0)), Decimal(0))

    @property
    def agrees(self) -> bool:
        """Whether the lines come to the value."""
        return self.difference == 0


@dataclass(frozen=True)
class StreamTotal:
    """What one stream gives to signed agreements in one financial year."""

    fund: str
    stream: str
    year: str
    total: Decimal
    agreements: int


def year_of(day: date) -> str:
    """The financial year of a day, for example `2026-27`."""
    return Quarter.containing(day).financial_year


def years_of(agreement: Agreement, *, on: date) -> list[date]:
    """The 1 April of each financial year of the term; where a date is not known, from this year and for five. Pure."""
    first = financial_year_of(agreement.starts.earliest if agreement.starts else on)
    last = agreement.ends.latest if agreement.ends else add_months(first, 59)
    years = [first]
    while (following := add_months(years[-1], 12)) <= last and len(years) < LONGEST:
        years.append(following)
    return years


def parts_of(agreement: Agreement) -> Parts:
    """The funding lines by year, with sums. Four queries."""
    lines = Allocation.objects.filter(agreement=agreement)
    sums = dict(lines.order_by().values_list("year_starts_on").annotate(Sum("amount")))
    shares = dict(agreement.public_shares.values_list("year_starts_on", "percent"))
    by_year: dict[date, list[Allocation]] = {day: [] for day in sorted({*sums, *shares})}
    listed: QuerySet[Allocation] = Allocation.objects.for_table()
    for line in listed.filter(agreement=agreement):
        by_year[line.year_starts_on].append(line)
    years = [
        Year(year_of(day), found, sums.get(day, Decimal(0)), shares.get(day)) for day, found in sorted(by_year.items())
    ]
    total = lines.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return Parts(years=years, total=total, value=agreement.value)


def stream_totals(user: User, *, at: datetime) -> list[StreamTotal]:
    """What each stream gives to the signed agreements that a person reads, by fund and year. One query."""
    lines = Allocation.objects.visible_to(user, at=at).filter(agreement__signed_on__isnull=False)
    rows = (
        lines.order_by()
        .values("stream__fund", "stream__name", "year_starts_on")
        .annotate(total=Sum("amount"), number=Count("agreement", distinct=True))
        .order_by("-stream__fund", "year_starts_on", "stream__name")
    )
    return [
        StreamTotal(
            fund=Fund(row["stream__fund"]).label,
            stream=row["stream__name"],
            year=year_of(row["year_starts_on"]),
            total=row["total"],
            agreements=row["number"],
        )
        for row in rows
    ]


def csv_rows(user: User, *, at: datetime) -> Iterator[list[Cell]]:
    """Every funding line that a person reads, under `CSV_HEADER`."""
    shares = {
        (agreement, year): percent
        for agreement, year, percent in PublicShare.objects.values_list("agreement", "year_starts_on", "percent")
    }
    lines = Allocation.objects.visible_to(user, at=at).select_related("stream", "agreement__provider")
    for line in lines.order_by("agreement__reference", "year_starts_on", "stream__name").iterator(chunk_size=500):
        agreement = line.agreement
        yield [
            agreement.reference,
            agreement.title,
            str(agreement.provider or agreement.provider_note),
            line.stream.get_fund_display(),
            line.stream.name,
            line.year,
            line.amount,
            shares.get((agreement.pk, line.year_starts_on)),
        ]


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(
        agreement,
        actor=actor,
        at=at,
        refused=FundingRefused,
        words="Only the Contract Manager of the activity changes this.",
    )


@transaction.atomic
def keep_line(
    *,
    agreement: Agreement,
    stream: GrantStream,
    year_starts_on: date,
    amount: Decimal,
    actor: User,
    at: datetime,
    line: Allocation | None = None,
) -> Allocation:
    """Enters a funding line, or changes one. `amount` is pounds, more than nothing.

    Raises `FundingRefused` for a stream of the other fund (R-022), one that is closed, a year outside the term, or a
    stream and year that have a line already.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    if stream.fund != agreement.fund:
        raise FundingRefused(
            f"This agreement is of the {agreement.get_fund_display().lower()}, which is never mixed with the other.",
            field="stream",
        )
    if not stream.is_open and (line is None or line.stream_id != stream.pk):
        raise FundingRefused("This stream is closed. Choose one that is open.", field="stream")
    if year_starts_on not in years_of(agreement, on=local_date(at)):
        raise FundingRefused("Choose a financial year of the agreement's term.", field="year_starts_on")
    if amount <= 0:
        raise FundingRefused("Enter more than nothing.", field="amount")
    taken = Allocation.objects.filter(agreement=agreement, stream=stream, year_starts_on=year_starts_on)
    if (taken.exclude(pk=line.pk) if line else taken).exists():
        raise FundingRefused("There is a line of this stream for this year already. Change that one.", field="stream")
    facts = {
        "stream": stream,
        "year_starts_on": year_starts_on,
        "amount": amount,
        "entered_by": actor,
        "entered_at": at,
    }
    if line is None:
        kept: Allocation = Allocation.objects.create(agreement=agreement, **facts)
    else:
        kept = Allocation.objects.select_for_update().get(pk=line.pk, agreement=agreement)
        _refuse_below_payments(kept, facts)
        for name, value in facts.items():
            setattr(kept, name, value)
        kept.save()
    done = "changed" if line else "entered"
    _record(agreement, f"funding.{done}", f"a funding line of {kept.year} was {done}", actor=actor, at=at)
    return kept


def _refuse_below_payments(line: Allocation, facts: dict[str, Any]) -> None:
    """A line keeps its stream and year once something was paid out of it, and at least as much as that."""
    settled = Payment.objects.filter(allocation=line, state__in=[PaymentState.PROPOSED, PaymentState.APPROVED])
    paid = settled.aggregate(total=Sum("paid_amount"))["total"]
    if paid is None:
        return
    if (line.stream, line.year_starts_on) != (facts["stream"], facts["year_starts_on"]):
        raise FundingRefused("Something was paid out of this line, so it keeps its stream and year.", field="stream")
    if facts["amount"] < paid:
        raise FundingRefused(f"£{paid:,.2f} of this line are paid or about to be.", field="amount")


@transaction.atomic
def drop_line(*, line: Allocation, actor: User, at: datetime) -> None:
    """Removes a funding line. Raises `FundingRefused` where payments are planned or made out of it."""
    agreement = _managed(line.agreement, actor=actor, at=at)
    if Payment.objects.filter(allocation=line).exists():
        raise FundingRefused("Payments are planned or made out of this line, so it stays.")
    Allocation.objects.filter(pk=line.pk, agreement=agreement).delete()
    _record(agreement, "funding.dropped", f"a funding line of {line.year} was removed", actor=actor, at=at)


@transaction.atomic
def keep_shares(*, agreement: Agreement, shares: Mapping[date, Decimal | None], actor: User, at: datetime) -> None:
    """Sets how much of the cost is public money, by the 1 April of each year: percentages, 0 to 100, that never rise.

    A year with `None` has none. Raises `FundingRefused` for a share that rises from one year to a later one.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    before: tuple[date, Decimal] | None = None
    for day, percent in sorted(shares.items()):
        if percent is None:
            continue
        if not 0 <= percent <= HUNDRED:
            raise FundingRefused("Enter a percentage from 0 to 100.", field=field_of(day))
        if before and percent > before[1]:
            words = f"The share falls by year: it is {before[1].normalize():f}% in {year_of(before[0])}."
            raise FundingRefused(words, field=field_of(day))
        before = day, percent
    PublicShare.objects.filter(agreement=agreement).delete()
    PublicShare.objects.bulk_create(
        PublicShare(agreement=agreement, year_starts_on=day, percent=percent)
        for day, percent in shares.items()
        if percent is not None
    )
    _record(agreement, "funding.share", "the share of public money by year was set", actor=actor, at=at)


def field_of(day: date) -> str:
    """The box for the share of one year. Pure."""
    return f"year_{day.year}"


@transaction.atomic
def keep_limits(
    *,
    agreement: Agreement,
    funding_confirmed_to: date | None,
    extends_to: date | None,
    notice_by: date | None,
    actor: User,
    at: datetime,
) -> Agreement:
    """Keeps until when money is sure, how far the agreement may be extended, and by when what comes next is said.

    Once it is signed, how far it may be extended is what was agreed, and is entered once. Raises `FundingRefused`.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    if agreement.is_live and agreement.extends_to and agreement.extends_to != extends_to:
        words = f"It was agreed that it may be extended to {uk_date(agreement.extends_to)}. That is not changed here."
        raise FundingRefused(words, field="extends_to")
    varied = extends_to != agreement.extends_to and Variation.objects.open().filter(agreement=agreement).exists()
    if varied:
        words = "A variation is open, and what the law says of it hangs on this. It is settled first."
        raise FundingRefused(words, field="extends_to")
    if extends_to and agreement.ends and extends_to < agreement.ends.latest:
        raise FundingRefused("It cannot be extended to a day before its end.", field="extends_to")
    for name, day in (("funding_confirmed_to", funding_confirmed_to), ("notice_by", notice_by)):
        if day and agreement.starts and day < agreement.starts.earliest:
            raise FundingRefused("Enter a day of the agreement's term.", field=name)
    if notice_by and agreement.ends and notice_by > agreement.ends.latest:
        raise FundingRefused("Enter a day before the agreement ends.", field="notice_by")
    given = {"funding_confirmed_to": funding_confirmed_to, "extends_to": extends_to, "notice_by": notice_by}
    changed = [name for name, day in given.items() if getattr(agreement, name) != day]
    for name in changed:
        setattr(agreement, name, given[name])
    if changed:
        agreement.save(update_fields=changed)
        words = "the dates that its money and its end hang on were changed"
        _record(agreement, "agreement.limits", words, actor=actor, at=at, data={"fields": changed})
    return agreement


@transaction.atomic
def keep_stream(
    *, name: str, fund: str, is_open: bool, actor: User, at: datetime, stream: GrantStream | None = None
) -> GrantStream:
    """Adds a grant stream to the office's list, or changes one. One that has lines stays in its fund (R-022).

    Raises `FundingRefused` for whoever does not keep the list, a name that is taken, or another fund.
    """
    if not rules.keeps_streams(actor, at=at):
        raise FundingRefused("The Management Team keeps the list of grant streams.")
    taken = GrantStream.objects.filter(fund=fund, name__iexact=name)
    if (taken.exclude(pk=stream.pk) if stream else taken).exists():
        raise FundingRefused("There is a stream of this name already.", field="name")
    if stream is None:
        kept: GrantStream = GrantStream.objects.create(name=name, fund=fund, is_open=is_open)
    else:
        kept = GrantStream.objects.select_for_update().get(pk=stream.pk)
        if kept.fund != fund and kept.allocations.exists():
            raise FundingRefused("Agreements have lines of this stream, so it stays in its fund.", field="fund")
        kept.name, kept.fund, kept.is_open = name, fund, is_open
        kept.save()
    log.record(
        action="stream.kept",
        subject=kept,
        actor=actor,
        at=at,
        summary=f"Grant stream {kept.pk} was {'changed' if stream else 'added'}.",
        data={"fund": fund, "open": is_open},
    )
    return kept


def _record(
    agreement: Agreement, action: str, words: str, *, actor: User, at: datetime, data: dict[str, Any] | None = None
) -> None:
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data=data,
    )
