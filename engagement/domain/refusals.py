"""Noting who asked for what is not theirs (security row A02): once an hour for a person and a route, and no flood.

Only people who act for an organisation are noted, and only at doors that need signing in: nobody who reads, follows or
answers a consultation leaves a line here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from engagement.access import local_date, roles_of
from engagement.domain import log
from engagement.enums import ACCESS_REFUSED
from engagement.models import LogEntry, LogHead, User

HOUR = timedelta(hours=1)
MOST_IN_AN_HOUR = 20


def note_refusal(*, person: User, route: str, arguments: Iterable[str], at: datetime) -> LogEntry | None:
    """Writes down that a person was refused at a route, and with which references in the address.

    Returns the entry; nothing when it stands there already in this hour, when the person has had many, or when they
    act for nobody, as service users do.
    """
    if not roles_of(person, on=local_date(at)) or _is_enough(person, route, at=at):
        return None
    with transaction.atomic():
        LogHead.objects.get_or_create(pk=1)
        LogHead.objects.select_for_update().get(pk=1)  # two requests at once: the second sees the entry of the first
        if _is_enough(person, route, at=at):
            return None
        asked = ", ".join(argument[:40] for argument in arguments)
        return log.record(
            action=ACCESS_REFUSED,
            subject=person,
            actor=person,
            at=at,
            summary=f"Asked for what is not theirs: {route}{f' ({asked[:150]})' if asked else ''}.",
            data={"route": route},
        )


def _is_enough(person: User, route: str, *, at: datetime) -> bool:
    of_this_hour = LogEntry.objects.filter(actor=person, action=ACCESS_REFUSED, at__gt=at - HOUR)
    noted = list(of_this_hour.values_list("data", flat=True))
    return len(noted) >= MOST_IN_AN_HOUR or any(data["route"] == route for data in noted)
