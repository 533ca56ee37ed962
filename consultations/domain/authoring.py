"""Writing questionnaires: what is written down about it, copies, and when one may be thrown away."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from consultations.domain.questionnaires import QuestionnaireRefused
from consultations.models import Choice, Question, Questionnaire, QuestionWording, Route, Statement, Wording
from engagement.domain import log

PARTS_WITHOUT_ROUTES: tuple[Any, ...] = (Choice, Statement)
PARTS: tuple[Any, ...] = (*PARTS_WITHOUT_ROUTES, Route)


@transaction.atomic
def note_writing(*, questionnaire: Questionnaire, actor: Any, at: datetime, begun: bool) -> Questionnaire:
    """Records in the audit log that a questionnaire was begun or changed (R-152), in the transaction of the change."""
    log.record(
        action="questionnaire.begun" if begun else "questionnaire.changed",
        subject=questionnaire,
        actor=actor,
        at=at,
        summary=f"The questionnaire “{questionnaire}” was {'begun' if begun else 'changed'}.",
        data={"questions": questionnaire.questions.count()},
    )
    return questionnaire


@transaction.atomic
def copy_questionnaire(*, questionnaire: Questionnaire, title: str, actor: Any, at: datetime) -> Questionnaire:
    """A new questionnaire with the same questions under another title. Keys stay, so results can be compared over time.

    What is in the question bank is there once: the copy is not. Raises `QuestionnaireRefused` when the title is taken.
    """
    if Questionnaire.objects.filter(title__iexact=title).exists():
        raise QuestionnaireRefused(f"There is already a questionnaire called “{title}”. Choose another title.")
    copy = Questionnaire.objects.create(title=title)
    for question in questionnaire.questions.order_by("sort_order", "pk"):
        said = copied(question, leave_out={"id", "questionnaire", "reusable", "taken_from"})
        asked = Question.objects.create(questionnaire=copy, taken_from=question, **said)
        for model in PARTS:
            model.objects.bulk_create(
                model(question=asked, **copied(row, leave_out={"id", "question"}))
                for row in model.objects.filter(question=question).order_by("sort_order", "pk")
            )
    _copy_wordings(questionnaire, copy)
    return note_writing(questionnaire=copy, actor=actor, at=at, begun=True)


def _copy_wordings(questionnaire: Questionnaire, copy: Questionnaire) -> None:
    asked = {question.key: question for question in copy.questions.all()}
    for wording in questionnaire.wordings.order_by("sort_order", "pk"):
        offered = Wording.objects.create(questionnaire=copy, **copied(wording, leave_out={"id", "questionnaire"}))
        QuestionWording.objects.bulk_create(
            QuestionWording(
                wording=offered,
                question=asked[row.question.key],
                **copied(row, leave_out={"id", "wording", "question"}),
            )
            for row in wording.questions.select_related("question").order_by("pk")
        )


def copied(row: Model, *, leave_out: set[str]) -> dict[str, Any]:
    """The words and settings of a row, without what ties it to its place."""
    return {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if f.name not in leave_out}


@transaction.atomic
def delete_questionnaire(*, questionnaire: Questionnaire, actor: Any, at: datetime) -> None:
    """Throws a questionnaire away. Raises `QuestionnaireRefused` when a consultation asks it, or has asked it."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if asking := questionnaire.consultations.order_by("pk").first():
        raise QuestionnaireRefused(
            f"{asking.reference} asks this questionnaire, so it stays. Copy it to begin another."
        )
    if questionnaire.versions.exists():
        raise QuestionnaireRefused("It has been asked, so it stays. Copy it to begin another.")
    log.record(
        action="questionnaire.deleted",
        subject=questionnaire,
        actor=actor,
        at=at,
        summary=f"The questionnaire “{questionnaire}”, never asked, was deleted.",
    )
    questionnaire.delete()
