"""Ratings rolled up, from measures to agreements, activities, priorities and plans (R-088, R-139). Pure.

Only words are rolled up, never figures: unlike units are not added, and nothing here has a number that a publication
does not show. Whatever has no rating is counted apart and is never as good as Good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from contracts.domain.protecting import Line
from contracts.domain.yardsticks import LADDER
from contracts.enums import FigureState, RatingWord

CRITICAL = 3  # the weight from which on a measure is critical
RULE = (
    "The result is the best word that measures of at least half the weight reach, and it is never better than the "
    f"rating of a critical measure, one whose weight is {CRITICAL} or more."
)


class Apart(StrEnum):
    """Why a measure has no rating that counts; the value is what is said of it."""

    OTHER = "too few to rate, or withheld"
    BASELINE = "gathering its baseline"
    NO_DATA = "without a figure"
    NOT_APPLICABLE = "not applicable"
    BACKGROUND = "shown as background"


@dataclass(frozen=True)
class Counted:
    """One measure as it counts: its word or why it has none, and its weight. `where` leads to it on its page."""

    name: str
    word: RatingWord | None
    weight: int = 1
    apart: Apart | None = None
    where: str = ""

    @property
    def critical(self) -> bool:
        """Whether no result is better than this."""
        return self.weight >= CRITICAL

    @property
    def said(self) -> str:
        """Its rating, or why it has none."""
        return self.word.label if self.word else str(self.apart).capitalize()


@dataclass(frozen=True)
class Rolled:
    """Measures together. Agreements that two priorities share are in both, and once in their plan."""

    measures: Sequence[Counted]

    @cached_property
    def rated(self) -> list[Counted]:
        """Those with a rating that counts."""
        return [one for one in self.measures if one.word]

    @cached_property
    def word(self) -> RatingWord | None:
        """The result by `RULE`; `None` where nothing is rated."""
        if not self.rated:
            return None
        whole, reached, found = sum(one.weight for one in self.rated), 0, LADDER[-1]
        for found in LADDER:
            reached += sum(one.weight for one in self.rated if one.word == found)
            if reached * 2 >= whole:
                break
        return max([found, *(one.word for one in self.rated if one.critical and one.word)], key=LADDER.index)

    @property
    def capped_by(self) -> str:
        """The critical measure that keeps the result from being better; empty where none does."""
        alone = Rolled([Counted(one.name, one.word, min(one.weight, CRITICAL - 1)) for one in self.measures]).word
        worst = [one.name for one in self.rated if one.critical and one.word == self.word]
        return worst[0] if worst and alone != self.word else ""

    @property
    def tally(self) -> Mapping[RatingWord, int]:
        """How many measures have each word, best first."""
        return {word: sum(one.word == word for one in self.rated) for word in LADDER}

    @property
    def tally_text(self) -> str:
        """For example `3 Good, 1 Inadequate`."""
        return ", ".join(f"{number} {word.label}" for word, number in self.tally.items() if number)

    @property
    def apart_text(self) -> str:
        """For example `1 gathering its baseline, 2 without a figure`."""
        counts = {apart: sum(one.apart == apart for one in self.measures) for apart in Apart}
        return ", ".join(f"{number} {apart}" for apart, number in counts.items() if number)


def counted_of(line: Line, *, where: str = "") -> Counted:
    """A published line as it counts."""
    word = RatingWord(line["word"]) if line["word"] else None
    weight = int(line.get("weight") or 1)
    if word in LADDER:
        return Counted(line["name"], word, weight, None, where)
    return Counted(line["name"], None, weight, _why(line), where)


def _why(line: Line) -> Apart:
    if line["word"] == RatingWord.OTHER or line["withheld"]:
        return Apart.OTHER if line["is_rated"] else Apart.BACKGROUND
    if line["state"] == FigureState.NOT_APPLICABLE:
        return Apart.NOT_APPLICABLE
    if line["state"] in {FigureState.MISSING, FigureState.NOT_AVAILABLE}:
        return Apart.NO_DATA
    return Apart.BASELINE if line["is_rated"] else Apart.BACKGROUND


def together(rolled: Iterable[Rolled]) -> Rolled:
    """Several agreements as one: all their measures, by the same rule."""
    return Rolled([measure for one in rolled for measure in one.measures])
