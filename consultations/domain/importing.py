"""Answers from files: all of a file or nothing, entered once, with nothing kept that could say who answered.

A mapping (`consultations/mappings/*.toml`) names the columns that hold answers; every other column is dropped, and the
report says which. A consultation that was held elsewhere is entered from the mapping; the file of one that is held
here has the product's own columns (docs/file-formats.md). Responses do not say which file they came in, nor when.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from consultations.domain import questionnaires, responding, settling
from consultations.domain.columns import BETWEEN, AnswerColumn, columns_of, values_in
from consultations.domain.questionnaires import AnswersRefused, FrozenQuestion, QuestionnaireRefused
from consultations.enums import CHOICE_KINDS, Channel, QuestionKind
from consultations.models import (
    Answer,
    Choice,
    Consultation,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseBatch,
)
from engagement.domain import log, tabular
from engagement.domain.calendar import at_5pm
from engagement.domain.exports import neutralised
from engagement.domain.importing import ImportReport, Progress, activity_of
from engagement.domain.tabular import CellProblem, Column, ColumnMapping, TableRefused
from engagement.models import Activity

BATCH = 500


@dataclass(frozen=True)
class AskedColumn:
    """A column that holds answers to one question. `words`: the file's own words for choices, where it has any.

    `part` is the line of a grid, or `OTHER` for words beside a choice, in files of our own format.
    """

    column: str
    key: str
    text: str
    words: Mapping[str, str] = field(default_factory=dict)
    part: str = ""

    @property
    def name(self) -> str:
        """What tells this column from every other."""
        return f"{self.key} {self.part}".strip()


@transaction.atomic
def import_responses(
    *,
    name: str,
    content: bytes,
    beside: Mapping[str, bytes],
    mapping: Mapping[str, Any],
    activity: Activity | None,
    at: datetime,
    progress: Progress,
) -> ImportReport:
    """Enters a file of answers for the consultation of a reference or address (`name`), in steps.

    `beside` are other files of the same folder that the mapping names. Raises `TableRefused`, and then keeps nothing. A
    file that was entered before changes nothing.
    """
    consultation = Consultation.objects.filter(Q(reference=name) | Q(slug=name.lower())).first()
    report = ImportReport()
    if consultation and ResponseBatch.objects.filter(consultation=consultation, digest=digest(content)).exists():
        report.notes.append("This file was entered before, so nothing has changed.")
        return report
    asked = _columns_of(mapping, beside) or (_own_columns(consultation) if consultation else [])
    if not asked:
        raise TableRefused(
            [CellProblem(f"There is no consultation “{name}”. Name one, or a mapping that says what was asked.")]
        )
    table = tabular.read_table(content, mapping=_mapping(mapping, asked), columns=_columns(mapping, asked))
    report.dropped = [*table.dropped, *mapping.get("checked", {})]
    if consultation is None:
        try:
            consultation = _held_elsewhere(name, mapping, asked, table.rows, activity=activity, at=at)
        except QuestionnaireRefused as refusal:
            raise TableRefused([CellProblem(str(refusal))]) from refusal
    if consultation.is_named:
        raise TableRefused([CellProblem("Organisations answer this by name, so no answers without one are entered.")])
    responses = _responses(consultation.asked_version, asked, mapping, table.rows)
    _enter(consultation, responses, progress=progress)
    settling.settle(consultation=consultation, at=at, for_good=True)
    sources = Counter(row["source"] for _, row in table.rows)
    _note_batch(consultation, content, sources, at=at)
    report.counts["responses entered"] = len(responses)
    report.counts.update({f"from {source}": count for source, count in sources.most_common()})
    return report


def digest(content: bytes) -> str:
    """What tells a file from every other."""
    return hashlib.sha256(content).hexdigest()


def _columns_of(mapping: Mapping[str, Any], beside: Mapping[str, bytes]) -> list[AskedColumn]:
    """The questions that a mapping names, or that a file beside the data lists."""
    if "question" in mapping:
        return [
            AskedColumn(said["column"], said["key"], said["text"], said.get("choices", {}))
            for said in mapping["question"]
        ]
    if "questions" not in mapping:
        return []
    said = mapping["questions"]
    if said["file"] not in beside:
        raise TableRefused([CellProblem(f"The mapping needs the file {said['file']} in the same folder.")])
    rows = csv.DictReader(io.StringIO(tabular.decode(beside[said["file"]]), newline=""))
    keep = said["keep"]
    return [
        AskedColumn(row[said["key"]], f"s{row[said['key']]}", row[said["text"]].strip(), said["choices"])
        for row in sorted(rows, key=lambda row: int(row[said["key"]]))
        if row[keep["column"]] == keep["value"]
    ]


def _own_columns(consultation: Consultation) -> list[AskedColumn]:
    """The columns of our own format, as `domain.columns` writes it."""
    return [
        AskedColumn(neutralised(column.title), column.question.key, column.question.text, part=column.part)
        for column in columns_of(questionnaires.questions_of(consultation.asked_version))
    ]


def _mapping(mapping: Mapping[str, Any], asked: Sequence[AskedColumn]) -> ColumnMapping:
    columns = {column.name: column.column for column in asked}
    columns |= {f"checked {place}": column for place, column in enumerate(mapping.get("checked", {}))}
    return ColumnMapping(
        columns={**columns, **(mapping.get("columns", {} if "constants" in mapping else {"source": "channel"}))},
        constants=mapping.get("constants", {}),
        encoding=mapping.get("encoding", "utf-8"),
        strict=True,
    )


def _columns(mapping: Mapping[str, Any], asked: Sequence[AskedColumn]) -> dict[str, Column]:
    known = mapping.get("values", {}).get("channel") or dict(Channel.choices)
    checked = {
        f"checked {place}": Column(tabular.day(pattern=pattern))
        for place, pattern in enumerate(mapping.get("checked", {}).values())
    }
    answers = {column.name: Column(tabular.text(longest=tabular.MAX_CELL), required=False) for column in asked}
    return {"source": Column(tabular.one_of(known)), **checked, **answers}


def _held_elsewhere(
    name: str,
    mapping: Mapping[str, Any],
    asked: Sequence[AskedColumn],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    activity: Activity | None,
    at: datetime,
) -> Consultation:
    """Enters a consultation of another body as the mapping describes it: over, with its questions frozen."""
    said = mapping["consultation"]
    activity = activity or activity_of(mapping, at=at)
    questionnaire = Questionnaire.objects.create(title=f"{said['title']} ({name})"[:120])
    rows = list(rows)
    for order, column in enumerate(asked):
        question = Question.objects.create(
            questionnaire=questionnaire,
            sort_order=order,
            key=column.key,
            kind=QuestionKind.SINGLE,
            text=column.text,
            dont_know=False,
        )
        labels = column.words.values() or _distinct(row[column.key] for _, row in rows)
        Choice.objects.bulk_create(
            Choice(question=question, sort_order=place, key=f"c{place}", label=label)
            for place, label in enumerate(labels)
        )
    opens, closes = (said[moment] for moment in ("opens", "closes"))
    consultation = Consultation.objects.create(
        reference=name[:20].upper(),
        slug=name.lower(),
        activity=activity,
        title=said["title"],
        summary=said["summary"],
        audience=said["audience"],
        questionnaire=questionnaire,
        version=questionnaires.freeze(questionnaire=questionnaire, at=at),
        opens_at=_opening(opens),
        closes_at=at_5pm(closes),
        published_at=at,
    )
    log.record(
        action="consultation.imported",
        subject=consultation,
        actor=None,
        at=at,
        activity=activity,
        summary=f"{consultation.reference} was entered from a file: {consultation.title}",
    )
    return consultation


def _opening(day: date) -> datetime:
    return at_5pm(day).replace(hour=9)


def _distinct(values: Iterable[str | None]) -> list[str]:
    """Each word once, whatever its case, in alphabetical order."""
    once: dict[str, str] = {}
    for value in values:
        if value:
            once.setdefault(value.casefold(), value)
    return sorted(once.values(), key=str.casefold)


def _responses(
    version: QuestionnaireVersion,
    asked: Sequence[AskedColumn],
    mapping: Mapping[str, Any],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
) -> list[tuple[str, dict[str, list[str]]]]:
    """Channel and checked answers of each row. Raises `TableRefused`, naming row and column."""
    questions = questionnaires.questions_of(version)
    by_key = {question.key: question for question in questions}
    channels = mapping.get("values", {}).get("channel", {})
    problems: list[CellProblem] = []
    responses = []
    for number, row in rows:
        given: dict[str, list[str]] = {}
        for column in asked:
            try:
                given.setdefault(column.key, []).extend(_values(by_key[column.key], column, row[column.name] or ""))
            except ValueError as error:
                problems.append(CellProblem(str(error), number, column.column))
        try:
            kept = questionnaires.check_answers(questions, given)
        except AnswersRefused as refusal:
            problems += [CellProblem(f"{words}.", number) for words in refusal.problems.values()]
            continue
        if not kept:
            problems.append(CellProblem("answers no question.", number))
        responses.append((channels.get(row["source"], row["source"]), kept))
    if problems:
        raise TableRefused(problems[: tabular.MAX_ERRORS])
    return responses


def _values(question: FrozenQuestion, column: AskedColumn, cell: str) -> list[str]:
    """What a cell says, as part of an answer. Several choices stand with a semicolon between them."""
    if question.kind in CHOICE_KINDS and not column.part:
        said = cell.split(BETWEEN) if question.kind == QuestionKind.SEVERAL else [cell]
        cell = BETWEEN.join(column.words.get(words.strip(), words) for words in said)
    return values_in(AnswerColumn(column.column, question, column.part), cell)


def _enter(
    consultation: Consultation, responses: Sequence[tuple[str, dict[str, list[str]]]], *, progress: Progress
) -> None:
    questions = questionnaires.questions_of(consultation.asked_version)
    for start in range(0, len(responses), BATCH):
        part = responses[start : start + BATCH]
        rows = [Response(consultation=consultation, version=consultation.asked_version, channel=c) for c, _ in part]
        Response.objects.bulk_create(rows)
        Answer.objects.bulk_create(
            answer
            for row, (_, kept) in zip(rows, part, strict=True)
            for answer in responding.answer_rows(row, questions=questions, kept=kept)
        )
        progress(start + len(part), len(responses))


def _note_batch(consultation: Consultation, content: bytes, sources: Counter[str], *, at: datetime) -> None:
    """The ledger: the file once, and under it how many came from each of its own sources."""
    said = ", ".join(f"{source} {count}" for source, count in sources.most_common())
    batch = ResponseBatch.objects.create(
        consultation=consultation,
        digest=digest(content),
        name=said[:200],
        responses=sources.total(),
        entered_at=at,
    )
    log.record(
        action="responses.imported",
        subject=batch,
        actor=None,
        at=at,
        activity=consultation.activity,
        summary=f"{consultation.reference}: {sources.total()} responses were entered from a file.",
        data={"sources": dict(sources)},
    )
