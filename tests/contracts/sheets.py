"""Files as a provider sends them: the template of a return with three measures, filled, as CSV or as a workbook."""

import csv
import io
import re
import zipfile
from types import SimpleNamespace

from openpyxl import load_workbook

from contracts.domain.spreadsheet import HEADER, Given, asks, template_rows
from contracts.domain.workbook import FIGURES, workbook_of
from engagement.domain.calendar import Quarter
from tests.factories.contracts import IndicatorFactory
from tests.factories.engagement import NOW

REFERENCE = "KPI-Q1-2026-0001"
FIGURE, STATE, COMMENTARY = "D", "E", "F"


def measures():
    """Three measures that never reach a database: a percentage (rows 2 and 3), a count (4), money (5)."""
    built = [
        IndicatorFactory.build(pk=1, agreement=None, code="V1", name="First contact"),
        IndicatorFactory.build(pk=2, agreement=None, code="V2", count=True),
        IndicatorFactory.build(pk=3, agreement=None, code="V11", money=True),
    ]
    return {indicator.code: indicator for indicator in built}


def rows_for(indicators, *, reference=REFERENCE, current=None, last_quarter=None):
    """The rows of a template under its header, as lists. `current` maps indicator ids to entries."""
    given = {pk: entry if isinstance(entry, Given) else Given(entry) for pk, entry in (current or {}).items()}
    return [
        list(row)
        for row in template_rows(
            reference=reference, indicators=indicators, current=given, last_quarter=last_quarter or {}
        )
    ]


def filled(*cells, indicators=None, header=HEADER, reference=REFERENCE, current=None):
    """The CSV file. `cells` are (code, {name of a box or column: text}); only the measures named are in the file.

    Boxes are `denominator`, `numerator`, `value`; columns are named as in the header, and go to the first row.
    """
    indicators = list(measures().values()) if indicators is None else indicators
    texts = dict(cells)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    rows = rows_for(indicators, reference=reference, current=current)
    for ask, row in zip(asks(indicators), rows, strict=True):
        if ask.indicator.code not in texts:
            continue
        whole = dict(zip(HEADER, row, strict=True))
        typed = texts[ask.indicator.code]
        if ask.box in typed:
            whole["Your figure"] = typed[ask.box]
        if ask.is_first:
            whole |= {name: text for name, text in typed.items() if name in whole}
        writer.writerow(["" if whole.get(name) is None else whole.get(name, "") for name in header])
    return buffer.getvalue().encode("utf-8-sig")


def workbook(indicators=None, *, reference=REFERENCE, current=None):
    """The workbook of a return, as the product makes it."""
    indicators = list(measures().values()) if indicators is None else indicators
    agreement = SimpleNamespace(title="Victim support", provider="Brightway")
    kpi_return = SimpleNamespace(reference=reference, agreement=agreement, due_at=NOW, period=Quarter(2026, 1))
    rows = rows_for(indicators, reference=reference, current=current)
    return workbook_of(kpi_return, indicators=indicators, rows=rows)


def typed_into(content, cells):
    """A workbook after somebody typed into its cells, saved by another program. `cells` maps addresses to values."""
    book = load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        book[FIGURES][address] = value
    return saved(book)


def saved(book):
    """The file of an openpyxl workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(content, **parts):
    """A package with parts put in the place of its own, added, or changed by a function of their text."""
    old, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = parts.pop(name, None)
            text = old.read(name)
            new.writestr(name, change(text.decode()) if callable(change) else text if change is None else change)
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


TABLE = "xl/worksheets/sheet2.xml"


def with_cell(content, address, inside, attributes=""):
    """A workbook of ours whose cell holds this raw XML."""

    def change(text):
        cell = re.compile(rf'<c r="{address}" s="(\d)"[^>]*?(?:/>|>.*?</c>)')
        assert cell.search(text)
        return cell.sub(rf'<c r="{address}" s="\1" {attributes}>{inside}</c>', text)

    return edited(content, **{TABLE: change})
