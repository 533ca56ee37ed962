"""What is wrong with the way through a questionnaire, in sentences for its author, before anybody is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultations.domain.routes import END, Asked, Graph, Route, graph_of, possible_answers, route_for
from consultations.enums import APART, CHOICE_KINDS, QuestionKind, RouteWhen


@dataclass(frozen=True)
class Fault:
    """One thing wrong. `question` is the key of the question beside which it is said, empty when that one is gone."""

    kind: str
    question: str
    sentence: str


UNREACHABLE = "unreachable"
DEAD_END = "dead end"
LOOP = "loop"
NOWHERE = "leads nowhere"
FROM_NOWHERE = "starts nowhere"
NEVER = "never taken"
CONFLICT = "conflict"


def faults_of(questions: Sequence[Asked]) -> list[Fault]:
    """What is wrong with the routes of these questions, question by question; nothing when the way is sound."""
    return judge(graph_of(questions))


def judge(graph: Graph) -> list[Fault]:
    """Everything wrong with a graph. When nothing is, every answer leads to the end and every question can be asked."""
    faults = [
        Fault(FROM_NOWHERE, "", "A route starts from a question that is no longer there. Delete the route.")
        for source in graph.routes
        if source not in graph.places
    ]
    reached = graph.reached_from(0) if graph.stops else set()
    for place, stop in enumerate(graph.stops):
        routes = graph.routes.get(stop.key, ())
        said = [*_of_routes(graph, place, routes), *_of_place(graph, place, reached)]
        faults += [Fault(kind, stop.key, f"{_name(graph, place)}: {sentence}") for kind, sentence in said]
    return faults


def _name(graph: Graph, place: int) -> str:
    return f"Question {place + 1}, “{graph.stops[place].text}”"


def _of_place(graph: Graph, place: int, reached: set[int]) -> Iterator[tuple[str, str]]:
    """Whether anybody comes here, and whether they get on from here."""
    if place not in reached:
        yield UNREACHABLE, "nobody would ever be asked this. Every answer before it leads past it."
    elif graph.end not in graph.reached_from(place) and (not graph.onward[place] or _turns_back(graph, place)):
        yield DEAD_END, "nobody gets from here to the end, whatever they answer."


def _turns_back(graph: Graph, place: int) -> bool:
    return any(goal <= place for goal in graph.onward[place])


def _of_routes(graph: Graph, place: int, routes: Sequence[Route]) -> Iterator[tuple[str, str]]:
    stop = graph.stops[place]
    for route in routes:
        when = condition(stop, routes, route)
        if route.goal != END and route.goal not in graph.places:
            yield NOWHERE, f"when {when}, it leads to a question that is no longer there. Choose another."
        elif route.goal != END and graph.places[route.goal] <= place:
            goal = f"question{_name(graph, graph.places[route.goal]).removeprefix('Question')}"
            yield LOOP, f"when {when}, it leads back to {goal}. A route can only lead to a later question."
        if sentence := _never(stop, routes, route):
            yield NEVER, sentence
    yield from ((CONFLICT, sentence) for sentence in _conflicts(graph, stop, routes))


def condition(stop: Asked, routes: Sequence[Route], route: Route) -> str:
    """When a route is taken, in words that go on from "when"."""
    if route.when == RouteWhen.UNANSWERED:
        return "there is no answer"
    if route.when == RouteWhen.OTHERWISE:
        return "there is any other answer" if len(routes) > 1 else "people go on, whatever they answer"
    words = [f"“{stop.labels[key]}”" for key in route.choices if key in stop.labels]
    return f"the answer is {' or '.join(words)}" if words else "an answer is chosen that is no longer offered"


def _never(stop: Asked, routes: Sequence[Route], route: Route) -> str:
    """Why this route can never be taken as it is written, or nothing."""
    if route.when == RouteWhen.UNANSWERED:
        return "a route waits for no answer, but this question must be answered." if stop.required else ""
    if route.when == RouteWhen.OTHERWISE:
        taken = [route_for(routes, values) for values in possible_answers(stop)]
        covered = all(one is not None and one.when != RouteWhen.OTHERWISE for one in taken)
        return "the route for any other answer is never taken: every answer has a route of its own." if covered else ""
    if stop.kind not in CHOICE_KINDS:
        return "a route waits for a choice, but this question offers none."
    if not route.choices:
        return "a route names no answer. Choose the answers it is for."
    gone = [key for key in route.choices if key not in stop.labels]
    return "a route waits for an answer that is no longer offered. Choose its answers again." if gone else ""


def _conflicts(graph: Graph, stop: Asked, routes: Sequence[Route]) -> Iterator[str]:
    """Answers that two routes send to different questions."""
    for place, first in enumerate(routes):
        for second in routes[place + 1 :]:
            if first.goal != second.goal and (both := _both(stop, first, second)):
                goals = " and to ".join(_goal(graph, route) for route in (first, second))
                yield f"{both} to {goals}. Keep one of the two routes."


def _both(stop: Asked, first: Route, second: Route) -> str:
    """The answer that both routes wait for, in words that go on with their goals, or nothing."""
    if first.when != second.when:
        return ""
    if first.when == RouteWhen.UNANSWERED:
        return "no answer leads both"
    if first.when == RouteWhen.OTHERWISE:
        return "any other answer leads both"
    offered = [[key for key in route.choices if key in stop.labels] for route in (first, second)]
    if shared := [stop.labels[key] for key in offered[0] if key in offered[1]]:
        return f"“{shared[0]}” leads both"
    together = [[key for key in keys if key not in APART] for keys in offered]
    if stop.kind == QuestionKind.SEVERAL and all(together):
        one, other = (stop.labels[keys[0]] for keys in together)
        return f"people can choose “{one}” and “{other}” together, which lead"
    return ""


def _goal(graph: Graph, route: Route) -> str:
    if route.goal == END:
        return "the end"
    return f"question {graph.places[route.goal] + 1}" if route.goal in graph.places else "a question that is gone"
