"""A questionnaire with a question of every kind, in two sections, and an answer to each."""

from datetime import date
from decimal import Decimal

from consultations import models
from consultations.enums import QuestionKind
from tests.factories.consultations import ChoiceFactory, QuestionFactory, QuestionnaireFactory

WARDS = ("Abbey", "Brook", "Castle", "Dale", "East", "Ferry", "Grange", "Hill", "Inner", "Jubilee", "Kings", "Lower")

# What each question is asked with, and what its author wrote as choices and statements.
KINDS = {
    "single": (QuestionKind.SINGLE, {"other": True, "section": "About you"}, ("By phone", "By letter"), ()),
    "several": (QuestionKind.SEVERAL, {"other": True, "prefer_not": True}, ("Weekdays", "Evenings", "At night"), ()),
    "scale": (QuestionKind.SCALE, {}, (), ()),
    "matrix": (QuestionKind.MATRIX, {}, (), ("I knew whom to call", "I was believed")),
    "ranking": (QuestionKind.RANKING, {"places": 3}, ("Speed", "Privacy", "Distance", "Cost"), ()),
    "place": (QuestionKind.PLACE, {}, WARDS, ()),
    "number": (
        QuestionKind.NUMBER,
        {"unit": "miles", "bands": "0, 5, 20", "maximum": Decimal(300), "section": "Getting there"},
        (),
        (),
    ),
    "money": (QuestionKind.MONEY, {"bands": "£0 £10 £1,000"}, (), ()),
    "date": (QuestionKind.DATE, {"earliest": date(2026, 1, 1), "latest": date(2026, 9, 30)}, (), ()),
    "short": (QuestionKind.SHORT_TEXT, {}, (), ()),
    "long": (QuestionKind.LONG_TEXT, {}, (), ()),
    "files": (QuestionKind.FILE, {"files_reason": "People show where it is dark."}, (), ()),
    "facts": (QuestionKind.INFORMATION, {"evidence": "Buses run until 11pm."}, (), ()),
}

ANSWERS = {
    "single": ["OTHER=In a café"],
    "several": ["c1", "c2", "OTHER=On Sundays"],
    "scale": ["AGREE"],
    "matrix": ["s1=AGREE", "s2=DONT_KNOW"],
    "ranking": ["c2=1", "c1=2"],
    "place": ["c12"],
    "number": ["12"],
    "money": ["612.50"],
    "date": ["2026-03-27"],
    "short": ["The 14 bus"],
    "long": ["It is far.\nAnd dark."],
}

# The same as people read it.
IN_WORDS = {
    "single": ["Other: In a café"],
    "several": ["Weekdays", "Evenings", "Other: On Sundays"],
    "scale": ["Agree"],
    "matrix": ["I knew whom to call: Agree", "I was believed: I do not know"],
    "ranking": ["1. Privacy", "2. Speed"],
    "place": ["Lower"],
    "number": ["12 miles"],
    "money": ["£612.50"],
    "date": ["27 March 2026"],
    "short": ["The 14 bus"],
    "long": ["It is far.\nAnd dark."],
}


def question_of_kind(name, *, questionnaire, place=1, **more):
    """The question of `KINDS` with this name; its key is the name, its choices are c1, c2… and statements s1, s2…"""
    kind, said, choices, statements = KINDS[name]
    question = QuestionFactory(
        questionnaire=questionnaire,
        sort_order=place,
        key=name,
        kind=kind,
        text=f"A question of kind {name}",
        **{**said, **more},
    )
    for number, label in enumerate(choices, start=1):
        ChoiceFactory(question=question, sort_order=number, key=f"c{number}", label=label)
    for number, label in enumerate(statements, start=1):
        models.Statement.objects.create(question=question, sort_order=number, key=f"s{number}", label=label)
    return question


def questionnaire_of(*names, **more):
    """A questionnaire with these questions of `KINDS`, or with all of them, in their order."""
    questionnaire = QuestionnaireFactory(asked=[])
    for place, name in enumerate(names or KINDS, start=1):
        question_of_kind(name, questionnaire=questionnaire, place=place, **more)
    return questionnaire
