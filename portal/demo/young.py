"""The consultation of young people: many kinds of question, a way that depends on the answers, three wordings.

And the question bank, with what the office asks every quarter.
"""

import random
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from consultations.domain import attaching, correcting, rewording
from consultations.domain.drafting import OpenDraft
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.stripping import stripped
from consultations.enums import QuestionKind, RouteWhen, WordingKind
from consultations.models import Choice, Consultation, Question, Questionnaire, Route, Statement, Wording
from engagement.models import User
from portal.demo import Demonstration

KIND = QuestionKind
SHOWN = 0.4  # of those who reach the question
SLIP, HINT = "Choose all that aply.", "Choose all that apply."
NOTE = "A word was spelt wrongly under “What is there near you that helps?”. Thank you to the pupil who told us."
BANK = "Questions we ask again"

# Key, kind, question, choices, statements, and what else is set.
ASKED: tuple[tuple[str, QuestionKind, str, tuple[str, ...], tuple[str, ...], dict[str, Any]], ...] = (
    (
        "who",
        KIND.SINGLE,
        "Which of these are you?",
        ("A young person", "A parent or carer", "Somebody who works with young people"),
        (),
        {"section": "About you", "prefer_not": True, "dont_know": False},
    ),
    (
        "near",
        KIND.SEVERAL,
        "What is there near you that helps?",
        ("A youth club", "Sport", "School", "Family", "Nothing"),
        (),
        {"section": "Where you live", "hint": SLIP, "other": True},
    ),
    (
        "agree",
        KIND.MATRIX,
        "How far do you agree?",
        (),
        ("Young people here know whom to turn to", "There is somewhere safe to go after school"),
        {},
    ),
    (
        "first",
        KIND.RANKING,
        "What should we pay for first?",
        ("Somewhere warm and free to go", "A worker who stays", "Sport and trips", "Help with the bus fare"),
        (),
        {"places": 3},
    ),
    (
        "far",
        KIND.NUMBER,
        "How far is it to the place that helps you most?",
        (),
        (),
        {"unit": "miles", "maximum": 100, "bands": "0, 1, 3, 10"},
    ),
    ("last", KIND.DATE, "When were you last there?", (), (), {"hint": "A guess will do."}),
    (
        "cost",
        KIND.MONEY,
        "What does one evening at your club cost to run?",
        (),
        (),
        {"section": "Your work", "maximum": 2000, "bands": "0, 50, 200, 500"},
    ),
    (
        "helped",
        KIND.LONG_TEXT,
        "What would have helped someone you know?",
        (),
        (),
        {"section": "Anything else", "hint": "Do not name anyone.", "dont_know": False},
    ),
    (
        "show",
        KIND.FILE,
        "Can you show us a place where you feel safe, or one where you do not?",
        (),
        (),
        {
            "hint": "A photo of the place, without people in it.",
            "files_reason": "Some young people show a place more easily than they describe it.",
        },
    ),
)

# The same in other words; what is not here is plain enough as it stands.
IN_OTHER_WORDS = {
    WordingKind.EASY_READ: {
        "Where you live": "Where you live",
        "Which of these are you?": "Who are you?",
        "A parent or carer": "I look after a child or young person",
        "A young person": "I am a young person",
        "Somebody who works with young people": "I work with young people",
        "What is there near you that helps?": "What helps young people near you?",
        HINT: "You can choose more than one.",
        SLIP: "You can choose more than one.",
        "How far do you agree?": "Do you agree?",
        "Young people here know whom to turn to": "Young people know who can help them",
        "There is somewhere safe to go after school": "There is a safe place to go after school",
        "What should we pay for first?": "What is most important to you?",
        "Somewhere warm and free to go": "A warm place that costs nothing",
        "A worker who stays": "The same worker for a long time",
        "How far is it to the place that helps you most?": "How far do you have to go?",
        "When were you last there?": "When did you last go?",
        "What does one evening at your club cost to run?": "How much money does one evening at your club cost?",
        "What would have helped someone you know?": "Think of someone you know. What would have helped them?",
        "Do not name anyone.": "Please do not write anyone’s name.",
        "Can you show us a place where you feel safe, or one where you do not?": "Can you send us a photo of a place"
        " where you feel safe, or not safe?",
        "A photo of the place, without people in it.": "Please do not send photos of people.",
    },
    WordingKind.YOUNG: {
        "Which of these are you?": "Who’s answering?",
        "A young person": "Me, I’m young",
        "A parent or carer": "A parent or carer",
        "What is there near you that helps?": "What’s good near you?",
        HINT: "Pick as many as you like.",
        SLIP: "Pick as many as you like.",
        "Nothing": "Nothing, really",
        "How far do you agree?": "True for you?",
        "Young people here know whom to turn to": "I know who to go to if things get bad",
        "There is somewhere safe to go after school": "There’s somewhere safe to hang out after school",
        "What should we pay for first?": "If it was your money, what first?",
        "Somewhere warm and free to go": "Somewhere warm, for free",
        "A worker who stays": "Youth workers who don’t leave",
        "How far is it to the place that helps you most?": "How far do you have to go for it?",
        "When were you last there?": "When did you last go?",
        "What would have helped someone you know?": "Think of a friend. What would have helped?",
        "Do not name anyone.": "Leave names out.",
        "Can you show us a place where you feel safe, or one where you do not?": "Got a pic of somewhere you feel safe,"
        " or don’t?",
        "A photo of the place, without people in it.": "Just the place, no faces.",
    },
}

KEPT: tuple[tuple[QuestionKind, str, tuple[str, ...], str], ...] = (
    (KIND.SINGLE, "How did you hear of this?", ("From a worker", "At a library", "Online", "From a friend"), ""),
    (KIND.SCALE, "I was treated with respect.", (), ""),
    (KIND.SCALE, "I know what happens next.", (), ""),
    (KIND.LONG_TEXT, "What one thing should we do better?", (), "Do not name anyone."),
)


def make_bank() -> Questionnaire:
    """The questions that the office asks again and again."""
    bank = Questionnaire.objects.create(title=BANK, reusable=True)
    for order, (kind, text, choices, hint) in enumerate(KEPT):
        question = Question.objects.create(questionnaire=bank, sort_order=order, kind=kind, text=text, hint=hint)
        _offer(Choice, question, choices)
    return bank


def make_questionnaire(title: str, *, today: date, actor: User, at: datetime) -> Questionnaire:
    """What young people are asked. Somebody who works with them is asked about costs, and not about places."""
    questionnaire = Questionnaire.objects.create(title=title)
    for order, (key, kind, text, choices, statements, more) in enumerate(ASKED):
        dates = {"earliest": today - timedelta(days=730), "latest": today} if kind == KIND.DATE else {}
        question = Question.objects.create(
            questionnaire=questionnaire, sort_order=order, key=key, kind=kind, text=text, **more, **dates
        )
        _offer(Choice, question, choices)
        _offer(Statement, question, statements)
    asked = {question.key: question for question in questionnaire.questions.all()}
    Route.objects.create(question=asked["who"], when=RouteWhen.CHOSEN, choices=["c3"], goal="cost")
    Route.objects.create(question=asked["last"], when=RouteWhen.OTHERWISE, goal="helped")
    for order, kind in enumerate(IN_OTHER_WORDS):
        Wording.objects.create(questionnaire=questionnaire, kind=kind, sort_order=order)
    _write_wordings(questionnaire, actor=actor, at=at)
    return questionnaire


def _offer(model: Any, question: Question, labels: tuple[str, ...]) -> None:
    for place, label in enumerate(labels, start=1):
        model.objects.create(question=question, sort_order=place, key=f"c{place}", label=label)


def _write_wordings(questionnaire: Questionnaire, *, actor: User, at: datetime) -> None:
    for wording in questionnaire.wordings.select_related("questionnaire").order_by("sort_order"):
        said = IN_OTHER_WORDS[WordingKind(wording.kind)]
        words = {
            sheet.key: {
                slot.name: said.get(slot.standard, slot.standard) for slot in sheet.slots if sheet.question is not None
            }
            for sheet in rewording.sheets_of(wording)
        }
        seen = rewording.fingerprint(wording)
        rewording.write_words(wording=wording, words=words, seen=seen, actor=actor, at=at)


def correct(demo: Demonstration, title: str, *, at: datetime) -> None:
    """A slip is put right in public, while people are answering."""
    consultation = Consultation.objects.select_related("version", "questionnaire").get(title=title)
    actor = demo.people["involvement"]
    Question.objects.filter(questionnaire=consultation.questionnaire, hint=SLIP).update(hint=HINT)
    _write_wordings(consultation.questionnaire, actor=actor, at=at)
    seen = correcting.proposed(consultation).seen
    correcting.publish_correction(consultation=consultation, note=NOTE, same=True, seen=seen, actor=actor, at=at)


def show(opened: OpenDraft, question: FrozenQuestion, chance: random.Random, *, at: datetime) -> OpenDraft:
    """Now and then somebody sends a picture of a street, or words about it; most send nothing."""
    files = [_street(chance)] if chance.random() < SHOWN else []
    if files and chance.random() < SHOWN:
        files.append(b"The bus shelter on the ring road has had no light since August.")
    added = [stripped(file) for file in files]
    return attaching.keep_files(opened=opened, question=question.key, added=added, removed=[], at=at)


def _street(chance: random.Random) -> bytes:
    """A street at night with one lamp, drawn here: nobody's photograph."""
    picture = Image.new("RGB", (800, 500), "#16202e")
    draw, lamp = ImageDraw.Draw(picture), chance.randrange(150, 650)
    for left in range(0, 800, 100):
        draw.rectangle((left, chance.randrange(120, 260), left + 92, 380), fill="#22303f")
    draw.polygon([(lamp, 160), (lamp - 110, 400), (lamp + 110, 400)], fill="#6d6335")
    draw.line((lamp, 400, lamp, 160), fill="#8f98a3", width=6)
    draw.rectangle((0, 400, 800, 500), fill="#2d3237")
    into = BytesIO()
    picture.save(into, "JPEG")
    return into.getvalue()


def choose(question: FrozenQuestion, chance: random.Random) -> list[str]:
    """An answer to a question that is neither a choice nor a text."""
    if question.kind == KIND.MATRIX:
        return [f"{line.key}={chance.choice(question.choices).key}" for line in question.lines]
    if question.kind == KIND.RANKING:
        things = chance.sample([thing.key for thing in question.lines], k=question.places)
        return [f"{key}={place}" for place, key in enumerate(things, start=1)]
    if question.kind == KIND.DATE:
        last = date.fromisoformat(question.maximum)
        return [(last - timedelta(days=chance.randrange(200))).isoformat()]
    return [str(chance.choice([1, 2, 4, 12]) * (40 if question.kind == KIND.MONEY else 1))]
