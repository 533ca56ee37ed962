"""More time for one return: an act of its Contract Manager, with a reason that the provider reads."""

from datetime import date, datetime

from django.db import transaction

from contracts import rules
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.domain.schedule import due_words
from contracts.enums import ReturnState
from contracts.models import Extension, KpiReturn
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import at_5pm, is_working_day, uk_date
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind
from engagement.models import User


@transaction.atomic
def extend_return(
    *, kpi_return: KpiReturn, until: date, reason: str, seen_due: datetime, actor: User, at: datetime
) -> Extension:
    """A return is due at 5pm UK time on a later working day; its provider is told why, and reminders follow the date.

    Raises `ReturnRefused` when it was sent already, the date is not later or no working day, somebody else moved it
    since the person looked (`seen_due`), or the person is not its Contract Manager.
    """
    kpi_return = lock(kpi_return)
    if kpi_return.state != ReturnState.DUE:
        raise ReturnRefused(refusal(kpi_return))
    words = "The Contract Manager of the activity gives more time."
    refuse_strangers(kpi_return, rules.checked_returns(actor, at=at), words=words)
    if kpi_return.due_at != seen_due:
        raise ReturnRefused(f"Somebody has moved this date already. It is due {due_words(kpi_return.due_at)}.")
    _refuse_date(kpi_return, until, at=at)
    extension = Extension.objects.create(
        kpi_return=kpi_return,
        was_due_at=kpi_return.due_at,
        due_at=at_5pm(until),
        reason=reason,
        granted_by=actor,
        granted_at=at,
    )
    kpi_return.due_at = extension.due_at
    kpi_return.save(update_fields=["due_at"])
    agreement = kpi_return.agreement
    announce(
        key=f"return-extended:{extension.pk}",
        kind=EventKind.RETURN_EXTENDED,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=agreement.provider,
        title=f"More time for your return for {kpi_return.period.label}"[:200],
        summary=f"{agreement.title}. It is now due by {due_words(extension.due_at)}. {reason}",
        path=kpi_return.get_absolute_url(),
        at=at,
    )
    log.record(
        action="return.extended",
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"{kpi_return.reference} has more time, until {uk_date(until)}: {reason}"[:300],
        data={"was_due_at": extension.was_due_at.isoformat(), "due_at": extension.due_at.isoformat()},
    )
    return extension


def _refuse_date(kpi_return: KpiReturn, until: date, *, at: datetime) -> None:
    if until <= local_date(kpi_return.due_at):
        raise ReturnRefused(f"Enter a day after {uk_date(local_date(kpi_return.due_at))}, when it is due now.")
    if until <= local_date(at):
        raise ReturnRefused("Enter a day that is still to come.")
    if not is_working_day(until):
        raise ReturnRefused(f"{uk_date(until)} is not a working day in England and Wales. Enter one that is.")
