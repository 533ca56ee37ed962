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
# Every formula has one of these first, and every text without any of them is harmless as it is.
_SUSPECT = re.compile("[=+\\-@|＝＋－＠｜\t\r\x00\x0b\x0c\x85\u2028\u2029]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def neutralised(text: str) -> str:
    """The text with an apostrophe before each line that a spreadsheet could take for a formula."""
    if not _SUSPECT.search(text):
        return text
    return _FORMULA.sub("'", _LINE_ENDS.sub("\n", text).replace("\x00", ""))


def restored(text: str) -> str:
    """The text as it was before `neutralised`, for files of ours that come back filled in."""
    return _NEUTRALISED.sub("", text)


def csv_lines(*, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time, byte order mark first. Empty cells stand for `None`; dates are ISO."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([cell if type(cell) is Ready else _written(cell) for cell in row])


class Ready(str):
    """Text that was neutralised before, since it is written many times."""

    __slots__ = ()


def ready(cell: Cell) -> Cell:
    """The same cell, neutralised once and for all."""
    return Ready(neutralised(cell)) if isinstance(cell, str) else cell


def in_blocks(lines: Iterable[str], *, size: int = 64_000) -> Iterator[bytes]:
    """The lines as UTF-8 in blocks of about so many bytes: a web server sends each part with some ceremony."""
    block, length = list[bytes](), 0
    for line in lines:
        block.append(line.encode())
        length += len(block[-1])
        if length >= size:
            yield b"".join(block)
            block, length = [], 0
    yield b"".join(block)


def _written(cell: Cell) -> str | int | Decimal:
    if isinstance(cell, str):
        return neutralised(cell)
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else cell


class _Line:
    """The file that a CSV writer wants: hands back what it is given."""

    def write(self, line: str) -> str:
        return line
