"""What the home page shows, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from consultations.domain import queries as consultations
from contracts.domain import queries as contracts
from contracts.models import Publication
from engagement.domain.calendar import Quarter
from engagement.domain.queries import latest_events
from engagement.enums import CYCLE, Stage
from engagement.models import Activity, Event

UPDATES_SHOWN = 4


@dataclass(frozen=True)
class Front:
    """The parts of the home page. `next_to_open` is asked for when nothing is open; `tally` is by rating code."""

    open_now: list[Any]
    counts: dict[str, int]
    under_way: int
    running: int
    next_to_open: Any
    outcome: Any
    late_promises: int
    updates: list[Event]
    tally: dict[str, int]
    quarter: str


def front_at(*, at: datetime) -> Front:
    """The home page at a moment."""
    open_now = list(consultations.open_consultations(at))
    return Front(
        open_now=open_now,
        counts=consultations.counts(at),
        under_way=Activity.objects.published().filter(stage__in=[*CYCLE, Stage.DECOMMISSIONING]).count(),
        running=contracts.running_services_count(at),
        next_to_open=None if open_now else next(iter(consultations.forthcoming(at)), None),
        outcome=consultations.latest_outcome(at),
        late_promises=consultations.late_promises_count(at),
        updates=list(latest_events(limit=UPDATES_SHOWN)),
        tally=contracts.rating_tally(),
        quarter=_latest_quarter(),
    )


def _latest_quarter() -> str:
    """The quarter that the tally is of: "April to June 2026"; nothing before the first publication."""
    code = Publication.objects.public().aggregate(latest=Max("quarter"))["latest"]
    return Quarter.from_code(code).label if code else ""
