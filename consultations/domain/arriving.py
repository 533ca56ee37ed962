"""How many answers have come, for those who run a consultation: the total, and where it comes from in steps of ten.

Breakdowns hold settled answers, which join ten or more at a time, and are protected like any table of results.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from consultations.domain.counting import threshold_for
from consultations.enums import Channel
from consultations.models import Consultation, Response
from engagement.domain.disclosure import protect_counts

STEP = 10


@dataclass(frozen=True)
class Arrivals:
    """`total` is live. `by_channel` and `by_day` are `None` where withheld; days that few share are not told apart."""

    total: int
    by_channel: dict[str, int | None]
    by_day: dict[date, int | None]
    on_thin_days: int | None
    not_yet_counted: int


def arrivals(consultation: Consultation) -> Arrivals:
    """How many answers have come, in which way and on which day. One query, however many answers."""
    by_channel, by_day, waiting = Counter[str](), Counter[date | None](), 0
    rows = Response.objects.filter(consultation=consultation).values_list("channel", "received_on", "settled")
    for channel, day, settled, number in rows.annotate(number=Count("pk")):
        if settled:
            by_channel[channel] += number
            by_day[day] += number
        else:
            waiting += number
    channels = protect_counts(by_channel, threshold=threshold_for(consultation))
    days = protect_counts(by_day, threshold=max(threshold_for(consultation), STEP))
    return Arrivals(
        total=by_channel.total() + waiting,
        by_channel={one.value: channels.cells[one].count for one in Channel if one in channels.cells},
        by_day={day: days.cells[day].count for day in sorted(day for day in by_day if day)},
        on_thin_days=days.cells[None].count if None in by_day else 0,
        not_yet_counted=waiting,
    )


def in_tens(number: int) -> int:
    """A number that moves in steps of ten: of a closed group even the total could tell who has just answered."""
    return number - number % STEP
