"""CSV that a spreadsheet opens rightly and runs nothing of."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.domain.exports import csv_lines, neutralised, restored


@pytest.mark.threat("X01")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+44 1632 960000", "'+44 1632 960000"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("|cmd", "'|cmd"),
        ("＝1+1", "'＝1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("fine\n=1+1", "fine\n'=1+1"),
        ("fine\r=1+1", "fine\n'=1+1"),
        ("Two - three = six", "Two - three = six"),
        ("", ""),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_neutralised(typed, kept):
    assert neutralised(typed) == kept


@pytest.mark.threat("X01")
@given(st.text(max_size=60))
def test_no_text_leaves_as_a_formula(typed):
    line = list(csv_lines(header=["a"], rows=[[typed]]))[1]
    [cell] = next(csv.reader(io.StringIO(line, newline=""), strict=True), [""])

    for line in cell.split("\n"):
        assert line.lstrip(" \t\r\"'“”‘’")[:1] not in set("=+-@|＝＋－＠｜") or line.startswith("'")


def test_file_begins_with_the_mark_and_the_header_and_keeps_numbers():
    rows = [["Ann", 3, Decimal("-2.50"), date(2026, 4, 1), None]]

    lines = list(csv_lines(header=["name", "count", "pounds", "on", "note"], rows=rows))

    assert lines == ["\ufeffname,count,pounds,on,note\r\n", "Ann,3,-2.50,2026-04-01,\r\n"]


@pytest.mark.threat("X01")
@given(st.text(alphabet="=-+@|'\"\t\n a1＝“", max_size=30))
def test_text_comes_back_from_our_own_file_as_it_was(typed):
    assert restored(neutralised(typed)) == typed
