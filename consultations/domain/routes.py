"""The way through a questionnaire: which question follows which answer, and what is wrong with a way before it opens.

Questions stand in an order, and after each comes the next, unless one of its routes says otherwise. Routes lead forward
only, so every way has an end and asks each question once at most. Nothing here knows the database: a question is
anything with the parts of `Asked`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, Protocol, TypeVar

from consultations.enums import CHOICE_KINDS, JOIN, RouteWhen

END: Final = "END"  # the goal of a route that leads past every question
OWN_WORDS: Final = ("…",)  # an answer that is no choice

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Route:
    """Where one question leads when its answer is like this. `goal` is the key of a question, or `END`."""

    goal: str
    when: str = RouteWhen.CHOSEN
    choices: tuple[str, ...] = ()


class Asked(Protocol):
    """What the way needs to know of a question. `asks` is false for mere information; `labels` are words by key."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def asks(self) -> bool: ...
    @property
    def required(self) -> bool: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def routes(self) -> tuple[Route, ...]: ...


Question = TypeVar("Question", bound=Asked)


@dataclass(frozen=True)
class Graph:
    """Questions in their order and the routes between them. `routes` are by the key of the question they start from."""

    stops: tuple[Asked, ...]
    routes: Mapping[str, tuple[Route, ...]]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each question stands, from 0."""
        return {stop.key: place for place, stop in enumerate(self.stops)}

    @property
    def end(self) -> int:
        """The place after the last question."""
        return len(self.stops)

    def follow(self, place: int, values: Sequence[str]) -> int:
        """The place that this answer leads to, or `end`. A route to nowhere leads to the next question."""
        route = route_for(self.routes.get(self.stops[place].key, ()), values)
        if route is None:
            return place + 1
        return self.end if route.goal == END else self.places.get(route.goal, place + 1)

    def way(self, answers: Answers) -> list[int]:
        """The places of the questions that these answers lead through, an unanswered one as it is skipped."""
        place, way = 0, list[int]()
        while place < self.end and place not in way:
            way.append(place)
            place = self.follow(place, answers.get(self.stops[place].key, ()))
        return way

    @cached_property
    def onward(self) -> list[frozenset[int]]:
        """From each place the places that some answer leads to, `end` among them."""
        return [
            frozenset(self.follow(place, values) for values in possible_answers(stop))
            for place, stop in enumerate(self.stops)
        ]

    def reached_from(self, place: int) -> set[int]:
        """Every place that some answers lead to from here, this one included."""
        reached, waiting = set[int](), [place]
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting.extend(self.onward[here] if here < self.end else ())
        return reached

    @cached_property
    def still_to_come(self) -> list[tuple[int, int]]:
        """From each place, itself included, the fewest and the most questions to the end; at `end` none."""
        lengths = [(0, 0)] * (self.end + 1)
        for place in reversed(range(self.end)):
            ahead = [lengths[goal] for goal in self.onward[place] if goal > place] or [(0, 0)]
            this = int(self.stops[place].asks)
            lengths[place] = (this + min(few for few, _ in ahead), this + max(many for _, many in ahead))
        return lengths


def graph_of(questions: Sequence[Asked]) -> Graph:
    """The graph of questions that carry their own routes."""
    return Graph(tuple(questions), {question.key: question.routes for question in questions if question.routes})


def route_for(routes: Sequence[Route], values: Sequence[str]) -> Route | None:
    """The route that an answer takes: the first that names it, else the one for any other answer, else none."""
    chosen = {value.partition(JOIN)[0] for value in values}
    for route in routes:
        if route.when == RouteWhen.CHOSEN and chosen & set(route.choices):
            return route
        if not values and route.when == RouteWhen.UNANSWERED:
            return route
    return next((route for route in routes if route.when == RouteWhen.OTHERWISE), None)


def possible_answers(stop: Asked) -> Iterator[tuple[str, ...]]:
    """One answer of each sort that may lead somewhere of its own.

    Several choices at once lead nowhere new: `soundness` refuses routes that would make two of them disagree.
    """
    if stop.kind in CHOICE_KINDS:
        yield from ((key,) for key in stop.labels)
    elif stop.asks:
        yield OWN_WORDS
    if not stop.required:
        yield ()


def path_of(questions: Sequence[Question], answers: Answers) -> list[Question]:
    """The questions that somebody with these answers is asked, in their order."""
    return [questions[place] for place in graph_of(questions).way(answers)]


def length_of_path(questions: Sequence[Asked], answers: Answers) -> tuple[int, int]:
    """The fewest and the most questions this way can still have. `answers` has every question that was passed."""
    graph = graph_of(questions)
    asked = 0
    for place in graph.way(answers):
        if graph.stops[place].key not in answers:
            few, many = graph.still_to_come[place]
            return asked + few, asked + many
        asked += graph.stops[place].asks
    return asked, asked


@dataclass(frozen=True)
class Abandoned(Generic[Question]):
    """Answers kept that the way no longer leads to, and the question whose answer turned away from them."""

    turned_at: Question
    questions: tuple[Question, ...]


def abandoned(questions: Sequence[Question], answers: Answers) -> list[Abandoned[Question]]:
    """What somebody has answered and is no longer asked, by the question that turned their way, in order."""
    graph = graph_of(questions)
    way = graph.way(answers)
    turned: dict[int, list[Question]] = {}
    for place, question in enumerate(questions):
        if place not in way and answers.get(question.key):
            before = [here for here in way if here < place and place in graph.reached_from(here)]
            turned.setdefault(max(before, default=0), []).append(question)
    return [Abandoned(questions[place], tuple(left)) for place, left in sorted(turned.items())]
