"""The narrative of a return: what went well, what did not, what is coming (R-077, R-149; C04).

It is saved as a draft like figures, by several colleagues, belongs to what a certifier declares, and is never demanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain.moves import lock, refuse_strangers, refuse_unwritable
from contracts.models import KpiReturn, Narrative
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

QUESTIONS = {
    "went_well": "What went well?",
    "did_not": "What did not go well?",
    "coming": "What is coming?",
}
MOST_WORDS = 300  # in each answer


class NarrativeRefused(Refused):
    """The narrative cannot be kept like this; the message says why, `field` names the box."""


class NarrativeChanged(Exception):
    """A colleague saved first; nothing of this save was kept. `theirs` is what is kept."""

    def __init__(self, theirs: Narrative) -> None:
        super().__init__(
            f"{theirs.saved_by} has changed this since you opened it. Compare the two and save what is right."
        )
        self.theirs = theirs


def words_of(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def narrative_of(kpi_return: KpiReturn) -> Narrative | None:
    """The narrative of a return, with who saved it last. One query."""
    found: Narrative | None = Narrative.objects.filter(kpi_return=kpi_return).select_related("saved_by").first()
    return found


def answers_of(narrative: Narrative | None) -> list[tuple[str, str]]:
    """The questions that were answered, each with its answer."""
    if narrative is None:
        return []
    return [(question, getattr(narrative, name)) for name, question in QUESTIONS.items() if getattr(narrative, name)]


def frozen(narrative: Narrative | None) -> dict[str, str]:
    """A narrative as a submission keeps it."""
    return {name: getattr(narrative, name) if narrative else "" for name in QUESTIONS}


@transaction.atomic
def save_narrative(
    *, kpi_return: KpiReturn, words: Mapping[str, str], seen_version: int, actor: User, at: datetime
) -> Narrative | None:
    """Keeps the answers by the names of `QUESTIONS`; nothing is made of three empty ones where there was nothing.

    Raises `ReturnRefused` when the return is not this person's to write now, `NarrativeRefused` for an answer of more
    than 300 words, `NarrativeChanged` when a colleague saved since (`seen_version`, 0 for none). Saving what is kept
    already changes nothing.
    """
    kpi_return = lock(kpi_return)
    refuse_unwritable(kpi_return)
    refuse_strangers(
        kpi_return,
        rules.writable_returns(actor, at=at),
        words=f"Only people of {kpi_return.agreement.provider} write this return.",
    )
    said = {name: words.get(name, "").strip() for name in QUESTIONS}
    for name, text in said.items():
        if words_of(text) > MOST_WORDS:
            raise NarrativeRefused(f"Use at most {MOST_WORDS} words. You have {words_of(text)}.", field=name)
    kept = narrative_of(kpi_return)
    if frozen(kept) == said:
        return kept
    if kept and kept.version != seen_version:
        raise NarrativeChanged(kept)
    narrative = kept or Narrative(kpi_return=kpi_return, version=0)
    for name, text in said.items():
        setattr(narrative, name, text)
    narrative.version += 1
    narrative.saved_at, narrative.saved_by = at, actor
    narrative.save()
    note_change(kpi_return, "return.narrative", "the narrative was saved", actor=actor, at=at)
    return narrative


def note_change(
    kpi_return: KpiReturn, action: str, what: str, *, actor: User, at: datetime, data: dict[str, Any] | None = None
) -> None:
    """Counts a change of a locked return, so that nobody declares what they have not seen, and logs it."""
    kpi_return.version += 1
    kpi_return.save(update_fields=["version"])
    log.record(
        action=action,
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=kpi_return.agreement.activity,
        organisation=kpi_return.agreement.provider,
        summary=f"{kpi_return.reference}: {what}.",
        data=data or {},
    )
