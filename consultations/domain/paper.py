"""The questions on paper: which number each has, and which way to go from it, said in words. Nothing here is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultations.domain.frozen import FrozenQuestion
from consultations.domain.routes import END, Route
from consultations.enums import CHOICE_KINDS, QuestionKind, RouteWhen

STOP = "go to the end: you have finished"
ON = "go on with what comes next"


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it stands on paper. `number` is 0 for mere information; `how` says how to answer it."""

    question: FrozenQuestion
    number: int
    how: str
    directions: tuple[str, ...]


def on_paper(questions: Sequence[FrozenQuestion]) -> list[PaperQuestion]:
    """All questions in their order, whatever way leads to them, each with the directions that it needs."""
    numbers: dict[str, int] = {}
    for question in questions:
        numbers[question.key] = max(numbers.values(), default=0) + 1 if question.asks else 0
    places = {
        question.key: f"question {numbers[question.key]}" if question.asks else f"“{question.text}”"
        for question in questions
    }
    return [
        PaperQuestion(question, numbers[question.key], _how(question), tuple(_directions(question, places)))
        for question in questions
    ]


def _how(question: FrozenQuestion) -> str:
    return {
        QuestionKind.SINGLE: "Tick one.",
        QuestionKind.PLACE: "Tick one.",
        QuestionKind.SCALE: "Tick one.",
        QuestionKind.SEVERAL: "Tick all that apply.",
        QuestionKind.MATRIX: "Tick one on each line.",
        QuestionKind.RANKING: f"Write 1 beside what matters most, then 2, up to {question.places}.",
        QuestionKind.DATE: "Write day, month and year.",
        QuestionKind.FILE: "Files can be sent online only. On paper, leave this out.",
    }.get(QuestionKind(question.kind), "")


def _directions(question: FrozenQuestion, places: dict[str, str]) -> Iterator[str]:
    """One sentence a route. Without routes none is needed: the next question follows."""
    for route in question.routes:
        yield f"{_when(question, route)}: {_goal(route, places)}."
    whens = {route.when for route in question.routes}
    if question.routes and RouteWhen.OTHERWISE not in whens:
        yield f"Any other answer{'' if RouteWhen.UNANSWERED in whens else ', or none'}: {ON}."


def _when(question: FrozenQuestion, route: Route) -> str:
    if route.when == RouteWhen.CHOSEN and question.kind in CHOICE_KINDS:
        labels = [f"“{question.labels[key]}”" for key in route.choices if key in question.labels]
        return f"If you tick {' or '.join(labels)}"
    if route.when == RouteWhen.UNANSWERED:
        return "If you give no answer"
    only = len(question.routes) == 1
    return "Whatever you answer" if only else "Any other answer"


def _goal(route: Route, places: dict[str, str]) -> str:
    if route.goal == END:
        return STOP
    return f"go to {places[route.goal]}" if route.goal in places else ON
