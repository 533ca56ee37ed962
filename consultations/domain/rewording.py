"""Writing a questionnaire in other words: what there is to write, keeping it, and what has to be looked at again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from consultations.domain import questionnaires
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.wordings import Slot, slots_by_question, standing_slots
from consultations.models import Questionnaire, QuestionWording, Wording
from engagement.domain import log


class WordsChanged(Exception):
    """Somebody else has written in this wording meanwhile; nothing was kept."""


@dataclass(frozen=True)
class Sheet:
    """A question, or what stands in many, with what there is to word and the words so far. `stale`: see `stale_in`."""

    key: str
    number: int
    question: FrozenQuestion | None
    slots: Sequence[Slot]
    words: Mapping[str, str]
    stale: bool = False

    @property
    def missing(self) -> int:
        """How many pieces of words are still to write."""
        return sum(slot.required and not self.words.get(slot.name) for slot in self.slots)


STANDING = "everywhere"  # the key of the sheet of what stands in many questions


def sheets_of(wording: Wording) -> list[Sheet]:
    """Everything there is to write in a wording: question by question, last what stands in many.

    Raises `QuestionnaireRefused` while the questions cannot be asked.
    """
    questions = questionnaires.as_asked(wording.questionnaire)
    stale = stale_in(wording, questions)
    standing = standing_slots(questions, kind=wording.kind)
    sheets = [
        Sheet(
            question.key, number, question, slots, question.wordings.get(wording.code, {}), stale=question.key in stale
        )
        for number, (question, slots) in enumerate(slots_by_question(questions), start=1)
    ]
    return [*sheets, Sheet(STANDING, 0, None, standing, wording.words)] if standing else sheets


def stale_in(wording: Wording, questions: Sequence[FrozenQuestion]) -> set[str]:
    """The keys of the questions whose standard words have changed since they were put in other words. One query."""
    return {row.question.key for row in _stale(QuestionWording.objects.filter(wording=wording), questions)}


def stale_wordings(questionnaire: Questionnaire, questions: Sequence[FrozenQuestion]) -> list[str]:
    """The wordings in which a question still says what the standard words said once, by name. One query."""
    rows = _stale(QuestionWording.objects.filter(wording__questionnaire=questionnaire), questions)
    return sorted({str(row.wording) for row in rows})


def _stale(rows: QuerySet[QuestionWording], questions: Sequence[FrozenQuestion]) -> list[QuestionWording]:
    now = {one.key: {slot.name: slot.standard for slot in slots} for one, slots in slots_by_question(questions)}
    written = rows.select_related("wording", "question")
    return [row for row in written if row.words and row.standard != now.get(row.question.key, row.standard)]


def fingerprint(wording: Wording) -> str:
    """What tells one state of a wording from the next, for somebody who has been writing for a while. One query."""
    said = [wording.words, *wording.questions.order_by("question").values_list("question", "words")]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def write_words(
    *, wording: Wording, words: Mapping[str, Mapping[str, str]], seen: str, actor: Any, at: datetime
) -> Wording:
    """Keeps the words of a wording: by question key, and under `STANDING`, each by slot. Empty ones are left out.

    Raises `WordsChanged` when what the writer saw (`seen`, a `fingerprint`) is no longer what is there.
    """
    wording = Wording.objects.select_for_update().select_related("questionnaire").get(pk=wording.pk)
    if fingerprint(wording) != seen:
        raise WordsChanged("Somebody else has written here since you opened this page. Look at it again, then save.")
    keys = dict(wording.questionnaire.questions.values_list("key", "pk"))
    for sheet in sheets_of(wording):
        said = _said(sheet.slots, words.get(sheet.key, {}))
        if sheet.key == STANDING:
            wording.words = said
            wording.save(update_fields=["words"])
        else:
            standard = {slot.name: slot.standard for slot in sheet.slots}
            QuestionWording.objects.update_or_create(
                wording=wording, question_id=keys[sheet.key], defaults={"words": said, "standard": standard}
            )
    log.record(
        action="questionnaire.worded",
        subject=wording.questionnaire,
        actor=actor,
        at=at,
        summary=f"The questionnaire “{wording.questionnaire}” was written in other words: {wording}.",
    )
    return wording


def _said(slots: Sequence[Slot], words: Mapping[str, str]) -> dict[str, str]:
    return {slot.name: said for slot in slots if (said := words.get(slot.name, "").strip())}
