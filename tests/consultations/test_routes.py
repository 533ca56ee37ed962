"""The way through a questionnaire: forty graphs judged by hand, and what soundness promises."""

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.domain.routes import END, OWN_WORDS, Graph, Route, abandoned, graph_of, length_of_path, path_of
from consultations.domain.soundness import (
    CONFLICT,
    DEAD_END,
    FROM_NOWHERE,
    LOOP,
    NEVER,
    NOWHERE,
    UNREACHABLE,
    faults_of,
    judge,
)
from consultations.enums import CHOICE_KINDS, QuestionKind, RouteWhen

WHEN = {"-": RouteWhen.UNANSWERED, "*": RouteWhen.OTHERWISE}


@dataclass(frozen=True)
class Stop:
    key: str
    kind: str = QuestionKind.SINGLE
    required: bool = False
    labels: dict = field(default_factory=dict)
    routes: tuple = ()

    @property
    def asks(self):
        return self.kind != QuestionKind.INFORMATION

    @property
    def text(self):
        return f"What about {self.key}?"


def asked(key, choices="yes no", *routes, must=False, kind=QuestionKind.SINGLE):
    """A question with routes such as "yes,no>c", "->c" (no answer) or "*>." (any other answer, to the end)."""
    labels = {choice: choice.title() for choice in choices.split()}
    return Stop(key, kind, must, labels, tuple(route(one) for one in routes))


def route(words):
    condition, _, goal = words.partition(">")
    goal = END if goal == "." else goal
    chosen = tuple(filter(None, condition.split(",")))
    return Route(goal, WHEN[condition]) if condition in WHEN else Route(goal, RouteWhen.CHOSEN, chosen)


def written(key, *routes, must=False):
    return asked(key, "", *routes, must=must, kind=QuestionKind.LONG_TEXT)


def several(key, choices, *routes, must=False):
    return asked(key, choices, *routes, must=must, kind=QuestionKind.SEVERAL)


SOUND = {
    "one question": [asked("a")],
    "in order": [asked("a"), asked("b"), written("c")],
    "one skips one": [asked("a", "yes no", "no>c"), asked("b"), asked("c")],
    "no answer skips": [asked("a", "yes no", "->c"), asked("b"), asked("c")],
    "to the end": [asked("a", "yes no", "no>."), asked("b")],
    "no answer to the end": [written("a", "->."), written("b")],
    "two branches that meet": [asked("a", "yes no", "no>c"), asked("b", "yes no", "*>d"), asked("c"), asked("d")],
    "two branches that end apart": [asked("a", "yes no", "no>c"), asked("b", "yes no", "*>."), asked("c")],
    "three branches": [
        asked("a", "x y z", "y>c", "z>d"),
        asked("b", "yes no", "*>e"),
        asked("c", "yes no", "*>e"),
        asked("d"),
        asked("e"),
    ],
    "a branch in a branch": [
        asked("a", "yes no", "no>e"),
        asked("b", "yes no", "no>d"),
        asked("c"),
        asked("d"),
        asked("e"),
    ],
    "several, one leads away": [several("a", "x y z", "x>c"), asked("b"), asked("c")],
    "several, two lead to the same": [several("a", "x y z", "x>c", "y>c"), asked("b"), asked("c")],
    "several, not knowing leads elsewhere": [
        several("a", "x y DONT_KNOW", "x>c", "DONT_KNOW>."),
        asked("b"),
        asked("c"),
    ],
    "every answer named, none left over": [asked("a", "yes no", "yes>b", "no>c", must=True), asked("b"), asked("c")],
    "any other answer beside a named one": [asked("a", "yes no", "yes>b", "*>c"), asked("b"), asked("c")],
    "must be answered and jumps": [asked("a", "yes no", "yes>c", must=True), asked("b"), asked("c", must=True)],
    "to the very next": [asked("a", "yes no", "yes>b"), asked("b")],
    "the same twice": [asked("a", "yes no", "yes>c", "yes>c"), asked("b"), asked("c")],
    "a scale that skips": [
        asked("a", "good fair poor DONT_KNOW", "good,fair>c", "DONT_KNOW>.", kind=QuestionKind.SCALE),
        asked("b"),
        asked("c"),
    ],
    "words, then past the other branch": [
        asked("a", "yes no", "no>c", "->c"),
        written("b", "*>d"),
        written("c"),
        asked("d"),
    ],
}

BROKEN = {
    "nobody comes to the second": ([asked("a", "yes no", "*>c"), asked("b"), asked("c")], {(UNREACHABLE, "b")}),
    "every answer leads past": (
        [asked("a", "yes no", "yes,no>c", "->."), asked("b"), asked("c")],
        {(UNREACHABLE, "b")},
    ),
    "must be answered, all lead past two": (
        [asked("a", "yes no", "yes>d", "no>d", must=True), asked("b"), asked("c"), asked("d")],
        {(UNREACHABLE, "b"), (UNREACHABLE, "c")},
    ),
    "ends too early": ([written("a", "*>."), written("b")], {(UNREACHABLE, "b")}),
    "only an unreachable one leads here": (
        [asked("a", "yes no", "*>."), asked("b", "yes no", "yes>c"), asked("c")],
        {(UNREACHABLE, "b"), (UNREACHABLE, "c")},
    ),
    "back to the first": ([asked("a"), asked("b", "yes no", "no>a"), asked("c")], {(LOOP, "b")}),
    "to itself": ([asked("a", "yes no", "->a"), asked("b")], {(LOOP, "a")}),
    "back over a branch": (
        [asked("a", "yes no", "no>c"), asked("b"), asked("c", "yes no", "no>b"), asked("d")],
        {(LOOP, "c")},
    ),
    "round and round": (
        [asked("a"), asked("b", "yes no", "*>a"), asked("c")],
        {(LOOP, "b"), (DEAD_END, "b"), (UNREACHABLE, "c")},
    ),
    "the last leads back whatever is said": (
        [asked("a"), asked("b", "yes no", "yes,no>a", must=True)],
        {(LOOP, "b"), (DEAD_END, "b")},
    ),
    "must be answered and offers nothing": (
        [asked("a", "", must=True), asked("b")],
        {(DEAD_END, "a"), (UNREACHABLE, "b")},
    ),
    "to a question that is gone": ([asked("a", "yes no", "no>z"), asked("b")], {(NOWHERE, "a")}),
    "no answer, to a question that is gone": ([written("a", "->z"), asked("b")], {(NOWHERE, "a")}),
    "waits for a choice that is gone": ([asked("a", "yes no", "maybe>c"), asked("b"), asked("c")], {(NEVER, "a")}),
    "waits for a choice gone beside one still there": (
        [asked("a", "yes no", "no,maybe>c"), asked("b"), asked("c")],
        {(NEVER, "a")},
    ),
    "waits for no answer where one must be": (
        [asked("a", "yes no", "->c", must=True), asked("b"), asked("c")],
        {(NEVER, "a")},
    ),
    "waits for any other where all are named": (
        [asked("a", "yes no", "yes>b", "no>c", "*>.", must=True), asked("b"), asked("c")],
        {(NEVER, "a")},
    ),
    "waits for a choice where people write": ([written("a", "yes>."), asked("b")], {(NEVER, "a")}),
    "one choice to two places": (
        [asked("a", "yes no", "yes>b", "yes>c"), asked("b"), asked("c")],
        {(CONFLICT, "a")},
    ),
    "two that can be chosen together": (
        [several("a", "x y z", "x>c", "y>."), asked("b"), asked("c")],
        {(CONFLICT, "a")},
    ),
    "no answer to two places": ([asked("a", "yes no", "->c", "->."), asked("b"), asked("c")], {(CONFLICT, "a")}),
}


@pytest.mark.requirement("R-059")
@pytest.mark.parametrize("name", SOUND)
def test_sound_graphs_are_let_through(name):
    assert faults_of(SOUND[name]) == []


@pytest.mark.requirement("R-059")
@pytest.mark.parametrize("name", BROKEN)
def test_broken_graphs_are_named_for_what_they_are(name):
    questions, expected = BROKEN[name]

    assert {(fault.kind, fault.question) for fault in faults_of(questions)} == expected


def test_route_from_a_question_that_is_gone_is_named():
    graph = Graph((asked("a"), asked("b")), {"gone": (route("yes>b"),)})

    [fault] = judge(graph)

    assert (fault.kind, fault.question) == (FROM_NOWHERE, "")
    assert fault.sentence == "A route starts from a question that is no longer there. Delete the route."


def test_at_least_forty_graphs_were_judged():
    assert (len(SOUND), len(BROKEN) + 1) >= (20, 20)
    assert {kind for _, faults in BROKEN.values() for kind, _ in faults} == {
        UNREACHABLE,
        DEAD_END,
        LOOP,
        NOWHERE,
        NEVER,
        CONFLICT,
    }


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        (
            [asked("a", "yes no", "*>c"), asked("b"), asked("c")],
            "Question 2, “What about b?”: nobody would ever be asked this. Every answer before it leads past it.",
        ),
        (
            [asked("a"), asked("b", "yes no", "no>a"), asked("c")],
            "Question 2, “What about b?”: when the answer is “No”, it leads back to question 1, “What about a?”. A "
            "route can only lead to a later question.",
        ),
        (
            [asked("a", "", must=True), asked("b")],
            "Question 1, “What about a?”: nobody gets from here to the end, whatever they answer.",
        ),
        (
            [asked("a", "yes no", "->z"), asked("b")],
            "Question 1, “What about a?”: when there is no answer, it leads to a question that is no longer there. "
            "Choose another.",
        ),
        (
            [asked("a", "yes no", "maybe>c"), asked("b"), asked("c")],
            "Question 1, “What about a?”: a route waits for an answer that is no longer offered. Choose its answers "
            "again.",
        ),
        (
            [asked("a", "yes no", "yes>b", "yes>."), asked("b")],
            "Question 1, “What about a?”: “Yes” leads both to question 2 and to the end. Keep one of the two routes.",
        ),
        (
            [several("a", "x y z", "x>c", "y>."), asked("b"), asked("c")],
            "Question 1, “What about a?”: people can choose “X” and “Y” together, which lead to question 3 and to the "
            "end. Keep one of the two routes.",
        ),
    ],
)
def test_fault_is_said_with_the_number_and_the_words_of_the_question(questions, sentence):
    questions = [Stop(one.key, one.kind, one.required, one.labels, one.routes) for one in questions]

    assert sentence in [fault.sentence for fault in faults_of(questions)]


def test_path_follows_the_answers():
    questions = SOUND["two branches that meet"]

    ways = [
        "".join(question.key for question in path_of(questions, answers))
        for answers in ({}, {"a": ["yes"]}, {"a": ["no"]}, {"a": ["no"], "b": ["yes"]})
    ]

    assert ways == ["abd", "abd", "acd", "acd"]


def test_length_of_a_path_is_exact_once_nothing_can_change_it():
    questions = SOUND["a branch in a branch"]

    lengths = [
        length_of_path(questions, answers)
        for answers in ({}, {"a": ["yes"]}, {"a": ["no"]}, {"a": [], "b": ["no"]}, {"a": ["yes"], "b": ["yes"]})
    ]

    assert lengths == [(2, 5), (4, 5), (2, 2), (4, 4), (5, 5)]


def test_abandoned_answers_are_laid_at_the_answer_that_turned_away():
    questions = SOUND["two branches that meet"]

    [left] = abandoned(questions, {"a": ["yes"], "b": ["no"], "c": ["yes"], "d": []})

    assert (left.turned_at.key, [question.key for question in left.questions]) == ("a", ["c"])


def test_nothing_is_abandoned_that_was_passed_without_an_answer():
    questions = SOUND["two branches that meet"]

    assert abandoned(questions, {"a": ["no"], "b": [], "c": ["yes"]}) == []


KINDS = (QuestionKind.SINGLE, QuestionKind.SEVERAL, QuestionKind.SCALE, QuestionKind.LONG_TEXT)


@st.composite
def questionnaires(draw):
    """Up to five questions with routes of every sort, most of them forward, some to nowhere and some back."""
    keys = [f"q{number}" for number in range(draw(st.integers(1, 5)))]
    goals = st.sampled_from([*keys, *keys, *keys, END, END, "gone"])
    questions = []
    for key in keys:
        kind = draw(st.sampled_from(KINDS))
        choices = ["x", "y", "DONT_KNOW"][: draw(st.integers(2, 3))] if kind in CHOICE_KINDS else []
        offered = st.sampled_from([*choices, *choices, *choices, "w"])
        ways = st.builds(
            Route,
            goals,
            st.sampled_from(RouteWhen.values),
            st.lists(offered, min_size=1, max_size=2, unique=True).map(tuple),
        )
        routes = draw(st.lists(ways, max_size=2))
        questions.append(Stop(key, kind, draw(st.booleans()), {choice: choice for choice in choices}, tuple(routes)))
    return questions


def every_answer(question):
    """Every way to answer one question, with every set of choices that may be chosen together."""
    if question.kind == QuestionKind.LONG_TEXT:
        given = [OWN_WORDS]
    elif question.kind == QuestionKind.SEVERAL:
        given = [(key,) for key in question.labels] + [("x", "y")]
    else:
        given = [(key,) for key in question.labels]
    return given if question.required else [*given, ()]


@given(questionnaires())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sound_questionnaire_always_leads_to_its_end_and_asks_everything_of_somebody(questions):
    """And where a question is called unreachable, no answers at all lead to it."""
    graph = graph_of(questions)
    faults = faults_of(questions)
    reached, ended = set(), True
    for values in product(*(every_answer(question) for question in questions)):
        answers = dict(zip(graph.places, values, strict=True))
        way = graph.way(answers)
        last = way[-1]
        reached.update(way)
        ended = ended and graph.follow(last, answers[questions[last].key]) == graph.end
        if not faults:
            assert way == sorted(set(way))

    unreachable = {fault.question for fault in faults if fault.kind == UNREACHABLE}
    if not faults:
        assert (ended, reached) == (True, set(range(len(questions))))
    assert unreachable & {questions[place].key for place in reached} == set()


@given(questionnaires(), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_length_of_a_sound_path_bounds_what_is_asked(questions, data):
    if faults_of(questions):
        return
    answers = {one.key: data.draw(st.sampled_from(every_answer(one))) for one in questions}
    few, many = length_of_path(questions, {})

    asked_of_them = path_of(questions, answers)

    assert few <= len(asked_of_them) <= many
    assert length_of_path(questions, {one.key: answers[one.key] for one in asked_of_them}) == (
        len(asked_of_them),
        len(asked_of_them),
    )
