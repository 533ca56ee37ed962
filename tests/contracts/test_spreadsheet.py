"""What is read from the file of a return, and what is refused in words, by sheet and cell. No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.domain.entries import Entry, label_of
from contracts.domain.filled import Verdict, read_filled
from contracts.domain.spreadsheet import HEADER, Given
from contracts.enums import FigureState
from engagement.domain.grid import Limits
from engagement.domain.reader import read as read_file
from engagement.domain.tabular import TableRefused
from tests.contracts.sheets import REFERENCE, filled, measures, typed_into, with_cell, workbook
from tests.factories.contracts import IndicatorFactory


def read(content, current=None, indicators=None):
    given = {pk: one if isinstance(one, Given) else Given(one) for pk, one in (current or {}).items()}
    return read_filled(
        read_file(content, Limits()),
        reference=REFERENCE,
        indicators=list(measures().values()) if indicators is None else indicators,
        current=given,
    )


def refused(content, **more):
    with pytest.raises(TableRefused) as caught:
        read(content, **more)
    return [str(problem) for problem in caught.value.problems]


def test_rows_are_read_with_what_they_change():
    current = {1: Entry(numerator=Decimal(405), denominator=Decimal(430))}
    content = filled(("V1", {"numerator": "391"}), ("V11", {"value": "£612.50"}), current=current)

    sheet = read(content, current)
    first, money = sheet.lines

    assert (first.entry.numerator, first.entry.denominator, first.was) == (391, 430, {"numerator": "405"})
    assert (money.entry.value, money.was) == (Decimal("612.50"), {"value": "empty"})
    assert [line.verdict for line in sheet.lines] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert [indicator.code for indicator in sheet.left_out] == ["V2"]
    assert sheet.problems == []


def test_empty_cells_leave_what_is_there():
    current = {
        1: Entry(numerator=Decimal(391), denominator=Decimal(430), commentary="As it was"),
        2: Entry(state=FigureState.NOT_AVAILABLE, commentary="System down"),
    }
    empty = {"denominator": "", "Cannot give": "", "What is behind it": ""}

    sheet = read(filled(("V1", empty | {"numerator": "392"}), ("V2", empty), current=current), current)

    assert sheet.lines[0].entry == Entry(numerator=Decimal(392), denominator=Decimal(430), commentary="As it was")
    assert sheet.lines[1].entry == current[2]
    assert sheet.lines[1].verdict == Verdict.SAME


def test_figure_that_cannot_be_given_needs_its_reason():
    sheet = read(
        filled(
            ("V1", {"Cannot give": "Not available", "What is behind it": "System down"}),
            ("V2", {"Cannot give": "not applicable"}),
            ("V11", {"Cannot give": "dunno", "value": "3"}),
        )
    )

    assert sheet.lines[0].entry == Entry(state=FigureState.NOT_AVAILABLE, commentary="System down")
    assert [str(problem) for problem in sheet.problems] == [
        "Row 4, column F: Tell us why you cannot give this figure.",
        "Row 5, column E: “dunno” is not one of the answers: leave this empty, or write “not applicable” "
        "or “not available”.",
    ]


@pytest.mark.threat("K01", "K07")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("NaN", "is not a number that can be counted."),
        ("-inf", "is not a number that can be counted."),
        ("Infinity", "is not a number that can be counted."),
        ("1E400", "is not a number."),
        ("1e308", "is not a number."),
        ("0x1F", "is not a number."),
        ("1_000", "is not a number."),
        ("1,00", "is not a number."),
        ("12345678901234567890123", "is not a number."),
        ("99999999999", "must be less than"),
        ("412 people", "is not a number."),
        ("#DIV/0!", "is not a number."),
        ("=SUM(A1:A3)", "is a formula. Put the number itself."),
        ("+1", "is a formula. Put the number itself."),
        ("@cmd", "is a formula. Put the number itself."),
        ("-5", "must be 0 or more."),
        ("3.5", "is not a whole number."),
    ],
)
def test_impossible_numbers_are_refused_by_cell(typed, words):
    [problem] = read(filled(("V2", {"value": typed}))).problems

    assert problem.place == "Row 2, column D"
    assert words in problem.message


@pytest.mark.threat("K01", "K07")
@pytest.mark.parametrize(
    ("inside", "attributes", "words"),
    [
        ("<v>NaN</v>", "", "is not a number that can be counted."),
        ("<v>INF</v>", "", "is not a number that can be counted."),
        ("<v>1E400</v>", "", "is not a number."),
        ("<v>1E308</v>", "", "is not a number."),
        ("<v>12345678901234567890123</v>", "", "is not a number."),
        ("<v>0x1F</v>", "", "is not a number."),
        ("<v>-1</v>", "", "must be 0 or more."),
        ("<v>3.5</v>", "", "is not a whole number."),
        ("<f>SUM(D2:D3)</f>", "", "This is a formula."),
        ("<f>SUM(D2:D3)</f><v>12</v>", "", "This is a formula."),
        ('<f t="shared" si="0"/><v>12</v>', "", "This is a formula."),
        ("<f>[1]Sheet1!A1</f><v>12</v>", "", "This is a formula."),
        ("<f>cmd|'/c calc'!A0</f>", "", "This is a formula."),
        ("<v>#DIV/0!</v>", 't="e"', "This shows an error, #DIV/0!."),
        ("<v>1</v>", 't="b"', "This is true or false, not a number."),
        ("<v>2026-11-22</v>", 't="d"', "This is a date (2026-11-22), not a number."),
        ("<is><t>412</t></is>", 't="inlineStr"', "“412” is stored as text, not as a number."),
        ("<is><t>many</t></is>", 't="inlineStr"', "“many” is not a number."),
    ],
)
def test_cells_of_a_workbook_that_hold_no_number_are_refused_by_sheet_and_cell(inside, attributes, words):
    sheet = read(with_cell(workbook(), "D4", inside, attributes))

    [problem] = sheet.problems
    assert problem.place == "Sheet “Figures”, cell D4"
    assert problem.message.startswith(words) or words in problem.message
    assert sheet.lines[1].verdict == Verdict.REFUSED


@pytest.mark.threat("K01")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("612.54999999999995", "612.55"),
        ("612.5", "612.5"),
        ("6.125E2", "612.5"),
        ("-0", "0"),
        ("1E-2", "0.01"),
        ("12", "12"),
    ],
)
def test_numbers_as_spreadsheets_store_them_are_those_that_were_typed(written, value):
    line = read(with_cell(workbook(), "D5", f"<v>{written}</v>")).lines[2]

    assert (line.problems, line.entry.value) == ({}, Decimal(value))
    assert not line.entry.value.is_signed()


def test_date_that_a_program_made_of_a_number_is_refused():
    [problem] = read(typed_into(workbook(), {"D4": date(2026, 11, 22)})).problems

    assert str(problem).startswith("Sheet “Figures”, cell D4: This is a date (2026-11-22), not a number.")


@pytest.mark.threat("K01")
@pytest.mark.parametrize(("typed", "value"), [("1,204", 1204), ("-0", 0), (" 412 ", 412), ("412.0", 412), ("0", 0)])
def test_numbers_as_people_write_them_are_read(typed, value):
    [line] = read(filled(("V2", {"value": typed}))).lines

    assert (line.problems, line.entry.value) == ({}, value)
    assert not line.entry.value.is_signed()


def test_part_larger_than_its_whole_and_words_in_the_wrong_row_are_refused():
    content = typed_into(workbook(), {"D2": 412, "D3": 436, "E3": "not applicable"})

    assert [str(problem) for problem in read(content).problems] == [
        "Sheet “Figures”, cell D3: Contacted in time must be 412 or fewer, the number of referrals due to be "
        "contacted.",
        "Sheet “Figures”, cell E3: Write this in the first row of V1, and leave this cell empty.",
    ]


@pytest.mark.threat("X01")
@pytest.mark.parametrize("words", ["=not a formula here", "- two advocates left", "+ more", "@home", "it's = fine"])
def test_free_text_may_begin_with_anything(words):
    [line] = read(filled(("V2", {"value": "3", "What is behind it": words}))).lines

    assert (line.problems, line.entry.commentary) == ({}, words)


@pytest.mark.threat("K05")
def test_file_of_another_return_is_refused_without_saying_whether_there_is_one():
    content = filled(("V1", {}), reference="KPI-Q1-2026-0999")

    assert refused(content) == [
        f"Row 2, column L: This row was made for the return KPI-Q1-2026-0999. This page is for {REFERENCE}. "
        "Download the template again and fill that in."
    ]
    assert "KPI-Q1-2026-0999" in refused(workbook(reference="KPI-Q1-2026-0999"))[0]


@pytest.mark.threat("K05")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf  \n", "The file is empty."),
        (b"PK\x03\x04 a workbook", "The file cannot be read"),
        (b"<html><body>Sign in</body></html>", "This is a web page, not a CSV file."),
        ("Code,£".encode("cp1252"), "cannot be read as UTF-8. Save the file as CSV in UTF-8"),
        ("Code".encode("utf-16"), "cannot be read as UTF-8"),
        (b"a\x00b", "This is not a spreadsheet. Send one that is saved as XLSX, ODS or CSV."),
        (b"name,value\nx,1\n", "This is not the template made for this return"),
        (filled(), "The file has a header and no rows."),
        (filled(("V1", {}), header=[one for one in HEADER if one != "Your figure"]), "lacks “Your figure”"),
        (filled(("V1", {})) + b"V9,New,What,3,,,,,,,,\r\n", "is not as we wrote it"),
        (filled(("V1", {})) + filled(("V1", {})).split(b"\r\n", 1)[1], "This row stands in row 2 already."),
        (filled(("V1", {"Measure": "Waiting over 6 weeks"})), "says “Waiting over 6 weeks”, and should say"),
        (filled(("V1", {"Leave as it is": ""})), "is not as we wrote it"),
        (filled(("V1", {"Leave as it is": "1|0|x|value|KPI-Q1-2026-0001|V1:forged"})), "is not as we wrote it"),
        (filled(("V1", {})) + b'"open quotation mark', "a quotation mark is open"),
        (filled(("V1", {"What is behind it": "x" * 200_000})), "has a cell longer than"),
        (filled(("V1", {})) + b"x" + b"," * 70 + b"y\r\n", "stands outside the 1,000 rows and 60 columns"),
        (filled(("V1", {})) + b"\r\n" * 1000 + b"x\r\n", "stands outside the 1,000 rows and 60 columns"),
    ],
)
def test_file_that_is_not_the_template_is_refused_in_words(content, words):
    assert any(words in problem for problem in refused(content))


@pytest.mark.threat("K05")
def test_older_template_is_refused_and_says_what_is_asked_otherwise_now():
    older = workbook()
    now = measures()
    now["V1"].name = "First contact in time"
    now["V1"].denominator_words = "due a call"
    del now["V2"]
    indicators = [*now.values(), IndicatorFactory.build(pk=9, agreement=None, code="V12", count=True)]

    assert refused(older, indicators=indicators) == [
        "The questions have changed since this file was downloaded. Download the template again and fill that in.",
        "Sheet “Figures”, cell B2: says “First contact”, and should say “First contact in time”.",
        "Sheet “Figures”, cell C2: says “Referrals due to be contacted”, and should say “Referrals due a call”.",
        "Sheet “Figures”, cell B3: says “First contact”, and should say “First contact in time”.",
        "Sheet “Figures”, cell A4: V2 is no longer asked.",
        "The file has no rows for V12.",
    ]


@pytest.mark.threat("K05")
def test_column_sorted_on_its_own_is_noticed():
    content = typed_into(workbook(), {"B2": "Cost per person supported", "B5": "First contact"})

    assert [problem.split(":")[0] for problem in refused(content)[1:]] == [
        "Sheet “Figures”, cell B2",
        "Sheet “Figures”, cell B5",
    ]


def test_half_a_measure_is_refused_and_names_its_row():
    content = b"".join(line for line in filled(("V1", {}), ("V2", {"value": "3"})).splitlines(keepends=True)
                       if b"|denominator|" not in line)  # fmt: skip

    sheet = read(content)

    assert [(line.indicator.code, line.verdict) for line in sheet.lines] == [
        ("V1", Verdict.REFUSED),
        ("V2", Verdict.ACCEPTED),
    ]
    assert "A row of V1 is missing from the file." in str(sheet.problems[0])


@pytest.mark.threat("C04")
def test_what_a_colleague_changed_meanwhile_is_told_from_what_nobody_touched():
    downloaded = {
        1: Given(Entry(numerator=Decimal(391), denominator=Decimal(430)), 1),
        2: Given(Entry(value=Decimal(12)), 1),
    }
    now = {
        1: Given(Entry(numerator=Decimal(400), denominator=Decimal(430)), 2),
        2: Given(Entry(value=Decimal(13)), 2),
    }
    content = typed_into(workbook(current=downloaded), {"D4": 14, "D5": 600})

    untouched, both, mine = read(content, now).lines

    assert (untouched.verdict, untouched.behind, untouched.entry.numerator) == (Verdict.SAME, True, 391)
    assert (both.verdict, both.now.value, both.entry.value) == (Verdict.CONFLICT, 13, 14)
    assert mine.verdict == Verdict.ACCEPTED


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["denominator", "numerator", "Cannot give", "What is behind it"]),
        st.text(max_size=30).filter(lambda text: "\x00" not in text),
    )
)
@pytest.mark.threat("K01")
def test_no_cell_breaks_the_reading_and_no_number_is_ever_impossible(cells):
    try:
        [line] = read(filled(("V1", cells))).lines
    except (TableRefused, UnicodeEncodeError):
        return

    for value in (line.entry.numerator, line.entry.denominator, line.entry.value):
        assert value is None or (value.is_finite() and 0 <= value < 10**10)


@pytest.mark.parametrize(
    ("unit", "words", "label"),
    [
        ("referrals", "due to be contacted", "Referrals due to be contacted"),
        ("people", "Referrals due a first contact", "Referrals due a first contact"),
        ("", "who left", "Who left"),
        ("", "", "Denominator"),
    ],
)
def test_label_of_a_box_names_what_is_counted_once(unit, words, label):
    indicator = IndicatorFactory.build(pk=1, agreement=None, unit=unit, denominator_words=words)

    assert label_of(indicator, "denominator") == label
