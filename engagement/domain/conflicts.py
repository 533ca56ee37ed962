"""The register of interests that people and providers declare in an activity, for the office alone."""

from datetime import date, datetime

from django.db import transaction

from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import Activity, ConflictOfInterest, Organisation, User


class ConflictRefused(Refused):
    """The interest cannot be recorded like this; `field` names what is wrong, if one thing is."""


@transaction.atomic
def record_conflict(
    *,
    activity: Activity,
    declared_by: str,
    organisation: Organisation | None,
    declared_on: date,
    interest: str,
    mitigation: str,
    actor: User,
    at: datetime,
) -> ConflictOfInterest:
    """Records an interest and what is done about it. Raises `ConflictRefused` for a UK date that is still to come."""
    if declared_on > local_date(at):
        raise ConflictRefused("The day on which it was declared is still to come.", "declared_on")
    conflict = ConflictOfInterest.objects.create(
        activity=activity,
        declared_by=declared_by,
        organisation=organisation,
        declared_on=declared_on,
        interest=interest,
        mitigation=mitigation,
        recorded_by=actor,
        recorded_at=at,
    )
    _note(conflict, "conflict.recorded", "was recorded", actor=actor, at=at)
    return conflict


@transaction.atomic
def end_conflict(*, conflict: ConflictOfInterest, actor: User, at: datetime) -> ConflictOfInterest:
    """The interest is over from today. It stays in the register. Raises `ConflictRefused` when it has ended before."""
    conflict = ConflictOfInterest.objects.select_for_update(of=("self",)).select_related("activity").get(pk=conflict.pk)
    if conflict.ended_on:
        raise ConflictRefused("This interest has ended already.")
    conflict.ended_on = local_date(at)
    conflict.save(update_fields=["ended_on"])
    _note(conflict, "conflict.ended", "has ended", actor=actor, at=at)
    return conflict


def _note(conflict: ConflictOfInterest, action: str, what: str, *, actor: User, at: datetime) -> None:
    log.record(
        action=action,
        subject=conflict,
        actor=actor,
        at=at,
        activity=conflict.activity,
        summary=f"A conflict of interest on {conflict.activity.reference} {what}.",
    )
