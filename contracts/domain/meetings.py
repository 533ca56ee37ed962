"""Meetings about an agreement: recorded once, with who came and what was decided (R-088)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts.domain.managed import managed
from contracts.models import Agreement, Attendance, Meeting
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import Organisation, User


class MeetingRefused(Refused):
    """The meeting cannot be kept like this; the message says why. `field` names the box, if one."""


@transaction.atomic
def record_meeting(
    *,
    agreement: Agreement,
    held_on: date,
    attendances: Mapping[Organisation, str],
    actor: User,
    at: datetime,
    **facts: Any,
) -> Meeting:
    """Keeps a meeting that was held. `attendances` are names by organisation; `facts` the other fields of the model.

    What is to be done is added as actions. Raises `MeetingRefused`.
    """
    agreement = managed(
        agreement,
        actor=actor,
        at=at,
        refused=MeetingRefused,
        words="Only the Contract Manager of the activity records its meetings.",
    )
    if held_on > local_date(at):
        raise MeetingRefused("Enter the day it was held, today or earlier.", field="held_on")
    came = {organisation: names.strip() for organisation, names in attendances.items() if names.strip()}
    if not came:
        raise MeetingRefused("Say who came.", field="office_names")
    number = Meeting.objects.filter(agreement=agreement).count() + 1
    meeting = Meeting.objects.create(
        agreement=agreement, number=number, held_on=held_on, recorded_by=actor, recorded_at=at, **facts
    )
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, organisation=organisation, names=names) for organisation, names in came.items()
    )
    log.record(
        action="meeting.recorded",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {meeting.get_kind_display().lower()} {number} was recorded.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"meeting": number, "shared": meeting.shared},
    )
    return meeting
