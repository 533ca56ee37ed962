"""Nobody can take the published tables of a consultation apart, whatever they put together (security rows P07, P08).

Forty of the consultations are judged here, all three hundred by `make prove`.
"""

import pytest

from engagement.domain import crossing, disclosure
from tests.consultations.polls import Poll
from tests.consultations.taken_apart import Reader

SOME = 40


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize("seed", range(SOME))
def test_no_hidden_number_is_known_from_everything_that_is_published(seed):
    assert Reader(Poll(seed)).known_too_well() == []


def test_these_consultations_have_what_is_to_be_protected():
    polls = [Poll(seed) for seed in range(SOME)]
    results = [poll.results() for poll in polls]

    kinds = {question.kind for poll in polls for question in poll.questions}
    questions = [question for result in results for question in result.questions]
    tables = [table for result in results for table in result.crossings]
    assert len(kinds) == 7
    assert sum(bool(question.routes) for poll in polls for question in poll.questions) > 20
    assert sum(question.guarded for question in questions) > 10
    assert sum(question.withheld for question in questions) > 50
    assert sum(not question.withheld for question in questions) > 20
    assert sum(bool(table.lines) and table.withheld for table in tables) > 10
    assert sum(not table.withheld for table in tables) > 5


def careless_guard(questions, show, *, responses):
    return {question.key: responses for question in questions}


def careless_choices(counts, hidden, answered, apart, threshold):
    return ""


def careless_cells(grid, threshold):
    grid.hidden |= {place for place in grid.keys if grid._at(place) < threshold}


def careless_tables(counts, threshold):
    return {key for key, number in counts.items() if number < threshold}


@pytest.mark.parametrize(
    ("module", "name", "careless", "seeds"),
    [
        ("consultations.domain.tables", "numbers_led", careless_guard, range(40)),
        (disclosure.__name__, "_narrow_choices", careless_choices, [121]),
        (crossing.__name__ + "._Grid", "_withhold", careless_cells, range(40)),
        (disclosure.__name__, "_hidden", careless_tables, range(20)),
    ],
)
def test_solver_sees_through_each_carelessness(monkeypatch, module, name, careless, seeds):
    monkeypatch.setattr(f"{module}.{name}", careless)

    assert any(Reader(Poll(seed)).known_too_well() for seed in seeds)
