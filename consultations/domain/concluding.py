"""The office's words after closing, in two halves: what people said, and apart from it what was decided (R-060).

Each half is the office's own until it is published by an act of its own (`publishing`). From then it stays as people
read it, and only another edition, which says why, puts other words in its place.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from consultations import rules
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import Approach
from consultations.models import Consultation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.models import User

# What people said, who was asked and how, what that cannot tell, and how it was read.
FEEDBACK = ("finding", "we_asked", "asked_by", "asked_also", "overlap", "you_said", "limits", "method")
# What was decided, by whom and when; what the office did, what it did not, and what comes next.
OUTCOME = (
    "we_did",
    "unchanged",
    "decision",
    "decided_by",
    "decided_on",
    "decision_reference",
    "decision_url",
    "decision_move",
    "next_stage",
    "next_words",
)
NEEDED = {
    FEEDBACK: {
        "finding": "the finding in one sentence",
        "we_asked": "what we asked",
        "you_said": "what people said",
        "limits": "what the answers cannot tell",
        "method": "how the answers were read",
    },
    OUTCOME: {
        "we_did": "what we did",
        "decision": "what was decided, by whom and when",
        "next_words": "what comes next",
    },
}
ADDRESS = re.compile(r"(https://|/(?!/))\S+")


class OutcomeRefused(ConsultationRefused):
    """The outcome cannot be written or published like this. `field` names the part that is wrong, if one is."""


def words_of(consultation: Consultation, half: Iterable[str]) -> dict[str, Any]:
    """One half (`FEEDBACK` or `OUTCOME`) as it is kept now, by field."""
    return {name: getattr(consultation, name) for name in half}


def fingerprint(consultation: Consultation, half: Iterable[str]) -> str:
    """What a form remembers of the words it was opened with, to notice that somebody else has changed them (C04)."""
    kept = json.dumps(words_of(consultation, half), sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(kept.encode()).hexdigest()[:32]


def missing_to_publish(consultation: Consultation, half: tuple[str, ...]) -> list[str]:
    """What must be written before this half can be published, in words."""
    return [words for name, words in NEEDED[half].items() if not getattr(consultation, name).strip()]


@transaction.atomic
def write_feedback(
    *, consultation: Consultation, seen: str, words: Mapping[str, Any], actor: User, at: datetime
) -> Consultation:
    """Keeps what the office says of the answers, on a closed consultation. Keys of `words` are those of `FEEDBACK`.

    `seen` is the `fingerprint` of what the person saw when they began. Raises `OutcomeRefused` before closing, after
    withdrawal and after publication, and when somebody saved other words meanwhile.
    """
    consultation = closed(consultation, actor=actor, at=at)
    if consultation.results_published_at:
        raise OutcomeRefused("The results are published, so these words stay as people read them.")
    return _write(consultation, FEEDBACK, seen=seen, words=words, actor=actor, at=at)


@transaction.atomic
def write_outcome(
    *, consultation: Consultation, seen: str, words: Mapping[str, Any], actor: User, at: datetime
) -> Consultation:
    """Keeps what was decided, what the office did and what comes next. Keys of `words` are those of `OUTCOME`.

    Raises `OutcomeRefused` as `write_feedback` does, and for what `refuse_unfit` finds.
    """
    consultation = closed(consultation, actor=actor, at=at)
    if consultation.outcome_published_at:
        raise OutcomeRefused("The outcome is published, so these words stay as people read them.")
    return _write(consultation, OUTCOME, seen=seen, words=words, actor=actor, at=at)


def _write(
    consultation: Consultation,
    half: tuple[str, ...],
    *,
    seen: str,
    words: Mapping[str, Any],
    actor: User,
    at: datetime,
) -> Consultation:
    refuse_overwriting(consultation, half, seen=seen)
    put(consultation, words, allowed=half)
    refuse_unfit(consultation, at=at)
    consultation.save(update_fields=list(half))
    log.record(
        action="consultation.outcome_written",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"The outcome of {consultation.reference} was written.",
        data={"fields": sorted(words)},
    )
    return consultation


def refuse_overwriting(consultation: Consultation, half: Iterable[str], *, seen: str) -> None:
    """Refuses words written over what somebody else has saved since (C04)."""
    if seen != fingerprint(consultation, half):
        raise OutcomeRefused(
            "Somebody else changed this outcome while you were writing. Your words are still here: look at theirs, then"
            " save again to put yours in their place."
        )


def refuse_unseen(consultation: Consultation, half: Iterable[str], *, seen: str) -> None:
    """Refuses to publish words that were changed since the person read them (C04). `seen` may be left out."""
    if seen and seen != fingerprint(consultation, half):
        raise OutcomeRefused("Somebody has changed these words since you opened this page. Read them, then publish.")


def put(consultation: Consultation, words: Mapping[str, Any], *, allowed: Iterable[str]) -> None:
    """Sets these words on the row, unsaved. Raises `ValueError` for a name that is not `allowed`."""
    if unknown := words.keys() - set(allowed):
        raise ValueError(f"An outcome has no {sorted(unknown)}.")
    for name, value in words.items():
        setattr(consultation, name, value)


def refuse_unfit(consultation: Consultation, *, at: datetime) -> None:
    """Refuses a decision without who and when, older than the closing (Gunning: nobody decides before people were
    heard) or in the future; a link that leads nowhere; a move that the activity never made; an unknown way of asking.
    """
    _refuse_decision(consultation, at=at)
    if consultation.decision_url and not ADDRESS.fullmatch(consultation.decision_url):
        raise OutcomeRefused("Begin the address with https://, or with / for a page of this site.", "decision_url")
    move = consultation.decision_move
    if move is not None and not consultation.activity.stage_changes.filter(sequence=move).exists():
        raise OutcomeRefused("The activity has not made that move.", "decision_move")
    asked: Mapping[str, Any] = consultation.asked_by
    if any(way not in Approach or not isinstance(number, int) or number < 1 for way, number in asked.items()):
        raise OutcomeRefused("Say how many people were asked in each way, in whole numbers.", "asked_by")


def _refuse_decision(consultation: Consultation, *, at: datetime) -> None:
    if consultation.decision and not consultation.decided_by:
        raise OutcomeRefused("Say who decided.", "decided_by")
    if consultation.decision and consultation.decided_on is None:
        raise OutcomeRefused("Enter the day on which it was decided.", "decided_on")
    decided_on: date | None = consultation.decided_on
    if decided_on is None:
        return
    closed_on = local_date(consultation.closes_at)
    if decided_on < closed_on:
        raise OutcomeRefused(f"This closed on {uk_date(closed_on)}: a decision comes after that.", "decided_on")
    if decided_on > local_date(at):
        raise OutcomeRefused("Record a decision once it has been made: this date is in the future.", "decided_on")


def closed(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    """The row as it is now, locked, once it is over and for somebody who runs consultations. Else `OutcomeRefused`."""
    if not rules.runs_consultations(actor, at=at):
        raise OutcomeRefused("Only the Involvement Team can do this.")
    found: Consultation = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("activity", "version", "questionnaire")
        .get(pk=consultation.pk)
    )
    if not found.is_running or at < found.ends_at:
        raise OutcomeRefused("An outcome is written once this has closed.")
    return found
