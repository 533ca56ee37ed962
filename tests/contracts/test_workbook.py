"""The workbook of a return: what is open and what is locked, nothing hidden in it, and the way there and back."""

import io
import random
import re
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from contracts.domain.entries import Entry, boxes
from contracts.domain.filled import Verdict, read_filled
from contracts.domain.spreadsheet import HEADER, STATE_WORDS, Given, plain
from contracts.enums import FigureState, IndicatorKind
from engagement.domain.grid import Limits
from engagement.domain.reader import read
from engagement.domain.spreadsheets import ods_blocks
from tests.contracts.sheets import REFERENCE, filled, measures, rows_for, typed_into, workbook
from tests.factories.contracts import IndicatorFactory

PARTS = {
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
}
HARD = ["=1+1", "+44 1604", "-", "@x", "a\tb", "two\nlines", "_x0041_", "<&>\"'", "£5 ½ 😀", "'=1+1", " "]


@pytest.mark.threat("X02")
def test_workbook_holds_these_parts_and_nothing_hidden():
    package = zipfile.ZipFile(io.BytesIO(workbook()))
    everything = "".join(package.read(name).decode() for name in package.namelist())

    assert set(package.namelist()) == PARTS
    assert re.findall(r"hidden|definedName|veryHidden|creator|mergeCell|<f>|comment|External", everything) == []
    assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.requirement("R-149")
def test_only_what_is_asked_is_open_and_each_box_says_what_it_takes():
    book = load_workbook(io.BytesIO(workbook()))
    sheet = book["Figures"]

    opened = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    checks = {str(one.sqref): one for one in sheet.data_validations.dataValidation}

    assert [one.title for one in book.worksheets] == ["Start here", "Figures"]
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    assert opened == ["D2", "E2", "F2", "D3", "D4", "E4", "F4", "D5", "E5", "F5"]
    assert all(one.protection.sheet for one in book.worksheets)
    assert (checks["D2"].type, checks["D2"].formula1, checks["D5"].type) == ("whole", "0", "decimal")
    assert checks["E2 E4 E5"].formula1 == '"not applicable,not available"'
    assert checks["D2"].prompt.startswith("Referrals due to be contacted. A whole number, 0 or more.")
    assert (sheet.freeze_panes, sheet["H2"].value, sheet["I2"].value[:6]) == ("D2", "90% or more", "People")


@pytest.mark.threat("X01")
@pytest.mark.parametrize("words", HARD)
def test_no_text_of_ours_is_a_formula(words):
    named = measures()
    named["V2"].name, named["V2"].why = f"{words}x", f"{words}y"
    content = workbook(list(named.values()), current={2: Entry(value=Decimal(3), commentary=words)})

    cells = [cell for row in load_workbook(io.BytesIO(content))["Figures"].iter_rows() for cell in row]

    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def random_return(chance):
    """A return of a few measures of every kind, and two states of its figures: before and after somebody fills it."""
    indicators = []
    for number in range(1, chance.randint(2, 7)):
        kind = chance.choice(list(IndicatorKind)[:3])
        trait = {"COUNT": {"count": True}, "MONEY": {"money": True}}.get(kind, {})
        name = f"{chance.choice(HARD)}Measure {number}"
        indicators.append(IndicatorFactory.build(pk=number, agreement=None, code=f"K{number}", name=name, **trait))
    before = {one.pk: random_entry(one, chance) for one in indicators if chance.random() < 0.5}
    after = {one.pk: random_entry(one, chance) for one in indicators}
    return indicators, before, after


def random_entry(indicator, chance):
    typed = [one for one in HARD if "_x" not in one]  # the other program does not write these rightly
    words = chance.choice([*typed, "", "Two new advocates started."]).strip()
    if chance.random() < 0.2:
        return Entry(state=chance.choice(list(STATE_WORDS)), commentary=words or "No system.")
    if indicator.kind == IndicatorKind.PERCENTAGE:
        whole = chance.randint(0, 10**6)
        return Entry(numerator=Decimal(chance.randint(0, whole)), denominator=Decimal(whole), commentary=words)
    value = Decimal(chance.randint(0, 10**8))
    return Entry(value=value / 100 if indicator.kind == IndicatorKind.MONEY else value, commentary=words)


def cells_of(indicators, entries):
    """What somebody types to come from one state to the other, by address. What is typed nowhere stays."""
    cells, row = {}, 2
    for indicator in indicators:
        entry, first = entries[indicator.pk], row
        for box in boxes(indicator):
            number = plain(getattr(entry, box))
            cells[f"D{row}"] = float(number) if isinstance(number, Decimal) else number
            row += 1
        cells[f"E{first}"] = STATE_WORDS.get(FigureState(entry.state)) or None
        cells[f"F{first}"] = entry.commentary or None
    return cells


def there_and_back(chance):
    """Download, fill in another program, upload, and download again: what the last one says and what the first did."""
    indicators, before, after = random_return(chance)
    given = {pk: Given(entry, 1) for pk, entry in before.items()}
    content = _typed_as_text(workbook(indicators, current=given), cells_of(indicators, after))
    lines = read_filled(read(content, Limits()), reference=REFERENCE, indicators=indicators, current=given).lines
    kept = {line.indicator.pk: line.entry for line in lines}
    assert [line.problems for line in lines] == [{}] * len(indicators)
    expected = {
        pk: entry if entry.commentary or pk not in before else _with_words(entry, before[pk])
        for pk, entry in after.items()
    }
    again = workbook(indicators, current={pk: Given(entry, 2) for pk, entry in kept.items()})
    now = {pk: Given(entry, 2) for pk, entry in kept.items()}
    twice = read_filled(read(again, Limits()), reference=REFERENCE, indicators=indicators, current=now).lines
    assert {line.verdict for line in twice} == {Verdict.SAME}
    texts = {pk: words(entry) for pk, entry in kept.items()}
    assert texts == {pk: words(entry) for pk, entry in expected.items()}


def words(entry):
    return (entry.state, plain(entry.numerator), plain(entry.denominator), plain(entry.value), entry.commentary)


def _with_words(entry, before):
    """An empty cell leaves the words that are there."""
    return Entry(entry.state, entry.numerator, entry.denominator, entry.value, before.commentary)


def _typed_as_text(content, cells):
    """Typed by a person: in a cell that is formatted as text everything stays text, “=” at its start included."""
    book = load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        cell = book["Figures"][address]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.requirement("R-149")
@pytest.mark.parametrize("seed", range(12))
def test_template_filled_uploaded_and_downloaded_again_is_the_same(seed):
    there_and_back(random.Random(seed))


@pytest.mark.parametrize("current", [{}, {2: Entry(value=Decimal(12), commentary="=As it was")}])
def test_csv_and_workbook_say_the_same(current):
    indicators = list(measures().values())
    given = {pk: Given(entry, 1) for pk, entry in current.items()}
    csv = filled(*((one.code, {}) for one in indicators), current=given)
    from_csv, from_workbook = (
        read_filled(read(content, Limits()), reference=REFERENCE, indicators=indicators, current=given).lines
        for content in (csv, workbook(current=given))
    )

    said = [(line.typed, line.verdict) for line in from_csv]
    assert said == [(line.typed, line.verdict) for line in from_workbook]


def test_sheet_saved_as_ods_is_read_as_the_workbook_is():
    indicators = list(measures().values())
    rows = rows_for(indicators)
    rows[0][3], rows[1][3], rows[2][4], rows[2][5] = 430, 391, "not available", "=No system.\n\nUntil  June"
    content = b"".join(ods_blocks(sheet="Figures", header=HEADER, rows=rows))

    contact, waiting, _ = read_filled(
        read(content, Limits()), reference=REFERENCE, indicators=indicators, current={}
    ).lines

    assert (contact.verdict, contact.entry.numerator, contact.entry.denominator) == (Verdict.ACCEPTED, 391, 430)
    assert (waiting.entry.state, waiting.entry.commentary) == ("NOT_AVAILABLE", "=No system.\n\nUntil  June")


def test_measure_that_is_told_in_words_has_a_row_for_them():
    told = IndicatorFactory.build(pk=1, agreement=None, code="N1", kind=IndicatorKind.NARRATIVE, is_rated=False)
    content = typed_into(workbook([told]), {"F2": "Two courts closed in May."})

    [line] = read_filled(read(content, Limits()), reference=REFERENCE, indicators=[told], current={}).lines

    assert (line.problems, line.entry.commentary, line.verdict) == ({}, "Two courts closed in May.", Verdict.ACCEPTED)
