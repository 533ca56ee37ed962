"""What is read from the file of a return, and what is refused in words, by row and column. No database."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.domain.entries import Entry, label_of
from contracts.domain.spreadsheet import HEADER, LARGEST_FILE, read_sheet, template_rows
from contracts.enums import FigureState
from engagement.domain.exports import csv_lines
from engagement.domain.tabular import TableRefused
from tests.contracts.sheets import REFERENCE, filled, measures
from tests.factories.contracts import IndicatorFactory


def read(content, current=None):
    indicators = list(measures().values())
    return read_sheet(content, reference=REFERENCE, indicators=indicators, current=current or {})


def refused(content):
    with pytest.raises(TableRefused) as caught:
        read(content)
    return [str(problem) for problem in caught.value.problems]


def test_rows_are_read_with_what_they_change():
    current = {1: Entry(numerator=Decimal(405), denominator=Decimal(430))}
    content = filled(("V1", {"Denominator": "430", "Numerator": "391"}), ("V11", {"Value": "£612.50"}))

    sheet = read(content, current)
    first, money = sheet.lines

    assert (first.entry.numerator, first.entry.denominator, first.was) == (391, 430, {"numerator": "405"})
    assert (money.entry.value, money.was) == (Decimal("612.50"), {"value": "empty"})
    assert [indicator.code for indicator in sheet.left_out] == ["V2"]
    assert sheet.problems == []


def test_empty_cells_leave_what_is_there():
    current = {
        1: Entry(numerator=Decimal(391), denominator=Decimal(430), commentary="As it was"),
        2: Entry(state=FigureState.NOT_AVAILABLE, commentary="System down"),
    }

    sheet = read(filled(("V1", {"Numerator": "392"}), ("V2", {})), current)

    assert sheet.lines[0].entry == Entry(numerator=Decimal(392), denominator=Decimal(430), commentary="As it was")
    assert sheet.lines[1].entry == current[2]
    assert not sheet.lines[1].changes


def test_figure_that_cannot_be_given_needs_its_reason():
    sheet = read(
        filled(
            ("V1", {"Cannot give": "Not available", "Commentary": "System down"}),
            ("V2", {"Cannot give": "not applicable"}),
            ("V11", {"Cannot give": "dunno", "Value": "3"}),
        )
    )

    assert sheet.lines[0].entry == Entry(state=FigureState.NOT_AVAILABLE, commentary="System down")
    assert [str(problem) for problem in sheet.problems] == [
        "Row 3, column “Commentary”: Tell us why you cannot give this figure.",
        "Row 4, column “Cannot give”: “dunno” is not one of the answers: leave this empty, or write “not applicable” "
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
def test_impossible_numbers_are_refused_by_row_and_column(typed, words):
    [problem] = read(filled(("V2", {"Value": typed}))).problems

    assert (problem.row, problem.column) == (2, "Value")
    assert words in problem.message


@pytest.mark.threat("K01")
@pytest.mark.parametrize(("typed", "value"), [("1,204", 1204), ("-0", 0), (" 412 ", 412), ("412.0", 412), ("0", 0)])
def test_numbers_as_people_write_them_are_read(typed, value):
    [line] = read(filled(("V2", {"Value": typed}))).lines

    assert (line.problems, line.entry.value) == ({}, value)
    assert not line.entry.value.is_signed()


def test_part_larger_than_its_whole_and_numbers_in_the_wrong_box_are_refused():
    sheet = read(filled(("V1", {"Denominator": "412", "Numerator": "436"}), ("V2", {"Numerator": "3", "Value": "3"})))

    assert [(problem.row, problem.column) for problem in sheet.problems] == [(2, "Numerator"), (3, "Numerator")]
    assert "must be 412 or fewer" in sheet.problems[0].message


@pytest.mark.threat("X01")
@pytest.mark.parametrize("words", ["=not a formula here", "- two advocates left", "+ more", "@home", "it's = fine"])
def test_free_text_may_begin_with_anything(words):
    [line] = read(filled(("V2", {"Value": "3", "Commentary": words}))).lines

    assert (line.problems, line.entry.commentary) == ({}, words)


@pytest.mark.threat("K05")
def test_file_of_another_return_is_refused_without_saying_whether_there_is_one():
    content = filled(("V1", {}), reference="KPI-Q1-2026-0999")

    assert refused(content) == [
        f"Row 2, column “Return reference”: names “KPI-Q1-2026-0999”. This page is for {REFERENCE}: download its "
        "template and fill that in."
    ]


@pytest.mark.threat("K05")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf  \n", "The file is empty."),
        (b"PK\x03\x04 a workbook", "This is a workbook or a zip file."),
        (b"<html><body>Sign in</body></html>", "This is a web page, not a CSV file."),
        ("Return reference,£".encode("cp1252"), "cannot be read as UTF-8. Save the file as CSV in UTF-8"),
        ("Return reference".encode("utf-16"), "cannot be read as UTF-8"),
        (b"a\x00b", "This is not a text file."),
        (b"name,value\nx,1\n", "This is not the template made for this return"),
        (filled(), "The file has a header and no rows."),
        (filled(header=[column for column in HEADER if column != "Value"]), "it lacks “Value”"),
        (filled(("V99", {})), "“V99” is not a measure of this return."),
        (filled(("V1", {}), ("V2", {}), ("V1", {})), "V1 stands in row 2 already."),
        (filled(("V1", {"Indicator": "Waiting over 6 weeks"})), "Has a column been sorted on its own?"),
        (filled(("V1", {"Return reference": ""})), "names no return."),
        (filled(("V1", {})) + b'"open quotation mark', "a quotation mark is open"),
        (filled(("V1", {"Commentary": "x" * 200_000})), "has a cell longer than"),
        (filled(("V1", {})) + b"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o\r\n", "has 15 cells where the header has 12."),
        (filled(*[("V1", {})] * 502), "The file has more than 500 rows."),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than 1 MB."),
    ],
)
def test_file_that_is_not_the_template_is_refused_in_words(content, words):
    assert any(words in problem for problem in refused(content))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["Denominator", "Numerator", "Value", "Cannot give", "Commentary"]),
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


@settings(deadline=None)
@given(st.text(alphabet="=-+@'\" ,;\n\taé€", max_size=40), st.integers(0, 10**9))
def test_template_comes_back_as_it_left(words, count):
    indicators = list(measures().values())
    current = {
        1: Entry(numerator=Decimal(count), denominator=Decimal(10**9), commentary=words.strip()),
        2: Entry(state=FigureState.NOT_AVAILABLE, commentary="System down"),
        3: Entry(value=Decimal("612.5000")),
    }
    rows = template_rows(
        reference=REFERENCE, indicators=indicators, current=current, last_quarter=current, last_values={}
    )
    content = "".join(csv_lines(header=HEADER, rows=rows)).encode()

    sheet = read(content, current)

    assert [line.was for line in sheet.lines] == [{}, {}, {}]
    assert sheet.problems == []


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
