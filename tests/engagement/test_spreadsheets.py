"""Workbooks that leave: texts stay texts and survive exactly, numbers are numbers, and nothing runs."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from engagement.domain.exports import ready, restored
from engagement.domain.spreadsheets import MOST_ROWS, TooManyRows, ods_blocks, refuse_unless_fits, xlsx_blocks
from engagement.domain.workbooks import as_csv

OFFICE, TABLE, TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text"))
LONG = ('They said: "=1+1", and\nleft.\n\n  Two blanks  ' * 70)[:2985]
HARD = ["=1+1", "'=1+1", "+44", "-", "@x", " led", "trailed ", "a\tb", "two\nlines\n", "_x0041_", "<&>\"'", "£5 ½ 😀"]
# What a keyboard writes; line ends as they are kept.
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), include_characters="\n\t"), min_size=1)


def xlsx(*rows, header=("One", "Two")):
    return b"".join(xlsx_blocks(sheet="Answers", header=header, rows=rows))


def ods(*rows, header=("One", "Two")):
    return b"".join(ods_blocks(sheet="Answers", header=header, rows=rows))


def read_xlsx(content):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def read_ods(content):
    """Rows of (type, value) as another program would read them."""
    tree = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("content.xml"))
    return [[_cell(cell) for cell in row.iter(f"{TABLE}table-cell")] for row in tree.iter(f"{TABLE}table-row")]


def _cell(cell):
    kind = cell.get(f"{OFFICE}value-type", "")
    value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value")
    return kind, value or "\n".join(_words(line) for line in cell.iter(f"{TEXT}p"))


def _words(line):
    """A paragraph as the standard reads it: runs of blanks count as one, and named ones as many as they say."""
    assert "  " not in (line.text or "")
    said = line.text or ""
    for part in line:
        said += "\t" if part.tag == f"{TEXT}tab" else " " * int(part.get(f"{TEXT}c", "1"))
        said += part.tail or ""
    return said


@pytest.mark.requirement("R-150")
@pytest.mark.threat("X01")
@pytest.mark.parametrize("text", [*HARD, LONG, f"={LONG}"])
def test_texts_survive_exactly_in_both_and_are_no_formulas(text):
    (_, cells) = read_ods(ods([text, None]))
    book = load_workbook(io.BytesIO(xlsx([text, None]))).active

    assert cells[0] == ("string", text)
    assert (book["A2"].value.replace("_x005F_", "_"), book["A2"].data_type) == (text, "s")


@example("=")
@example("'=\n=")
@example("_x005F_")
@given(words)
def test_any_text_comes_back_from_our_workbook_as_it_was(text):
    kept = as_csv(xlsx([text, "x"])).decode()
    (_, row) = csv.reader(io.StringIO(kept, newline=""))

    assert restored(row[0]) == text
    assert read_ods(ods([text, "x"]))[1][0] == ("string", text)


def test_numbers_are_numbers_days_are_days_and_nothing_is_nothing():
    row = [12, Decimal("612.50"), -3, date(2026, 11, 22), None, "", date(1899, 1, 1), 12345678901234567]

    (_, cells) = read_xlsx(xlsx(row, header=list("abcdefgh")))
    (_, others) = read_ods(ods(row, header=list("abcdefgh")))

    assert [one.date() if hasattr(one, "date") else one for one in cells] == [
        12, 612.5, -3, date(2026, 11, 22), None, None, "1899-01-01", "12345678901234567"
    ]  # fmt: skip
    assert others == [
        ("float", "12"),
        ("float", "612.50"),
        ("float", "-3"),
        ("date", "2026-11-22"),
        ("", ""),
        ("", ""),
        ("date", "1899-01-01"),
        ("string", "12345678901234567"),
    ]


def test_what_was_made_safe_for_csv_is_as_it_was_before():
    assert read_xlsx(xlsx([ready("=1+1"), ready("Phone")]))[1] == ["=1+1", "Phone"]


def test_what_xml_cannot_hold_is_left_out_and_line_ends_are_one():
    text = "a\x00b\x0bc\r\nd\ufffee\ud800f"

    assert read_xlsx(xlsx([text, None]))[1][0] == read_ods(ods([text, None]))[1][0][1] == "ab\nc\ndef"


def test_type_of_an_ods_stands_first_unpacked_and_every_part_is_listed():
    package = zipfile.ZipFile(io.BytesIO(ods(["a", "b"])))
    first, manifest = package.infolist()[0], package.read("META-INF/manifest.xml").decode()

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert package.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
    assert "content.xml" in manifest
    assert package.testzip() is None


@pytest.mark.parametrize("blocks_of", [xlsx_blocks, ods_blocks])
def test_rows_are_fetched_while_the_file_is_sent(blocks_of):
    fetched = []
    rows = (fetched.append(number) or [f"Row {number} {number * 7919 % 104729:x}", number] for number in range(20_000))
    blocks = blocks_of(sheet="A/B: [c]", header=["One", "Two"], rows=rows)

    first = next(blocks)

    assert (len(first) > 0, len(fetched) < 2000) == (True, True)
    assert zipfile.ZipFile(io.BytesIO(first + b"".join(blocks))).testzip() is None
    assert len(fetched) == 20_000


def test_more_rows_than_a_sheet_holds_are_refused_in_words():
    refuse_unless_fits(MOST_ROWS - 1)
    with pytest.raises(TooManyRows, match="There are 1,048,576 rows"):
        refuse_unless_fits(MOST_ROWS)
