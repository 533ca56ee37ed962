"""Strangers' spreadsheets are read in a process of their own: whatever one does to its reader, the web server stands.

The web server's process never opens the file. It hands the bytes over, waits so long, takes so much of an answer, and
says what became of it (U01, U02, U04; ADR 31).
"""

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engagement.domain.grid import DAMAGED, TOO_MUCH, Limits, Sheet, from_json
from engagement.domain.tabular import CellProblem, TableRefused
from engagement.domain.workbooks import ZIP_START, as_csv

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from engagement.domain.reader import main; main()"
WAIT = 15.0  # seconds by the clock; the process has ten of the processor's
WAIT_FOR_A_TABLE = 45.0
LONGEST_ANSWER = 32 * 1024 * 1024
AT_ONCE = threading.BoundedSemaphore(2)  # readers of one web process
BUSY = "Many files are being read just now. Nothing is lost: wait a minute and upload yours again."


def read_apart(content: bytes, *, limits: Limits | None = None) -> list[Sheet]:
    """What stands in an XLSX, ODS or CSV file. Raises `TableRefused` with the reason, by sheet and cell."""
    said = _said_of(content, "cells", json.dumps(asdict(limits or Limits())), wait=WAIT)
    try:
        return from_json(said["sheets"])
    except (ValueError, TypeError, KeyError) as error:
        raise TableRefused([CellProblem(DAMAGED)]) from error


def table_apart(content: bytes) -> bytes:
    """A CSV file as it is; of a workbook, its one filled sheet as CSV. Raises `TableRefused` as `workbooks.as_csv`."""
    if not content.startswith(ZIP_START):
        return as_csv(content)
    table = _said_of(content, "table", wait=WAIT_FOR_A_TABLE).get("csv")
    if not isinstance(table, str):
        raise TableRefused([CellProblem(DAMAGED)])
    return table.encode()


def _said_of(content: bytes, *arguments: str, wait: float) -> dict[str, Any]:
    """What the reader says of a file, when it is not why it refuses it."""
    if not AT_ONCE.acquire(timeout=WAIT):
        raise TableRefused([CellProblem(BUSY)])
    try:
        answer = _ask(content, *arguments, wait=wait)
    finally:
        AT_ONCE.release()
    try:
        said: dict[str, Any] = json.loads(answer)
        problems = [
            CellProblem(str(message), row=row, column=column, place=str(place))
            for message, row, column, place in said.get("problems", ())
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise TableRefused([CellProblem(DAMAGED)]) from error
    if problems:
        raise TableRefused(problems)
    return said


def _ask(content: bytes, *arguments: str, wait: float) -> bytes:
    """The reader's answer. A reader that died of its limits, or says too much, means a file that is too large."""
    process = subprocess.Popen(  # noqa: S603  our own program; the file is only ever its input
        [sys.executable, "-I", "-c", PROGRAM, str(ROOT), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    )
    if process.stdin is None or process.stdout is None:  # both are pipes
        raise TableRefused([CellProblem(DAMAGED)])
    stopping = threading.Timer(wait, process.kill)
    stopping.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(content)
            process.stdin.close()
        answer = process.stdout.read(LONGEST_ANSWER + 1)
        if len(answer) <= LONGEST_ANSWER:
            process.wait()
    finally:
        process.kill()
        stopping.cancel()
        process.wait()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    if process.returncode < 0 or len(answer) > LONGEST_ANSWER:
        raise TableRefused([CellProblem(TOO_MUCH)])
    return answer
