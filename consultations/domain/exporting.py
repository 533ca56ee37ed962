"""Answers as a file for those who may read them: a row each, in no order, with nothing that says when or who."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from consultations import rules
from consultations.domain import counting, questionnaires, responding, settling
from consultations.domain.columns import CHANNEL, PUBLICATION, VERSION, AnswerColumn, cells_of, columns_of
from consultations.models import Consultation, QuestionnaireVersion, Response
from engagement.domain import log
from engagement.domain.exports import Cell, neutralised
from engagement.models import User

CHUNK = 500


class ExportRefused(Exception):
    """This person may not take the answers away; the message says who may."""


@dataclass(frozen=True)
class ResponseFile:
    """A file of answers, its rows read from the database as they are written."""

    name: str
    header: list[str]
    rows: Iterator[list[Cell]]


@transaction.atomic
def export_responses(*, consultation: Consultation, actor: User, at: datetime) -> ResponseFile:
    """Every settled answer as a file that `import_responses` can read. The audit log says who took it.

    Raises `ExportRefused` for anybody but those who read what people write.
    """
    if not rules.reads_responses(actor, at=at):
        raise ExportRefused("Only the Involvement Team reads what people write.")
    columns = export_columns(consultation)
    responses = Response.objects.readable_by(actor, at=at).filter(consultation=consultation)
    log.record(
        action="responses.exported",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"The answers to {consultation.reference} were downloaded.",
        data={"responses": responses.count()},
    )
    return ResponseFile(
        f"answers-{consultation.reference.lower()}.csv", header_of(columns), rows_of(columns, responses)
    )


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
    return [CHANNEL, VERSION, PUBLICATION, *(neutralised(column.title) for column in columns)]


def rows_of(columns: list[AnswerColumn], responses: QuerySet[Response]) -> Iterator[list[Cell]]:
    """One row a response, under `header_of`, read from the database a few hundred at a time.

    They stand in the order of their keys, which are random. A version that fewer than ten of them answered is not told
    from the next (`settling.in_company`).
    """
    asked_in: dict[int, Any] = {}
    shown = settling.in_company(dict(responses.values_list("version__number").annotate(number=Count("pk"))))
    some = responses.order_by("key").select_related("version").prefetch_related("answers")
    for response in some.iterator(chunk_size=CHUNK):
        if response.version_id not in asked_in:
            asked_in[response.version_id] = questionnaires.questions_of(response.version)
        questions = asked_in[response.version_id]
        given = responding.answers_in(questions, response)
        asked = questionnaires.asked_among(questions, given)
        known: list[Cell] = [response.channel, shown[response.version.number], response.publication]
        yield [*known, *cells_of(columns, given, asked=asked)]
