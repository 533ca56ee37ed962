"""The equality questions of a consultation and the tables that were declared of them, as they are or were frozen."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consultations.domain import characteristics, questionnaires
from consultations.domain.characteristics import Characteristic
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import JOIN, QuestionKind, SpecialCondition
from consultations.models import Consultation, EqualityPlan

ABOUT, ANSWER = "about", "answer"  # the two kinds of side that a table can have
CROSSED_KINDS = frozenset({QuestionKind.SINGLE, QuestionKind.SCALE})  # everybody gives them one answer at most

Side = str
Crossing = tuple[Side, Side]


@dataclass(frozen=True)
class Asked:
    """The equality questions of a consultation and its declared tables, as they are now or were frozen.

    `answers` are the questions of the questionnaire that are crossed: key → (its words, {choice: words}).
    """

    purpose: str
    condition: str
    characteristics: tuple[Characteristic, ...]
    crossings: tuple[Crossing, ...]
    answers: Mapping[str, tuple[str, Mapping[str, str]]]

    def title_of(self, side: Side) -> str:
        """What a side of a table is called."""
        kind, _, key = side.partition(".")
        if kind == ANSWER:
            return self.answers[key][0]
        return next(one.title for one in self.characteristics if one.key == key)

    def labels_of(self, side: Side) -> Mapping[str, str]:
        """The rows or columns of a side, in their order."""
        kind, _, key = side.partition(".")
        if kind == ANSWER:
            return self.answers[key][1]
        return next(one.labels for one in self.characteristics if one.key == key)


def about(key: str) -> Side:
    """The side of a table that is a characteristic."""
    return f"{ABOUT}.{key}"


def answer(key: str) -> Side:
    """The side of a table that is a question of the questionnaire."""
    return f"{ANSWER}.{key}"


def table_of(crossing: Iterable[Side]) -> str:
    """The name under which a table is counted."""
    return JOIN.join(crossing)


def plan_of(consultation: Consultation) -> EqualityPlan | None:
    """What was declared, or `None` when no equality questions are asked. One query."""
    return EqualityPlan.objects.filter(consultation=consultation).first()


def asked_by(plan: EqualityPlan) -> Asked:
    """The questions and tables of a plan: as frozen, or with the standard words of today. Queries only for a draft."""
    if plan.frozen is not None:
        return thaw(plan, plan.frozen)
    return thaw(plan, content_of(plan, questions=crossable(plan.consultation)))


def content_of(plan: EqualityPlan, *, questions: Sequence[FrozenQuestion]) -> dict[str, Any]:
    """What a plan asks, word for word. A question that is not there any more has its key for its words."""
    crossed = {side.partition(".")[2] for pair in plan.crossings for side in pair if side.startswith(f"{ANSWER}.")}
    known = {question.key: question for question in questions}
    return {
        "characteristics": characteristics.content_of(characteristics.chosen(plan.characteristics)),
        "answers": {
            key: [known[key].text, list(known[key].labels.items())] if key in known else [key, []]
            for key in sorted(crossed)
        },
    }


def thaw(plan: EqualityPlan, content: Mapping[str, Any]) -> Asked:
    """The same as it is read."""
    return Asked(
        purpose=plan.purpose,
        condition=SpecialCondition(plan.condition).label,
        characteristics=tuple(characteristics.thaw(content["characteristics"])),
        crossings=tuple((first, second) for first, second in plan.crossings),
        answers={key: (text, dict(labels)) for key, (text, labels) in content["answers"].items()},
    )


def crossable(consultation: Consultation) -> list[FrozenQuestion]:
    """The questions that a characteristic can be crossed with: people choose one answer, or a point of a scale."""
    if consultation.version:
        questions = questionnaires.questions_of(consultation.version)
    else:
        try:
            questions = questionnaires.as_asked(consultation.questionnaire)
        except questionnaires.QuestionnaireRefused:
            return []
    return [question for question in questions if question.kind in CROSSED_KINDS]


def fingerprint(plan: EqualityPlan | None) -> str:
    """What a form remembers of the plan it was opened with, to notice that somebody has changed it (C04)."""
    kept = [plan.characteristics, plan.crossings, plan.purpose, plan.condition] if plan else []
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:32]


def missing_questions(plan: EqualityPlan) -> list[str]:
    """Keys of crossed questions that the questionnaire no longer asks in a way that can be crossed."""
    known = {question.key for question in crossable(plan.consultation)}
    crossed = {side.partition(".")[2] for pair in plan.crossings for side in pair if side.startswith(f"{ANSWER}.")}
    return sorted(crossed - known)
