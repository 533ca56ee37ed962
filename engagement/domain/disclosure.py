"""Disclosure control: the one function through which every published count passes (security rows P07, P08).

A count from nought to below the threshold is withheld. So are further counts, from the smallest upwards, until what is
withheld cannot be worked out: a reader who knows the total, the counts shown and this very rule must be left with a
range wider than the threshold for every withheld cell. Equal counts are treated alike, so the order of the rows tells
nothing. Percentages are whole and computed from shown counts. Thresholds: 10 for sensitive consultations and whatever
is crossed with equality answers, 5 otherwise (`SENSITIVE_THRESHOLD`, `SMALL_NUMBER_THRESHOLD`).
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Cell:
    """A published count and its whole percentage of the total, or both `None` when withheld."""

    count: int | None
    percent: int | None

    @property
    def withheld(self) -> bool:
        """Whether this cell may not be shown."""
        return self.count is None


WITHHELD = Cell(None, None)


@dataclass(frozen=True)
class ProtectedCounts(Generic[Key]):
    """Counts as they may be published. `total` is `None` when even the number of answers is too small to say."""

    cells: dict[Key, Cell]
    total: int | None
    threshold: int

    @property
    def withheld(self) -> bool:
        """Whether any cell is withheld, so that a note must stand beside the table."""
        return any(cell.withheld for cell in self.cells.values())


def protect_counts(counts: Mapping[Key, int], *, threshold: int) -> ProtectedCounts[Key]:
    """Protects a table whose cells add up to its total (everyone is counted in exactly one cell)."""
    total = sum(counts.values())
    hidden = _hidden(counts, threshold)
    cells = {key: WITHHELD if key in hidden else Cell(n, _percent(n, total)) for key, n in counts.items()}
    return ProtectedCounts(cells=cells, total=total if total >= threshold else None, threshold=threshold)


def protect_choices(
    counts: Mapping[Key, int], *, answered: int, threshold: int, apart: Collection[Key] = ()
) -> ProtectedCounts[Key]:
    """Protects a table where people could choose several: each choice is its own pair of chose and did not choose.

    Whoever gave an answer that stands `apart`, such as "I do not know", gave no other. Everybody else chose something,
    and at least as many as made the most frequent choice. So the choices and what stands apart bound one another:
    further ones are withheld, the smallest first, until every one withheld has its range.
    """
    hidden = {key for key, n in counts.items() if n < threshold or answered - n < threshold}
    while narrow := _narrow_choices(counts, hidden, answered, set(apart), threshold):
        shown = {key: n for key, n in counts.items() if key not in hidden}
        some = {key: n for key, n in shown.items() if key in apart} if narrow == "above" else {}
        some = some or shown
        if not some:
            break
        hidden |= {key for key, n in some.items() if n == min(some.values())}
    cells = {key: WITHHELD if key in hidden else Cell(n, _percent(n, answered)) for key, n in counts.items()}
    return ProtectedCounts(cells=cells, total=answered if answered >= threshold else None, threshold=threshold)


def _narrow_choices(counts: Mapping[Key, int], hidden: set[Key], answered: int, apart: set[Key], threshold: int) -> str:
    """From where a withheld choice is bounded too closely, `above` or `below`; empty when none is.

    `left` people are not among those whose answer apart is shown: any of them may have made any choice. Of them `most`
    made the most frequent choice shown, and at most `covered` made any that is shown.
    """
    shown = {key: n for key, n in counts.items() if key not in hidden}
    left = answered - sum(n for key, n in shown.items() if key in apart)
    most = max((n for key, n in shown.items() if key not in apart), default=0)
    covered = sum(n for key, n in shown.items() if key not in apart)
    for key in hidden:
        greatest = left - most if key in apart else left
        least = max(0, left - covered) if len(hidden) == 1 else 0
        lowest, highest = (0, threshold - 1) if counts[key] < threshold else (greatest - threshold, least + threshold)
        if answered - counts[key] < threshold:
            lowest, highest = answered - threshold + 1, answered
        if greatest < highest:
            return "above"
        if least > lowest:
            return "below"
    return ""


def _hidden(counts: Mapping[Key, int], threshold: int) -> set[Key]:
    """The cells to withhold: the small ones, then level by level the next smallest, until they hide one another."""
    hidden = {key for key, n in counts.items() if n < threshold}
    if not hidden:
        return hidden
    for level in sorted({n for n in counts.values() if n >= threshold}):
        if _hide_one_another([counts[key] for key in hidden], below=level, threshold=threshold):
            break
        hidden |= {key for key, n in counts.items() if n == level}
    return hidden


def _hide_one_another(withheld: list[int], *, below: int, threshold: int) -> bool:
    """Whether cells with a known sum, each known to be smaller than `below`, could each take a wide range of values.

    Without the upper bound two hidden cells that sum to 8 beside a shown 5 would both have to be 4.
    """
    largest, others, total = below - 1, len(withheld) - 1, sum(withheld)
    return min(largest, total) - max(0, total - others * largest) > threshold


def _percent(part: int, whole: int) -> int:
    """A whole percentage, 0 to 100, half rounded up."""
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP)) if whole else 0
