"""Figures that are published together, over quarters, measures and editions, give no small number away."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import already_public, protecting
from contracts.domain.protecting import Reason, Told, withheld_among
from tests.contracts.reader import Made, Reader

pytestmark = pytest.mark.django_db

SEEDS = range(12)
YEAR = (date(2026, 4, 1), date(2027, 4, 1))
QUARTERS = [
    (date(2026, 4, 1), date(2026, 7, 1)),
    (date(2026, 7, 1), date(2026, 10, 1)),
    (date(2026, 10, 1), date(2027, 1, 1)),
    (date(2027, 1, 1), date(2027, 4, 1)),
]


@pytest.mark.requirement("R-077")
@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize("seed", SEEDS)
def test_no_withheld_number_follows_from_all_that_is_published(seed):
    assert Reader(Made(seed)).known_too_well() == {}


def only_small_numbers(drafts, *, public=(), threshold):
    """Withholds each line for its own numbers only, as if nothing else were public."""
    return {told.key: Reason.FEW for told in drafts if protecting.is_small(told.numbers, threshold)}


@pytest.mark.threat("P08")
def test_the_reader_finds_what_a_careless_publication_gives_away(monkeypatch):
    monkeypatch.setattr(already_public, "withheld_among", only_small_numbers)

    assert [seed for seed in SEEDS if Reader(Made(seed)).known_too_well()] != []


@pytest.mark.threat("P07")
def test_page_and_open_data_hold_no_number_that_the_file_withholds(client, settings):
    settings.OCID_PREFIX = "ocds-invented"
    made = Made(3)
    reader = Reader(made)
    withheld = {(row["quarter"], row["indicator_code"]) for row in reader.rows if row["withheld"] == "yes"}

    measured = reader.page.context["measures"]
    on_page = {(row.period.code, one.line["code"]): row for one in measured for row in one.rows}
    package = json.loads(b"".join(client.get("/data/ocds/releases.json")))
    (release,) = package["releases"]
    (contract,) = release["contracts"]
    observed = {one["id"]: one for metric in contract["implementation"]["metrics"] for one in metric["observations"]}

    assert withheld
    for quarter, code in withheld:
        row = on_page[quarter, code]
        assert (row.text, row.value, row.numerator_text, row.denominator_text) == ("Too few to show", None, "", "")
        assert "measure" not in observed[f"{code}-{quarter.replace(' ', '-')}"]


def count(code, span, number, **said):
    numbers = {} if number is None else {"all": Decimal(number)}
    return Told((code, 1), span, {"all": frozenset({"seriously harmed"})}, numbers, **said)


def few(code, span):
    return count(code, span, None, withheld=True, few=True)


@pytest.mark.threat("P08")
@pytest.mark.parametrize(
    ("total", "hidden", "withheld"),
    [
        (20, 0, False),
        (20, 1, True),
        (20, 2, True),
        (3, 3, True),
        (4, 3, False),
        (7, 3, False),
        (8, 3, False),
        (9, 3, True),
        (12, 4, False),
    ],
)
def test_total_of_a_year_is_shown_only_with_room_for_the_quarters_kept_back(total, hidden, withheld):
    shown = [count("Q", span, 10) for span in QUARTERS[hidden:]]
    public = [*(few("Q", span) for span in QUARTERS[:hidden]), *shown]

    found = withheld_among([count("Y", YEAR, total + 10 * len(shown))], public=public, threshold=5)

    assert bool(found) == withheld


@pytest.mark.threat("P08")
@given(st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_whoever_reads_a_total_cannot_narrow_a_quarter_that_is_kept_back(numbers):
    spans = QUARTERS[: len(numbers)]
    found = withheld_among([count("Y", YEAR, sum(numbers))], public=[few("Q", span) for span in spans], threshold=5)

    if not found:
        others = (len(numbers) - 1) * 4
        assert (max(0, sum(numbers) - others), min(4, sum(numbers))) == (0, 4)


def test_total_waits_for_quarters_that_are_not_published_yet():
    public = [count("Q", QUARTERS[0], 10), count("Q", QUARTERS[1], None, withheld=True)]

    assert withheld_among([count("Y", YEAR, 60)], public=public, threshold=5) == {("Y", 1): Reason.OVER_TIME}


def test_what_does_not_add_up_tells_nothing_of_its_quarters():
    public = [count("Q", QUARTERS[0], None, withheld=True, few=True, adds_up=False)]

    assert withheld_among([count("Y", YEAR, 60)], public=public, threshold=5) == {}


@pytest.mark.threat("P08")
def test_count_of_the_part_is_withheld_beside_a_share_whose_rest_is_small():
    words = {"part": frozenset({"contacted"}), "whole": frozenset({"referrals"})}
    share = Told(("A", 1), YEAR, words, {"part": Decimal(50), "whole": Decimal(54), "rest": Decimal(4)})
    part = Told(("B", 1), YEAR, {"all": frozenset({"contacted"})}, {"all": Decimal(50)}, people=False)
    whole = Told(("C", 1), YEAR, {"all": frozenset({"referrals"})}, {"all": Decimal(54)})

    found = withheld_among([share, part, whole], threshold=5)

    assert found == {("A", 1): Reason.BESIDE, ("B", 1): Reason.BESIDE}


@pytest.mark.threat("P08")
def test_part_of_a_part_that_is_kept_back_is_withheld_with_it():
    """Of 8 referrals 5 were pleased with their call, so no more than 3 had none."""
    words = {"part": frozenset({"contacted"}), "whole": frozenset({"referrals"})}
    share = Told(("A", 1), YEAR, words, {"part": Decimal(8), "whole": Decimal(8), "rest": Decimal(0)})
    words = {"part": frozenset({"pleased"}), "whole": frozenset({"contacted"})}
    later = Told(("B", 1), YEAR, words, {})
    pleased = Told(("C", 1), YEAR, {"all": frozenset({"pleased"})}, {"all": Decimal(5)})

    assert withheld_among([share, later, pleased], threshold=5).keys() == {("A", 1), ("C", 1)}


def test_percentage_whose_counts_nobody_knows_is_withheld_of_people():
    assert protecting.numbers_of("PERCENTAGE", None, None, Decimal(97)) is None
    assert protecting.is_small(None, 5) is True


@pytest.mark.threat("P07")
def test_unit_cost_put_right_tells_of_no_few_people():
    """The pounds move by many and the people by two."""
    words = {"people": frozenset({"supported"})}
    old, new = (Told(("U", 1), YEAR, words, {"people": Decimal(people)}) for people in (50, 52))

    assert withheld_among([new], public=[old], threshold=5) == {("U", 1): Reason.BEFORE}
