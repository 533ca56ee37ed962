"""A question as it was asked: what stands in a frozen version, and what an answer to it looks like.

An answer is a list of texts, in drafts, forms and files alike: keys of choices; `OTHER` or `OTHER=their words`;
`statement=choice` for each statement of a grid; `thing=place` for each thing ranked; the random name of each file that
was sent; or the one number, amount, date or text itself, a number as `12.5`, an amount as `612.50`, a date as
`2026-11-22`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from consultations.domain.routes import Route
from consultations.enums import APART, CHOICE_KINDS, DONT_KNOW, JOIN, OTHER, OTHER_LABEL, PREFER_NOT, QuestionKind

FILE_WORDS = {"jpg": "picture (JPEG)", "png": "picture (PNG)", "txt": "text"}


@dataclass(frozen=True)
class FrozenChoice:
    """An answer that was offered, a statement, or a band."""

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class FrozenQuestion:
    """A question as it was asked. `choices` holds the scale's points too, and not what stands apart after "or".

    Every field beyond the first three has a default, so that what was frozen before the field was there still thaws.
    `minimum` and `maximum` are numbers, or dates, as text; `bands` are in ascending order and leave no gap. `wordings`
    are its words by wording and slot, `standing` those of the wording it is in (see `domain.wordings`).
    """

    key: str
    kind: str
    text: str
    hint: str = ""
    evidence_title: str = ""
    evidence: str = ""
    required: bool = False
    dont_know: bool = False
    prefer_not: bool = False
    max_length: int = 4000
    choices: tuple[FrozenChoice, ...] = ()
    section: str = ""
    other: bool = False
    statements: tuple[FrozenChoice, ...] = ()
    places: int = 0
    minimum: str = ""
    maximum: str = ""
    decimals: int = 0
    unit: str = ""
    bands: tuple[FrozenChoice, ...] = ()
    routes: tuple[Route, ...] = ()
    files_reason: str = ""
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether there is anything to answer."""
        return self.kind != QuestionKind.INFORMATION

    @property
    def options(self) -> tuple[FrozenChoice, ...]:
        """What stands before "or": the choices, and "Other" where it is offered."""
        other = FrozenChoice(OTHER, self.standing.get(OTHER, OTHER_LABEL))
        return (*self.choices, other) if self.other else self.choices

    @property
    def apart(self) -> tuple[FrozenChoice, ...]:
        """What stands after "or": do not know, prefer not to say. They exclude every other choice."""
        offered = {DONT_KNOW: self.dont_know, PREFER_NOT: self.prefer_not}
        return tuple(FrozenChoice(key, self.standing.get(key, APART[key])) for key, wanted in offered.items() if wanted)

    @property
    def labels(self) -> dict[str, str]:
        """Every key that may be chosen and its words, in the order of the page. For a grid: on each of its lines."""
        return {choice.key: choice.label for choice in (*self.options, *self.apart)}

    @property
    def lines(self) -> tuple[FrozenChoice, ...]:
        """What a grid has one answer for each of: its statements, or the things to rank."""
        return self.choices if self.kind == QuestionKind.RANKING else self.statements

    def chosen(self, values: Sequence[str]) -> set[str]:
        """The keys of an answer without any words: choices, `statement=choice`, `thing=place`, or the band."""
        if self.bands:
            return {band for value in values if (band := band_of(self, value))}
        if self.kind in CHOICE_KINDS:
            return {value.partition(JOIN)[0] for value in values}
        return set(values) if self.lines else set()

    def words_for(self, values: Sequence[str]) -> list[str]:
        """An answer in words, one line each, for check pages and copies. What is no longer offered is left out."""
        if self.kind in CHOICE_KINDS:
            return [words for value in values if (words := self._choice_words(value))]
        if self.kind == QuestionKind.MATRIX:
            return self._line_words(values, self.labels)
        if self.kind == QuestionKind.RANKING:
            things = {thing.key: thing.label for thing in self.lines}
            placed = sorted((int(place), key) for key, _, place in (value.partition(JOIN) for value in values))
            return [f"{place}. {things[key]}" for place, key in placed if key in things]
        if self.kind == QuestionKind.FILE:
            return [f"File {number}: {FILE_WORDS[name[-3:]]}" for number, name in enumerate(values, start=1)]
        return [figure_words(self, value) for value in values if value]

    def _choice_words(self, value: str) -> str:
        key, _, said = value.partition(JOIN)
        label = self.labels.get(key, "")
        return f"{label}: {said}" if label and said else label

    def _line_words(self, values: Sequence[str], answers: dict[str, str]) -> list[str]:
        given = dict(value.split(JOIN, 1) for value in values)
        return [
            f"{line.label}: {answers[given[line.key]]}" for line in self.lines if given.get(line.key, "") in answers
        ]


def band_of(question: FrozenQuestion, value: str) -> str:
    """The key of the band in which a number, amount or date is counted; empty when it is in none.

    The key of a band of numbers is "from:below", either side empty where it is open; that of dates a month or a year.
    """
    if question.kind == QuestionKind.DATE:
        return next((band.key for band in question.bands if value.startswith(band.key)), "")
    return next((band.key for band in question.bands if _holds(band.key, Decimal(value))), "")


def _holds(band: str, number: Decimal) -> bool:
    start, _, end = band.partition(":")
    return (not start or Decimal(start) <= number) and (not end or number < Decimal(end))


def figure_words(question: FrozenQuestion, value: str) -> str:
    """A number, amount, date or text as people read it: `1,204 miles`, `£612.50`, `22 November 2026`."""
    if question.kind == QuestionKind.DATE:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B} {day.year}"
    if question.kind == QuestionKind.MONEY:
        return pounds_words(value)
    if question.kind == QuestionKind.NUMBER:
        return f"{Decimal(value):,f} {question.unit}".strip()
    return value


def pounds_words(value: str) -> str:
    """An amount of pounds as people read it: whole pounds without pence."""
    amount = Decimal(value)
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def thaw(content: dict[str, Any]) -> FrozenQuestion:
    """The question that a version holds. Parts that this release does not know are left aside."""
    known = {one.name for one in fields(FrozenQuestion)}
    said = {name: value for name, value in content.items() if name in known}
    for name in ("choices", "statements", "bands"):
        said[name] = tuple(FrozenChoice(**choice) for choice in said.get(name, ()))
    said["routes"] = tuple(Route(**{**one, "choices": tuple(one["choices"])}) for one in said.get("routes", ()))
    return FrozenQuestion(**said)
