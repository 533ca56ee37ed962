"""Matching the columns of somebody else's file to our questions: guesses, what must be dropped, words to explain.

Pure functions over the cells of a file. What people choose in the end is a `Match`; `mapping_of` turns it into the
mapping that `domain.importing` reads, the same as that of a mapping file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from consultations.domain import personal
from consultations.domain.columns import BETWEEN, NOT_ASKED, AnswerColumn, columns_of
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import CHOICE_KINDS, OTHER, Channel, QuestionKind
from engagement.domain import tabular
from engagement.domain.exports import neutralised, restored
from engagement.domain.tabular import CellProblem, TableRefused

SOURCE = "source"  # the column that says how an answer came in
LEFT_OUT = ""
AS_OTHER = "=OTHER"  # in place of a choice: keep the word beside “Other”; no label begins with the sign
ALIKE = 0.85
MOST_WORDS = 60

CHANNEL_WORDS = {
    Channel.ONLINE: ("online", "web", "website", "internet", "citizen space", "smartsurvey", "forms", "general", "app"),
    Channel.PAPER: ("paper", "postal form", "printed", "hard copy"),
    Channel.PHONE: ("phone", "telephone", "call", "contact centre", "helpline"),
    Channel.EMAIL: ("email", "e-mail"),
    Channel.LETTER: ("letter", "post"),
    Channel.EVENT: ("event", "meeting", "workshop", "school", "focus group", "drop-in", "conversation"),
}
CHANNEL_HEADINGS = ("channel", "source", "data source", "how received", "received by", "method", "response type")


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: its heading, some of what stands in it, and what was said of it."""

    heading: str
    samples: tuple[str, ...]
    filled: int
    personal: str = ""  # what its cells would tell of a person: never an answer
    suspect: str = ""  # what its heading says that they would
    moment: str = ""  # what its cells tell of when: an answer to a question for a date, and to no other


@dataclass(frozen=True)
class UnknownWord:
    """A word of the file that no choice has, under the target it was matched to."""

    heading: str
    target: str
    word: str
    rows: int


@dataclass
class Match:
    """What somebody chose: targets by heading, one channel for all or none, and our words for theirs, by heading."""

    targets: dict[str, str] = field(default_factory=dict)
    channel: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_kept(self) -> dict[str, Any]:
        """The choice as JSON holds it."""
        return asdict(self)


def table_of(content: bytes) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a file. Raises `TableRefused`, also for nameless columns, no rows and ragged rows."""
    header, records = tabular.split(tabular.decode(content))
    if nameless := [place for place, name in enumerate(header, start=1) if not name]:
        raise TableRefused([CellProblem(f"Column {place} has no heading.", 1) for place in nameless[:10]])
    rows, problems = [], []
    for number, record in records:
        rows.append([cell.strip() for cell in record])
        if len(record) != len(header):
            problems.append(CellProblem(f"has {len(record)} cells where the header has {len(header)}.", number))
    if problems:
        raise TableRefused(problems[: tabular.MAX_ERRORS])
    if not rows:
        raise TableRefused([CellProblem("The file has a header and no rows.")])
    return header, rows


def columns_in(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[FileColumn]:
    """Each column with up to two different things that stand in it, and what it would tell of a person."""
    found = []
    for place, heading in enumerate(header):
        cells = [row[place] for row in rows if row[place]]
        samples = tuple(dict.fromkeys(cells[: personal.SAMPLES]))[:2]
        suspect, moment = personal.in_heading(heading), personal.when_in(cells)
        found.append(FileColumn(heading, samples, len(cells), personal.in_cells(cells), suspect, moment))
    return found


def targets_of(questions: Sequence[FrozenQuestion]) -> dict[str, AnswerColumn]:
    """What a column may be matched to, by name: our own columns, and each of several choices as one that is ticked."""
    own = [column for column in columns_of(questions) if column.question.kind != QuestionKind.FILE]
    ticks = [
        AnswerColumn(f"{column.title}: “{choice.label}” ticked", column.question, choice.key)
        for column in own
        if column.question.kind == QuestionKind.SEVERAL and not column.part
        for choice in (*column.question.options, *column.question.apart)
        if choice.key != OTHER
    ]
    return {column.name: column for column in [*own, *ticks]}


def guess(columns: Sequence[FileColumn], questions: Sequence[FrozenQuestion]) -> Match:
    """A first match from the headings: exactly ours, the key of a question, or nearly its words. Each target once."""
    targets, taken = targets_of(questions), set[str]()
    match = Match()
    for column in columns:
        name = LEFT_OUT if column.personal else _guess_one(column, targets, taken)
        match.targets[column.heading] = name
        taken.add(name)
    if SOURCE not in taken:
        match.channel = Channel.ONLINE
    return match


def _guess_one(column: FileColumn, targets: Mapping[str, AnswerColumn], taken: set[str]) -> str:
    heading = plain(restored(column.heading))
    if heading in CHANNEL_HEADINGS and SOURCE not in taken:
        return SOURCE
    free = {name: target for name, target in targets.items() if name not in taken}
    for name, target in free.items():
        ours = {plain(restored(neutralised(target.title))), name.casefold()}
        if heading in ours or heading in _said_otherwise(target):
            return name
    if column.suspect or column.moment:
        return LEFT_OUT
    likely = [(SequenceMatcher(None, heading, plain(target.title)).ratio(), name) for name, target in free.items()]
    ratio, name = max(likely, default=(0.0, LEFT_OUT))
    return name if ratio >= ALIKE else LEFT_OUT


def _said_otherwise(target: AnswerColumn) -> set[str]:
    """How survey tools head a column for a part of a question: "Question - Choice", "Question [Line]"."""
    question = target.question
    lines = {**{line.key: line.label for line in question.lines}, **question.labels}
    if not target.part or target.part not in lines:
        return set()
    part, text = plain(lines[target.part]), plain(question.text)
    return {f"{text} - {part}", f"{text}: {part}", f"{text} [{part}]", f"{text} {part}", f"{text}.{part}"}


def plain(words: str) -> str:
    """Words without capitals, blanks to spare, or the number of the question before them."""
    return re.sub(r"^(q(uestion)? ?)?\d+[.):]\s+", "", " ".join(words.casefold().split()))


def reused(kept: Mapping[str, Any], columns: Sequence[FileColumn], questions: Sequence[FrozenQuestion]) -> Match:
    """A match that was saved, as far as it fits this file and these questions; the rest is guessed."""
    match, targets = guess(columns, questions), {*targets_of(questions), SOURCE, LEFT_OUT}
    for column in columns:
        name = kept.get("targets", {}).get(column.heading)
        if name in targets and not (column.personal and name):
            match.targets[column.heading] = name
    match.channel = "" if SOURCE in match.targets.values() else kept.get("channel") or match.channel
    match.words = dict(kept.get("words", {}))
    return match


def problems_with(match: Match, columns: Sequence[FileColumn], questions: Sequence[FrozenQuestion]) -> dict[str, str]:
    """What is wrong with a choice: sentences by heading, or under "" for the whole."""
    problems: dict[str, str] = {}
    used = Counter(name for name in match.targets.values() if name)
    targets = targets_of(questions)
    titles = {name: target.title for name, target in targets.items()} | {SOURCE: "how it came in"}
    dates = {name for name, target in targets.items() if target.question.kind == QuestionKind.DATE}
    for column in columns:
        name = match.targets.get(column.heading, LEFT_OUT)
        what = column.personal or ("" if name in dates else column.moment)
        if name and what:
            problems[column.heading] = f"Most cells of this column hold {what}, so it is never entered."
        elif used[name] > 1:
            problems[column.heading] = f"More than one column is matched to “{titles[name]}”. Choose one of them."
    if not [name for name in used if name != SOURCE]:
        problems[""] = "Match at least one column to a question."
    if not match.channel and not used[SOURCE]:
        problems[""] = "Say how the answers came in: by a column of the file, or in one way for all."
    return problems


def unknown_words(
    match: Match, header: Sequence[str], rows: Sequence[Sequence[str]], questions: Sequence[FrozenQuestion]
) -> list[UnknownWord]:
    """Words in matched columns that no choice has, and every word of the column that says how answers came in.

    Raises `TableRefused` when a column holds more of them than anybody would explain: it is no answer to its question.
    """
    targets = targets_of(questions)
    found: list[UnknownWord] = []
    for place, heading in enumerate(header):
        name = match.targets.get(heading, LEFT_OUT)
        if not name:
            continue
        words = _words_in(targets.get(name), (row[place] for row in rows))
        if len(words) > MOST_WORDS:
            title = "how it came in" if name == SOURCE else targets[name].title
            says = f"has {len(words)} different words that are no answer to “{title}”. Leave it out, or match it again."
            raise TableRefused([CellProblem(says, None, heading)])
        found += [UnknownWord(heading, name, word, number) for word, number in words.most_common()]
    return found


def _words_in(target: AnswerColumn | None, cells: Iterable[str]) -> Counter[str]:
    """Words to explain, and how many rows say each. `target` is `None` for how an answer came in."""
    if target is None:
        known = {*Channel.values, *Channel.labels}
        return Counter(cell for cell in cells if cell and cell not in known)
    question = target.question
    grid = question.kind == QuestionKind.MATRIX
    if not grid and (question.kind not in CHOICE_KINDS or target.part):
        return Counter()
    known = {plain_label(label) for label in question.labels.values()}
    several = question.kind == QuestionKind.SEVERAL
    said = Counter(
        part.strip()
        for cell in cells
        if cell and cell != NOT_ASKED
        for part in (cell.split(BETWEEN) if several else [cell])
    )
    return Counter({word: rows for word, rows in said.items() if word and plain_label(restored(word)) not in known})


def plain_label(words: str) -> str:
    """The words of a choice as they are compared."""
    return " ".join(words.casefold().split())


def guess_word(unknown: UnknownWord, questions: Sequence[FrozenQuestion]) -> str:
    """What an unknown word most likely means: the code of a channel, or the words of a choice; else nothing."""
    said = plain_label(unknown.word)
    if unknown.target == SOURCE:
        likely = [channel for channel, words in CHANNEL_WORDS.items() if any(word in said for word in words)]
        return next(iter(likely), "")
    labels = targets_of(questions)[unknown.target].question.labels.values()
    ratio, label = max((SequenceMatcher(None, said, plain_label(label)).ratio(), label) for label in labels)
    return label if ratio >= ALIKE else ""


def mapping_of(match: Match, questions: Sequence[FrozenQuestion]) -> dict[str, Any]:
    """The mapping that `domain.importing` reads (docs/file-formats.md)."""
    targets = targets_of(questions)
    mapping: dict[str, Any] = {"question": [], "empty_rows": "drop"}
    for heading, name in match.targets.items():
        words = match.words.get(heading, {})
        if name == SOURCE:
            mapping["columns"] = {"source": heading}
            ours = {one.value: one.value for one in Channel} | {one.label: one.value for one in Channel}
            mapping["values"] = {"channel": ours | words}
        elif name:
            target = targets[name]
            mapping["question"].append(
                {
                    "column": heading,
                    "key": target.question.key,
                    "part": target.part,
                    "choices": {word: ours for word, ours in words.items() if ours != AS_OTHER},
                    "other": [word for word, ours in words.items() if ours == AS_OTHER],
                }
            )
    if "columns" not in mapping:
        mapping["constants"] = {"source": match.channel}
    return mapping
