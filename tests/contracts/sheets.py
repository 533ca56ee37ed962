"""Files as a provider sends them: the template of a return with three measures, filled."""

import csv
import io

from contracts.domain.spreadsheet import HEADER
from tests.factories.contracts import IndicatorFactory

REFERENCE = "KPI-Q1-2026-0001"


def measures():
    """Three measures that never reach a database: a percentage, a count, money."""
    built = [
        IndicatorFactory.build(pk=1, agreement=None, code="V1", name="First contact"),
        IndicatorFactory.build(pk=2, agreement=None, code="V2", count=True),
        IndicatorFactory.build(pk=3, agreement=None, code="V11", money=True),
    ]
    return {indicator.code: indicator for indicator in built}


def filled(*rows, header=HEADER, reference=REFERENCE):
    """A file with these rows: each a code and the cells that are filled, by name of the column."""
    known = measures()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    for code, cells in rows:
        name = known[code].name if code in known else "Something"
        whole = {"Return reference": reference, "Indicator code": code, "Indicator": name} | cells
        writer.writerow([whole.get(column, "") for column in header])
    return buffer.getvalue().encode("utf-8-sig")
