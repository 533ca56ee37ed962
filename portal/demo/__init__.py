"""An invented office with eight quarters behind it, made through the same domain functions as the screens.

Each part plans what happened and when; then all of it happens in the order of time, so that the log, the messages and
the stories read as they would have. Everything is dated relative to the moment it is made, and works on any day.
Names, addresses and figures are invented.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby

from engagement.access import local_date
from engagement.domain.calendar import LONDON, Quarter, add_working_days, is_working_day
from engagement.models import Activity, Organisation, User

PASSWORD = "moor-heather-lantern-7"  # noqa: S105  printed for everybody; the demonstration refuses to run in production
QUARTERS = 8  # reported and published, before the one that ended last
YEAR = 365


@dataclass
class Demonstration:
    """What has been made so far, by short names, what is still to happen, and the moment that counts as now.

    `codes` are slips of paper that somebody has in their pocket, by the title of what they open.
    """

    now: datetime
    people: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    planned: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def plan(self, at: datetime, act: Callable[..., object], *args: object) -> None:
        """`act(demo, *args, at=at)` happened then. Raises `ValueError` for what would still be to come."""
        moment = at.astimezone(UTC)
        if moment > self.now:
            raise ValueError(f"{moment} has not come yet.")
        self.planned.append((moment, partial(act, self, *args, at=moment)))

    def carry_out(self, *, say: Callable[[str], None]) -> None:
        """Everything planned happens, in the order of time; `say` is told of each year before it is lived through."""
        in_order = sorted(self.planned, key=lambda step: step[0])
        for year, steps in groupby(in_order, key=lambda step: step[0].year):
            acts = [act for _, act in steps]
            say(f"Living through {year}: {len(acts)} things that happened")
            for act in acts:
                act()

    @property
    def today(self) -> date:
        """The UK date of now."""
        return local_date(self.now)

    @property
    def latest(self) -> Quarter:
        """The last quarter that has ended."""
        return Quarter.containing(self.today).previous()

    @property
    def first(self) -> Quarter:
        """The quarter in which the two long agreements began."""
        return self.latest.back(QUARTERS)

    @property
    def new_service_begins(self) -> date:
        """The first day of a quarter, at least 200 days ahead."""
        return Quarter.containing(self.today + timedelta(days=200)).ends_on

    def ago(self, days: int, hour: int = 10) -> datetime:
        """At that hour, UK time, of the last working day that is at least so many days ago."""
        day = self.today - timedelta(days=max(days, 1))
        return at_hour(day if is_working_day(day) else add_working_days(day, -1), hour)

    def ahead(self, days: int) -> date:
        """The first working day that is at least so many days ahead."""
        day = self.today + timedelta(days=days)
        return day if is_working_day(day) else add_working_days(day, 1)

    def days_since(self, day: date) -> int:
        """How many days ago that was."""
        return (self.today - day).days


def at_hour(day: date, hour: int) -> datetime:
    """That hour of a day, UK time."""
    return datetime.combine(day, time(hour), tzinfo=LONDON)
