"""Answers as a file for those who may read them: a row each, in no order, with nothing that says when or who."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Aggregate, Count, Func, JSONField, OuterRef, QuerySet, Subquery, TextField

from consultations import rules
from consultations.domain import counting, questionnaires, settling
from consultations.domain.columns import (
    CHANNEL,
    DUPLICATE,
    PUBLICATION,
    VERSION,
    AnswerColumn,
    RowsOfAVersion,
    columns_of,
)
from consultations.models import Answer, Consultation, QuestionnaireVersion, Response
from engagement.domain import log
from engagement.domain.exports import Cell, neutralised
from engagement.domain.spreadsheets import TooManyRows, refuse_unless_fits
from engagement.models import User

CHUNK = 500  # responses fetched at a time


class ExportRefused(Exception):
    """The answers cannot be taken away like this; the message says who may, or what to take instead."""


@dataclass(frozen=True)
class ResponseFile:
    """A file of answers (`name` without its ending), its rows read from the database as they are written."""

    name: str
    header: list[str]
    rows: Iterator[list[Cell]]


@transaction.atomic
def export_responses(
    *, consultation: Consultation, actor: User, at: datetime, as_workbook: bool = False
) -> ResponseFile:
    """Every settled answer as a file that `import_responses` can read. The audit log says who took it.

    Raises `ExportRefused` for anybody but those who read what people write, and for more answers than a workbook holds.
    """
    if not rules.reads_responses(actor, at=at):
        raise ExportRefused("Only the Involvement Team reads what people write.")
    columns = export_columns(consultation)
    responses = Response.objects.readable_by(actor, at=at).filter(consultation=consultation)
    number = responses.count()
    if as_workbook:
        refuse_too_many(number)
    log.record(
        action="responses.exported",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"The answers to {consultation.reference} were downloaded.",
        data={"responses": number},
    )
    return ResponseFile(f"answers-{consultation.reference.lower()}", header_of(columns), rows_of(columns, responses))


def refuse_too_many(rows: int) -> None:
    """Raises `ExportRefused` for more rows than a sheet of a workbook holds."""
    try:
        refuse_unless_fits(rows)
    except TooManyRows as refusal:
        raise ExportRefused(str(refusal)) from refusal


def export_columns(consultation: Consultation) -> list[AnswerColumn]:
    """The columns of every question that was ever asked, in its latest words. Two queries."""
    return columns_of(counting.joined_questions(consultation, earlier_versions(consultation)))


def earlier_versions(consultation: Consultation) -> list[Any]:
    """The stored questions of versions that some responses answered before the one that is asked now."""
    others = Response.objects.filter(consultation=consultation).exclude(version=consultation.version)
    rows = QuestionnaireVersion.objects.filter(pk__in=others.values("version")).order_by("-number")
    return [version.content["questions"] for version in rows]


def header_of(columns: list[AnswerColumn]) -> list[str]:
    """The first line of the file. An author's words could run in a spreadsheet like anybody's."""
    return [CHANNEL, VERSION, PUBLICATION, *(neutralised(column.title) for column in columns), DUPLICATE]


def rows_of(columns: list[AnswerColumn], responses: QuerySet[Response]) -> Iterator[list[Cell]]:
    """One row a response, under `header_of`, written while the database reads: three queries, whatever their number.

    They stand in the order of their keys, which are random. A version that fewer than ten of them answered is not told
    from the next (`settling.in_company`).
    """
    shown = settling.in_company(dict(responses.values_list("version__number").annotate(number=Count("pk"))))
    versions = QuestionnaireVersion.objects.filter(pk__in=responses.values("version"))
    asked_in = {
        one.pk: (shown[one.number], RowsOfAVersion(questionnaires.questions_of(one), columns)) for one in versions
    }
    one_by_one = responses.order_by("key").values_list(*_RESPONSE, Subquery(_GIVEN))
    for version, channel, publication, verdict, left_out, answers in one_by_one.iterator(chunk_size=CHUNK):
        given: dict[str, list[tuple[str, str]]] = {}
        for question, choice, text in zip(*json.loads(answers or "[]"), strict=True):
            given.setdefault(question, []).append((choice, text))
        number, writer = asked_in[version]
        yield [channel, number, publication, *writer.cells(given), judged_words(verdict, left_out)]


def judged_words(verdict: str | None, left_out: bool | None) -> str | None:
    """Whether a person judged a response to be a copy of others: `kept`, `excluded`, or nothing where nobody did."""
    if not verdict:
        return None
    return "excluded" if left_out else "kept"


class _AsList(Aggregate):
    """The values of many rows as one, a JSON list, which costs less than half of fetching a row each."""

    output_field = JSONField()
    function = "json_group_array"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="json_agg", **context)


class _Beside(Func):
    """Lists beside each other, as the text of a JSON list."""

    output_field = TextField()
    function = "json_array"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(function)s(%(expressions)s)::text"
        return self.as_sql(compiler, connection, function="json_build_array", template=template, **context)


_RESPONSE = ("version", "channel", "publication", "alike__group__verdict", "alike__left_out")
_GIVEN = (
    Answer.objects.filter(response=OuterRef("pk"))
    .order_by()
    .values("response")
    .annotate(given=_Beside(_AsList("question"), _AsList("choice"), _AsList("text")))
    .values("given")
)
