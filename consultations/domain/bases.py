"""Whom a question was asked, as far as what is published tells: a branch must not say what its fork withholds.

A question that only some are asked is a count of those who were led to it. "17 answered this" says that at least 17
gave an answer before that leads here, and one that all of them must answer says how many exactly. So the table of a
question is published only when the number led to it follows from what is shown before it: withheld answers may all lead
the same way, or part and meet again before the question, but they may not part on the way to it. That is decided from
the questions and from what is shown alone, so the absence of a table tells nothing more.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import count

from consultations.domain.frozen import FrozenQuestion
from consultations.domain.routes import Graph, graph_of
from consultations.enums import CHOICE_KINDS, QuestionKind
from engagement.domain.disclosure import ProtectedCounts

# A number of people: what is known of it under `KNOWN`, and how often it holds each number that nobody may know.
KNOWN = "known"
Number = dict[Hashable, int]
Shown = ProtectedCounts[str]


def numbers_led(
    questions: Sequence[FrozenQuestion], show: Callable[[FrozenQuestion], Shown], *, responses: int
) -> dict[str, int | None]:
    """How many were led to each question, by its key, when that follows from what is published; else `None`.

    `show` gives the protected table of a question whose number is known; for one in people's own words and for grids an
    empty one with its total. `responses` is the published number of all.
    """
    graph = graph_of(questions)
    led: list[Number] = [{} for _ in range(graph.end + 1)]
    if questions:
        led[0] = {KNOWN: responses}
    unknowns = count()
    found: dict[str, int | None] = {}
    for place, question in enumerate(questions):
        here = led[place]
        known = not any(times for unknown, times in here.items() if unknown != KNOWN)
        found[question.key] = here.get(KNOWN, 0) if known else None
        for goal, number in _onward(graph, place, question, here, show if known else None, unknowns).items():
            led[goal] = _plus(led[goal], number)
    return found


def _onward(
    graph: Graph,
    place: int,
    question: FrozenQuestion,
    here: Number,
    show: Callable[[FrozenQuestion], Shown] | None,
    unknowns: "count[int]",
) -> Mapping[int, Number]:
    """How many go on from a question to each place that it leads to."""
    goals = graph.onward[place]
    if len(goals) == 1:
        return dict.fromkeys(goals, here)
    shown = show(question) if show else None
    if shown is None or shown.total is None:
        return _parted(sorted(goals), here, unknowns)
    onward: dict[int, Number] = {goal: {} for goal in goals}
    if not question.required:
        onward[graph.follow(place, ())] = _plus(here, {KNOWN: -shown.total})
    told, withheld, left = _answers(graph, place, question, shown)
    for goal, number in told:
        onward[goal] = _plus(onward[goal], {KNOWN: number})
    for goal, part in _parted(sorted(withheld), {KNOWN: left}, unknowns).items():
        onward[goal] = _plus(onward[goal], part)
    return onward


def _answers(
    graph: Graph, place: int, question: FrozenQuestion, shown: Shown
) -> tuple[list[tuple[int, int]], set[int], int]:
    """Of those who answered: goals with their numbers, the goals of the others, and how many those are."""
    total = shown.total or 0
    if question.kind not in CHOICE_KINDS:
        return [], {graph.follow(place, ("…",))}, total
    goals = {key: graph.follow(place, (key,)) for key in question.labels}
    exclusive = [one.key for one in question.apart] if question.kind == QuestionKind.SEVERAL else list(goals)
    told = [(goals[key], n) for key in exclusive if (n := shown.cells[key].count) is not None]
    others = {goals[key] for key in exclusive if shown.cells[key].withheld}
    if question.kind == QuestionKind.SEVERAL:
        others |= {goals[one.key] for one in question.options}
    return told, others, total - sum(n for _, n in told)


def _parted(goals: Sequence[int], number: Number, unknowns: "count[int]") -> dict[int, Number]:
    """A number of people that parts to several places, nobody knows how; to one place it goes whole."""
    if not goals:
        return {}
    first, *others = goals
    parts: dict[int, Number] = {goal: {next(unknowns): 1} for goal in others}
    rest = number
    for part in parts.values():
        rest = _plus(rest, {unknown: -times for unknown, times in part.items()})
    return {first: rest, **parts}


def _plus(one: Number, other: Number) -> Number:
    return {unknown: one.get(unknown, 0) + other.get(unknown, 0) for unknown in one.keys() | other.keys()}


# Which questions are asked of the same people, and on which answers that depends: from the routes alone


def same_people(graph: Graph, one: int, other: int) -> bool:
    """Whether everybody who is asked one of two questions is asked the other."""
    first, second = sorted((one, other))
    return not _can_go(graph, 0, second, past=first) and not _can_go(graph, first, graph.end, past=second)


def forks_before(graph: Graph, place: int) -> list[int]:
    """The questions of which some answer leads to this one for certain, and some other leads past it."""
    return [
        fork
        for fork in range(place)
        if _can_go(graph, fork, graph.end, past=place)
        and any(not _can_go(graph, goal, graph.end, past=place) for goal in graph.onward[fork])
    ]


def _can_go(graph: Graph, start: int, goal: int, *, past: int | None = None) -> bool:
    """Whether some answers lead from one place to another, without the place `past`."""
    reached, waiting = set[int](), [start]
    while waiting:
        here = waiting.pop()
        if here == goal and here != past:
            return True
        if here in reached or here == past or here >= graph.end:
            continue
        reached.add(here)
        waiting.extend(graph.onward[here])
    return False
