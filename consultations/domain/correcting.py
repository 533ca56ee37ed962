"""Putting words right that people are reading already: a slip, a hint, what to know; never what can be answered.

The words are put right in the questionnaire itself and then published here, with a note that everybody reads. From then
on the consultation asks another frozen version; what was sent before keeps the version that it answered (ADR 13).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from consultations.domain import questionnaires, rewording, versions
from consultations.domain.differences import Script, WordChange, other_meanings, word_changes
from consultations.domain.moving import unfinished
from consultations.domain.preparing import ConsultationRefused, record
from consultations.models import Consultation, Correction, QuestionnaireVersion
from engagement.models import User

VERSION_2 = (
    "People are answering this already, so that would be another version. Undo it in the questionnaire, and ask it in a"
    " copy of the questionnaire, in a consultation that opens later."
)


@dataclass(frozen=True)
class Proposal:
    """What the questionnaire says now and the consultation does not. `problems` are why it cannot be published.

    `stale` names the wordings that were written for earlier words; `seen` tells this state from the next.
    """

    changes: Sequence[WordChange] = ()
    problems: Sequence[str] = ()
    stale: Sequence[str] = ()
    seen: str = ""


@dataclass(frozen=True)
class PublishedCorrection:
    """A correction as the public reads it. `number` is that of the version that it made."""

    number: int
    made_at: datetime
    note: str
    changes: Sequence[WordChange]


def script_of(version: QuestionnaireVersion) -> Script:
    """Everything people read of a frozen version. No query."""
    return Script(questionnaires.questions_of(version), questionnaires.wordings_of(version))


def proposed(consultation: Consultation) -> Proposal:
    """How the questionnaire differs now from what is asked. Writes nothing."""
    asked = script_of(consultation.asked_version)
    try:
        now = Script(*questionnaires.ready_to_ask(consultation.questionnaire))
    except questionnaires.QuestionnaireRefused as refusal:
        return Proposal(problems=[str(refusal)], seen=_fingerprint(consultation, str(refusal)))
    changes = word_changes(asked, now)
    problems = [*versions.more_than_words(asked.questions, now.questions), *other_meanings(changes)]
    if [(one.code, one.kind) for one in asked.offered] != [(one.code, one.kind) for one in now.offered]:
        problems.append("The questions can be read in other wordings than before.")
    return Proposal(
        changes=changes,
        problems=problems,
        stale=rewording.stale_wordings(consultation.questionnaire, now.questions),
        seen=_fingerprint(consultation, _content(now)),
    )


def _content(script: Script) -> str:
    return json.dumps(questionnaires.content_of(script.questions, script.offered), sort_keys=True)


def _fingerprint(consultation: Consultation, content: str) -> str:
    return hashlib.sha256(f"{consultation.asked_version.pk} {content}".encode()).hexdigest()[:32]


@transaction.atomic
def publish_correction(
    *, consultation: Consultation, note: str, same: bool, seen: str, actor: User, at: datetime
) -> Correction:
    """Asks the corrected words from now on, and says so in public with the `note`.

    `same` is the person's own word that nobody would have answered differently; `seen` the `Proposal` they looked at.
    Raises `ConsultationRefused` unless it is public and not over, for anybody but the Involvement Team, when there is
    nothing to correct, when more than words differ, and when somebody has changed the questionnaire meanwhile.
    """
    consultation = unfinished(consultation, actor=actor, at=at)
    proposal = proposed(consultation)
    if seen != proposal.seen:
        raise ConsultationRefused(
            "The questionnaire has changed since you opened this page. Look at the changes again, then publish."
        )
    if proposal.problems:
        raise ConsultationRefused(f"{' '.join(proposal.problems)} {VERSION_2}")
    if not proposal.changes:
        raise ConsultationRefused("There is nothing to correct: the questionnaire says what people read.")
    if not note.strip():
        raise ConsultationRefused("Say what you corrected and why. Everybody can read it.", "note")
    if not same:
        raise ConsultationRefused("If somebody would have answered differently, it is not a correction.", "same")
    before, after = consultation.asked_version, questionnaires.freeze(questionnaire=consultation.questionnaire, at=at)
    if _fingerprint(consultation, _content(script_of(after))) != seen:
        raise ConsultationRefused("Somebody is changing the questionnaire just now. Look at the changes again.")
    consultation.version = after
    consultation.save(update_fields=["version"])
    made = Correction.objects.create(
        consultation=consultation, version=after, replaces=before, note=note.strip(), made_at=at, made_by=actor
    )
    record(
        consultation,
        "corrected",
        actor=actor,
        at=at,
        summary=f"The words of {consultation.reference} were corrected: {note.strip()}",
        data={"from": before.number, "to": after.number, "changes": len(proposal.changes)},
    )
    return made


def corrections_of(consultation: Consultation) -> list[PublishedCorrection]:
    """Every correction as the public reads it, the newest first. One query."""
    rows = consultation.corrections.select_related("version", "replaces").order_by("-made_at", "-pk")
    return [
        PublishedCorrection(
            row.version.number, row.made_at, row.note, word_changes(script_of(row.replaces), script_of(row.version))
        )
        for row in rows
    ]


def versions_asked(consultation: Consultation) -> list[QuestionnaireVersion]:
    """Every version that this consultation has asked, the first one first. One query."""
    rows = consultation.corrections.select_related("replaces").order_by("made_at", "pk")
    return [*(row.replaces for row in rows), consultation.asked_version]
