"""Two-way tables: whatever is published together, a withheld cell stays unknown to an exact solver."""

import random
from itertools import product

import pytest

from engagement.domain import crossing
from engagement.domain.crossing import RingRefused, protect_lines, protect_sets, protect_table, refuse_ring
from engagement.domain.disclosure import ProtectedCounts, protect_choices, protect_counts
from tests.engagement.solver import System


def test_solver_knows_a_system_with_one_answer_and_one_with_room():
    system = System()
    for name, value in {"a": 3, "b": 4, "c": 5, "d": 6}.items():
        system.add(name, value)
    for sums in ("ab", "cd", "ac", "bd"):
        system.publish(sums)

    assert system.intervals("abcd") == {"a": (0, 7), "b": (0, 7), "c": (1, 8), "d": (3, 10)}
    system.publish("a")
    assert system.intervals("abcd") == {"a": (3, 3), "b": (4, 4), "c": (5, 5), "d": (6, 6)}


def test_table_without_small_numbers_is_shown_whole_with_shares_of_its_rows():
    counts = {("yes", "north"): 30, ("yes", "south"): 10, ("no", "north"): 20, ("no", "south"): 40}
    rows, columns = (
        protect_counts({"yes": 40, "no": 60}, threshold=5),
        protect_counts({"north": 50, "south": 50}, threshold=5),
    )

    table = protect_table(counts, rows=rows, columns=columns, people=100)

    assert [(cell.count, cell.percent) for cell in table.cells.values()] == [(30, 75), (10, 25), (20, 33), (40, 67)]


@pytest.mark.threat("P07")
def test_small_cell_takes_three_others_with_it():
    counts = dict(zip(product("abc", "xyz"), [3, 30, 30, 30, 9, 30, 30, 30, 40], strict=True))
    rows = protect_counts({"a": 63, "b": 69, "c": 100}, threshold=5)
    columns = protect_counts({"x": 63, "y": 69, "z": 100}, threshold=5)

    table = protect_table(counts, rows=rows, columns=columns, people=232)

    assert [key for key, cell in table.cells.items() if cell.withheld] == [*product("ab", "xy")]


@pytest.mark.threat("P07", "P08")
def test_table_of_which_the_sums_say_too_much_is_not_published_whatever_is_in_it():
    rows, columns = protect_counts({"a": 50, "b": 50}, threshold=5), protect_counts({"x": 52, "y": 48}, threshold=5)

    tables = [
        protect_table(
            {("a", "x"): n, ("a", "y"): 50 - n, ("b", "x"): 52 - n, ("b", "y"): n - 2},
            rows=rows,
            columns=columns,
            people=100,
        )
        for n in (2, 3, 26, 50)
    ]

    assert [table.cells for table in tables] == [{}] * 4


def test_tables_that_form_a_ring_are_refused():
    refuse_ring([("age", "area"), ("area", "channel"), ("channel", "theme")])

    with pytest.raises(RingRefused, match="a ring"):
        refuse_ring([("age", "area"), ("area", "channel"), ("channel", "age")])


def sets_by_way(online, paper, *, rows=None, answered=100, people=100):
    """Choices "a" and "b" and nothing known, by two ways of fifty people each."""
    cells = {(row, "online"): n for row, n in online.items()} | {(row, "paper"): n for row, n in paper.items()}
    counts = rows or {row: online[row] + paper[row] for row in online}
    return protect_sets(
        cells,
        rows=protect_choices(counts, answered=answered, threshold=5, apart=["DK"]),
        columns=protect_counts({"online": 50, "paper": 50}, threshold=5),
        people=people,
        answered=answered,
        apart=["DK"],
    )


def test_choices_of_which_people_made_several_are_shown_whole():
    table = sets_by_way({"a": 40, "b": 30, "DK": 3}, {"a": 20, "b": 35, "DK": 5})

    assert {key: cell.count for key, cell in table.cells.items()} == {
        ("a", "online"): 40,
        ("a", "paper"): 20,
        ("b", "online"): 30,
        ("b", "paper"): 35,
    }
    assert table.cells["a", "online"].percent == 67


@pytest.mark.threat("P07")
@pytest.mark.parametrize(
    ("online", "paper"),
    [
        ({"a": 40, "b": 4, "DK": 3}, {"a": 20, "b": 35, "DK": 5}),  # a small number
        ({"a": 46, "b": 30, "DK": 3}, {"a": 20, "b": 35, "DK": 5}),  # all but few
        ({"a": 24, "b": 23, "DK": 3}, {"a": 45, "b": 44, "DK": 5}),  # three of fifty online knew nothing, surely
    ],
)
def test_choices_with_a_small_number_or_no_room_for_the_rest_are_not_shown_at_all(online, paper):
    assert sets_by_way(online, paper).cells == {}


# A random consultation, all its tables together


class Survey:
    """People with three answers and a theme each, or none; and every table that may be published of them."""

    def __init__(self, seed):
        chance = random.Random(seed)
        self.threshold = chance.choice([5, 10])
        self.sizes = {name: chance.randint(2, 4) for name in ("first", "middle", "last")}
        self.people = [self.person(chance) for _ in range(chance.randint(20, 260))]
        self.one_way = {name: self.counted(name) for name in self.sizes}
        themes = {"theme": sum(one["theme"] for one in self.people)}
        self.themes = protect_choices(themes, answered=len(self.people), threshold=self.threshold)

    def person(self, chance):
        skewed = {name: min(chance.randrange(size), chance.randrange(size)) for name, size in self.sizes.items()}
        if chance.random() < 0.5:
            skewed["last"] = min(skewed["middle"], self.sizes["last"] - 1)
        given = {name: answer if chance.random() < 0.95 else None for name, answer in skewed.items()}
        return {**given, "theme": chance.random() < 0.25}

    def counted(self, name):
        counts = {answer: sum(one[name] == answer for one in self.people) for answer in range(self.sizes[name])}
        return protect_counts(counts, threshold=self.threshold)

    def cells(self, first, second):
        answers = [*range(self.sizes.get(first, 0)), None] if first != "theme" else [True, False]
        return {
            (one, other): sum(person[first] == one and person[second] == other for person in self.people)
            for one in answers
            for other in [*range(self.sizes[second]), None]
        }

    def tables(self):
        """The tables of a chain: first by middle, last by middle, and a theme by middle."""
        everybody = {"columns": self.one_way["middle"], "people": len(self.people)}
        for name in ("first", "last"):
            cells = self.cells(name, "middle")
            yield name, cells, protect_table(cells, rows=self.one_way[name], **everybody)
        cells = self.cells("theme", "middle")
        rows = ProtectedCounts({True: self.themes.cells["theme"]}, self.themes.total, self.threshold)
        yield "theme", cells, protect_lines(cells, rows=rows, **everybody)


def system_of(survey):
    """All that was published, as sums of unknown cells. Each table counts the same people by the middle question."""
    system = System()
    tables = list(survey.tables())
    heads_of = {}
    for name, cells, _ in tables:
        for key, value in cells.items():
            system.add((name, key), value)
    for name, cells, table in tables:
        rows, columns = ({key[place] for key in cells} for place in (0, 1))
        lines = {row: [(name, (row, column)) for column in columns] for row in rows}
        heads = heads_of[name] = {column: [(name, (row, column)) for row in rows] for column in columns}
        publish_one_way(system, survey.themes if name == "theme" else survey.one_way[name], lines)
        publish_one_way(system, survey.one_way["middle"], heads)
        system.publish([one for line in lines.values() for one in line])
        for key, cell in table.cells.items():
            if not cell.withheld:
                system.publish([(name, key)])
    for name, column in product(("last", "theme"), heads_of["first"]):
        system.publish(heads_of["first"][column], less=heads_of[name][column])
    return system, tables


def unpublished(cells, table):
    """Every answer to both questions that a table with anything in it does not show, printed as withheld or not."""
    shown = {key for key, cell in table.cells.items() if not cell.withheld}
    rest = {(False, column) for row, column in shown if row is True}  # whoever sees one line subtracts it
    return [key for key in cells if None not in key and key not in shown | rest] if table.cells else []


def publish_one_way(system, table, members):
    for key, cell in table.cells.items():
        if not cell.withheld:
            system.publish(members[True if key == "theme" else key])
    if table.total is not None and None in members:
        system.publish([one for key, line in members.items() if key is not None for one in line])


@pytest.mark.requirement("R-150")
@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize("part", range(10))
def test_no_withheld_cell_of_three_hundred_consultations_is_known_to_an_exact_solver(part):
    shown = withheld = 0
    for seed in range(part * 30, part * 30 + 30):
        told, kept, known = judged(Survey(seed))
        shown, withheld = shown + told, withheld + kept
        assert known == [], seed

    assert shown > 50
    assert withheld > 50


@pytest.mark.threat("P07", "P08")
def test_solver_sees_through_tables_that_withhold_the_small_cells_alone(monkeypatch):
    def careless(grid, threshold):
        grid.hidden |= {place for place in grid.keys if grid._at(place) < threshold}

    monkeypatch.setattr(crossing._Grid, "_withhold", careless)

    assert sum(bool(judged(Survey(seed))[2]) for seed in range(30)) > 10


def judged(survey):
    """How many cells are shown, how many withheld, and which of these an exact solver knows too well."""
    system, tables = system_of(survey)
    shown = withheld = 0
    known = []
    for name, cells, table in tables:
        hidden = unpublished(cells, table)
        shown, withheld = shown + len(cells) - len(hidden), withheld + len(hidden)
        for (_, key), (least, greatest) in system.intervals([(name, key) for key in hidden]).items():
            if cells[key] < survey.threshold:
                safe = least == 0 and greatest >= survey.threshold - 1
            else:
                safe = greatest - least >= survey.threshold
            if not safe:
                known.append((name, key, cells[key], least, greatest))
        for key, cell in table.cells.items():
            assert cell.withheld or cell.count == cells[key] >= survey.threshold
    return shown, withheld, known
