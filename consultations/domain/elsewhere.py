"""A consultation that another body held, entered from its published file as a mapping describes it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from consultations.domain import questionnaires
from consultations.domain.mapped import AskedColumn
from consultations.enums import QuestionKind
from consultations.models import Choice, Consultation, Question, Questionnaire
from engagement.domain import log
from engagement.domain.calendar import at_5pm
from engagement.domain.importing import activity_of
from engagement.models import Activity


def held_elsewhere(
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
