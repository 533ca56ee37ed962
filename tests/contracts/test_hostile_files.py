"""Files made to harm whoever reads them: each is refused in words, by little work; and nothing they do gets out."""

import time

import pytest

from contracts.domain.filled import Verdict, read_filled
from engagement.domain import apart
from engagement.domain.apart import read_apart
from engagement.domain.grid import TOO_MUCH, Limits, as_json, from_json
from engagement.domain.reader import read
from engagement.domain.tabular import TableRefused
from tests.contracts.hostile import CELLS, HARMLESS, all_of, cell_of, lying
from tests.contracts.sheets import REFERENCE, measures, typed_into, workbook

GOOD = workbook()
FILES = all_of(GOOD)


def verdict(sheets):
    """What becomes of a file that could be read at all."""
    filled = read_filled(sheets, reference=REFERENCE, indicators=list(measures().values()), current={})
    return [str(problem) for problem in filled.problems], [line.verdict for line in filled.lines]


@pytest.mark.threat("U01", "U02", "U04", "K01", "K07")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", FILES)
def test_each_hostile_file_is_refused_in_words_and_at_once(name):
    content, began = FILES[name](), time.process_time()

    try:
        problems, verdicts = verdict(read(content, Limits()))
    except TableRefused as refused:
        problems, verdicts = [str(problem) for problem in refused.problems], []

    assert time.process_time() - began < 5
    assert Verdict.ACCEPTED not in verdicts
    assert bool(problems) != (name in HARMLESS)


@pytest.mark.threat("U01", "U02", "U04")
@pytest.mark.parametrize(
    "build",
    [
        lambda: GOOD,
        FILES["billion laughs"],
        FILES["the last cell of a sheet"],
        lambda: lying(GOOD),
        lambda: cell_of(GOOD, 3_000_000),
    ],
)
def test_process_apart_says_the_same_as_the_reader_itself(build):
    def said(reader, *more):
        try:
            return reader(build(), *more)
        except TableRefused as refused:
            return [str(problem) for problem in refused.problems]

    assert said(read_apart) == said(read, Limits())


@pytest.mark.threat("U02")
def test_reader_that_takes_too_long_is_ended_and_the_file_refused(monkeypatch):
    monkeypatch.setattr(apart, "WAIT", 0.01)

    with pytest.raises(TableRefused) as refused:
        read_apart(GOOD)

    assert str(refused.value) == TOO_MUCH


@pytest.mark.threat("U02")
def test_reader_that_says_nothing_or_nonsense_refuses_the_file(monkeypatch):
    for program in ("", "print('{}')", "print('[')", "import os; os.abort()", 'print(\'{"sheets": "[[]]"}\')'):
        monkeypatch.setattr(apart, "PROGRAM", program)
        with pytest.raises(TableRefused):
            read_apart(GOOD)


@pytest.mark.threat("U02")
def test_process_apart_can_open_nothing_and_knows_no_secret(monkeypatch):
    attempt = (
        "import os, socket, sys; sys.path.insert(0, sys.argv[1])\n"
        "from engagement.domain import reader; reader.limit()\n"
        "found = [name for name in os.environ if 'SECRET' in name or 'DATABASE' in name]\n"
        "for door in (lambda: open('/etc/passwd'), lambda: socket.socket(), lambda: bytearray(600 * 1024 * 1024)):\n"
        "    try:\n"
        "        found.append(repr(door()))\n"
        "    except (OSError, MemoryError):\n"
        "        pass\n"
        'print(\'{"problems": [["\' + ("found " + str(len(found))) + \'", null, null, ""]]}\')'
    )
    monkeypatch.setattr(apart, "PROGRAM", attempt)

    with pytest.raises(TableRefused, match=r"^found 0$"):
        read_apart(GOOD)


@pytest.mark.threat("U02")
@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00\x03\x00\x00\x00", b"%PDF-1.7\n\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00"]
)
def test_what_is_no_spreadsheet_is_told_so(content):
    with pytest.raises(TableRefused, match="This is not a spreadsheet"):
        read(content, Limits())


def test_other_programs_files_are_read_as_ours_are():
    again = typed_into(GOOD, {"D2": 430, "D3": 391, "F2": "Two new advocates started."})

    problems, verdicts = verdict(read(again, Limits()))

    assert (problems, verdicts[0]) == ([], Verdict.ACCEPTED)


def test_what_waits_for_a_decision_is_what_was_read():
    sheets = read(GOOD, Limits())

    assert from_json(as_json(sheets)) == sheets


assert set(CELLS) < set(FILES)
