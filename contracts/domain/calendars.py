"""Deciding when an agreement reports: how often, counted from when, and dates set by hand. Never for what has begun."""

from datetime import date, datetime, timedelta

from django.db import transaction

from contracts.domain.agreements import AgreementRefused
from contracts.domain.schedule import calendar_of
from contracts.enums import Frequency
from contracts.models import Agreement, MonitoringCalendar, SetPeriod
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.domain.periods import FINANCIAL_QUARTERS, Rhythm, financial_year_of
from engagement.enums import Audience, EventKind
from engagement.models import User


def applies_from(agreement: Agreement, *, on: date) -> date:
    """The day from which a change decided on a day applies: after the period that is running then.

    What is not signed, or was never asked for a return, is changed from its first day.
    """
    started = agreement.starts.earliest if agreement.starts else on
    if not agreement.is_live or not agreement.returns.exists():
        return started
    running = calendar_of(agreement).containing(on)
    by_hand = [row.ends_on for row in agreement.set_periods.all()]
    return running.ends_on if running else max([on + timedelta(days=1), *by_hand])


@transaction.atomic
def change_calendar(
    *,
    agreement: Agreement,
    frequency: Frequency,
    from_contract: bool,
    due_working_days: int | None,
    reason: str,
    actor: User | None,
    at: datetime,
) -> MonitoringCalendar:
    """From the next period on an agreement reports so often, counted from 1 April or from its own first day.

    A period that has begun stays as it is. What was decided before and has not begun either is replaced. The provider
    of a signed agreement is told. Raises `AgreementRefused`.
    """
    agreement = _lock(agreement, actor=actor, at=at)
    first = applies_from(agreement, on=local_date(at))
    counted_from = _counted_from(agreement, from_contract=from_contract, first=first)
    wanted = Rhythm(frequency, counted_from)
    before = list(agreement.calendars.all())
    current = before[-1].rhythm if before else FINANCIAL_QUARTERS
    same = (current.months, _day(current), before[-1].due_working_days if before else None)
    if same == (wanted.months, _day(wanted), due_working_days):
        raise AgreementRefused("That is how this agreement reports already.")
    agreement.calendars.filter(applies_from__gte=first).delete()
    decided = MonitoringCalendar.objects.create(
        agreement=agreement,
        applies_from=first,
        frequency=frequency,
        counted_from=counted_from,
        due_working_days=due_working_days,
        reason=reason,
        decided_by=actor,
        decided_at=at,
    )
    words = f"{calendar_words(decided)}, from {uk_date(first)} on"
    _tell(agreement, key=f"calendar:{decided.pk}", words=f"{words}. {reason}", at=at)
    _record(agreement, "agreement.calendar", f"{agreement.reference} reports {words}: {reason}", actor=actor, at=at)
    return decided


def calendar_words(row: MonitoringCalendar) -> str:
    """How often and by when, in words: `every month, counted from 1 April, due 10 working days after`."""
    words = Frequency(row.frequency).label
    words = words[:1].lower() + words[1:]
    if row.frequency != Frequency.BY_HAND:
        words += f", counted from {row.counted_from.day} {row.counted_from:%B}"
    return f"{words}, due {row.due_working_days} working days after" if row.due_working_days else words


def _counted_from(agreement: Agreement, *, from_contract: bool, first: date) -> date:
    if not from_contract:
        return financial_year_of(first)
    if agreement.starts is None or agreement.starts.earliest != agreement.starts.latest:
        raise AgreementRefused("The day on which this agreement starts is not known, so count from 1 April.")
    first_day: date = agreement.starts.earliest
    return first_day


def _day(rhythm: Rhythm) -> tuple[int, int]:
    """What tells two rhythms of the same length apart: the day on which their year begins."""
    first = rhythm.counted_from
    return (first.month, first.day) if rhythm.months else (0, 0)


@transaction.atomic
def set_period(
    *, agreement: Agreement, starts_on: date, last_day: date, why: str, actor: User, at: datetime
) -> SetPeriod:
    """Asks for one more return, for days that are set by hand. The provider is told. Raises `AgreementRefused`."""
    agreement = _lock(agreement, actor=actor, at=at)
    if last_day < starts_on:
        raise AgreementRefused("The last day is before the first.")
    if last_day < local_date(at):
        raise AgreementRefused("The last day is over. Returns are asked for days that end today or later.")
    ends_on = last_day + timedelta(days=1)
    asked = calendar_of(agreement).ended(after=starts_on, by=ends_on)
    if any((period.starts_on, period.ends_on) == (starts_on, ends_on) for period in asked):
        raise AgreementRefused("This agreement is asked for these very days already.")
    row = SetPeriod.objects.create(
        agreement=agreement, starts_on=starts_on, ends_on=ends_on, why=why, set_by=actor, set_at=at
    )
    _tell(agreement, key=f"set-period:{row.pk}", words=f"We also ask for a return for {row.period.label}. {why}", at=at)
    summary = f"{agreement.reference} is also asked for {row.period.label}: {why}"
    _record(agreement, "agreement.period_set", summary, actor=actor, at=at)
    return row


@transaction.atomic
def drop_period(*, row: SetPeriod, actor: User, at: datetime) -> None:
    """Takes back a period that was set by hand and is not over. Raises `AgreementRefused`."""
    agreement = _lock(row.agreement, actor=actor, at=at)
    if row.ends_on <= local_date(at):
        raise AgreementRefused("This period is over, so its return is asked for.")
    words = f"We no longer ask for a return for {row.period.label}."
    _tell(agreement, key=f"set-period-dropped:{row.pk}", words=words, at=at)
    summary = f"{agreement.reference} is no longer asked for {row.period.label}."
    _record(agreement, "agreement.period_dropped", summary, actor=actor, at=at)
    row.delete()


def _lock(agreement: Agreement, *, actor: User | None, at: datetime) -> Agreement:
    rows = Agreement.objects.select_related("activity", "provider")
    agreement = rows.select_for_update(of=("self",)).get(pk=agreement.pk)
    if actor and not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise AgreementRefused("Only the Contract Manager of the activity changes when this agreement reports.")
    if agreement.is_recorded:
        raise AgreementRefused("This agreement is copied from a public source: no returns are asked for.")
    return agreement


def _tell(agreement: Agreement, *, key: str, words: str, at: datetime) -> None:
    """Tells the provider of a signed agreement; a draft is nobody's business yet."""
    if not agreement.is_live:
        return
    announce(
        key=key,
        kind=EventKind.CALENDAR_CHANGED,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=agreement.provider,
        title=f"{agreement.title}: when you report changes"[:200],
        summary=words[:1].upper() + words[1:],
        path=agreement.get_absolute_url(),
        at=at,
    )


def _record(agreement: Agreement, action: str, summary: str, *, actor: User | None, at: datetime) -> None:
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=summary[:300],
    )
