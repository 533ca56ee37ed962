"""Other words for the same questions: what there is to word, what is still missing, and a question in those words.

Words are kept by *slot*: "text", "hint", "choice PHONE"… A slot without words of its own says the standard ones, which
happens in previews only: a consultation does not open before every wording is whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from consultations.domain.frozen import FrozenChoice, FrozenQuestion
from consultations.enums import (
    AGREEMENT,
    APART,
    DONT_KNOW,
    OTHER,
    OTHER_LABEL,
    OWN_NAMES,
    PREFER_NOT,
    RIGHT_TO_LEFT,
    Language,
    WordingKind,
)

STANDARD: Final = ""  # the code of the standard words
STANDARD_NAME: Final = "Standard"
LONG: Final = 4000
_EVERYWHERE: Final = {**AGREEMENT, OTHER: OTHER_LABEL, **APART}

# What stands in many questions, in plain words, where the author writes no others.
_PLAIN: Final[Mapping[str, Mapping[str, str]]] = {
    WordingKind.EASY_READ: {
        "STRONGLY_AGREE": "Yes, I agree a lot",
        "AGREE": "Yes, I agree a bit",
        "NEITHER": "I am in the middle",
        "DISAGREE": "No, I disagree a bit",
        "STRONGLY_DISAGREE": "No, I disagree a lot",
        OTHER: "Something else",
        DONT_KNOW: "I do not know",
        PREFER_NOT: "I do not want to say",
    },
    WordingKind.YOUNG: {
        "STRONGLY_AGREE": "Totally agree",
        "AGREE": "Agree",
        "NEITHER": "In the middle",
        "DISAGREE": "Disagree",
        "STRONGLY_DISAGREE": "Totally disagree",
        OTHER: "Something else",
        DONT_KNOW: "Not sure",
        PREFER_NOT: "I’d rather not say",
    },
}


@dataclass(frozen=True)
class Slot:
    """One piece of words. `about` names it to the author: "the question", "the answer “A letter”".

    `plain` is what is said when its author writes nothing.
    """

    name: str
    standard: str
    about: str
    required: bool = True
    limit: int = 200
    plain: str = ""


@dataclass(frozen=True)
class OfferedWording:
    """A wording that people can choose. `standing` are its words for what stands in many questions."""

    code: str
    kind: str
    language: str = ""
    standing: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the office calls it."""
        return Language(self.language).label if self.language else WordingKind(self.kind).label

    @property
    def own_name(self) -> str:
        """What its readers call it."""
        return OWN_NAMES[Language(self.language)] if self.language else self.title

    @property
    def direction(self) -> str:
        """How its lines run, as a page says it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def easy_read(self) -> bool:
        """Whether it is set in large type and short lines."""
        return self.kind == WordingKind.EASY_READ

    def everywhere(self) -> dict[str, str]:
        """Its words for what stands in many questions: the author's, else plain ones of our own where we have them."""
        return {**_PLAIN.get(self.kind, {}), **{name: words for name, words in self.standing.items() if words}}


def slots_of(question: FrozenQuestion, *, begins_section: bool = False) -> Iterator[Slot]:
    """Everything in a question that has words of its own, in the order of the page."""
    if begins_section:
        yield Slot("section", question.section, "the title of the section", limit=120)
    yield Slot("text", question.text, "the question" if question.asks else "the title")
    if question.hint:
        yield Slot("hint", question.hint, "the hint", required=False, limit=300)
    if question.evidence:
        yield Slot("evidence_title", question.evidence_title, "the title of what to know", limit=120)
        yield Slot("evidence", question.evidence, "what to know before answering", limit=LONG)
    if question.unit:
        yield Slot("unit", question.unit, "the unit behind the box", limit=20)
    for statement in question.statements:
        yield Slot(f"statement {statement.key}", statement.label, f"the statement “{statement.label}”")
    for choice in question.choices:
        if choice.key not in AGREEMENT:
            yield Slot(f"choice {choice.key}", choice.label, f"the answer “{choice.label}”")
        if choice.hint:
            yield Slot(f"hint {choice.key}", choice.hint, f"the hint of “{choice.label}”", required=False)


def slots_by_question(questions: Sequence[FrozenQuestion]) -> list[tuple[FrozenQuestion, list[Slot]]]:
    """The slots of each question; the title of a section is said where the section begins."""
    section, slots = "", []
    for question in questions:
        begins = bool(question.section) and question.section != section
        section = question.section
        slots.append((question, list(slots_of(question, begins_section=begins))))
    return slots


def standing_slots(questions: Sequence[FrozenQuestion], *, kind: str) -> list[Slot]:
    """What stands in more than one place of these questions. Only another language has to word it anew."""
    used = {key for question in questions for key in question.labels}
    plain = _PLAIN.get(kind, {})
    return [
        Slot(key, words, f"“{words}”", required=key not in plain, plain=plain.get(key, ""))
        for key, words in _EVERYWHERE.items()
        if key in used
    ]


def missing(questions: Sequence[FrozenQuestion], offered: OfferedWording) -> list[str]:
    """What an author has still to write before people can choose this wording, in sentences."""
    sentences = []
    standing = [
        slot.about
        for slot in standing_slots(questions, kind=offered.kind)
        if slot.required and not offered.standing.get(slot.name)
    ]
    if standing:
        sentences.append(f"{offered.title}: write {_and(standing)}, which stand in many questions.")
    for number, (question, slots) in enumerate(slots_by_question(questions), start=1):
        words = question.wordings.get(offered.code, {})
        if gaps := [slot.about for slot in slots if slot.required and not words.get(slot.name)]:
            sentences.append(f"{offered.title}, question {number}, “{question.text}”: write {_and(gaps)}.")
    return sentences


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def in_wording(questions: Sequence[FrozenQuestion], offered: OfferedWording) -> list[FrozenQuestion]:
    """The same questions in other words. What has none yet says the standard ones."""
    sections = {
        question.section: words["section"]
        for question in questions
        if (words := question.wordings.get(offered.code, {})).get("section")
    }
    return [_worded(question, offered, sections) for question in questions]


def _worded(question: FrozenQuestion, offered: OfferedWording, sections: Mapping[str, str]) -> FrozenQuestion:
    words, everywhere = question.wordings.get(offered.code, {}), offered.everywhere()
    said: dict[str, Any] = {
        name: words.get(name) or getattr(question, name) for name in ("text", "evidence_title", "evidence", "unit")
    }
    return replace(
        question,
        **said,
        hint=words.get("hint", "") if words else question.hint,
        section=sections.get(question.section, question.section),
        choices=tuple(
            FrozenChoice(
                choice.key,
                words.get(f"choice {choice.key}") or everywhere.get(choice.key, choice.label),
                words.get(f"hint {choice.key}", "") if words else choice.hint,
            )
            for choice in question.choices
        ),
        statements=tuple(
            replace(line, label=words.get(f"statement {line.key}") or line.label) for line in question.statements
        ),
        standing=everywhere,
    )


def thaw_offered(content: Iterable[Mapping[str, Any]]) -> list[OfferedWording]:
    """The wordings that a version holds."""
    return [OfferedWording(**one) for one in content]
