"""Hostile tables are refused in words, by row and column."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.domain import tabular
from engagement.domain.tabular import CellProblem, Column, ColumnMapping, TableRefused, read_table

COLUMNS = {
    "name": Column(tabular.text(longest=40)),
    "amount": Column(tabular.number),
    "on": Column(tabular.day(pattern="%d/%m/%Y"), required=False),
    "kind": Column(tabular.one_of({"GRANT": "Grant"})),
}
MAPPING = ColumnMapping(columns={"name": "Who", "amount": "How much", "on": "When"}, constants={"kind": "GRANT"})


def read(text, *, encoding="utf-8"):
    return read_table(text.encode(encoding) if isinstance(text, str) else text, mapping=MAPPING, columns=COLUMNS)


def problems(text):
    with pytest.raises(TableRefused) as refusal:
        read(text)
    return refusal.value.problems


def test_table_is_read_through_its_mapping():
    table = read(
        '﻿Who,How much,When,Post code\n"=SUM(1)\nsecond line",412.50,23/09/2026,ZZ1 1ZZ\n-Bee,1 ,,\n'.replace("1 ", "1")
    )

    assert table.rows == [
        (2, {"name": "=SUM(1)\nsecond line", "amount": Decimal("412.50"), "on": date(2026, 9, 23), "kind": "GRANT"}),
        (3, {"name": "-Bee", "amount": Decimal(1), "on": None, "kind": "GRANT"}),
    ]
    assert table.dropped == ["Post code"]


@pytest.mark.threat("K01", "K07")
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("NaN", "“NaN” is not a number that can be counted."),
        ("-inf", "“-inf” is not a number that can be counted."),
        ("1E400", "“1E400” is not a number. Use figures only, such as 412 or 90.5."),
        ("0x1A", "“0x1A” is not a number. Use figures only, such as 412 or 90.5."),
        ("1_000", "“1_000” is not a number. Use figures only, such as 412 or 90.5."),
        (
            "12345678901234567890123",
            "“12345678901234567890123” is not a number. Use figures only, such as 412 or 90.5.",
        ),
        ("=1+1", "“=1+1” is a formula. Put the number itself."),
        ("٣", "“٣” is not a number. Use figures only, such as 412 or 90.5."),
        ("", "is empty."),
    ],
)
def test_number_that_is_none_is_refused_in_words(cell, words):
    assert problems(f"Who,How much,When\nAda,{cell},\n") == [CellProblem(words, 2, "How much")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"Who,When\nAda,\n", "Row 1, column “How much”: is missing. The file has “Who”, “When”."),
        (b"<!DOCTYPE html><html></html>", "This is a web page, not a CSV file. Download the data itself."),
        (b"PK\x03\x04rest", "This is a workbook or a zip file. Save the sheet as CSV and try again."),
        (
            b"Who,How much,When\nJos\xe9,1,\n",
            "Row 2: cannot be read as UTF-8. Save the file as CSV in UTF-8 and try again.",
        ),
        (b"Who,How much,When\n" + b"x" * 5_000_000 + b",1,\n", "Row 2: has a cell longer than 131,072 characters."),
        (b"Who,How much,When\nAda,1\n", "Row 2: has 2 cells where the header has 3."),
        (
            b"Who,How much,When\nAda,1,09/23/2026\n",
            "Row 2, column “When”: “09/23/2026” is not a date written as day/month/year.",
        ),
        (b'Who,How much,When\n"Ada,1,\n', "Row 2: is not complete CSV: a quotation mark is open or out of place."),
        (b"Who,Who,How much\na,b,1\n", "Row 1, column “Who”: stands in the header twice."),
        (b"Who,How much,When\n", "The file has a header and no rows."),
    ],
)
def test_damaged_file_is_refused_in_words(content, said):
    with pytest.raises(TableRefused) as refusal:
        read(content)

    assert str(refusal.value) == said


def test_every_problem_is_named_up_to_fifty():
    found = problems("Who,How much,When\n" + "Ada,nought,\n" * 80)

    assert len(found) == 50
    assert found[-1] == CellProblem("“nought” is not a number. Use figures only, such as 412 or 90.5.", 51, "How much")


@pytest.mark.threat("K01")
@given(st.text(max_size=30))
def test_number_gives_a_finite_decimal_or_words(cell):
    try:
        outcome = tabular.number(cell).is_finite()
    except ValueError as error:
        outcome = str(error).endswith(".")

    assert outcome is True


def test_pounds_take_two_decimals_and_grouping():
    assert tabular.pounds("£1,234,567.80") == Decimal("1234567.80")

    with pytest.raises(ValueError, match="more than two decimals"):
        tabular.pounds("0.001")
