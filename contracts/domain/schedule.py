"""When returns are asked for: one an agreement and ended quarter, due so many working days later."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from contracts.enums import ReturnState
from contracts.models import Agreement, Indicator, KpiReturn
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import Quarter, add_working_days, at_5pm, uk_date, uk_time
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind

REMIND_DAYS_BEFORE = 5


LEAST_NOTICE = 10  # working days between opening a return late and its falling due


class QuarterNotOver(Exception):
    """Returns are not asked for before the quarter has ended."""


def last_day(quarter: Quarter) -> date:
    """The last day that belongs to a quarter."""
    return quarter.ends_on - timedelta(days=1)


def due_at(quarter: Quarter) -> datetime:
    """5pm UK time, `RETURN_DUE_WORKING_DAYS` working days of England and Wales after the quarter's last day."""
    return at_5pm(add_working_days(last_day(quarter), settings.RETURN_DUE_WORKING_DAYS))


def due_when_opened(quarter: Quarter, *, at: datetime) -> datetime:
    """When a return opened now falls due: on its day, or for one that opens late, after ten working days at least."""
    return max(due_at(quarter), at_5pm(add_working_days(local_date(at), LEAST_NOTICE)))


def reference_of(agreement: Agreement, quarter: Quarter) -> str:
    """For example `KPI-Q2-2026-0142`: quarter, year in which the financial year begins, agreement."""
    return f"KPI-Q{quarter.number}-{quarter.year}-{agreement.pk:04d}"


def open_quarter(*, at: datetime, quarter: Quarter | None = None) -> list[KpiReturn]:
    """Opens the returns of a quarter (of the last one that has ended, when none is given) and tells each provider.

    One for each signed agreement whose term touches the quarter, that has a provider and something to measure. What is
    open already stays as it is, so it is safe to run every day and twice at once. Raises `QuarterNotOver`.
    """
    today = local_date(at)
    quarter = quarter or Quarter.containing(today).previous()
    if quarter.ends_on > today:
        raise QuarterNotOver(f"{quarter.label} has not ended: its returns open on {uk_date(quarter.ends_on)}.")
    asked = Indicator.objects.asked_in(quarter.code).filter(agreement=OuterRef("pk")).order_by()
    opened_already = KpiReturn.objects.filter(agreement=OuterRef("pk"), quarter=quarter.code)
    agreements = (
        Agreement.objects.running(on=quarter.starts_on, until=last_day(quarter))
        .filter(Exists(asked), ~Exists(opened_already), provider__isnull=False)
        .select_related("activity", "provider")
        .order_by("pk")
    )
    opened = [open_return(agreement=agreement, quarter=quarter, at=at) for agreement in agreements]
    return [kpi_return for kpi_return in opened if kpi_return]


@transaction.atomic
def open_return(*, agreement: Agreement, quarter: Quarter, at: datetime) -> KpiReturn | None:
    """Opens one agreement's return and tells that provider only. `None` when somebody else has just opened it."""
    kpi_return, created = KpiReturn.objects.get_or_create(
        agreement=agreement,
        quarter=quarter.code,
        defaults={
            "reference": reference_of(agreement, quarter),
            "opened_at": at,
            "due_at": due_when_opened(quarter, at=at),
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
        title=f"Your return for {quarter.label} is open"[:200],
        summary=f"{agreement.title}. It is due by {uk_time(kpi_return.due_at)}.",
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
        summary=f"{kpi_return.reference} was opened for {quarter.label}.",
    )
    return kpi_return


def send_due(*, at: datetime) -> int:
    """Reminds providers of returns that fall due within `REMIND_DAYS_BEFORE` working days, and of those overdue.

    Each reminder once for ever, so it is safe to run every day and twice. Returns how many returns are due soon or
    overdue.
    """
    due = KpiReturn.objects.filter(state=ReturnState.DUE).select_related("agreement__activity", "agreement__provider")
    soon = at_5pm(add_working_days(local_date(at), REMIND_DAYS_BEFORE))
    reminded = 0
    for kpi_return in due.filter(due_at__lte=soon).order_by("pk").iterator(chunk_size=200):
        overdue = kpi_return.due_at <= at
        when = uk_time(kpi_return.due_at)
        announce(
            key=f"return-{'overdue' if overdue else 'due'}:{kpi_return.pk}",
            kind=EventKind.RETURN_DUE,
            activity=kpi_return.agreement.activity,
            audience=Audience.ORGANISATION,
            organisation=kpi_return.agreement.provider,
            title=f"Your return for {kpi_return.period.label} {'is overdue' if overdue else 'is due soon'}",
            summary=f"{kpi_return.agreement.title}. It {'was' if overdue else 'is'} due by {when}.",
            path=kpi_return.get_absolute_url(),
            at=at,
        )
        reminded += 1
    return reminded
