"""Ways to answer beside the form on this site: people who are not online are asked too (R-150)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from consultations.domain.preparing import ConsultationRefused, locked_draft, refuse_unclear_time, wrote
from consultations.enums import Channel
from consultations.models import Consultation, Way
from engagement.models import User


@transaction.atomic
def keep_way(
    *,
    consultation: Consultation,
    channel: str,
    words: str,
    contact: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    actor: User,
    at: datetime,
    way: Way | None = None,
) -> Consultation:
    """Adds a way to answer to a draft, or changes `way`. Moments are those of an event, or of when a line is staffed.

    Raises `ConsultationRefused` once it is public, for an event without its time, and for times that cannot be.
    """
    consultation = locked_draft(consultation)
    if channel == Channel.EVENT and starts_at is None:
        raise ConsultationRefused("Say when the event begins.", "starts_at")
    if ends_at and (starts_at is None or ends_at <= starts_at):
        raise ConsultationRefused("It must end after it begins.", "ends_at")
    for field, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment:
            refuse_unclear_time(moment, field=field)
    kept: dict[str, Any] = {
        "channel": channel,
        "words": words,
        "contact": contact,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    if way is None:
        Way.objects.create(consultation=consultation, **kept)
    else:
        consultation.ways.filter(pk=way.pk).update(**kept)
    label = Channel(channel).label.lower()
    wrote(
        consultation,
        "way_kept",
        actor=actor,
        at=at,
        summary=f"A way to answer {consultation.reference} was {'changed' if way else 'added'}: {label}.",
    )
    return consultation


@transaction.atomic
def remove_way(*, consultation: Consultation, way: Way, actor: User, at: datetime) -> Consultation:
    """Takes a way to answer out of a draft. Raises `ConsultationRefused` once it is public."""
    consultation = locked_draft(consultation)
    consultation.ways.filter(pk=way.pk).delete()
    label = way.get_channel_display().lower()
    wrote(
        consultation,
        "way_removed",
        actor=actor,
        at=at,
        summary=f"A way to answer {consultation.reference} was removed: {label}.",
    )
    return consultation
