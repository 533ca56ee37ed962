"""A figure with its parts: by district or age band, whether they add up, and what of them the public reads."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import figures, parts, restating, returns, uploads
from contracts.domain.agreements import change_indicator
from contracts.domain.entries import Entry
from contracts.domain.filled import Verdict, read_filled
from contracts.domain.returns import ReturnIncomplete
from contracts.domain.spreadsheet import HEADER
from contracts.enums import FigureState, PartState, RestatementReason
from contracts.models import Figure
from engagement.domain.grid import Limits
from engagement.domain.reader import read
from engagement.domain.spreadsheets import ods_blocks
from engagement.enums import Role
from tests.contracts.sheets import REFERENCE, filled, typed_into, workbook
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db
GROUPS = ["Police", "Health", "Self", "Schools"]
TOLD = {"Police": 38030, "Health": 4874, "Self": 329, "Schools": 6, "Not known": 3719}
BY_SOURCE = {"by": "Source", "groups": GROUPS, "overlap": False}
BY_CRIME = {"by": "Type of crime", "groups": ["Burglary", "Assault"], "overlap": True}
SENTENCE = "The parts by source add up to 46,958. The total is 44,113, so they are 2,845 more."


@pytest.fixture(autouse=True)
def _wednesday_noon(at_noon):
    """Pages are asked for at `NOW`."""


def referrals(agreement=None, *, tables=(BY_SOURCE,), build=False, **more):
    make = IndicatorFactory.build if build else IndicatorFactory
    facts = {"code": "V1", "name": "Referrals received", "context": True, "tables": list(tables), **more}
    return make(agreement=agreement, **({"pk": 1, **facts} if build else facts))


@pytest.fixture
def indicator(agreement):
    return referrals(agreement)


@pytest.fixture
def kpi_return(agreement, indicator):
    return KpiReturnFactory(agreement=agreement, reference=REFERENCE)


def told(numbers=TOLD, by="Source"):
    return {by: {group: None if number is None else Decimal(number) for group, number in numbers.items()}}


def typed(numbers=TOLD, total="44113", **more):
    """The boxes of the page. A number that is `None` is ticked as not available."""
    answers = {"version": "0", "value": total, "commentary": "", "state": "", "completed": "yes"}
    for place, number in enumerate(numbers.values(), start=1):
        if number is None:
            answers[f"part-1-{place}-state"] = "on"
        else:
            answers[f"part-1-{place}"] = str(number)
    return answers | more


def text_of(reply):
    return b"".join(reply.streaming_content).decode("utf-8-sig")


def page_of(kpi_return):
    return reverse("contracts:return-figure", args=[kpi_return.reference, "V1"])


def save(kpi_return, indicator, preparer, *, total=44113, numbers=TOLD, words="", completed=True, seen=0):
    entry = Entry(value=Decimal(total), parts=told(numbers), parts_words=words)
    saved = figures.SavedEntry(indicator, entry, seen_version=seen, completed=completed)
    return figures.save_figures(kpi_return=kpi_return, entries=[saved], actor=preparer, at=NOW)


# Parts that do not add up are pointed out before the return is sent


@pytest.mark.requirement("R-149", "R-077")
def test_parts_that_do_not_add_up_are_pointed_out_with_the_difference_before_submitting(
    client, kpi_return, preparer, certifier
):
    client.force_login(preparer)

    refused = client.post(page_of(kpi_return), typed())
    kept_as_draft = client.post(page_of(kpi_return), typed(completed="no"), follow=True)

    page = refused.content.decode()
    assert f"{SENTENCE} Put right what is wrong, or say why they differ." in page
    assert 'value="38030"' in page
    assert SENTENCE in kept_as_draft.content.decode()
    client.force_login(certifier)
    check = client.get(reverse("contracts:return-check", args=[kpi_return.reference]))
    assert check.content.decode().count(SENTENCE) == 2  # at the top, and beside the figure
    assert "Send the return" not in check.content.decode()
    kpi_return.refresh_from_db()
    with pytest.raises(ReturnIncomplete) as incomplete:
        returns.submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=NOW)
    assert [words for _, words in incomplete.value.lines] == [
        f"{SENTENCE} Put right what is wrong, or say why they differ."
    ]


@pytest.mark.requirement("R-149")
def test_the_difference_goes_by_a_correction_or_by_words(client, kpi_return, indicator, preparer, certifier):
    client.force_login(preparer)

    client.post(page_of(kpi_return), typed(parts_words="2,845 people came by two ways."), follow=True)
    figure = Figure.objects.get()
    explained = (figure.completed, figure.parts_words)
    corrected = client.post(page_of(kpi_return), typed(total="46958", version="1"), follow=True)
    kpi_return.refresh_from_db()
    submission = returns.submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=NOW)

    assert explained == (True, "2,845 people came by two ways.")
    assert "so they are" not in corrected.content.decode()
    assert submission.lines[0]["parts"]["Source"] == {group: str(number) for group, number in TOLD.items()}


def test_each_part_is_a_number_a_confirmed_nought_or_not_available(kpi_return, indicator, preparer):
    numbers = TOLD | {"Self": None, "Schools": 0}

    with pytest.raises(figures.FiguresRefused) as missing:
        save(kpi_return, indicator, preparer, numbers={"Police": 44113})
    save(kpi_return, indicator, preparer, numbers=numbers, words="Counted twice.")

    assert list(missing.value.problems["V1"]) == ["part-1-2", "part-1-3", "part-1-4", "part-1-5"]
    kept = parts.from_kept(Figure.objects.get().parts)["Source"]
    assert [parts.part_state(kept[group]) for group in ("Police", "Schools", "Self")] == [
        PartState.NUMBER,
        PartState.ZERO,
        PartState.NOT_AVAILABLE,
    ]


@pytest.mark.parametrize(
    ("tables", "total", "numbers", "needs_words"),
    [
        ([BY_SOURCE], 44113, TOLD, True),
        ([BY_SOURCE], 46958, TOLD, False),
        ([BY_SOURCE], 50000, TOLD, True),
        ([BY_SOURCE], 50000, TOLD | {"Schools": None}, False),  # what is not available is the rest
        ([BY_SOURCE], 44113, TOLD | {"Schools": None}, True),
        ([BY_SOURCE | {"overlap": True}], 44113, TOLD, False),  # people of two groups
        ([BY_SOURCE | {"overlap": True}], 38000, TOLD, True),  # no group is more than everybody
        ([BY_SOURCE | {"overlap": True}], 50000, TOLD, True),
    ],
)
def test_words_are_asked_for_only_where_nothing_else_explains_the_difference(tables, total, numbers, needs_words):
    indicator = referrals(tables=tables, build=True)

    [footing] = parts.footings_of(indicator, total=Decimal(total), parts=told(numbers))

    assert footing.needs_words is needs_words
    assert footing.is_equal is (total == 46958)


@given(st.dictionaries(st.sampled_from([*GROUPS, parts.NOT_KNOWN]), st.none() | st.integers(0, 10**6), min_size=1))
def test_whatever_is_kept_of_parts_is_read_again_and_adds_up(numbers):
    indicator, given_parts = referrals(build=True), told(numbers)
    whole = sum(number or 0 for number in numbers.values())

    assert parts.from_kept(parts.as_kept(given_parts)) == given_parts
    [footing] = parts.footings_of(indicator, total=Decimal(whole), parts=given_parts)
    assert (footing.difference, footing.needs_words) == (0, False)


@pytest.mark.parametrize("wrong", ["NaN", "1e9", "-1", "99999999999", "6.5", "=1+1", "6 people"])
@pytest.mark.threat("K01")
def test_a_part_that_is_no_number_is_refused_beside_its_box_and_stays_there(client, kpi_return, preparer, wrong):
    client.force_login(preparer)

    reply = client.post(page_of(kpi_return), typed(TOLD | {"Self": wrong}))

    assert list(reply.context["form"].errors) == ["part-1-3"]
    assert f'value="{wrong}"' in reply.content.decode()
    assert not Figure.objects.exists()


@pytest.mark.threat("K01")
def test_no_caller_keeps_parts_that_are_no_numbers_or_not_asked_for(kpi_return, indicator, preparer):
    for numbers in ({"Police": Decimal("NaN")}, {"Police": Decimal(-1)}, {"Elsewhere": Decimal(1)}):
        with pytest.raises(figures.FiguresRefused):
            save(kpi_return, indicator, preparer, numbers=numbers, completed=False)

    assert not Figure.objects.exists()


def test_parts_beside_a_reason_why_there_is_no_figure_are_refused(client, kpi_return, preparer):
    client.force_login(preparer)

    reply = client.post(page_of(kpi_return), typed({"Police": 3}, total="", state="NOT_AVAILABLE", commentary="Down."))

    assert "Give either a figure with its parts, or a reason" in reply.content.decode()


# Two colleagues


@pytest.mark.threat("C04")
def test_two_colleagues_see_both_versions_of_the_parts_and_lose_nothing(client, kpi_return, indicator, preparer):
    colleague = UserFactory(role=Role.PREPARER, organisation=kpi_return.agreement.provider, name="Sam Reyes")
    save(kpi_return, indicator, colleague, total=46958)
    client.force_login(preparer)

    reply = client.post(page_of(kpi_return), typed(TOLD | {"Self": None, "Schools": 7}, total="46630"))
    mine = client.post(page_of(kpi_return), typed(TOLD | {"Self": None, "Schools": 7}, total="46630", version="1"))

    rows = {what: (theirs, own, differs) for what, theirs, own, differs in reply.context["versions"]["rows"]}
    assert rows["By source: Self"] == ("329", "Not available", True)
    assert rows["By source: Schools"] == ("6", "7", True)
    assert rows["By source: Police"] == ("38,030", "38,030", False)
    assert 'value="7"' in reply.content.decode()
    assert mine.status_code == 302
    assert Figure.objects.get().parts["Source"]["Self"] is None


# Frozen with the rest of the meaning


def test_groups_change_in_place_before_there_are_figures_and_as_a_version_after(agreement, indicator, kpi_return):
    manager, more = agreement.activity.contract_manager, [BY_SOURCE | {"groups": [*GROUPS, "Courts"]}]

    before = change_indicator(indicator=indicator, tables=more, actor=manager, at=NOW)
    FigureFactory(kpi_return=kpi_return, indicator=before, of_value=True)
    after = change_indicator(indicator=before, tables=[BY_SOURCE], actor=manager, at=NOW)

    before.refresh_from_db()
    assert (before.version, after.version) == (1, 2)
    assert before.tables[0]["groups"][-1] == "Courts"
    assert after.asked_from == kpi_return.ends_on


def form_of(indicator, **changes):
    facts = {
        "name": indicator.name, "kind": "COUNT", "decimals": "0", "direction": "UP", "aggregation": "SUM",
        "is_rated": "no", "minimum_n": "0", "unit": "referrals", "asked_every": "12",
        "table_1_by": "District", "table_1_groups": "Ashby\nMoor\nnot known\n\n",
        "table_2_by": "Type of crime", "table_2_groups": "Burglary\nAssault", "table_2_overlap": "on",
    }  # fmt: skip
    return facts | changes


@pytest.mark.requirement("R-012")
def test_the_contract_manager_asks_for_tables_and_for_how_often(client, agreement, indicator):
    client.force_login(agreement.activity.contract_manager)
    address = reverse("contracts:indicator-edit", args=[agreement.reference, "V1"])

    wrong = client.post(address, form_of(indicator, table_1_groups="Ashby", table_2_by="district"))
    kind = client.post(address, form_of(indicator, kind="SCORE", aggregation="LATEST"))
    right = client.post(address, form_of(indicator))
    indicator.refresh_from_db()
    again = client.get(address).context["form"]

    assert "Name from 2 to 30 groups" in wrong.content.decode()
    assert "Only a count, money or days can be asked for in parts" in kind.content.decode()
    assert right.status_code == 302
    assert indicator.tables == [
        {"by": "District", "groups": ["Ashby", "Moor"], "overlap": False},
        {"by": "Type of crime", "groups": ["Burglary", "Assault"], "overlap": True},
    ]
    assert indicator.asked_every == 12
    assert again["table_2_groups"].value() == "Burglary\nAssault"
    assert again["asked_every"].value() == 12


def test_how_often_it_is_asked_leaves_returns_with_figures_as_they_are(agreement, indicator, kpi_return):
    FigureFactory(kpi_return=kpi_return, indicator=indicator, of_value=True)
    manager = agreement.activity.contract_manager

    yearly = change_indicator(indicator=indicator, asked_every=12, actor=manager, at=NOW)

    assert yearly.version == 2
    assert [one.version for one in agreement.indicators.asked_in(kpi_return.period)] == [1]


# As a file


def there_and_back(indicator, before, cells):
    """The template with what is held, filled in elsewhere and read again."""
    content = typed_into(workbook([indicator], current={1: before}), cells)
    current = {1: uploads.Given(before)}
    [line] = read_filled(read(content, Limits()), reference=REFERENCE, indicators=[indicator], current=current).lines
    return line


@pytest.mark.requirement("R-149")
def test_the_workbook_holds_the_parts_as_rows_and_comes_back_equal():
    indicator = referrals(tables=[BY_SOURCE, BY_CRIME], build=True)
    cells = {"D2": 46958, "D3": 38030, "D4": 4874, "E5": "not available", "D6": 0, "D7": 3719, "F3": "Two ways."}
    cells |= {"D8": 40000, "D9": 20000, "D10": 0}

    line = there_and_back(indicator, Entry(), cells)
    kept = uploads.Given(line.entry)
    again = workbook([indicator], current={1: kept})
    [same] = read_filled(read(again, Limits()), reference=REFERENCE, indicators=[indicator], current={1: kept}).lines

    numbers = {"Police": 38030, "Health": 4874, "Self": None, "Schools": 0, "Not known": 3719}
    crimes = {"Burglary": 40000, "Assault": 20000, "Not known": 0}
    assert line.problems == {}
    assert line.entry.parts == told(numbers) | told(crimes, "Type of crime")
    assert line.entry.parts_words == "Two ways."
    assert (line.verdict, same.verdict) == (Verdict.ACCEPTED, Verdict.SAME)
    assert (same.entry, same.was) == (line.entry, {})


def test_an_empty_row_of_a_part_leaves_what_is_held():
    indicator = referrals(build=True)

    line = there_and_back(indicator, Entry(value=Decimal(9), parts=told({"Police": 4, "Self": None})), {"D4": 5})

    assert line.entry.parts == told({"Police": 4, "Health": 5, "Self": None})
    assert list(line.was) == ["part-1-2"]


@pytest.mark.threat("K01", "X02")
@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ({"D3": "=6*7"}, "part-1-1", "This is a formula. Put the number itself."),
        ({"D3": "NaN"}, "part-1-1", "NaN"),
        ({"D3": 4, "E3": "not available"}, "part-1-1", "give either a number, or “Not available”"),
        ({"E3": "not applicable"}, "part-1-1-state", "is not one of the answers"),
        ({"F4": "Because."}, "parts_words", "Write this in the first row of its parts"),
    ],
)
def test_what_is_wrong_in_the_row_of_a_part_is_said_with_its_cell(cells, field, words):
    line = there_and_back(referrals(build=True), Entry(value=Decimal(9)), cells)

    assert line.verdict == Verdict.REFUSED
    assert words in line.problems[field]
    assert line.places[field].endswith(f"cell {next(iter(cells))}") or len(cells) > 1


def test_an_open_document_and_a_csv_hold_the_same_rows(client, kpi_return, indicator, preparer):
    client.force_login(preparer)
    rows = list(csv.DictReader(io.StringIO(text_of(client.get(f"/returns/{kpi_return.reference}/template.csv")))))
    table = [[row[name] for name in HEADER] for row in rows]

    ods = b"".join(ods_blocks(sheet="Figures", header=HEADER, rows=table))
    [line] = read_filled(read(ods, Limits()), reference=REFERENCE, indicators=[indicator], current={}).lines

    assert [row["What to enter"] for row in rows] == [
        "Referrals received",
        *(f"By source: {group}" for group in [*GROUPS, "Not known"]),
    ]
    assert line.verdict == Verdict.SAME


@pytest.mark.requirement("R-149")
def test_the_preview_of_a_file_points_at_parts_that_do_not_add_up(client, kpi_return, indicator, preparer):
    cells = {"value": "44113"} | {f"part-1-{place}": str(n) for place, n in enumerate(TOLD.values(), start=1)}
    content = filled_parts(kpi_return, cells)
    client.force_login(preparer)
    upload = uploads.receive(kpi_return=kpi_return, content=content, file_name="r.csv", actor=preparer, at=NOW)

    page = client.get(reverse("contracts:return-preview", args=[kpi_return.reference, upload.pk])).content.decode()
    uploads.keep(upload=upload, seen_version=kpi_return.version, actor=preparer, at=NOW)

    assert SENTENCE in page
    assert Figure.objects.get().completed is False


def filled_parts(kpi_return, cells):
    return filled(("V1", cells), indicators=uploads.asked(kpi_return))


# Put right


def accepted_with_parts(kpi_return, indicator, preparer, certifier):
    save(kpi_return, indicator, preparer, total=46958)
    kpi_return.refresh_from_db()
    returns.submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=NOW)
    kpi_return.refresh_from_db()
    manager = kpi_return.agreement.activity.contract_manager
    returns.accept_return(kpi_return=kpi_return, seen_submission=1, actor=manager, at=NOW)
    return Figure.objects.get()


@pytest.mark.requirement("R-149")
def test_a_total_put_right_keeps_its_parts_and_asks_again_whether_they_add_up(
    client, kpi_return, indicator, preparer, certifier
):
    figure = accepted_with_parts(kpi_return, indicator, preparer, certifier)
    held = figure.parts
    client.force_login(certifier)
    address = reverse("contracts:restatement-ask", args=[kpi_return.reference, "V1"])
    said = {
        "seen_version": figure.version,
        "value": "44113",
        "reason": RestatementReason.COUNTED_WRONG,
        "words": "A sheet was counted twice.",
        "public_note": "A sheet was counted twice.",
    }

    asked = client.post(address, said).content.decode()
    client.post(address, {**said, "parts_words": "Its parts cannot be told apart.", "shown": "44113", "confirm": "yes"})
    restatement = figure.restatements.get()
    other = UserFactory(role=Role.MANAGEMENT)
    client.force_login(other)
    decide = client.get(restatement.get_absolute_url()).content.decode()
    restating.approve_restatement(restatement=restatement, actor=other, at=NOW)

    assert SENTENCE in asked
    assert SENTENCE in decide
    figure.refresh_from_db()
    assert (figure.value, figure.parts, figure.parts_words) == (44113, held, "Its parts cannot be told apart.")


def test_a_state_without_a_figure_has_no_parts(kpi_return, indicator, preparer):
    entry = Entry(state=FigureState.NOT_AVAILABLE, commentary="Down.", parts=told())

    with pytest.raises(figures.FiguresRefused):
        figures.save_figures(
            kpi_return=kpi_return, entries=[figures.SavedEntry(indicator, entry)], actor=preparer, at=NOW
        )


@pytest.mark.parametrize("groups", [2, 30])
def test_a_page_costs_the_same_however_many_groups(client, agreement, groups, preparer, django_assert_num_queries):
    referrals(agreement, tables=[{"by": "District", "groups": [f"D{n}" for n in range(groups)], "overlap": False}])
    kpi_return = KpiReturnFactory(agreement=agreement)
    client.force_login(preparer)

    with django_assert_num_queries(8):
        client.get(page_of(kpi_return))
