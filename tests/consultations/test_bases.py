"""Whom a question was asked: known only where it follows from what is shown, along routes of every shape."""

import pytest

from consultations.domain.bases import forks_before, numbers_led, same_people
from consultations.domain.frozen import FrozenChoice, FrozenQuestion
from consultations.domain.routes import END, Route, graph_of
from consultations.enums import RouteWhen
from engagement.domain.disclosure import protect_choices, protect_counts


def question(key, *, routes=(), kind="SINGLE", required=False, choices="abc", **more):
    offered = tuple(FrozenChoice(one, one.upper()) for one in choices)
    return FrozenQuestion(key, kind, f"{key}?", required=required, choices=offered, routes=tuple(routes), **more)


def leads(goal, *choices, when=RouteWhen.CHOSEN):
    return Route(goal, when, choices)


def told(questions, counts, *, responses=100):
    """Numbers led, when the tables of the questions have these counts."""

    def show(one):
        if one.kind == "SEVERAL":
            given, answered = counts[one.key]
            apart = [choice.key for choice in one.apart]
            return protect_choices(given, answered=answered, threshold=5, apart=apart)
        return protect_counts(counts[one.key], threshold=5)

    return numbers_led(questions, show, responses=responses)


def test_everybody_is_asked_where_nothing_leads_past():
    assert told([question("q"), question("r")], {}) == {"q": 100, "r": 100}


def test_branch_of_a_fork_that_is_shown_whole_has_its_number():
    fork = question("q", routes=[leads("s", "a"), leads(END, "b")])

    numbers = told([fork, question("r"), question("s")], {"q": {"a": 40, "b": 25, "c": 30}})

    assert numbers == {"q": 100, "r": 35, "s": 75}  # five passed the question over and go on as "c" does


@pytest.mark.threat("P07")
def test_branch_that_would_tell_a_withheld_answer_has_none():
    fork = question("q", routes=[leads("s", "a")], required=True)

    numbers = told([fork, question("r"), question("s")], {"q": {"a": 3, "b": 37, "c": 60}})

    assert numbers == {"q": 100, "r": None, "s": 100}  # they meet again


def test_withheld_answers_that_lead_the_same_way_tell_nothing():
    fork = question("q", routes=[leads("s", "c")], required=True)

    numbers = told([fork, question("r"), question("s")], {"q": {"a": 3, "b": 37, "c": 60}})

    assert numbers == {"q": 100, "r": 40, "s": 100}


@pytest.mark.threat("P07")
def test_what_hangs_on_a_branch_that_is_not_told_is_not_told_either():
    first = question("q", routes=[leads("t", "a")], required=True)
    second = question("r", routes=[leads("t", "b")], required=True)
    questions = [first, second, question("s"), question("t")]

    numbers = told(questions, {"q": {"a": 3, "b": 37, "c": 60}})

    assert numbers == {"q": 100, "r": None, "s": None, "t": 100}


@pytest.mark.threat("P07")
def test_several_choices_that_lead_different_ways_tell_no_number():
    apart = {"dont_know": True}
    same = question("q", kind="SEVERAL", routes=[leads("s", "DONT_KNOW")], required=True, **apart)
    parted = question("q", kind="SEVERAL", routes=[leads("s", "a")], required=True, **apart)
    counts = {"q": ({"a": 40, "b": 50, "c": 60, "DONT_KNOW": 20}, 100)}
    others = [question("r"), question("s")]

    assert told([same, *others], counts) == {"q": 100, "r": 80, "s": 100}
    assert told([parted, *others], counts) == {"q": 100, "r": None, "s": 100}


def test_fork_of_which_no_number_is_shown_tells_nothing():
    fork = question("q", routes=[leads("s", "a")])

    assert told([fork, question("r"), question("s")], {"q": {"a": 2, "b": 1, "c": 0}}) == {
        "q": 100,
        "r": None,
        "s": 100,
    }


def test_questions_of_one_branch_are_asked_of_the_same_people_and_hang_on_its_fork():
    fork = question("q", routes=[leads("u", "a")])
    graph = graph_of([fork, question("r"), question("s"), question("u")])

    assert [same_people(graph, one, other) for one, other in ((1, 2), (0, 3), (0, 1), (2, 3))] == [
        True,
        True,
        False,
        False,
    ]
    assert [forks_before(graph, place) for place in range(4)] == [[], [0], [0], []]


def test_question_behind_a_fork_of_a_branch_hangs_on_that_fork():
    first, second = question("q", routes=[leads("t", "a")]), question("r", routes=[leads("t", "b")])
    graph = graph_of([first, second, question("s"), question("t")])

    assert [forks_before(graph, place) for place in range(4)] == [[], [0], [1], []]
