"""When returns are asked for: one an agreement and ended period of its calendar, due so many working days later."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Prefetch, QuerySet

from contracts.models import Agreement, Indicator, KpiReturn
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import add_working_days, at_5pm, is_provisional, uk_date, uk_time
from engagement.domain.outbox import announce
from engagement.domain.periods import DAY, FINANCIAL_QUARTERS, Calendar, Period
from engagement.enums import Audience, EventKind

LEAST_NOTICE = 10  # working days between opening a return late and its falling due
LONGEST = timedelta(days=400)  # how far back a period that ended may lie whose return nobody opened in time


class PeriodNotOver(Exception):
    """Returns are not asked for before the period has ended."""


def with_calendars(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Agreements with what `calendar_of` reads: two queries more, however many."""
    return agreements.prefetch_related("calendars", "set_periods")


def calendar_of(agreement: Agreement) -> Calendar:
    """When an agreement reports: by financial quarters unless something else was decided, up to the day on which it was
    ended. From loaded rows."""
    rhythms = (FINANCIAL_QUARTERS, *(row.rhythm for row in agreement.calendars.all()))
    until = agreement.ended_on + DAY if agreement.ended_on else date.max
    return Calendar(rhythms, tuple(row.period for row in agreement.set_periods.all()), until)


def working_days_for(agreement: Agreement, period: Period) -> int:
    """How many working days after a period its return is due: as agreed, else as the office has set."""
    agreed = [row for row in agreement.calendars.all() if row.applies_from <= period.starts_on]
    return (agreed[-1].due_working_days if agreed else None) or int(settings.RETURN_DUE_WORKING_DAYS)


def due_at(period: Period, *, working_days: int | None = None) -> datetime:
    """5pm UK time, so many working days of England and Wales after the period's last day (the office's number)."""
    days = working_days or int(settings.RETURN_DUE_WORKING_DAYS)
    return at_5pm(add_working_days(period.last_day, days))


def due_when_opened(period: Period, *, working_days: int | None = None, at: datetime) -> datetime:
    """When a return opened now falls due: on its day, or for one that opens late, after ten working days at least."""
    notice = at_5pm(add_working_days(local_date(at), LEAST_NOTICE))
    return max(due_at(period, working_days=working_days), notice)


def due_words(due: datetime) -> str:
    """When a return is due, in words; and that it may still move, where not all bank holidays are published."""
    provisional = is_provisional(local_date(due))
    return f"{uk_time(due)}{' (provisional: not all bank holidays until then are published)' if provisional else ''}"


def reference_of(agreement: Agreement, period: Period) -> str:
    """For example `KPI-Q2-2026-0142`: period, year in which its financial year begins, agreement.

    Where a period is none of a financial year, its first and last day: `KPI-20260615-20260914-0142`.
    """
    _, _, place = period.code.partition(" ")
    if period.is_of_financial_year and period.number:
        return f"KPI-{place or 'Y'}-{period.year_starts_on.year}-{agreement.pk:04d}"
    return f"KPI-{period.starts_on:%Y%m%d}-{period.last_day:%Y%m%d}-{agreement.pk:04d}"


def touches_term(agreement: Agreement, period: Period) -> bool:
    """Whether any day of a period is of an agreement's term, where a year or month alone is read as all of it."""
    begun = agreement.starts is None or agreement.starts.earliest <= period.last_day
    return begun and (agreement.ends is None or agreement.ends.latest >= period.starts_on)


def running_agreements(*, today: date) -> QuerySet[Agreement]:
    """Signed agreements with a provider and a measure whose term touches the last year, with their calendars."""
    indicators = Indicator.objects.filter(agreement=OuterRef("pk"))
    running: QuerySet[Agreement] = Agreement.objects.running(on=today - LONGEST, until=today)
    running = running.filter(Exists(indicators), provider__isnull=False).select_related("activity", "provider")
    return with_calendars(running).prefetch_related(Prefetch("indicators"))


def open_quarter(*, at: datetime, period: Period | None = None) -> list[KpiReturn]:
    """Opens the returns of every period that has ended, by each agreement's own calendar, and tells each provider.

    Of an agreement without any return only its last period; else all that ended after its latest return, so that a
    worker that stood still catches up. With a `period`, those agreements that report for exactly that one. What is open
    already stays as it is: safe to run every day and twice at once. Raises `PeriodNotOver`.
    """
    today = local_date(at)
    if period and period.ends_on > today:
        raise PeriodNotOver(f"{period.label} has not ended: its returns open on {uk_date(period.ends_on)}.")
    first = min(today, period.ends_on) if period else today
    latest = Max("returns__ends_on")
    agreements = running_agreements(today=first).annotate(returned_until=latest).order_by("pk")
    opened = [
        open_return(agreement=agreement, period=ended, at=at)
        for agreement in agreements
        for ended in _to_open(agreement, period, today)
        if touches_term(agreement, ended)
        and any(indicator.is_asked_in(ended) for indicator in agreement.indicators.all())
    ]
    return [kpi_return for kpi_return in opened if kpi_return]


def _to_open(agreement: Agreement, period: Period | None, today: date) -> Iterable[Period]:
    calendar = calendar_of(agreement)
    if period:
        return [one for one in calendar.ended(after=period.starts_on, by=period.ends_on) if one == period]
    returned_until: date | None = agreement.returned_until  # type: ignore[attr-defined]
    if returned_until is None:
        last = calendar.last_ended(by=today)
        return [last] if last else []
    return calendar.ended(after=max(returned_until, today - LONGEST), by=today)


def next_asked(agreement: Agreement, *, after: Period) -> tuple[Period | None, datetime | None]:
    """The period that an agreement reports for after another, and when that return is due; nothing when none comes."""
    coming = [one for one in calendar_of(agreement).coming(after.ends_on, number=2) if touches_term(agreement, one)]
    if not coming:
        return None, None
    return coming[0], due_at(coming[0], working_days=working_days_for(agreement, coming[0]))


@transaction.atomic
def open_return(*, agreement: Agreement, period: Period, at: datetime) -> KpiReturn | None:
    """Opens one agreement's return and tells that provider only. `None` when somebody else has just opened it."""
    working_days = working_days_for(agreement, period)
    kpi_return, created = KpiReturn.objects.get_or_create(
        agreement=agreement,
        quarter=period.code,
        defaults={
            **dates_of(period),
            "reference": reference_of(agreement, period),
            "opened_at": at,
            "due_at": due_when_opened(period, working_days=working_days, at=at),
        },
    )
    if not created:
        return None
    announce(
        key=f"return-opened:{kpi_return.pk}",
        kind=EventKind.RETURN_OPENED,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=agreement.provider,
        title=f"Your return for {period.label} is open"[:200],
        summary=f"{agreement.title}. It is due by {due_words(kpi_return.due_at)}.",
        path=kpi_return.get_absolute_url(),
        at=at,
    )
    log.record(
        action="return.opened",
        subject=kpi_return,
        actor=None,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"{kpi_return.reference} was opened for {period.label}.",
    )
    return kpi_return


def dates_of(period: Period) -> dict[str, date]:
    """The dates of a period as a return keeps them."""
    return {"starts_on": period.starts_on, "ends_on": period.ends_on, "year_starts_on": period.year_starts_on}
