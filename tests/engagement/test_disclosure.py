"""Small numbers stay hidden from a reader who knows the total, what is shown, and the rule itself."""

from collections import defaultdict
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.domain.disclosure import protect_choices, protect_counts

TELLING = 5  # a range of five whole numbers is known to within two either way


def published(counts, threshold):
    """All that a reader sees of a table."""
    table = protect_counts(dict(enumerate(counts)), threshold=threshold)
    return table.total, tuple(cell.count for cell in table.cells.values())


def counts_shown(table):
    return {key: cell.count for key, cell in table.cells.items()}


def test_large_counts_are_shown_with_whole_percentages():
    table = protect_counts({"yes": 125, "no": 75}, threshold=5)

    assert [(cell.count, cell.percent) for cell in table.cells.values()] == [(125, 63), (75, 38)]
    assert (table.total, table.withheld) == (200, False)


@pytest.mark.threat("P07")
def test_nought_is_withheld_like_any_small_number_and_takes_the_next_smallest_with_it():
    table = protect_counts({"a": 0, "b": 40, "c": 90}, threshold=5)

    assert counts_shown(table) == {"a": None, "b": None, "c": 90}


@pytest.mark.threat("P07")
def test_two_small_numbers_that_would_follow_from_their_sum_take_a_third_with_them():
    table = protect_counts({"a": 4, "b": 4, "c": 5, "d": 60}, threshold=5)

    assert counts_shown(table) == {"a": None, "b": None, "c": None, "d": 60}


@pytest.mark.threat("P07")
def test_equal_counts_are_treated_alike_wherever_they_stand():
    tables = [protect_counts(dict(enumerate(row)), threshold=5) for row in [(3, 30, 30), (30, 3, 30), (30, 30, 3)]]

    assert [table.withheld and set(counts_shown(table).values()) for table in tables] == [{None}] * 3


def test_total_below_the_threshold_is_not_said():
    table = protect_counts({"a": 3, "b": 1}, threshold=5)

    assert (table.total, counts_shown(table)) == (None, {"a": None, "b": None})


def test_empty_table_has_nothing_to_withhold():
    table = protect_counts({}, threshold=5)

    assert (table.total, table.cells, table.withheld) == (None, {}, False)


@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize(
    ("cells", "largest_total", "threshold"), [(2, 60, 5), (3, 40, 5), (4, 26, 5), (2, 90, 10), (3, 60, 10)]
)
def test_no_withheld_cell_of_any_small_table_is_known_to_within_two(cells, largest_total, threshold):
    looks_like = defaultdict(list)
    for counts in product(range(largest_total + 1), repeat=cells):
        if threshold <= sum(counts) <= largest_total:
            looks_like[published(counts, threshold)].append(counts)

    known = [
        (seen, place)
        for seen, candidates in looks_like.items()
        for place, shown in enumerate(seen[1])
        if shown is None and span(candidates, place) < TELLING
    ]

    assert known == []
    assert any(None in shown for _, shown in looks_like)
    assert any(None not in shown for _, shown in looks_like)


@pytest.mark.threat("P07")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=5), st.sampled_from([5, 10]))
def test_withheld_cells_of_larger_tables_change_round_unseen_and_have_far_apart_doubles(counts, threshold):
    seen = published(counts, threshold)
    hidden = [place for place, count in enumerate(seen[1]) if count is None]
    doubles = [double for double in redistributions(counts, hidden) if published(double, threshold) == seen]

    possible = [double[place] for double in doubles for place in hidden]

    assert all(published(other, threshold) == seen for other in changed_round(counts, hidden))
    assert not hidden or seen[0] is None or max(possible) - min(possible) >= TELLING


@pytest.mark.threat("P07")
@given(st.lists(st.integers(0, 200), min_size=1, max_size=6), st.sampled_from([5, 10]))
def test_shown_cells_are_true_and_never_small(counts, threshold):
    table = protect_counts(dict(enumerate(counts)), threshold=threshold)

    for place, cell in table.cells.items():
        assert cell.count in {None, counts[place]}
        assert cell.withheld or cell.count >= threshold
        assert (cell.percent is None) == cell.withheld


@pytest.mark.threat("P07")
def test_choice_made_by_few_or_by_all_but_few_is_withheld():
    table = protect_choices({"phone": 40, "text": 2, "letter": 48}, answered=50, threshold=5)

    assert counts_shown(table) == {"phone": 40, "text": None, "letter": None}
    assert table.total == 50


@pytest.mark.threat("P07", "P08")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=5, max_size=40), st.sampled_from([5, 10]))
def test_withheld_choice_could_be_nobodys_though_everybody_chose_something(answers, threshold):
    counts = {choice: sum(choice in chosen for chosen in answers) for choice in "abc"}
    answered = len(answers)

    table = protect_choices(counts, answered=answered, threshold=threshold)

    shown = sum(cell.count for cell in table.cells.values() if not cell.withheld)
    others = sum(cell.withheld for cell in table.cells.values()) - 1
    for key, cell in table.cells.items():
        if cell.withheld and counts[key] < threshold and table.total is not None:
            assert answered - shown - others * answered <= 0


@pytest.mark.threat("P07")
def test_choice_that_follows_from_those_who_chose_nothing_else_takes_the_next_smallest_with_it():
    table = protect_choices({"a": 30, "b": 18, "c": 2}, answered=50, threshold=5)

    assert counts_shown(table) == {"a": 30, "b": None, "c": None}


@pytest.mark.threat("P07")
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([5, 10]))
def test_withheld_choice_could_be_none_or_all(chose, more, threshold):
    answered = chose + more
    table = protect_choices({"a": chose}, answered=answered, threshold=threshold)

    doubles = [
        n for n in range(answered + 1) if protect_choices({"a": n}, answered=answered, threshold=threshold) == table
    ]

    assert table.cells["a"].count == chose or {0, answered} <= set(doubles)


def span(candidates, place):
    values = [candidate[place] for candidate in candidates]
    return max(values) - min(values)


def changed_round(counts, hidden):
    for order in permutations(hidden):
        yield rearranged(counts, dict(zip(hidden, (counts[place] for place in order), strict=True)))


def redistributions(counts, hidden):
    """Tables with the same sum and visible cells: people moved between two hidden cells, or all gathered in two."""
    yield tuple(counts)
    for giver, taker in permutations(hidden, 2):
        for moved in range(1, counts[giver] + 1):
            yield rearranged(counts, {giver: counts[giver] - moved, taker: counts[taker] + moved})
    people, nobody = sum(counts[place] for place in hidden), dict.fromkeys(hidden, 0)
    for one, other in permutations(hidden, 2):
        for here in range(people + 1):
            yield rearranged(counts, nobody | {one: here, other: people - here})


def rearranged(counts, changes):
    return tuple(changes.get(place, count) for place, count in enumerate(counts))


@pytest.mark.threat("P07")
@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        # 47 of 50 would not say: of the other three nobody may be told that at most three chose "a".
        ({"a": 2, "b": 1, "DK": 8, "PN": 40}, {"a": None, "b": None, "DK": None, "PN": 40}),
        # 40 chose "a" and eight would not say: at most two can have known nothing.
        ({"a": 40, "b": 20, "DK": 1, "PN": 8}, {"a": 40, "b": 20, "DK": None, "PN": None}),
    ],
)
def test_answers_apart_leave_room_for_what_is_withheld(counts, shown):
    answered = 50 if counts["a"] == 40 else 51

    assert counts_shown(protect_choices(counts, answered=answered, threshold=5, apart=["DK", "PN"])) == shown


several = st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=60)


@pytest.mark.threat("P07", "P08")
@settings(max_examples=400, deadline=None)
@given(several, st.integers(0, 40), st.integers(0, 40), st.sampled_from([5, 10]))
def test_choices_and_answers_apart_never_bound_one_another_too_closely(made, dont_know, prefer_not, threshold):
    counts = {choice: sum(choice in one for one in made) for choice in "abc"} | {"DK": dont_know, "PN": prefer_not}
    answered = len(made) + dont_know + prefer_not

    table = protect_choices(counts, answered=answered, threshold=threshold, apart=["DK", "PN"])

    for key, cell in table.cells.items():
        if cell.withheld and table.total is not None:
            possible = [n for n in range(answered + 1) if could_be(table, answered, key, n)]
            if counts[key] < threshold:
                assert set(range(threshold)) <= set(possible)
            else:
                assert max(possible) - min(possible) >= threshold


def could_be(table, answered, key, number):
    """Whether somebody who knows the published table can think of people of whom this many gave this answer."""
    known = {one: cell.count for one, cell in table.cells.items()} | {key: number}
    options = [known[one] for one in "abc"]
    shown = [n for n in options if n is not None]
    for dont_know in [known["DK"]] if known["DK"] is not None else range(answered + 1):
        for prefer_not in [known["PN"]] if known["PN"] is not None else range(answered + 1):
            made = answered - dont_know - prefer_not
            if made >= max(shown, default=0) and (len(shown) < len(options) or made <= sum(shown)):
                return True
    return False
