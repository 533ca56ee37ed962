"""Which words differ between two versions of the same questions, piece by piece, in every wording. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consultations.domain.frozen import FrozenQuestion
from consultations.domain.sameness import keeps_meaning
from consultations.domain.wordings import STANDARD, OfferedWording, Slot, slots_by_question, standing_slots

FREE: Final = ("section", "hint", "evidence")  # the slots whose names begin so may say anything new


@dataclass(frozen=True)
class Script:
    """Everything people read of one version: its questions, and the wordings beside the standard one."""

    questions: Sequence[FrozenQuestion]
    offered: Sequence[OfferedWording] = ()


@dataclass(frozen=True)
class WordChange:
    """One piece of words that differs. `question` is its key, empty for what stands in many; `wording` a code."""

    question: str
    text: str
    wording: str
    wording_name: str
    about: str
    before: str
    after: str
    answers_hang_on_it: bool


def word_changes(before: Script, after: Script) -> list[WordChange]:
    """What differs, question by question in the order of the page, last what stands in many. Only shared questions."""
    old = {question.key: (question, slots) for question, slots in slots_by_question(before.questions)}
    changes = list[WordChange]()
    for question, slots in slots_by_question(after.questions):
        if question.key in old:
            earlier, earlier_slots = old[question.key]
            changes += _of_question(question, (earlier, earlier_slots), slots, after.offered)
    return [*changes, *_of_standing(before, after)]


def _of_question(
    question: FrozenQuestion,
    earlier: tuple[FrozenQuestion, Sequence[Slot]],
    slots: Sequence[Slot],
    offered: Sequence[OfferedWording],
) -> Iterator[WordChange]:
    old_question, old_slots = earlier
    about = {slot.name: slot.about for slot in (*slots, *old_slots)}
    standard = {slot.name: slot.standard for slot in old_slots}, {slot.name: slot.standard for slot in slots}
    said: list[tuple[str, str, Mapping[str, str], Mapping[str, str]]] = [(STANDARD, "", *standard)]
    for one in offered:
        said.append((one.code, one.title, old_question.wordings.get(one.code, {}), question.wordings.get(one.code, {})))
    for code, title, old, new in said:
        for name in (*new, *(name for name in old if name not in new)):
            words = old.get(name, ""), new.get(name, "")
            if words[0] != words[1] and name in about:
                hangs = not name.startswith(FREE)
                yield WordChange(question.key, question.text, code, title, about[name], *words, hangs)


def _of_standing(before: Script, after: Script) -> Iterator[WordChange]:
    old = {one.code: one.standing for one in before.offered}
    for one in after.offered:
        about: Mapping[str, str] = {slot.name: slot.about for slot in standing_slots(after.questions, kind=one.kind)}
        for name, words in about.items():
            said = old.get(one.code, {}).get(name, ""), one.standing.get(name, "")
            if said[0] != said[1]:
                yield WordChange("", "", one.code, one.title, words, *said, True)


def other_meanings(changes: Iterable[WordChange]) -> list[str]:
    """Those changes that say something else, in sentences: hints, evidence and titles of sections may."""
    return [
        f"“{change.before}” would become “{change.after}”, which may say something else."
        for change in changes
        if change.answers_hang_on_it and not keeps_meaning(change.before, change.after)
    ]
