"""Tables that leave as CSV: readable by people's spreadsheets, harmless to them, and never held in memory whole.

UTF-8 with a byte order mark (spreadsheets guess the encoding wrong without one), comma, CRLF (RFC 4180), header first.
A text cell that a spreadsheet would run as a formula gets an apostrophe in front (security row X01); numbers stay so.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

BYTE_ORDER_MARK = "\ufeff"

Cell = str | int | Decimal | date | None

# A formula may begin the cell or, where a reader splits on line ends or drops quotes and blanks, any line of it.
_RUNS = r"""(?:[\s"'“”‘’]*[=+\-@|＝＋－＠｜]|["'“”‘’]*[\t\r])"""
_FORMULA = re.compile(rf"^(?={_RUNS})", re.MULTILINE)
_NEUTRALISED = re.compile(rf"^'(?={_RUNS})", re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def neutralised(text: str) -> str:
    """The text with an apostrophe before each line that a spreadsheet could take for a formula."""
    return _FORMULA.sub("'", _LINE_ENDS.sub("\n", text).replace("\x00", ""))


def restored(text: str) -> str:
    """The text as it was before `neutralised`, for files of ours that come back filled in."""
    return _NEUTRALISED.sub("", text)


def csv_lines(*, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time, byte order mark first. Empty cells stand for `None`; dates are ISO."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_written(cell) for cell in row])


def _written(cell: Cell) -> str | int | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return neutralised(cell) if isinstance(cell, str) else cell


class _Line:
    """The file that a CSV writer wants: hands back what it is given."""

    def write(self, line: str) -> str:
        return line
