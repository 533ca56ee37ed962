"""Pre-election periods: nothing new is opened in one, unless somebody answers for it by name.

Consultations should not be launched in local or national election periods (the government's consultation principles).
The office keeps the calendar: which elections touch its area changes from year to year.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from consultations import rules
from consultations.domain.preparing import ConsultationRefused, locked_draft, record
from consultations.models import Consultation, ElectionPeriod
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.models import User


def periods_between(first: date, last: date) -> list[ElectionPeriod]:
    """The periods that touch the days from the first up to and including the last, the earliest first. One query."""
    return list(ElectionPeriod.objects.filter(starts_on__lte=last, polling_on__gte=first).order_by("starts_on", "pk"))


def period_of_launch(consultation: Consultation, *, at: datetime) -> ElectionPeriod | None:
    """The period in which it would be launched: made public now, or opened on its first day. One query."""
    days = {local_date(at), local_date(max(consultation.opens_at, at))}
    touched = periods_between(min(days), max(days))
    return next((one for one in touched if any(one.starts_on <= day <= one.polling_on for day in days)), None)


@transaction.atomic
def add_period(*, name: str, starts_on: date, polling_on: date, actor: User, at: datetime) -> ElectionPeriod:
    """Enters a period. Raises `ConsultationRefused` for one that ends before it begins, or a name that is taken."""
    if polling_on < starts_on:
        raise ConsultationRefused("Polling day comes after the first day of the period.", "polling_on")
    try:
        with transaction.atomic():
            period = ElectionPeriod.objects.create(name=name, starts_on=starts_on, polling_on=polling_on)
    except IntegrityError as error:
        raise ConsultationRefused("There is a period of this name already.", "name") from error
    log.record(
        action="election.added",
        subject=period,
        actor=actor,
        at=at,
        summary=f"The pre-election period “{name}” was entered: {uk_date(starts_on)} to {uk_date(polling_on)}.",
    )
    return period


@transaction.atomic
def remove_period(*, period: ElectionPeriod, actor: User, at: datetime) -> None:
    """Takes a period out of the calendar: the election was called off, or entered twice."""
    log.record(
        action="election.removed",
        subject=period,
        actor=actor,
        at=at,
        summary=f"The pre-election period “{period.name}” was removed.",
    )
    period.delete()


@transaction.atomic
def override(*, consultation: Consultation, reason: str, actor: User, at: datetime) -> Consultation:
    """Lets a draft be opened in a pre-election period, for a reason and by name; a signature for it stays.

    Raises `ConsultationRefused` for anybody but the Management Team, and once it is public.
    """
    if not rules.overrides_elections(actor, at=at):
        raise ConsultationRefused("Only the Management Team can allow this.")
    consultation = locked_draft(consultation)
    if not reason.strip():
        raise ConsultationRefused("Say why it cannot wait until after polling day.", "reason")
    consultation.election_override, consultation.election_override_by = reason, actor
    consultation.save(update_fields=["election_override", "election_override_by"])
    record(
        consultation,
        "election_overridden",
        actor=actor,
        at=at,
        summary=f"{consultation.reference} may be opened in a pre-election period: {reason}",
    )
    return consultation
