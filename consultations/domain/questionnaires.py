"""Freezing what is asked, and reading it back as it was asked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from consultations.domain import answers, soundness, wordings
from consultations.domain.fitness import QuestionUnfit, as_frozen
from consultations.domain.frozen import FrozenChoice, FrozenQuestion, thaw
from consultations.domain.routes import Route, path_of
from consultations.domain.wordings import STANDARD, OfferedWording
from consultations.models import Question, Questionnaire, QuestionnaireVersion

Answers = Mapping[str, Sequence[str]]


class QuestionnaireRefused(Exception):
    """The questionnaire cannot be asked as it is; the message says which question and why."""


class AnswersRefused(Exception):
    """Answers do not fit the questionnaire they claim to answer. `problems` maps question keys to sentences."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def questions_of(version: QuestionnaireVersion, *, wording: str = STANDARD) -> list[FrozenQuestion]:
    """The questions of a frozen version, in order and in the words of a wording it offers, else its own. No query."""
    questions = [thaw(content) for content in version.content["questions"]]
    chosen = [offered for offered in wordings_of(version) if offered.code == wording]
    return wordings.in_wording(questions, chosen[0]) if chosen else questions


def wordings_of(version: QuestionnaireVersion) -> list[OfferedWording]:
    """The wordings that people can choose beside the standard one. No query."""
    return wordings.thaw_offered(version.content.get("wordings", ()))


@transaction.atomic
def freeze(*, questionnaire: Questionnaire, at: datetime) -> QuestionnaireVersion:
    """The version that asks exactly what the questionnaire says now: the last one when nothing changed, else a new one.

    Raises `QuestionnaireRefused` when a question cannot be answered, the way through them is not sound, or a wording
    is not whole.
    """
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    questions, offered = ready_to_ask(questionnaire)
    last: QuestionnaireVersion | None = questionnaire.versions.order_by("-number").first()
    if last and questions_of(last) == questions and wordings_of(last) == offered:
        return last
    content = content_of(questions, offered)
    number = last.number + 1 if last else 1
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=number, content=content, frozen_at=at
    )


def content_of(questions: Sequence[FrozenQuestion], offered: Sequence[OfferedWording]) -> dict[str, Any]:
    """Questions and the wordings they are offered in, as a frozen version holds them."""
    content = {"questions": [_plain(question) for question in questions]}
    return {**content, "wordings": [_plain(one) for one in offered]} if offered else content


def ready_to_ask(questionnaire: Questionnaire) -> tuple[list[FrozenQuestion], list[OfferedWording]]:
    """What would be asked if frozen now, and in which wordings.

    Raises `QuestionnaireRefused`, also when the way through is not sound or a wording is not whole.
    """
    questions, offered = as_asked(questionnaire), wordings_now(questionnaire)
    problems = [fault.sentence for fault in soundness.faults_of(questions)]
    problems += [sentence for one in offered for sentence in wordings.missing(questions, one)]
    if problems:
        raise QuestionnaireRefused(" ".join(problems))
    return questions, offered


def as_asked(questionnaire: Questionnaire) -> list[FrozenQuestion]:
    """What the questionnaire would ask if it were frozen now. Raises `QuestionnaireRefused`, naming the question."""
    rows = questionnaire.questions.order_by("sort_order", "pk")
    rows = rows.prefetch_related("choices", "statements", "routes", "wordings__wording")
    questions = _in_sections(_as_asked(number, question) for number, question in enumerate(rows, start=1))
    if not any(question.asks for question in questions):
        raise QuestionnaireRefused("Add at least one question.")
    return questions


def _in_sections(questions: Iterable[FrozenQuestion]) -> list[FrozenQuestion]:
    """A section goes on until the next one begins."""
    section, sectioned = "", []
    for question in questions:
        section = question.section or section
        sectioned.append(replace(question, section=section))
    return sectioned


def _as_asked(number: int, question: Question) -> FrozenQuestion:
    said = {one.attname: getattr(question, one.attname) for one in question._meta.concrete_fields}
    try:
        frozen = as_frozen(said, choices=_offered(question.choices), statements=_offered(question.statements))
    except QuestionUnfit as refusal:
        raise QuestionnaireRefused(f"Question {number}, “{question.text}”: {refusal}") from refusal
    routes = sorted(question.routes.all(), key=lambda row: (row.sort_order, row.pk))
    return replace(
        frozen,
        routes=tuple(Route(row.goal, row.when, tuple(row.choices)) for row in routes),
        wordings={row.wording.code: row.words for row in question.wordings.all()},
    )


def wordings_now(questionnaire: Questionnaire) -> list[OfferedWording]:
    """The wordings that the questionnaire would offer if it were frozen now. One query."""
    rows = questionnaire.wordings.order_by("sort_order", "pk")
    return [OfferedWording(row.code, row.kind, row.language, row.words) for row in rows]


def _offered(rows: Any) -> tuple[FrozenChoice, ...]:
    ordered = sorted(rows.all(), key=lambda row: (row.sort_order, row.pk))
    return tuple(FrozenChoice(row.key, row.label, getattr(row, "hint", "")) for row in ordered)


def _plain(part: FrozenQuestion | OfferedWording) -> Any:
    """A question or a wording as JSON holds it."""
    return json.loads(json.dumps(asdict(part)))


def asked_of(version: QuestionnaireVersion, given: Answers) -> frozenset[str]:
    """The keys of the questions that somebody with these answers was asked: what is not here was *not asked*.

    What is here and has no answer was asked and *not answered*. No query.
    """
    return asked_among(questions_of(version), given)


def asked_among(questions: Sequence[FrozenQuestion], given: Answers) -> frozenset[str]:
    """The same of questions that were read before."""
    return frozenset(question.key for question in path_of(questions, given))


def check_answers(questions: Sequence[FrozenQuestion], given: Answers) -> dict[str, list[str]]:
    """Answers ready to be kept: known questions, offered choices once each, texts trimmed, the unanswered left out.

    What each answer looks like is said in `domain.frozen`. Only the questions that these answers lead through are
    judged and kept. Raises `AnswersRefused`, with a sentence for each that was answered in a way that was not offered,
    or that must be answered and was not.
    """
    kept: dict[str, list[str]] = {}
    problems: dict[str, str] = {}
    tidied = {question.key: answers.cleaned(question, given.get(question.key, ())) for question in questions}
    for question in path_of(questions, tidied):
        values = tidied[question.key]
        if problem := answers.problem_with(question, values):
            problems[question.key] = f"“{question.text}”: {problem.words}" if values else f"Answer “{question.text}”"
        elif values:
            kept[question.key] = values
    if problems:
        raise AnswersRefused(problems)
    return kept
