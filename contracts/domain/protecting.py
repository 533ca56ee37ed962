"""What of a publication is withheld, given everything that is public beside it (R-077, security rows P07, P08). Pure.

A line tells numbers of people, each by its own words: the part and the whole of a percentage, or all of a count. What
is said in the same words of the same time is the same number, and what adds up over time is the sum of its shorter
periods. So a line is withheld when its own numbers are small; when, beside an earlier edition of itself, it tells of
few; when it says a number that another line of the same time keeps back; and when it is a total over time from which a
part that is kept back follows. Whatever was public once stays public: only what is new is decided here. See ADR 25.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Any

from contracts.domain.yardsticks import Reading
from contracts.enums import Aggregation, FigureState, IndicatorKind
from engagement.domain.disclosure import protect_counts
from engagement.domain.periods import Period, add_months

Line = dict[str, Any]
Numbers = dict[str, Decimal]
Span = tuple[date, date]

ADD_UP = frozenset({Aggregation.SUM, Aggregation.RATIO})


class Reason(StrEnum):
    """Why a line is withheld; the value ends the sentence that says so."""

    FEW = "it, or the rest of the group, is fewer than {threshold} people, who could be recognised."
    BEFORE = "beside what was first published it would tell of fewer than {threshold} people."
    BESIDE = "alone or beside the other figures it would tell of fewer than {threshold} people."
    OVER_TIME = "alone or beside its shorter periods it would tell of fewer than {threshold} people."

    def sentence(self, threshold: int) -> str:
        """The whole sentence."""
        return f"Withheld: {self.value.format(threshold=threshold)}"


@dataclass(frozen=True)
class Told:
    """What one line tells of the people of one stretch of time, half-open.

    `words` and `numbers` are by role: `part`, `whole` and `rest` of a percentage, `one` and `other` of a ratio or rate,
    `people` of a unit cost, `all` of anything else. `numbers` is empty for what was not given or is withheld, and
    `None` for a percentage whose groups nobody knows. `few`: withheld for no other reason than a small number.
    """

    key: tuple[str, int]
    span: Span
    words: Mapping[str, frozenset[str]]
    numbers: Mapping[str, Decimal] | None = field(default_factory=dict)
    people: bool = True
    adds_up: bool = True
    withheld: bool = False
    few: bool = False

    def roles_of(self, name: str) -> set[str]:
        """In which roles it tells the number of these words."""
        return {role for role, names in self.words.items() if name in names}

    def says(self, name: str) -> Decimal | None:
        """The number of these words, where it is shown."""
        roles = self.roles_of(name)
        return next((number for role, number in (self.numbers or {}).items() if role in roles), None)

    @property
    def names(self) -> frozenset[str]:
        """All the words whose numbers it tells or keeps back."""
        return frozenset().union(*self.words.values())

    def within(self, other: Told) -> bool:
        """Whether its time is a part of the other's, and shorter."""
        return self.span != other.span and other.span[0] <= self.span[0] and self.span[1] <= other.span[1]


def numbers_of(
    kind: str, numerator: Decimal | None, denominator: Decimal | None, value: Decimal | None
) -> Numbers | None:
    """The groups of people behind a figure by role, or `None` where there is a figure whose groups nobody knows."""
    if kind == IndicatorKind.UNIT_COST:
        return {"people": denominator} if denominator is not None else None
    if numerator is not None and denominator is not None:
        if kind == IndicatorKind.PERCENTAGE:
            return {"part": numerator, "whole": denominator, "rest": denominator - numerator}
        return {"one": numerator, "other": denominator}
    if value is None or kind == IndicatorKind.PERCENTAGE or value != int(value):
        return None
    return {"all": value}


def numbers_given(kind: str, reading: Reading) -> Numbers | None:
    """The same of a reading; none where nothing was given. A whole of nought people is a small number like others."""
    given = (reading.numerator, reading.denominator, reading.value)
    if reading.state != FigureState.REPORTED or all(number is None for number in given):
        return {}
    return numbers_of(kind, *given)


def is_small(numbers: Mapping[str, Decimal] | None, threshold: int) -> bool:
    """Whether one of these numbers of people is too small to be shown, or nobody knows them."""
    if numbers is None:
        return True
    groups = {role: int(number) for role, number in numbers.items() if role != "whole"}
    return protect_counts(groups, threshold=threshold).withheld


def draft_of(meaning: Line, reading: Reading, period: Period) -> Told:
    """What a line would tell of a figure that is not published yet."""
    return Told(
        key=(meaning["code"], meaning["version"]),
        span=span_of(period, meaning["every"]),
        words=words_of(meaning),
        numbers=numbers_given(meaning["kind"], reading),
        people=meaning["people"],
        adds_up=meaning["aggregation"] in ADD_UP,
    )


def told_of(line: Line, period: Period) -> Told:
    """What a published line tells. Lines published before these facts were kept count as adding up."""
    numerator, denominator, value = (
        None if line.get(name) is None else Decimal(line[name]) for name in ("numerator", "denominator", "value")
    )
    return Told(
        key=(line["code"], line["version"]),
        span=span_of(period, line.get("every") or 0),
        words=words_of(line),
        numbers={} if line["withheld"] else numbers_of(line["kind"], numerator, denominator, value) or {},
        people=bool(line.get("people", True)),
        adds_up=line.get("aggregation", Aggregation.SUM) in ADD_UP,
        withheld=bool(line["withheld"]),
        few=bool(line.get("few")),
    )


def span_of(period: Period, every: int) -> Span:
    """The time that a figure covers: its return's period, or the months since it was asked for the last time."""
    starts_on = add_months(period.ends_on, -every) if every else period.starts_on
    return min(starts_on, period.starts_on), period.ends_on


def words_of(line: Line) -> dict[str, frozenset[str]]:
    """The words of each number of a line, without regard to capitals and spaces. A library measure is one of them."""
    part, whole = _names(line["numerator_words"]), _names(line["denominator_words"])
    if line["kind"] == IndicatorKind.PERCENTAGE:
        return {"part": part, "whole": whole}
    if line["kind"] == IndicatorKind.UNIT_COST:
        return {"people": whole}
    if line["kind"] in {IndicatorKind.RATIO, IndicatorKind.RATE}:
        return {"one": part, "other": whole}
    measure = line.get("measure")
    return {"all": _names(line["name"]) | _names(f"measure {measure['id']}" if measure else "")}


def _names(words: str) -> frozenset[str]:
    name = " ".join(words.casefold().split())
    return frozenset({name} if name else ())


def withheld_among(
    drafts: Sequence[Told], *, public: Sequence[Told] = (), threshold: int
) -> dict[tuple[str, int], Reason]:
    """The lines of a publication that may not be shown, each with the reason.

    `public` is every line of the same agreement that touches the same time, in every edition, oldest first, and, as
    withheld, every line that waits to be published.
    """
    found: dict[tuple[str, int], Reason] = {}
    lines = [*drafts, *public]
    for told in drafts:
        if told.people and is_small(told.numbers, threshold):
            found[told.key] = Reason.FEW
        elif told.people and any(_tells_of_few(told, old, threshold) for old in public):
            found[told.key] = Reason.BEFORE
    kept_back = [old for old in public if old.withheld]
    kept_back += [
        told if found[told.key] == Reason.FEW else _as_decided(told, found) for told in drafts if told.key in found
    ]
    for told in drafts:
        if told.key not in found:
            beside = any(_gives_away(told, other, lines, threshold) for other in kept_back)
        else:
            beside = found[told.key] == Reason.FEW and any(_same_number(told, one, lines) for one in lines)
        if beside:
            found[told.key] = Reason.BESIDE
    for told in sorted(drafts, key=lambda one: one.span[0], reverse=True):
        others = [*public, *(_as_decided(one, found) for one in drafts if one is not told)]
        parts = [other for other in others if told.adds_up and other.adds_up and other.within(told)]
        parts = [other for other in parts if other.names & told.names]
        small = told.people and is_small(told.numbers, threshold)
        if parts and (small or any(_tells_a_part(told, name, parts, threshold) for name in told.names)):
            found[told.key] = Reason.OVER_TIME
    return found


def _as_decided(told: Told, found: Mapping[tuple[str, int], Reason]) -> Told:
    """A line of this publication as the public will read it."""
    if told.key not in found:
        return told
    few = found[told.key] == Reason.FEW
    return Told(told.key, told.span, told.words, {}, told.people, told.adds_up, withheld=True, few=few)


def _tells_of_few(new: Told, old: Told, threshold: int) -> bool:
    """Whether two editions of a line differ by fewer people than may be shown, in any of its numbers."""
    if (old.key, old.span) != (new.key, new.span):
        return False
    before, after = old.numbers or {}, new.numbers or {}
    return any(0 < abs(after[role] - before[role]) < threshold for role in before.keys() & after.keys())


def _gives_away(told: Told, kept_back: Told, lines: Sequence[Told], threshold: int) -> bool:
    """Whether a line says a number that another line of the same time keeps back, or a part of it.

    The whole of a percentage is no secret unless it is small itself: the part stays unknown beside it.
    """
    if told.span != kept_back.span or told.key == kept_back.key or not told.numbers:
        return False
    secret: set[str] = set()
    for role, names in kept_back.words.items():
        number = (kept_back.numbers or {}).get(role)
        small = role != "whole" if number is None else number < threshold
        if small or role in {"part", "all"}:
            secret |= names
    return any(told.says(name) is not None for name in _with_parts(secret, kept_back.span, lines))


def _same_number(told: Told, other: Told, lines: Sequence[Told]) -> bool:
    """Whether two lines of the same time tell or keep back one number, or a part of it.

    Neither then says that it is small itself: beside the whole of a share, “the part is small” would narrow the rest.
    """
    if told.span != other.span or told.key == other.key:
        return False
    one, two = (_with_parts(_own(line), line.span, lines) for line in (told, other))
    return bool(one & _own(other) or two & _own(told))


def _own(told: Told) -> set[str]:
    return {name for role, names in told.words.items() if role != "whole" for name in names}


def _with_parts(names: set[str], span: Span, lines: Sequence[Told]) -> set[str]:
    """Words, and those of the parts of their numbers, and the parts of these, as shares of the same time say."""
    found, before = set(names), -1
    while len(found) > before:
        before = len(found)
        for line in lines:
            if line.span == span and found & line.words.get("whole", frozenset()):
                found |= line.words["part"]
    return found


def _tells_a_part(told: Told, name: str, parts: Iterable[Told], threshold: int) -> bool:
    """Whether a total over time leaves too little room for the shorter periods that are kept back.

    Counts that are kept back for being small are each known to be from nought to one below the threshold: the rest of
    the total must let each be any of these. The wholes of percentages must together not be small. All else is withheld.
    """
    by_span: dict[Span, list[Told]] = {}
    for part in parts:
        if part.roles_of(name):
            by_span.setdefault(part.span, []).append(part)
    hidden = {span: lines for span, lines in by_span.items() if _is_hidden(lines, name)}
    if not hidden:
        return False
    if any(one[0] < two[1] and two[0] < one[1] for one, two in combinations(by_span, 2)):
        return True
    shown = sum((_said(lines, name) for span, lines in by_span.items() if span not in hidden), Decimal(0))
    total = told.says(name)
    if total is None:
        return False
    rest = total - shown
    kept_back = [line for lines in hidden.values() for line in lines if line.withheld]
    roles = {role for line in kept_back for role in line.roles_of(name)}
    if roles == {"all"} and all(line.few for line in kept_back):
        return not threshold - 1 <= rest <= (len(hidden) - 1) * (threshold - 1)
    return roles != {"whole"} or rest < threshold


def _is_hidden(lines: Sequence[Told], name: str) -> bool:
    """Whether no line says the number for this time; or one that says it now kept it back in an edition before."""
    secret = any(line.withheld and line.roles_of(name) != {"whole"} for line in lines)
    return secret or (any(line.withheld for line in lines) and all(line.says(name) is None for line in lines))


def _said(lines: Sequence[Told], name: str) -> Decimal:
    """The number as the latest line says it; nought where nothing was given."""
    said = [number for line in lines if (number := line.says(name)) is not None]
    return said[-1] if said else Decimal(0)
