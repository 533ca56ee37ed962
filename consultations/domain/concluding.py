"""Closing the loop: what we asked, what you said, what we did, and the decision, apart from the counts (R-060, R-086).

What people said and what was decided are two things with two dates. The words are the office's until the results are
published; from then they stay as people read them. A decision can follow later, and cannot be older than the closing.
"""

import hashlib
import json
from datetime import date, datetime

from django.db import transaction

from consultations import rules
from consultations.models import Consultation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.outbox import announce
from engagement.enums import EventKind
from engagement.models import User

WORDS = ("finding", "we_asked", "you_said", "we_did", "unchanged")
NEEDED = {
    "finding": "the finding in one sentence",
    "we_asked": "what we asked",
    "you_said": "what people said",
    "we_did": "what we did",
}


class OutcomeRefused(Exception):
    """The outcome cannot be written like this. `field` names the part that is wrong, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def words_of(consultation: Consultation) -> dict[str, str]:
    """The words of the outcome as they are kept now."""
    return {name: getattr(consultation, name) for name in WORDS}


def fingerprint(consultation: Consultation) -> str:
    """What a form remembers of the words it was opened with, to notice that somebody else has changed them (C04)."""
    return hashlib.sha256(json.dumps(words_of(consultation), sort_keys=True).encode()).hexdigest()[:32]


def missing_to_publish(consultation: Consultation) -> list[str]:
    """What must be written before the results can be published, in words."""
    return [words for name, words in NEEDED.items() if not getattr(consultation, name).strip()]


@transaction.atomic
def write_outcome(
    *, consultation: Consultation, seen: str, words: dict[str, str], actor: User, at: datetime
) -> Consultation:
    """Keeps the office's words on a closed consultation. Keys of `words` are those of `WORDS`.

    `seen` is the `fingerprint` of what the person saw when they began. Raises `OutcomeRefused` before closing, after
    withdrawal and after publication, and when somebody saved other words meanwhile.
    """
    consultation = _closed(consultation, actor=actor, at=at)
    if consultation.results_published_at:
        raise OutcomeRefused("The results are published, so these words stay as people read them.")
    if seen != fingerprint(consultation):
        raise OutcomeRefused(
            "Somebody else changed this outcome while you were writing. Your words are still here: look at theirs, then"
            " save again to put yours in their place."
        )
    for name, text in words.items():
        if name not in WORDS:
            raise ValueError(f"An outcome has no {name}.")
        setattr(consultation, name, text)
    consultation.save(update_fields=list(WORDS))
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


@transaction.atomic
def record_decision(
    *, consultation: Consultation, decision: str, decided_by: str, decided_on: date, actor: User, at: datetime
) -> Consultation:
    """Records what was decided after listening, by whom, when; tells everyone engaged once the results are public.

    Raises `OutcomeRefused` before closing, for a decision older than the closing (Gunning: no decision before people
    were heard) or in the future, and once a decision is public.
    """
    consultation = _closed(consultation, actor=actor, at=at)
    if consultation.decision and consultation.results_published_at:
        raise OutcomeRefused("The decision is public already, so it stays as people read it.")
    closed_on = local_date(consultation.closes_at)
    if decided_on < closed_on:
        raise OutcomeRefused(f"This closed on {uk_date(closed_on)}: a decision comes after that.", "decided_on")
    if decided_on > local_date(at):
        raise OutcomeRefused("Record a decision once it has been made: this date is in the future.", "decided_on")
    consultation.decision, consultation.decided_by, consultation.decided_on = decision, decided_by, decided_on
    consultation.save(update_fields=["decision", "decided_by", "decided_on"])
    log.record(
        action="consultation.decided",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"The decision after {consultation.reference} was recorded.",
        data={"decided_on": decided_on.isoformat()},
    )
    if consultation.results_published_at:
        announce(
            key=f"consultation-decided:{consultation.pk}",
            kind=EventKind.RESULTS_PUBLISHED,
            activity=consultation.activity,
            title=f"Decided: {consultation.title}",
            summary=decision,
            path=f"{consultation.get_absolute_url()}#decision",
            about=consultation.reference,
            at=at,
            sensitive=consultation.sensitive,
        )
    return consultation


def _closed(consultation: Consultation, *, actor: User, at: datetime) -> Consultation:
    if not rules.runs_consultations(actor, at=at):
        raise OutcomeRefused("Only the Involvement Team can do this.")
    found: Consultation = (
        Consultation.objects.select_for_update(of=("self",)).select_related("activity").get(pk=consultation.pk)
    )
    if not found.is_running or at < found.ends_at:
        raise OutcomeRefused("An outcome is written once this has closed.")
    return found
