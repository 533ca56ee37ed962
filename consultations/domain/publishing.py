"""Closing the loop in two acts: first what people said, later and apart what was decided and done (R-060, R-086).

Each act has its own day, freezes an edition and is told to everybody engaged, once. What was public stays readable: a
correction is a later edition with a public note.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from consultations.domain import collective, counting, editions, monitoring, profile, settling, theme_tables
from consultations.domain.concluding import (
    FEEDBACK,
    OUTCOME,
    OutcomeRefused,
    closed,
    missing_to_publish,
    put,
    refuse_overwriting,
    refuse_unfit,
    refuse_unseen,
    words_of,
)
from consultations.domain.counting import Results
from consultations.domain.preparing import record
from consultations.enums import RevisionKind
from consultations.models import Consultation
from engagement.domain.outbox import announce
from engagement.enums import EventKind
from engagement.models import User


@transaction.atomic
def publish_results(*, consultation: Consultation, actor: User, at: datetime, seen: str = "") -> Consultation:
    """Makes public what people said: protected counts, who was asked, what that cannot tell, how it was read.

    The first edition. `seen` is the fingerprint of the words that the person read, where a page showed them. Raises
    `OutcomeRefused` before closing, after withdrawal, the second time, when other words were saved since they were
    read, and while words that people need to judge the counts are missing.
    """
    consultation = ready_to_publish(consultation=consultation, actor=actor, at=at, seen=seen)
    settling.settle(consultation=consultation, at=at, for_good=True)
    settling.shuffle(consultation=consultation, at=at)
    monitoring.fold_equality(consultation=consultation, at=at, for_good=True)
    profile.publish(consultation=consultation, at=at)
    _, counts = _count(consultation, at=at)
    consultation.results_published_at = at
    consultation.save(update_fields=["results", "results_published_at"])
    _publish(consultation, RevisionKind.RESULTS, counts=counts, actor=actor, at=at)
    _tell(
        consultation,
        EventKind.RESULTS_PUBLISHED,
        key=f"consultation-results:{consultation.pk}",
        title=f"What people said: {consultation.title}",
        summary=consultation.finding,
        at=at,
    )
    return consultation


def ready_to_publish(*, consultation: Consultation, actor: User, at: datetime, seen: str = "") -> Consultation:
    """The row as it is now, locked, when nothing stands against publishing what people said. Else `OutcomeRefused`."""
    consultation = closed(consultation, actor=actor, at=at)
    if consultation.results_published_at:
        raise OutcomeRefused("The results are published already.")
    refuse_unseen(consultation, FEEDBACK, seen=seen)
    _refuse_missing(consultation, FEEDBACK)
    return consultation


@transaction.atomic
def publish_outcome(*, consultation: Consultation, actor: User, at: datetime, seen: str = "") -> Consultation:
    """Makes public what was decided, by whom and when, what was done, what did not change and why, and what comes next.

    `seen` is as in `publish_results`. Raises `OutcomeRefused` before the results are public, the second time, when
    other words were saved since they were read, and while words are missing.
    """
    consultation = closed(consultation, actor=actor, at=at)
    if consultation.results_published_at is None:
        raise OutcomeRefused("Publish the results first: people read what was said before they read what was decided.")
    if consultation.outcome_published_at:
        raise OutcomeRefused("The outcome is published already.")
    refuse_unseen(consultation, OUTCOME, seen=seen)
    _refuse_missing(consultation, OUTCOME)
    refuse_unfit(consultation, at=at)
    consultation.outcome_published_at = at
    consultation.save(update_fields=["outcome_published_at"])
    counts = editions.last_counts(consultation)
    _publish(consultation, RevisionKind.OUTCOME, counts=counts, actor=actor, at=at)
    _tell(
        consultation,
        EventKind.OUTCOME_PUBLISHED,
        key=f"consultation-outcome:{consultation.pk}",
        title=f"What we decided: {consultation.title}",
        summary=consultation.we_did,
        at=at,
    )
    return consultation


@transaction.atomic
def correct_words(
    *,
    consultation: Consultation,
    half: tuple[str, ...],
    seen: str,
    words: Mapping[str, Any],
    note: str,
    actor: User,
    at: datetime,
) -> Consultation:
    """Puts other words in the place of public ones, in a new edition whose `note` tells the public what and why.

    Keys of `words` are those of `half` (`FEEDBACK` or `OUTCOME`), of which `seen` is the fingerprint. Raises
    `OutcomeRefused` while that half is not public, when nothing would change, without a note, and for words that could
    not have been published.
    """
    consultation = _public(consultation, half=half, note=note, actor=actor, at=at)
    refuse_overwriting(consultation, half, seen=seen)
    before = words_of(consultation, half)
    put(consultation, words, allowed=half)
    if words_of(consultation, half) == before:
        raise OutcomeRefused("These are the words that are public already.")
    _refuse_missing(consultation, half)
    refuse_unfit(consultation, at=at)
    consultation.save(update_fields=list(half))
    _correct(consultation, RevisionKind.CHANGED, editions.last_counts(consultation), note=note, actor=actor, at=at)
    return consultation


@transaction.atomic
def correct_numbers(*, consultation: Consultation, note: str, actor: User, at: datetime) -> Consultation:
    """Counts again, for answers that came late or were entered wrongly, in a new edition with a public `note`.

    The themes and their quotes are taken as they are now; the table of a question whose numbers moved by too little
    stays, with the quotes of now (`theme_tables.publishable`).
    Raises `OutcomeRefused` when no number changes, and when one changes by so little that whoever lays both editions
    side by side would know what a few people answered.
    """
    consultation = ready_to_recount(consultation=consultation, note=note, actor=actor, at=at)
    earlier, read = editions.counts_of_all(consultation), counting.results_of(consultation)
    settling.settle(consultation=consultation, at=at, for_good=True)
    settling.shuffle(consultation=consultation, at=at)
    said, counts = _count(consultation, at=at)
    now, threshold = _answers(counts), counting.threshold_for(consultation)
    changed = any(_changes(_answers(earlier[0]), now)) if earlier else True
    if not changed and read and (said.themes, said.coding) == (read.themes, read.coding):
        raise OutcomeRefused("Counted again, every number is as published.")
    if any(0 < abs(change) < threshold for before in earlier for change in _changes(_answers(before), now)):
        raise OutcomeRefused(
            "Too few answers have changed: beside the numbers that people have read, the new ones would say what those"
            " few answered. The published numbers stay."
        )
    consultation.save(update_fields=["results"])
    _correct(consultation, RevisionKind.CORRECTED, counts, note=note, actor=actor, at=at)
    return consultation


def ready_to_recount(*, consultation: Consultation, note: str, actor: User, at: datetime) -> Consultation:
    """The row as it is now, locked, when there are published numbers to correct and a `note` says why."""
    return _public(consultation, half=FEEDBACK, note=note, actor=actor, at=at)


def _public(consultation: Consultation, *, half: tuple[str, ...], note: str, actor: User, at: datetime) -> Consultation:
    consultation = closed(consultation, actor=actor, at=at)
    published = consultation.results_published_at if half == FEEDBACK else consultation.outcome_published_at
    if published is None:
        raise OutcomeRefused("Nothing is published yet, so the words can simply be changed.")
    if not note.strip():
        raise OutcomeRefused("Say what is corrected, and why. Everybody can read it.", "note")
    return consultation


def _count(consultation: Consultation, *, at: datetime) -> tuple[Results, dict[str, Any]]:
    """Counts all that is settled, puts what may be shown on the row, unsaved; returns that and the exact counts."""
    counts = counting.count_to_publish(consultation)
    shown = counting.protect(consultation, counts, at=at)
    earlier = editions.counts_of_all(consultation)
    said = theme_tables.publishable(consultation, shown, earlier=earlier, at=at)
    shown = replace(shown, collective=collective.beside(consultation), themes=said.tables, coding=said.method)
    consultation.results = counting.snapshot(shown)
    return shown, {**counts, "themes": said.exact}


def _answers(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of answers alone: whether those of themes may change is decided table by table, and how many answers
    are alike says nothing of what they answered.
    """
    return {name: kept for name, kept in counts.items() if name not in {"themes", "alike"}}


def _changes(before: Any, after: Any) -> Iterator[int]:
    """By how much each number changed, wherever it stands; one that is missing counts as none."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        for key in old.keys() | new.keys():
            yield from _changes(old.get(key), new.get(key))
    elif isinstance(before, int) or isinstance(after, int):
        yield (after or 0) - (before or 0)


def _refuse_missing(consultation: Consultation, half: tuple[str, ...]) -> None:
    if missing := missing_to_publish(consultation, half):
        raise OutcomeRefused(f"Write these first: {', '.join(missing)}.")


def _correct(
    consultation: Consultation,
    kind: RevisionKind,
    counts: Mapping[str, Any],
    *,
    note: str,
    actor: User,
    at: datetime,
) -> None:
    number = _publish(consultation, kind, counts=counts, note=note, actor=actor, at=at)
    _tell(
        consultation,
        EventKind.RESULTS_UPDATED,
        key=f"consultation-edition:{consultation.pk}:{number}",
        title=f"Corrected: {consultation.title}",
        summary=note.strip(),
        at=at,
    )


def _publish(
    consultation: Consultation,
    kind: RevisionKind,
    *,
    counts: Mapping[str, Any],
    actor: User,
    at: datetime,
    note: str = "",
) -> int:
    edition = editions.freeze_edition(consultation, kind=kind, counts=counts, note=note.strip(), actor=actor, at=at)
    record(
        consultation,
        f"{kind.name.lower()} published",
        actor=actor,
        at=at,
        summary=f"Edition {edition.number} of the results of {consultation.reference} was published.",
        data={"edition": edition.number, "kind": kind},
    )
    return int(edition.number)


def _tell(consultation: Consultation, kind: EventKind, *, key: str, title: str, summary: str, at: datetime) -> None:
    announce(
        key=key,
        kind=kind,
        activity=consultation.activity,
        title=title,
        summary=summary,
        path=consultation.get_absolute_url(),
        about=consultation.reference,
        at=at,
        sensitive=consultation.sensitive,
    )
