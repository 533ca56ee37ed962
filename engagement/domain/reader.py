"""The process in which a stranger's spreadsheet is read, and nothing else is done (`apart` starts it).

It has no settings, no secrets, no database and no files of its own: it limits itself first, reads the file from its
input, and says on its output what stands in it, or why it cannot be read.
"""

import codecs
import csv
import io
import json
import resource
import sys
from collections.abc import Callable

from engagement.domain.exports import restored
from engagement.domain.grid import DAMAGED, TOO_MUCH, Cell, Kind, Limits, Sheet, Tally, as_json
from engagement.domain.ods import TYPE, read_ods
from engagement.domain.packed import LOCKED, Package, refused
from engagement.domain.tabular import TableRefused, decode
from engagement.domain.xlsx import WORKBOOK, read_xlsx

SECONDS, MEMORY = 10, 512 * 1024 * 1024  # of processor time; of addresses, in bytes
SECONDS_OF_A_TABLE = 30  # tens of thousands of answers
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
CODECS = ("cp437", "utf-8", "utf-8-sig", "utf-16", "latin-1")  # once limited, nothing more can be loaded
READ_FIRST = 4096  # bytes by which a program or a picture is told from text
ZIP = b"PK\x03\x04"
Reading = Callable[[bytes], dict[str, object]]


def limit(seconds: int = SECONDS) -> None:
    """From here on: so much time, so much memory, no file, no connection, no further process, no dump."""
    for name in CODECS:
        codecs.lookup(name)
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def read(content: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of an XLSX, ODS or CSV file, by what it is and not by what it is called. Raises `TableRefused`."""
    tally = Tally(limits)
    if content.startswith(OLD_OR_LOCKED):
        raise refused(f"{LOCKED} If it is of the old kind (XLS), save it as XLSX.")
    if not content.startswith(ZIP):
        if b"\x00" in content[:READ_FIRST] and not content.startswith(codecs.BOM_UTF16_LE):
            raise refused("This is not a spreadsheet. Send one that is saved as XLSX, ODS or CSV.")
        return [_read_csv(content, tally)]
    package = Package(content, limits)
    if WORKBOOK in package:
        return read_xlsx(package, tally)
    if "content.xml" in package and "mimetype" in package and package.part("mimetype").strip() == TYPE:
        return read_ods(package, tally)
    raise refused("This is not a spreadsheet. Send one that is saved as XLSX, ODS or CSV.")


def _read_csv(content: bytes, tally: Tally) -> Sheet:
    sheet = Sheet()
    reader = csv.reader(io.StringIO(decode(content), newline=""), strict=True)
    try:
        for row, record in enumerate(reader, start=1):
            for column, text in enumerate(record, start=1):
                if text.strip():
                    tally.keep(sheet, row, column, Cell(Kind.TEXT, restored(text)))
    except csv.Error as error:
        long = "field larger" in str(error)
        words = (
            "has a cell longer than 131,072 characters." if long else "is not complete CSV: a quotation mark is open."
        )
        raise refused(words, f"Row {reader.line_num}") from error
    return sheet


def main() -> None:
    """Limits this process, reads what comes in and says what stands in it: cell by cell, or as one table in CSV."""
    read_as = {"cells": _cells, "table": _table}[sys.argv[2]]
    _answer(read_as())


def _cells() -> Reading:
    limits = Limits(**json.loads(sys.argv[3]))
    limit()
    return lambda content: {"sheets": as_json(read(content, limits))}


def _table() -> Reading:
    from engagement.domain.workbooks import as_csv  # noqa: PLC0415  before the limits: nothing is loaded after them

    limit(SECONDS_OF_A_TABLE)
    return lambda content: {"csv": as_csv(content).decode()}


def _answer(said_of: Reading) -> None:
    said: dict[str, object]
    try:
        said = said_of(sys.stdin.buffer.read())
    except TableRefused as error:
        said = {"problems": [[one.message, one.row, one.column, one.place] for one in error.problems]}
    except MemoryError:
        said = {"problems": [[TOO_MUCH, None, None, ""]]}
    except Exception:  # noqa: BLE001  a file that surprises its reader is refused, never half read
        said = {"problems": [[DAMAGED, None, None, ""]]}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
