"""Bank holidays run out: the office is told a year before due dates can no longer be counted for certain."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from contracts import rules
from engagement.access import local_date
from engagement.domain.calendar import holidays_known_until, uk_date
from engagement.domain.queries import Todo
from engagement.models import User

AHEAD = timedelta(days=365)


def warning(*, on: date) -> str:
    """What to say when the published bank holidays end within a year of a day; empty while they reach further."""
    until = holidays_known_until()
    if until - on >= AHEAD:
        return ""
    return (
        f"Bank holidays are known until {uk_date(until)}. Due dates after that are provisional: "
        "update the portal, which brings the published list."
    )


def todo_for(user: User, *, at: datetime) -> list[Todo]:
    """The warning as a thing to do, for those who answer for due dates."""
    words = warning(on=local_date(at))
    if not words or not (rules.makes_agreements(user, at=at) or rules.sets_reminders(user, at=at)):
        return []
    url = reverse("contracts:reminder-list")
    return [Todo(title="The list of bank holidays ends", detail=words, url=url, group="Due dates")]
