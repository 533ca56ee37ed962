"""The question bank: questions that the office has asked well and asks again, whole or one by one.

A question is in the bank when its author says so in the CMS, or when all of its questionnaire is. What is taken is a
copy: changing one never changes the other.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from consultations.domain.authoring import PARTS_WITHOUT_ROUTES, copied, note_writing
from consultations.domain.questionnaires import QuestionnaireRefused
from consultations.models import Question, Questionnaire, QuestionWording
from consultations.models.questionnaire import new_short_key

IN_BANK = Q(reusable=True) | Q(questionnaire__reusable=True)


def bank_questions(words: str = "") -> QuerySet[Question]:
    """Questions of the bank with all these words, with how often each was taken, in the order of the alphabet."""
    found = Question.objects.filter(IN_BANK)
    for word in words.split()[:10]:
        found = found.filter(Q(text__icontains=word) | Q(choices__label__icontains=word)).distinct()
    taken: QuerySet[Question] = found.select_related("questionnaire").annotate(
        times_taken=Count("taken", distinct=True)
    )
    taken = taken.prefetch_related("choices", "statements", "wordings__wording")
    return taken.order_by("text", "pk")


def fingerprint(questionnaire: Questionnaire) -> str:
    """What tells one state of a questionnaire's list of questions from the next. One query."""
    rows = questionnaire.questions.order_by("sort_order", "pk").values_list("pk", "key")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:32]


@transaction.atomic
def take_questions(
    *, questionnaire: Questionnaire, chosen: Collection[int], seen: str, actor: Any, at: datetime
) -> list[Question]:
    """Puts copies of bank questions at the end of a questionnaire, with their choices, statements and wordings.

    A wording comes along where the questionnaire offers it. Keys stay where they are free, so that answers can be
    compared over time; routes stay behind, since their goals do. `chosen` are primary keys. Raises
    `QuestionnaireRefused` when nothing is chosen, when something is not in the bank any more, and when the
    questionnaire is not as the person saw it (`seen`): a second press adds nothing twice.
    """
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if not chosen:
        raise QuestionnaireRefused("Choose at least one question.")
    if seen != fingerprint(questionnaire):
        raise QuestionnaireRefused("The questionnaire has changed since you opened this page. Look at it, then choose.")
    questions = list(bank_questions().filter(pk__in=chosen))
    if len(questions) != len(set(chosen)):
        raise QuestionnaireRefused("One of these is no longer in the question bank. Choose again.")
    taken = [_take(question, questionnaire) for question in questions]
    note_writing(questionnaire=questionnaire, actor=actor, at=at, begun=False)
    return taken


def _take(question: Question, questionnaire: Questionnaire) -> Question:
    last = questionnaire.questions.aggregate(last=Max("sort_order"))["last"]
    said = copied(question, leave_out={"id", "questionnaire", "sort_order", "section", "reusable", "taken_from"})
    if questionnaire.questions.filter(key=question.key).exists():
        said["key"] = new_short_key()
    place = 0 if last is None else last + 1
    asked: Question = Question.objects.create(
        questionnaire=questionnaire, sort_order=place, taken_from=question, **said
    )
    for model in PARTS_WITHOUT_ROUTES:
        model.objects.bulk_create(
            model(question=asked, **copied(row, leave_out={"id", "question"}))
            for row in model.objects.filter(question=question).order_by("sort_order", "pk")
        )
    offered = {wording.code: wording for wording in questionnaire.wordings.all()}
    QuestionWording.objects.bulk_create(
        QuestionWording(
            wording=offered[row.wording.code],
            question=asked,
            **copied(row, leave_out={"id", "wording", "question"}),
        )
        for row in question.wordings.all()
        if row.wording.code in offered
    )
    return asked
