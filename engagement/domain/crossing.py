"""Two-way tables under disclosure control (security rows P07, P08): what one question says of the answers to another.

The rows and columns were published before, as one-way tables that `disclosure` protected, and their sums are known.
So a withheld cell is safe only if, with every sum known, it could still be anything from nought to below the threshold;
a cell withheld to shield another must leave a range as wide as the threshold. The range is exact: moving people round
the withheld cells, sums unchanged, is a flow, and the greatest flow is found.

Rows or columns withheld in their one-way table have no cells here. Together they are one further row or column, with a
known sum: any split among them fits any other table, so tables that share a variable reveal nothing through it. That
holds for tables that form no ring (`refuse_ring`); docs/decisions says why.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from engagement.domain.disclosure import WITHHELD, Cell, ProtectedCounts

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
Place = tuple[int, int]


class RingRefused(Exception):
    """These tables form a ring: together they could reveal what each of them withholds."""


@dataclass(frozen=True)
class ProtectedTable(Generic[Row, Column]):
    """Cells as they may be published, whole percentages being of the row's shown sum. Rows left out say nothing."""

    cells: dict[tuple[Row, Column], Cell]
    threshold: int

    @property
    def withheld(self) -> bool:
        """Whether any cell is withheld, so that a note must stand beside the table."""
        return any(cell.withheld for cell in self.cells.values())


def protect_table(
    counts: Mapping[tuple[Row, Column], int],
    *,
    rows: ProtectedCounts[Row],
    columns: ProtectedCounts[Column],
    people: int,
) -> ProtectedTable[Row, Column]:
    """Protects a table in which everybody stands in at most one row and at most one column.

    `rows` and `columns` are the one-way tables as published, `counts` the exact cells, `people` the published number of
    everybody, those included who gave no answer to either. A table of which the sums alone say too much is empty.
    """
    if rows.total is None or columns.total is None:
        return ProtectedTable({}, rows.threshold)
    grid = _Grid.made(counts, _groups(rows), columns, people)
    return ProtectedTable(grid.published(rows.threshold), rows.threshold)


def protect_lines(
    counts: Mapping[tuple[Row, Column], int],
    *,
    rows: ProtectedCounts[Row],
    columns: ProtectedCounts[Column],
    people: int,
) -> ProtectedTable[Row, Column]:
    """Protects a table whose rows are not exclusive: themes, or choices of which people could make several.

    Each row stands against everybody else. A row of which the sums alone say too much is left out.
    """
    cells: dict[tuple[Row, Column], Cell] = {}
    for group, total in _groups(rows):
        if columns.total is not None and total is not None and len(group) == 1 and not rows.cells[group[0]].withheld:
            grid = _Grid.made(counts, [(group, total)], columns, people, rest_counts=True)
            cells |= grid.published(rows.threshold)
    return ProtectedTable(cells, rows.threshold)


def protect_sets(
    counts: Mapping[tuple[Row, Column], int],
    *,
    rows: ProtectedCounts[Row],
    columns: ProtectedCounts[Column],
    people: int,
    answered: int,
    apart: Collection[Row],
) -> ProtectedTable[Row, Column]:
    """A table of choices of which people could make several: the whole of it, or nothing when any number is small.

    Rows that stand `apart` ("I do not know") have no cells here. Within each column the choices shown bound them, since
    who gave one of them made no choice, and who answered did one or the other: there must be room for all of them.
    `answered` is how many answered the question of the rows.
    """
    options = [row for row in rows.cells if row not in apart]
    threshold = rows.threshold
    if columns.total is None or not options or any(rows.cells[row].withheld for row in options):
        return ProtectedTable({}, threshold)
    across = _groups(columns)
    values = {row: [sum(counts.get((row, one), 0) for one in there) for there, _ in across] for row in options}
    sizes = [total for _, total in across]
    if any(
        n < threshold or size - n < threshold for line in values.values() for n, size in zip(line, sizes, strict=True)
    ):
        return ProtectedTable({}, threshold)
    for row, line in values.items():
        line.append((rows.cells[row].count or 0) - sum(line))
    sizes.append(people - sum(sizes))
    chosen = list(zip(*values.values(), strict=True))
    without = {row: sum(n for (one, _), n in counts.items() if one == row) for row in apart}
    if not _room_apart(sizes, chosen, without, people - answered, threshold):
        return ProtectedTable({}, threshold)
    cells = {}
    for row, line in values.items():
        for (there, _), n in zip(across, line, strict=False):
            if len(there) == 1 and not columns.cells[there[0]].withheld:
                cells[row, there[0]] = Cell(n, _percent(n, sum(line)))
    return ProtectedTable(cells, threshold)


def _room_apart(
    sizes: list[int], chosen: list[tuple[int, ...]], apart: Mapping[Row, int], silent: int, threshold: int
) -> bool:
    """Whether those who stand apart could all be in any column or none, as far as the choices in each column tell.

    Who made none of the choices shown is apart or `silent`: in each column at least `needs`, at most `room`.
    """
    needs = [max(0, size - sum(made)) for size, made in zip(sizes, chosen, strict=True)]
    room = [size - max(made) for size, made in zip(sizes, chosen, strict=True)]
    without = sum(apart.values()) + silent
    return all(
        needs[place] <= without - number
        and sum(room) - room[place] >= number
        and without - (sum(needs) - needs[place]) >= min(number, threshold)
        for number in apart.values()
        for place in range(len(sizes))
    )


def refuse_ring(pairs: Iterable[tuple[Hashable, Hashable]]) -> None:
    """Raises `RingRefused` when the tables, each a pair of what it crosses, form a ring."""
    group: dict[Hashable, Hashable] = {}

    def head(one: Hashable) -> Hashable:
        while group.get(one, one) != one:
            one = group[one]
        return one

    for first, second in pairs:
        if head(first) == head(second):
            raise RingRefused("These tables would form a ring, and together could reveal what each of them withholds.")
        group[head(first)] = head(second)


def _groups(table: ProtectedCounts[Row]) -> list[tuple[list[Row], int]]:
    """What was shown, each with its count; then what was withheld, together, with what is left of the total."""
    shown = [([key], cell.count) for key, cell in table.cells.items() if cell.count is not None]
    withheld = [key for key, cell in table.cells.items() if cell.count is None]
    left = (table.total or 0) - sum(count for _, count in shown)
    return [*shown, *([(withheld, left)] if withheld else [])]


class _Grid(Generic[Row, Column]):
    """The cells behind a table, and all that a reader can subtract: the last row and column are the rest of everybody.

    `guarded` cells must not be known when small. Those that are not `exact` are sums over what was withheld before:
    each part of such a sum can be nought in any case, so it need only be able to grow.
    """

    def __init__(
        self, values: list[list[int]], keys: dict[Place, tuple[Row, Column]], guarded: set[Place], exact: set[Place]
    ) -> None:
        self.values, self.keys, self.guarded, self.exact = values, keys, guarded, exact
        self.rows = range(len(values))
        self.columns = range(len(values[0]))
        self.sums = {
            (row, column): sum(values[row]) + sum(line[column] for line in values) - sum(map(sum, values))
            for row in self.rows
            for column in self.columns
        }
        self.hidden = {(row, column) for row in self.rows for column in self.columns} - keys.keys()

    @classmethod
    def made(
        cls,
        counts: Mapping[tuple[Row, Column], int],
        rows: list[tuple[list[Row], int]],
        columns: ProtectedCounts[Column],
        people: int,
        *,
        rest_counts: bool = False,
    ) -> "_Grid[Row, Column]":
        """`rest_counts` guards the last row: everybody without the first is somebody to be shielded as well."""
        across = _groups(columns)
        values = [
            [sum(counts.get((row, column), 0) for row in here for column in there) for there, _ in across]
            for here, _ in rows
        ]
        for line, (_, total) in zip(values, rows, strict=True):
            line.append(total - sum(line))
        sums = [*(total for _, total in across), people - sum(total for _, total in across)]
        values.append([total - sum(line[place] for line in values) for place, total in enumerate(sums)])
        keys = {
            (row, column): (here[0], there[0])
            for row, (here, _) in enumerate(rows)
            for column, (there, _) in enumerate(across)
            if len(here) == len(there) == 1
        }
        guarded = {(row, column) for row in range(len(rows) + rest_counts) for column in range(len(across))}
        rest = {(len(rows), column) for column, (there, _) in enumerate(across) if len(there) == 1}
        return cls(values, keys, guarded, (keys.keys() | rest) & guarded)

    def published(self, threshold: int) -> dict[tuple[Row, Column], Cell]:
        """The cells to print, safe ones with their count; none when the sums alone say too much of a small cell."""
        if any(0 < self.sums[place] < threshold for place in self.exact):
            return {}
        self._withhold(threshold)
        cells = {}
        for place, key in self.keys.items():
            count = self.values[place[0]][place[1]]
            cells[key] = WITHHELD if place in self.hidden else Cell(count, _percent(count, sum(self.values[place[0]])))
        return cells

    def _withhold(self, threshold: int) -> None:
        """Withholds the small cells, then others, until none is known too well. Every step widens all ranges."""
        self.hidden |= {place for place in self.keys if self._at(place) < threshold}
        safe: set[Place] = set()
        while waiting := sorted((self.guarded & self.hidden) - safe):
            for place in waiting:
                while lacking := self._lacking(place, threshold):
                    if not self._widen(place, *lacking):
                        return
                safe.add(place)

    def _lacking(self, place: Place, threshold: int) -> tuple[int, int] | None:
        """How far up and down a withheld cell must be able to go, when it cannot."""
        value = self._at(place)
        if value < threshold:
            up, down = (threshold - 1 - value, value) if place in self.exact else (threshold - value, 0)
        else:
            down = 0
            up = threshold - self._room(place, up=False, enough=threshold) if place in self.exact else 0
        if self._room(place, up=True, enough=up) >= up and self._room(place, up=False, enough=down) >= down:
            return None
        return up, down

    def _at(self, place: Place) -> int:
        return self.values[place[0]][place[1]]

    def _room(self, place: Place, *, up: bool, enough: int) -> int:
        """How far a withheld cell can go up or down when people move round the other withheld cells, sums unchanged.

        A unit more in a cell must be taken out of its row and its column, and what that breaks put right elsewhere: a
        flow from the column to the row (or back, for a unit less). It is looked for until there is `enough`.
        """
        amounts = {one: self._at(one) for one in self.hidden if one != place}
        start, goal = (("column", place[1]), ("row", place[0])) if up else (("row", place[0]), ("column", place[1]))
        enough = enough if up else min(enough, self._at(place))
        found = 0
        while found < enough and (path := _way(amounts, start, goal)):
            taken = [one for one, adds in path if not adds]
            step = min([enough - found, *(amounts[one] for one in taken)])
            for one, adds in path:
                amounts[one] += step if adds else -step
            found += step
        return found

    def _widen(self, place: Place, up: int, down: int) -> bool:
        """Withholds the cheapest cells through which this one gets its room; says whether there were any left."""
        row, column = place
        best: tuple[tuple[int, int], set[Place]] | None = None
        for other_row in self.rows:
            for other_column in self.columns:
                if other_row == row or other_column == column:
                    continue
                beside, above, across = (row, other_column), (other_row, column), (other_row, other_column)
                more = {beside, above, across} - self.hidden
                lacking = max(0, up - min(self._at(beside), self._at(above))) + max(0, down - self._at(across))
                cost = (lacking, sum(self._at(one) + 1 for one in more))
                if more and (best is None or cost < best[0]):
                    best = (cost, more)
        if best is None:
            shown = self.keys.keys() - self.hidden
            best = ((0, 0), {min(shown, key=lambda one: (self._at(one), one))}) if shown else None
        self.hidden |= best[1] if best else set()
        return best is not None


def _way(
    amounts: Mapping[Place, int], start: tuple[str, int], goal: tuple[str, int]
) -> list[tuple[Place, bool]] | None:
    """A shortest way from a row or column to another: cells to add to (rows to columns) and take from (back)."""
    by_row: dict[int, list[Place]] = {}
    by_column: dict[int, list[Place]] = {}
    for place in sorted(amounts):
        by_row.setdefault(place[0], []).append(place)
        by_column.setdefault(place[1], []).append(place)
    came: dict[tuple[str, int], tuple[tuple[str, int], Place, bool]] = {}
    waiting = deque([start])
    while waiting and goal not in came:
        here = waiting.popleft()
        adds = here[0] == "row"
        for place in (by_row if adds else by_column).get(here[1], []):
            there = ("column", place[1]) if adds else ("row", place[0])
            if there != start and there not in came and (adds or amounts[place] > 0):
                came[there] = (here, place, adds)
                waiting.append(there)
    if goal not in came:
        return None
    path, here = [], goal
    while here != start:
        here, place, adds = came[here]
        path.append((place, adds))
    return path


def _percent(part: int, whole: int) -> int:
    """A whole percentage, 0 to 100, half rounded up."""
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), rounding=ROUND_HALF_UP)) if whole else 0
