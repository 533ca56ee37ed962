"""Workbooks that strangers made: what would fill the memory, keep the machine busy or break off is refused in words."""

import io
import zipfile
from time import process_time

import pytest
from openpyxl import Workbook

from engagement.domain.apart import table_apart
from engagement.domain.tabular import TableRefused
from engagement.domain.workbooks import MAX_ROWS, as_csv

SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(sheets=1):
    book = Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    book.active.append(["One"])
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def with_part(name, content, *, of=None):
    """A workbook in which one part holds something else, packed as tightly as can be."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(of or workbook())) as before, zipfile.ZipFile(into, "w") as after:
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
        after.writestr(name, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return into.getvalue()


def sheet_of(rows):
    return f"<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"


def one_long_cell(size):
    return sheet_of(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * size}</t></is></c></row>')


def lying():
    """The directory says that the sheet is small."""
    packed = bytearray(with_part(SHEET, one_long_cell(3_000_000)))
    size = len(one_long_cell(3_000_000)).to_bytes(4, "little")
    return bytes(packed.replace(size, (1000).to_bytes(4, "little")))


@pytest.mark.threat("U01", "U02")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (with_part(SHEET, one_long_cell(90_000_000)), "not a workbook that can be read"),
        (with_part(SHEET, one_long_cell(120_000_000)), "larger than 20 MB"),
        (lying(), "not a workbook that can be read"),
        (with_part(SHEET, "<worksheet><sheetData><row>"), "not a workbook that can be read"),
        (with_part(SHEET, sheet_of('<row r="x"><c r="1A"/></row>')), "not a workbook that can be read"),
        (workbook(sheets=21), "more than 20 sheets"),
    ],
    ids=["squeezed", "large", "lying", "broken off", "nonsense", "many sheets"],
)
def test_hostile_workbook_is_refused_in_words(content, words):
    began = process_time()
    with pytest.raises(TableRefused, match=words):
        as_csv(content)

    assert process_time() - began < 1


@pytest.mark.threat("U01", "U02")
def test_web_process_hands_a_workbook_to_a_process_apart_which_says_the_same():
    for content in (workbook(), workbook(sheets=21), lying(), b"Question\nYes\n", b"PK\x03\x04 and no more"):
        assert said(table_apart, content) == said(as_csv, content)


def said(reader, content):
    try:
        return reader(content)
    except TableRefused as refused:
        return [(problem.message, problem.row, problem.column) for problem in refused.problems]


@pytest.mark.threat("U02")
def test_rows_without_a_word_count_whatever_sheet_they_stand_in():
    rows = sheet_of("".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, MAX_ROWS // 2 + 2)))
    content = with_part("xl/worksheets/sheet2.xml", rows, of=with_part(SHEET, rows, of=workbook(sheets=2)))

    with pytest.raises(TableRefused, match="more than 50,000 rows"):
        as_csv(content)
