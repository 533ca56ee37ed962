"""Answers from files: all of a file or nothing, entered once, with nothing kept that could say who answered.

A mapping (`consultations/mappings/*.toml`, or what somebody chose on screen) names the columns that hold answers; every
other column is dropped, and the report says which. A consultation that was held elsewhere is entered from the mapping;
the file of one that is held here has the product's own columns, or those that a mapping matches to its questions
(docs/file-formats.md). Responses do not say which file they came in, nor when.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from consultations.domain import questionnaires, responding, settling
from consultations.domain.columns import BETWEEN, AnswerColumn, values_in
from consultations.domain.elsewhere import held_elsewhere
from consultations.domain.mapped import AskedColumn, asked_columns, own_columns, table_columns, table_mapping
from consultations.domain.questionnaires import AnswersRefused, FrozenQuestion, QuestionnaireRefused
from consultations.enums import CHOICE_KINDS, JOIN, OTHER, Publication, QuestionKind
from consultations.models import Answer, Consultation, QuestionnaireVersion, Response, ResponseBatch
from engagement.domain import log, tabular
from engagement.domain.importing import ImportReport, Progress
from engagement.domain.tabular import CellProblem, Table, TableRefused
from engagement.models import Activity, User

BATCH = 500
ENTERED_BEFORE = "This file was entered before, so nothing has changed."

Kept = dict[str, list[str]]


@dataclass
class CheckedFile:
    """What a file holds, checked and not yet entered: the channel and answers of each row that answers something."""

    responses: list[tuple[str, Kept]] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    dropped: list[str] = field(default_factory=list)
    empty_rows: int = 0

    @property
    def channels(self) -> Counter[str]:
        """How many came in each way."""
        return Counter(channel for channel, _ in self.responses)

    @property
    def answered(self) -> Counter[str]:
        """How many answer each question, by its key."""
        return Counter(key for _, kept in self.responses for key in kept)


def import_responses(
    *,
    name: str,
    content: bytes,
    beside: Mapping[str, bytes],
    mapping: Mapping[str, Any],
    activity: Activity | None,
    at: datetime,
    progress: Progress,
    actor: User | None = None,
) -> ImportReport:
    """Enters a file of answers for the consultation of a reference or address (`name`).

    `beside` are other files of the same folder that the mapping names; `actor` is who asked for it, and nobody for the
    command. Rows are checked outside any transaction, with `progress`, and entered in one. Raises `TableRefused`, and
    then keeps nothing. A file that was entered before changes nothing.
    """
    consultation = Consultation.objects.filter(Q(reference=name) | Q(slug=name.lower())).first()
    if consultation and was_entered(consultation, content):
        return ImportReport(notes=[ENTERED_BEFORE])
    with ExitStack() as together:
        if consultation is None:
            together.enter_context(transaction.atomic())
            consultation = _begin_elsewhere(name, content, beside, mapping, activity=activity, at=at)
        found = check_file(
            consultation=consultation, content=content, beside=beside, mapping=mapping, progress=progress
        )
        together.enter_context(transaction.atomic())
        settling.hold_responses(consultation)
        if was_entered(consultation, content):  # by somebody else, while this one was checked
            return ImportReport(notes=[ENTERED_BEFORE])
        enter(consultation, ((channel, kept, Publication.NONE) for channel, kept in found.responses))
        settling.settle(consultation=consultation, at=at, for_good=at >= consultation.ends_at)
        _note_batch(consultation, content, found.sources, actor=actor, at=at)
    report = ImportReport(dropped=found.dropped)
    report.counts["responses entered"] = len(found.responses)
    report.counts.update({f"from {source}": count for source, count in found.sources.most_common()})
    if found.empty_rows:
        report.counts["rows without any answer, left out"] = found.empty_rows
    return report


def was_entered(consultation: Consultation, content: bytes) -> bool:
    """Whether this very file was entered before. One query."""
    return ResponseBatch.objects.filter(consultation=consultation, digest=digest(content)).exists()


def digest(content: bytes) -> str:
    """What tells a file from every other."""
    return hashlib.sha256(content).hexdigest()


def check_file(
    *,
    consultation: Consultation,
    content: bytes,
    mapping: Mapping[str, Any],
    progress: Progress,
    beside: Mapping[str, bytes] | None = None,
) -> CheckedFile:
    """Reads and checks a whole file for a consultation with frozen questions. Writes nothing.

    Raises `TableRefused`, naming row and column. Rows that answer nothing are refused, or with `empty_rows = "drop"`
    in the mapping left out and counted.
    """
    if consultation.version is None:
        raise TableRefused([CellProblem(f"{consultation.reference} is a draft: nothing has been asked yet.")])
    if consultation.is_named:
        raise TableRefused([CellProblem("Organisations answer this by name, so no answers without one are entered.")])
    asked = asked_columns(mapping, beside or {}) or own_columns(consultation)
    table = _table(content, mapping, asked)
    found = CheckedFile(dropped=[*table.dropped, *mapping.get("checked", {})])
    _check_rows(found, consultation.asked_version, asked, mapping, table.rows, progress=progress)
    return found


def _table(content: bytes, mapping: Mapping[str, Any], asked: Sequence[AskedColumn]) -> Table:
    return tabular.read_table(content, mapping=table_mapping(mapping, asked), columns=table_columns(mapping, asked))


def _begin_elsewhere(
    name: str,
    content: bytes,
    beside: Mapping[str, bytes],
    mapping: Mapping[str, Any],
    *,
    activity: Activity | None,
    at: datetime,
) -> Consultation:
    asked = asked_columns(mapping, beside)
    if not asked:
        raise TableRefused(
            [CellProblem(f"There is no consultation “{name}”. Name one, or a mapping that says what was asked.")]
        )
    rows = _table(content, mapping, asked).rows
    try:
        return held_elsewhere(name, mapping, asked, rows, activity=activity, at=at)
    except QuestionnaireRefused as refusal:
        raise TableRefused([CellProblem(str(refusal))]) from refusal


def _check_rows(
    found: CheckedFile,
    version: QuestionnaireVersion,
    asked: Sequence[AskedColumn],
    mapping: Mapping[str, Any],
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    progress: Progress,
) -> None:
    """Puts the channel and checked answers of each row into `found`. Raises `TableRefused`, naming row and column."""
    # What was answered elsewhere is over: nobody can be asked again for an answer that this form would demand.
    questions = [replace(question, required=False) for question in questionnaires.questions_of(version)]
    by_key = {question.key: question for question in questions}
    channels = mapping.get("values", {}).get("channel", {})
    drops_empty = mapping.get("empty_rows") == "drop"
    problems: list[CellProblem] = []
    for place, (number, row) in enumerate(rows, start=1):
        kept, wrong = _check_row(questions, by_key, asked, number, row)
        problems += wrong
        if kept:
            found.responses.append((channels.get(row["source"], row["source"]), kept))
            found.sources[row["source"]] += 1
        elif drops_empty and not wrong:
            found.empty_rows += 1
        elif not wrong:
            problems.append(CellProblem("answers no question.", number))
        if place % BATCH == 0 or place == len(rows):
            progress(place, len(rows))
    if not problems and not found.responses:
        problems.append(CellProblem("No row of the file answers any question."))
    if problems:
        raise TableRefused(problems[: tabular.MAX_ERRORS])


def _check_row(
    questions: Sequence[FrozenQuestion],
    by_key: Mapping[str, FrozenQuestion],
    asked: Sequence[AskedColumn],
    number: int,
    row: Mapping[str, Any],
) -> tuple[Kept, list[CellProblem]]:
    given: Kept = {}
    problems = []
    for column in asked:
        try:
            given.setdefault(column.key, []).extend(_values(by_key[column.key], column, row[column.name] or ""))
        except ValueError as error:
            problems.append(CellProblem(str(error), number, column.column))
    try:
        return questionnaires.check_answers(questions, given), problems
    except AnswersRefused as refusal:
        return {}, problems + [CellProblem(f"{words}.", number) for words in refusal.problems.values()]


def _values(question: FrozenQuestion, column: AskedColumn, cell: str) -> list[str]:
    """What a cell says, as part of an answer. Several choices stand with a semicolon between them."""
    if question.kind == QuestionKind.MATRIX:
        cell = column.words.get(cell, cell)
    if question.kind not in CHOICE_KINDS or column.part:
        return values_in(AnswerColumn(column.column, question, column.part), cell)
    parts = [part.strip() for part in (cell.split(BETWEEN) if question.kind == QuestionKind.SEVERAL else [cell])]
    others = [part for part in parts if part in column.others]
    said = BETWEEN.join(column.words.get(part, part) for part in parts if part not in column.others)
    values = values_in(AnswerColumn(column.column, question, column.part), said)
    return [*values, f"{OTHER}{JOIN}{'; '.join(others)}"] if others else values


def enter(consultation: Consultation, responses: Iterable[tuple[str, Kept, str]]) -> None:
    """Stores checked answers, each with its channel and whether its words may be published, in an order of its own.

    Call it within a transaction.
    """
    version = consultation.asked_version
    questions = questionnaires.questions_of(version)
    shuffled = sorted(responses, key=lambda _: secrets.token_bytes(8))
    for start in range(0, len(shuffled), BATCH):
        part = shuffled[start : start + BATCH]
        rows = [
            Response(consultation=consultation, version=version, channel=channel, publication=publish)
            for channel, _, publish in part
        ]
        Response.objects.bulk_create(rows)
        Answer.objects.bulk_create(
            answer
            for row, (_, kept, _) in zip(rows, part, strict=True)
            for answer in responding.answer_rows(row, questions=questions, kept=kept)
        )


def _note_batch(
    consultation: Consultation, content: bytes, sources: Counter[str], *, actor: User | None, at: datetime
) -> None:
    """The ledger: the file once, and under it how many came from each of its own sources."""
    said = ", ".join(f"{source} {count}" for source, count in sources.most_common())
    batch = ResponseBatch.objects.create(
        consultation=consultation,
        digest=digest(content),
        name=said[:200],
        responses=sources.total(),
        entered_at=at,
        entered_by=actor,
    )
    log.record(
        action="responses.imported",
        subject=batch,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"{consultation.reference}: {sources.total()} responses were entered from a file.",
        data={"sources": dict(sources)},
    )
