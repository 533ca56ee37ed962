"""Choosing which tables of one question by another are published with the results (R-059, R-150)."""

from datetime import datetime

from django.db import transaction

from consultations.domain import crossings, questionnaires
from consultations.domain.crossings import BY_CHANNEL, CHANNEL_WORDS, CrossingUnfit
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.preparing import ConsultationRefused, record, runnable
from consultations.models import Consultation, Crossing, QuestionnaireVersion, Response
from engagement.models import User

PUBLISHED = "The results are published, so their tables stay as people read them."


def asked_in(consultation: Consultation) -> list[list[FrozenQuestion]]:
    """The questions of the version that is asked and of others that somebody answered; of a draft as they stand now.

    Empty when a draft cannot be asked as it is. One query once it is public.
    """
    if consultation.version is None:
        try:
            return [questionnaires.as_asked(consultation.questionnaire)]
        except questionnaires.QuestionnaireRefused:
            return []
    others = Response.objects.filter(consultation=consultation).exclude(version=consultation.version)
    earlier = QuestionnaireVersion.objects.filter(pk__in=others.values("version")).order_by("-number")
    return [questionnaires.questions_of(version) for version in (consultation.version, *earlier)]


def offered(questions: list[FrozenQuestion]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What can stand in the rows and what in the columns: keys and words."""
    rows = [(one.key, one.text) for one in questions if one.kind in crossings.IN_ROWS]
    columns = [(one.key, one.text) for one in questions if one.kind in crossings.IN_COLUMNS]
    return rows, [(BY_CHANNEL, CHANNEL_WORDS), *columns]


@transaction.atomic
def add_table(*, consultation: Consultation, row: str, column: str, actor: User, at: datetime) -> Consultation:
    """Chooses a table of the answers to `row` by those to `column`, a question's key or `BY_CHANNEL`.

    A second press finds it chosen. Raises `ConsultationRefused` once the results are published, and for a table that
    could reveal, together with the others, what each of them withholds.
    """
    consultation = _unpublished(consultation, actor=actor, at=at)
    versions, pairs = asked_in(consultation), crossings.pairs_of(consultation)
    if (row, column) in pairs:
        return consultation
    if not versions:
        raise ConsultationRefused("The questions cannot be asked as they are. Finish the questionnaire first.")
    fit = [pair for pair, unfit in crossings.fit_pairs(versions, pairs) if not unfit]
    try:
        crossings.refuse_unfit(versions, [*fit, (row, column)])
    except CrossingUnfit as refusal:
        raise ConsultationRefused(str(refusal), refusal.field) from refusal
    Crossing.objects.create(consultation=consultation, row=row, column=column)
    record(
        consultation,
        "table_chosen",
        actor=actor,
        at=at,
        summary=f"A table of one question by another was chosen for the results of {consultation.reference}.",
        data={"row": row, "column": column},
    )
    return consultation


@transaction.atomic
def remove_table(*, consultation: Consultation, row: str, column: str, actor: User, at: datetime) -> Consultation:
    """Leaves out a table that was chosen; nothing when it is gone. Raises `ConsultationRefused` once published."""
    consultation = _unpublished(consultation, actor=actor, at=at)
    gone, _ = consultation.crossings.filter(row=row, column=column).delete()
    if gone:
        record(
            consultation,
            "table_left_out",
            actor=actor,
            at=at,
            summary=f"A table of one question by another was left out of the results of {consultation.reference}.",
            data={"row": row, "column": column},
        )
    return consultation


def _unpublished(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    consultation = runnable(consultation, actor=actor, at=at)
    if consultation.results_published_at:
        raise ConsultationRefused(PUBLISHED)
    if consultation.is_named:
        raise ConsultationRefused("Organisations answer this by name: their answers are shown one by one.")
    if consultation.withdrawn_at:
        raise ConsultationRefused("This was withdrawn: it has no results.")
    return consultation
