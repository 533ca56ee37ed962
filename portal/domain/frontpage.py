"""What the home page shows, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consultations.domain import queries as consultations
from contracts.domain import queries as contracts
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
    quarter = contracts.latest_quarter()
    return Front(
        open_now=open_now,
        counts=consultations.counts(at),
        under_way=Activity.objects.published().filter(stage__in=[*CYCLE, Stage.DECOMMISSIONING]).count(),
        running=contracts.running_services_count(at),
        next_to_open=None if open_now else next(iter(consultations.forthcoming(at)), None),
        outcome=consultations.latest_outcome(at),
        late_promises=consultations.late_promises_count(at),
        updates=list(latest_events(limit=UPDATES_SHOWN)),
        tally=contracts.rating_tally(quarter),
        quarter=quarter.label if quarter else "",
    )
