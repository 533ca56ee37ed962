"""From what an author wrote to a question that can be asked: only what its kind needs, or why it cannot be."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from consultations.domain.bands import BandsUnfit, date_bands, number_bands, read_starts
from consultations.domain.frozen import FrozenChoice, FrozenQuestion
from consultations.enums import (
    AGREEMENT,
    APART,
    CHOICE_KINDS,
    FIGURE_KINDS,
    GRID_KINDS,
    JOIN,
    OTHER,
    TEXT_KINDS,
    QuestionKind,
)

SCALE_POINTS = 5
MOST_POINTS = 7
MOST_RANKED = 10
LONGEST_SHORT_TEXT = 200
WITH_CHOICES = CHOICE_KINDS | GRID_KINDS
WITH_OTHER = frozenset({QuestionKind.SINGLE, QuestionKind.SEVERAL, QuestionKind.PLACE})
WITH_APART = CHOICE_KINDS | {QuestionKind.MATRIX}
NEVER_REQUIRED = frozenset({QuestionKind.INFORMATION, QuestionKind.FILE})
BETWEEN_CHOICES = ";"


class QuestionUnfit(Exception):
    """Nobody could answer a question as it is written. `field` names the part that is wrong."""

    def __init__(self, reason: str, field: str = "kind") -> None:
        super().__init__(reason)
        self.field = field


Said = Mapping[str, Any]


def as_frozen(
    said: Said, *, choices: Sequence[FrozenChoice], statements: Sequence[FrozenChoice] = ()
) -> FrozenQuestion:
    """The question as it would be asked. `said` has the fields of `Question`. Raises `QuestionUnfit`."""
    kind = QuestionKind(said["kind"])
    choices = tuple(choices)
    if kind in {QuestionKind.SCALE, QuestionKind.MATRIX} and not choices:
        choices = tuple(FrozenChoice(key, label) for key, label in AGREEMENT.items())
    _refuse_choices(kind, choices)
    if kind == QuestionKind.MATRIX:
        _refuse_statements(statements)
    elif statements:
        raise QuestionUnfit("Only statements on a scale have statements: delete them, or choose that kind.")
    if kind == QuestionKind.INFORMATION and not said["evidence"].strip():
        raise QuestionUnfit("Write the information that people read here.", "evidence")
    if kind == QuestionKind.FILE and not (said.get("files_reason") or "").strip():
        raise QuestionUnfit("Say why files are needed: a picture can show who somebody is.", "files_reason")
    evidence = said["evidence"]
    question = FrozenQuestion(
        key=said["key"],
        kind=kind.value,
        text=said["text"],
        hint=said["hint"],
        evidence_title=said["evidence_title"] or ("What you need to know" if evidence else ""),
        evidence=evidence,
        required=bool(said["required"]) and kind not in NEVER_REQUIRED,
        dont_know=bool(said["dont_know"]) and kind in WITH_APART,
        prefer_not=bool(said["prefer_not"]) and kind in WITH_APART,
        max_length=min(said["max_length"], LONGEST_SHORT_TEXT)
        if kind == QuestionKind.SHORT_TEXT
        else said["max_length"],
        choices=choices,
        section=said.get("section", ""),
        other=bool(said.get("other")) and kind in WITH_OTHER,
        statements=tuple(statements),
        files_reason=said["files_reason"].strip() if kind == QuestionKind.FILE else "",
        **_figures(kind, said),
        **_ranking(kind, said, len(choices)),
    )
    labels = [" ".join(label.split()).casefold() for label in question.labels.values()]
    if len(set(labels)) < len(labels):
        raise QuestionUnfit("A choice says the same as “Other”, “I do not know” or “I prefer not to say”. Delete it.")
    return question


def _refuse_choices(kind: QuestionKind, choices: Sequence[FrozenChoice]) -> None:
    labels = [choice.label for choice in choices]
    if kind not in WITH_CHOICES:
        if choices:
            raise QuestionUnfit(f"{_no_choices(kind)}: delete the choices, or choose another kind of question.")
        return
    if problem := _NUMBER_OF_CHOICES.get(kind, _at_least_two)(len(labels)):
        raise QuestionUnfit(problem)
    if len({label.casefold() for label in labels}) < len(labels):
        raise QuestionUnfit("Two choices have the same words. Change one of them.")
    if any(choice.key in {*APART, OTHER} or JOIN in choice.key for choice in choices):
        raise QuestionUnfit(
            "A choice has a key that is kept for “Other”, “I do not know” or “I prefer not to say”. Delete it, and add"
            " it again."
        )
    if kind == QuestionKind.SEVERAL and any(BETWEEN_CHOICES in label for label in labels):
        raise QuestionUnfit("A choice has a semicolon, which stands between choices in files. Use a comma.")


def _no_choices(kind: QuestionKind) -> str:
    if kind in TEXT_KINDS:
        return "People answer this in their own words"
    if kind == QuestionKind.INFORMATION:
        return "Nothing is asked here"
    if kind == QuestionKind.FILE:
        return "People send files here"
    return "People type the answer to this"


def _at_least_two(number: int) -> str:
    return "Add at least two choices." if number < 2 else ""


def _five(number: int) -> str:
    return (
        ""
        if number == SCALE_POINTS
        else "A scale has five points. Name five choices, or none to ask from strongly agree to strongly disagree."
    )


def _few_points(number: int) -> str:
    return (
        ""
        if 2 <= number <= MOST_POINTS
        else f"Name from two to {MOST_POINTS} choices as the scale, or none to ask from strongly agree to strongly"
        " disagree."
    )


def _few_to_rank(number: int) -> str:
    if number > MOST_RANKED:
        return f"Few people can put more than {MOST_RANKED} choices in order. Leave some out."
    return _at_least_two(number)


_NUMBER_OF_CHOICES: dict[QuestionKind, Callable[[int], str]] = {
    QuestionKind.SCALE: _five,
    QuestionKind.MATRIX: _few_points,
    QuestionKind.RANKING: _few_to_rank,
}


def _refuse_statements(statements: Sequence[FrozenChoice]) -> None:
    if len(statements) < 2:
        raise QuestionUnfit("Add at least two statements. For one, ask on a five-point scale.")
    if len({one.label.casefold() for one in statements}) < len(statements):
        raise QuestionUnfit("Two statements have the same words. Change one of them.")


def _figures(kind: QuestionKind, said: Said) -> dict[str, Any]:
    """Bounds and bands of a number, an amount or a date."""
    if kind not in FIGURE_KINDS:
        return {}
    try:
        return _date_figures(said) if kind == QuestionKind.DATE else _number_figures(kind, said)
    except BandsUnfit as refusal:
        raise QuestionUnfit(str(refusal), "latest" if kind == QuestionKind.DATE else "bands") from refusal


def _date_figures(said: Said) -> dict[str, Any]:
    earliest, latest = said.get("earliest"), said.get("latest")
    if not (earliest and latest):
        raise QuestionUnfit(
            "Give the earliest and the latest date that can be answered: answers are counted by month between them.",
            "latest" if earliest else "earliest",
        )
    if latest < earliest:
        raise QuestionUnfit("The latest date is before the earliest.", "latest")
    return {
        "minimum": earliest.isoformat(),
        "maximum": latest.isoformat(),
        "bands": date_bands(earliest=earliest, latest=latest),
    }


def _number_figures(kind: QuestionKind, said: Said) -> dict[str, Any]:
    smallest, largest = said.get("minimum") or Decimal(0), said.get("maximum")
    if largest is not None and largest <= smallest:
        raise QuestionUnfit("The largest number must be above the smallest.", "maximum")
    money = kind == QuestionKind.MONEY
    decimals, unit = (2, "") if money else (said.get("decimals") or 0, said.get("unit") or "")
    bands = number_bands(
        starts=read_starts(said.get("bands") or ""),
        smallest=smallest,
        largest=largest,
        decimals=decimals,
        prefix="£" if money else "",
        unit=unit,
    )
    return {
        "minimum": f"{smallest:.{decimals}f}",
        "maximum": "" if largest is None else f"{largest:.{decimals}f}",
        "decimals": decimals,
        "unit": unit,
        "bands": bands,
    }


def _ranking(kind: QuestionKind, said: Said, number: int) -> dict[str, Any]:
    if kind != QuestionKind.RANKING:
        return {}
    places = said.get("places") or number
    if places > number:
        raise QuestionUnfit(f"There are only {number} choices to rank.", "places")
    return {"places": places}
