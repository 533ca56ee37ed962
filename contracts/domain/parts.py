"""The parts of a figure, by district or age band: which are asked for, and whether they add up to it (R-149). Pure.

A measure that is one number which can be added up may ask for its parts in one or two tables. Each table has its groups
and always “Not known”. A part is a number, a confirmed nought, or not available; what is not typed yet is none of them.
Parts that do not add up to the figure are kept, and pointed out: somebody puts them right or says why they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.enums import ADDED_UP, IndicatorKind, PartState
from contracts.models import Indicator

NOT_KNOWN = "Not known"
MOST_TABLES, MOST_GROUPS = 2, 30
LONGEST_NAME = 60
WORDS = "parts_words"  # the box in which somebody says why the parts differ from the figure

Parts = Mapping[str, Mapping[str, Decimal | None]]


class TablesRefused(ValueError):
    """The groups of a table cannot be asked for like this; the message says why."""


@dataclass(frozen=True)
class Table:
    """What is asked for beside a figure: by what, into which groups, and whether one thing may count in two of them."""

    by: str
    groups: tuple[str, ...]
    overlap: bool = False

    @property
    def words(self) -> str:
        """The table within a sentence: `by district`."""
        return f"by {self.by if self.by[:2].isupper() else self.by[:1].lower() + self.by[1:]}"


@dataclass(frozen=True)
class PartBox:
    """The box of one part. `name` is that of its number, `state` of the mark that it is not available."""

    name: str
    table: Table
    group: str
    is_first: bool

    @property
    def state(self) -> str:
        """The name of the box that says a number cannot be given."""
        return f"{self.name}-state"

    @property
    def label(self) -> str:
        """What is asked for: `By district: Ashby`."""
        return f"{self.table.words[:1].upper()}{self.table.words[1:]}: {self.group}"


@dataclass(frozen=True)
class Footing:
    """What the parts of one table add up to, beside the figure that was stated."""

    kind: str
    table: Table
    total: Decimal
    sum: Decimal
    unavailable: int = 0
    one_is_more: bool = False

    @property
    def difference(self) -> Decimal:
        """By how much the parts are more than the figure; below nought when they are fewer."""
        return self.sum - self.total

    @property
    def is_equal(self) -> bool:
        """Whether the parts add up to the figure."""
        return self.difference == 0

    @property
    def needs_words(self) -> bool:
        """Whether somebody has to say why they differ.

        More than the figure is to be expected where parts may overlap, fewer where groups are not available; but no
        group holds more than all of it.
        """
        if self.difference > 0:
            return not self.table.overlap or self.one_is_more
        return self.difference < 0 and not self.unavailable

    @property
    def sentence(self) -> str:
        """What they come to and what that means, for everybody who looks at the figure."""
        said = f"The parts {self.table.words} add up to {self._text(self.sum)}"
        if self.is_equal:
            return f"{said}, as the total does."
        more = "more" if self.difference > 0 else "fewer" if self.kind not in _POUNDS else "less"
        said = f"{said}. The total is {self._text(self.total)}, so they are {self._text(abs(self.difference))} {more}."
        if self.one_is_more:
            return f"{said} One group alone is more than the total."
        if self.difference > 0 and self.table.overlap:
            return f"{said} Groups may overlap here."
        if self.unavailable:
            groups = "1 group is" if self.unavailable == 1 else f"{self.unavailable} groups are"
            return f"{said} {groups} not available."
        return said

    def _text(self, number: Decimal) -> str:
        return number_text(self.kind, number)


_POUNDS = frozenset({IndicatorKind.MONEY})


def number_text(kind: str, number: Decimal) -> str:
    """A part or a sum of parts, with thousands marked; pounds with their sign, and pence in twos."""
    whole = number == number.to_integral_value()
    if kind in _POUNDS:
        return f"£{number:,.0f}" if whole else f"£{number:,.2f}"
    return f"{number:,.0f}" if whole else f"{number.normalize():,f}"


def tables_of(indicator: Indicator) -> tuple[Table, ...]:
    """The tables that a measure asks for, each with “Not known” as its last group; none where nothing is added up."""
    if indicator.kind not in ADDED_UP:
        return ()
    return tuple(
        Table(by=said["by"], groups=(*said["groups"], NOT_KNOWN), overlap=said["overlap"]) for said in indicator.tables
    )


def part_boxes(indicator: Indicator) -> list[PartBox]:
    """The boxes of all parts of a measure, table by table. Their names hold for this version of the measure."""
    return [
        PartBox(name=f"part-{place}-{number}", table=table, group=group, is_first=(place, number) == (1, 1))
        for place, table in enumerate(tables_of(indicator), start=1)
        for number, group in enumerate(table.groups, start=1)
    ]


def part_in(parts: Parts, box: PartBox) -> tuple[bool, Decimal | None]:
    """Whether a part was given, and its number: none for one that is not available."""
    given = parts.get(box.table.by, {})
    return box.group in given, given.get(box.group)


def part_state(number: Decimal | None) -> PartState:
    """What a given part says."""
    if number is None:
        return PartState.NOT_AVAILABLE
    return PartState.NUMBER if number else PartState.ZERO


def footings_of(indicator: Indicator, *, total: Decimal | None, parts: Parts) -> list[Footing]:
    """What the parts given so far come to, for each table with any, beside the figure. None without a figure."""
    if total is None:
        return []
    found = []
    for table in tables_of(indicator):
        given = {group: number for group, number in parts.get(table.by, {}).items() if group in table.groups}
        numbers = [number for number in given.values() if number is not None]
        if given:
            found.append(
                Footing(
                    kind=indicator.kind,
                    table=table,
                    total=total,
                    sum=sum(numbers, Decimal(0)),
                    unavailable=len(given) - len(numbers),
                    one_is_more=any(number > total for number in numbers),
                )
            )
    return found


def owed_parts(indicator: Indicator, *, total: Decimal | None, parts: Parts, words: str) -> dict[str, str]:
    """What keeps a measure from being completed because of its parts, by box."""
    missing = {
        box.name: f"{box.label}: enter a number. If there were none, enter 0. If you cannot say, tick “Not available”."
        for box in part_boxes(indicator)
        if not part_in(parts, box)[0]
    }
    return missing or owed_footing(indicator, total=total, parts=parts, words=words)


def owed_footing(indicator: Indicator, *, total: Decimal | None, parts: Parts, words: str) -> dict[str, str]:
    """The difference that nobody has put right or explained."""
    wrong = [footing for footing in footings_of(indicator, total=total, parts=parts) if footing.needs_words]
    if not wrong or words.strip():
        return {}
    return {WORDS: f"{' '.join(one.sentence for one in wrong)} Put right what is wrong, or say why they differ."}


def impossible_parts(indicator: Indicator, parts: Parts, *, largest: int) -> dict[str, str]:
    """What no return may hold: a group that is not asked for, or a number that is none."""
    known = {(box.table.by, box.group): box for box in part_boxes(indicator)}
    problems = {}
    for by, given in parts.items():
        for group, number in given.items():
            box = known.get((by, group))
            if box is None:
                problems[WORDS] = f"“{group[:40]}” is not a group that this measure asks for."
            elif number is not None and not (number.is_finite() and 0 <= number < largest):
                problems[box.name] = "This must be a number from 0 up to ten thousand million."
    return problems


def as_kept(parts: Parts) -> dict[str, dict[str, str | None]]:
    """Parts as a figure keeps them: numbers as text, nothing for what is not available."""
    return {
        by: {group: None if number is None else f"{number.normalize():f}" for group, number in given.items()}
        for by, given in parts.items()
    }


def from_kept(kept: Mapping[str, Mapping[str, str | None]]) -> dict[str, dict[str, Decimal | None]]:
    """What `as_kept` wrote, as numbers again."""
    return {
        by: {group: None if text is None else Decimal(text) for group, text in given.items()}
        for by, given in kept.items()
    }


def shown(indicator: Indicator, parts: Parts) -> list[tuple[Table, list[tuple[str, str]]]]:
    """The tables of a figure for reading: each group with its number in words, in the order of the measure."""
    rows = []
    for table in tables_of(indicator):
        given = parts.get(table.by, {})
        if given:
            rows.append((table, [(group, _told(indicator.kind, given, group)) for group in table.groups]))
    return rows


def _told(kind: str, given: Mapping[str, Decimal | None], group: str) -> str:
    if group not in given:
        return "Not given"
    number = given[group]
    return "Not available" if number is None else number_text(kind, number)


def tables_text(tables: Iterable[Mapping[str, Any]]) -> str:
    """What tables ask for, in words: `District: Ashby, Moor, Not known`."""
    return "; ".join(
        f"{one['by']}{' (groups may overlap)' if one['overlap'] else ''}: {', '.join([*one['groups'], NOT_KNOWN])}"
        for one in tables
    )


def checked_tables(said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tables as a measure keeps them. Raises `TablesRefused` for more than two, or groups that cannot be told apart."""
    tables = [
        {
            "by": str(one["by"]).strip(),
            "groups": _checked_groups(str(one["by"]).strip(), [str(group) for group in one["groups"]]),
            "overlap": bool(one.get("overlap", False)),
        }
        for one in said
    ]
    if len(tables) > MOST_TABLES:
        raise TablesRefused(f"Ask for at most {MOST_TABLES} tables of parts.")
    names = [str(table["by"]).casefold() for table in tables]
    if len(set(names)) < len(names):
        raise TablesRefused("The two tables are by the same thing. Name them apart.")
    return tables


def _checked_groups(by: str, typed: Sequence[str]) -> list[str]:
    groups = [" ".join(group.split()) for group in typed]
    groups = [group for group in groups if group and group.casefold() != NOT_KNOWN.casefold()]
    if not by or len(by) > LONGEST_NAME:
        raise TablesRefused(f"Say by what the parts are told, in at most {LONGEST_NAME} characters.")
    if len(groups) < 2 or len(groups) > MOST_GROUPS:
        raise TablesRefused(f"Name from 2 to {MOST_GROUPS} groups, one a line. “{NOT_KNOWN}” is always added.")
    if any(len(group) > LONGEST_NAME for group in groups):
        raise TablesRefused(f"A group has a name of at most {LONGEST_NAME} characters.")
    if len({group.casefold() for group in groups}) < len(groups):
        raise TablesRefused("Two groups have the same name. Name each once.")
    return groups
