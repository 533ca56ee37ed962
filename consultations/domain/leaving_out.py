"""Results with and without the answers that people judged to be copies: what may be said of both (docs/decisions/0021).

The tables are made without. What was left out is a set of other people's answers, so it is protected as if it were a
consultation of its own: a table is also shown with them only where all of what it adds could be published by itself.
Everywhere else a sentence says how far the shares could move at most. It is worked out from published numbers alone,
whatever those left out had answered, so that it cannot tell anything of them. Nothing here asks the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

from consultations.domain.frozen import FrozenQuestion
from consultations.domain.tables import QuestionResult, Row, numbers_asked, question_result
from consultations.enums import CHOICE_KINDS, FIGURE_KINDS

Counts = Mapping[str, Any]
IN_ONE_TABLE = CHOICE_KINDS | FIGURE_KINDS
BY_CHANNEL_TOO = (
    "Some answers are left out of the tables. A table by the way answers came in would tell in which way those did, so"
    " none of it is shown."
)


@dataclass(frozen=True)
class AlikeResult:
    """What is said of answers that are alike. `found` so many, of which `left_out` are not in the tables, and why.

    `campaign` are in the words of a campaign and counted; `None` when too few to say. `waiting`: not judged yet.
    """

    found: int
    left_out: int
    campaign: int | None
    grounds: tuple[str, ...]
    waiting: int


@dataclass(frozen=True)
class Sway:
    """How far the shares of one question could move at most: whole percentage points. `first` is the answer that most
    people gave, when it would stay so whatever those answered; else empty.
    """

    points: int
    first: str


def without(every: Any, less: Any) -> Any:
    """Exact counts less others, name by name. What comes to nought is left out of what is counted by key."""
    if isinstance(every, Mapping):
        less = less or {}
        left = {name: without(kept, less.get(name)) for name, kept in every.items()}
        return {name: kept for name, kept in left.items() if kept != 0 or every[name] == 0}
    if isinstance(every, int):
        return every - (less or 0)
    return every


def together(one: Any, other: Any) -> Any:
    """Exact counts and others added up, name by name."""
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        one, other = one or {}, other or {}
        return {name: together(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, int) or isinstance(other, int):
        return (one or 0) + (other or 0)
    return one if one is not None else other


def said_of(counts: Counts, *, threshold: int) -> AlikeResult | None:
    """What may be said of answers that are alike; nothing where none were found, or where too few are counted."""
    alike = counts.get("alike")
    if not alike or sum(counts["channels"].values()) < threshold:
        return None
    campaign = alike["campaign"] if alike["campaign"] == 0 or alike["campaign"] >= threshold else None
    return AlikeResult(alike["found"], alike["left_out"], campaign, tuple(alike["grounds"]), alike["waiting"])


def shown_with(
    result: QuestionResult,
    question: FrozenQuestion,
    counts: Counts,
    asked: Mapping[str, int | None],
    threshold: int,
) -> QuestionResult:
    """A question's result with the rows of everybody, those left out included, where both parts may be shown whole.

    `asked` is who was asked of those left out, as `tables.numbers_asked` gives it.
    """
    left_out = counts.get("left_out")
    if not left_out or question.kind not in IN_ONE_TABLE or not _whole(result):
        return result
    added = question_result(0, question, left_out, threshold, guarded=asked.get(question.key) is None)
    if not _whole(added):
        return result
    names = ("answered", "choices")
    every = together({name: counts[name] for name in names}, {name: left_out[name] for name in names})
    joined = question_result(0, question, every, threshold, guarded=False)
    return replace(result, with_all=(*joined.rows, *joined.apart))


def _whole(result: QuestionResult) -> bool:
    return not result.guarded and not result.withheld and result.answered is not None


def asked_of_left_out(
    versions: Sequence[Sequence[FrozenQuestion]], joined: Sequence[FrozenQuestion], counts: Counts, threshold: int
) -> dict[str, int | None]:
    """Who was asked of those left out, as far as their own tables would tell."""
    left_out = counts.get("left_out")
    return numbers_asked(versions, joined, left_out, threshold) if left_out else {}


def sway(question: QuestionResult, number: int, *, taking: bool) -> Sway | None:
    """How far shares could move if `number` answers more were counted, or, `taking`, were not; from shown numbers.

    Nothing for questions without one table, or of which no share is shown.
    """
    rows = [row for row in (*question.rows, *question.apart) if row.count is not None]
    if question.kind not in IN_ONE_TABLE or not question.answered or not rows or number < 1:
        return None
    most = max(_moves(row.count or 0, question.answered, number, taking=taking) for row in rows)
    return Sway(points=ceil(100 * most), first=_first(question, rows, number))


def _moves(count: int, answered: int, number: int, *, taking: bool) -> Fraction:
    share = Fraction(count, answered)
    if not taking:
        return max(Fraction(count + number, answered + number) - share, share - Fraction(count, answered + number))
    gone = min(number, count)
    lowest = Fraction(count - gone, answered - gone) if answered > gone else Fraction(0)
    highest = Fraction(count, max(count, answered - number)) if count else Fraction(0)
    return max(share - lowest, highest - share)


def _first(question: QuestionResult, rows: Sequence[Row], number: int) -> str:
    """The answer that most gave, if it leads by more than `number`; of withheld ones the largest may be all the rest.

    Where people choose several, a withheld answer may be as large as it likes: then nothing is said.
    """
    first, *others = sorted(rows, key=lambda row: -(row.count or 0))
    hidden = len(rows) < len(question.rows) + len(question.apart)
    rest = (question.answered or 0) - sum(row.count or 0 for row in rows)
    if hidden and (question.kind == "SEVERAL" or rest < 0):
        return ""
    rival = max([row.count or 0 for row in others] + ([rest] if hidden else []), default=0)
    return first.label if (first.count or 0) - rival > number else ""
