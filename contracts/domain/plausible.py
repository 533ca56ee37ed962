"""What is worth a second look before a figure is kept, in words. Nothing here refuses. Pure.

A figure that moved far since the quarter before is often right, and is where slips of the finger show.
"""

from decimal import Decimal

from contracts.domain.entries import Entry
from contracts.domain.figures import owed
from contracts.domain.ratings import Reading, Yardstick, as_text, moved_beyond, rate, stated_apart
from contracts.enums import FigureState, IndicatorKind
from contracts.models import Indicator

POINTS = Decimal(20)  # by which a percentage may move
SHARE = Decimal("0.5")  # of what it was, by which anything else may move
FEW = Decimal(10)  # a number that stays below this is never said to have moved far


def warnings_of(indicator: Indicator, entry: Entry, last: Entry | None) -> list[str]:
    """What to look at again in an entry: how far it moved since last quarter, and what it still owes."""
    yardstick = Yardstick.of(indicator)
    now, before = _value(yardstick, entry), _value(yardstick, last)
    moved = _moved(yardstick, now, before)
    return ([moved] if moved else []) + list(owed(indicator, entry, before=before).values())


def is_unlikely(indicator: Indicator, entry: Entry, last: Entry | None) -> bool:
    """Whether a figure raises a question by itself: stated apart from its own counts, or moved far without a word."""
    if entry.state != FigureState.REPORTED:
        return False
    yardstick = Yardstick.of(indicator)
    if stated_apart(yardstick, Reading(FigureState.REPORTED, entry.numerator, entry.denominator, entry.value)):
        return True
    now, before = _value(yardstick, entry), _value(yardstick, last)
    far = bool(_moved(yardstick, now, before)) or moved_beyond(yardstick, now, before)
    return far and not entry.commentary.strip()


def _moved(yardstick: Yardstick, now: Decimal | None, before: Decimal | None) -> str:
    """Where a movement was agreed that needs words, that one counts, and `owed` knows it."""
    if now is None or before is None or yardstick.tolerance is not None:
        return ""
    if yardstick.kind == IndicatorKind.PERCENTAGE:
        far = abs(now - before) >= POINTS
    else:
        far = abs(now - before) >= SHARE * before and max(now, before) >= FEW
    if not far:
        return ""
    return f"This was {as_text(yardstick, before)} last time and is {as_text(yardstick, now)} now. Is that right?"


def _value(yardstick: Yardstick, entry: Entry | None) -> Decimal | None:
    if entry is None or entry.state != FigureState.REPORTED:
        return None
    return rate(yardstick, Reading(FigureState.REPORTED, entry.numerator, entry.denominator, entry.value)).value
