"""Editions: everything that was public after closing, as it was public then (R-060).

`content_of` is the one place where an edition's content is put together. Whatever becomes public with the results or
with the outcome is added there, and read again by `edition_of`: then every edition, early or late, keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse

from consultations.domain import counting, equality, profile, promising
from consultations.domain.concluding import FEEDBACK, OUTCOME, words_of
from consultations.domain.counting import Results
from consultations.domain.profile import Profile
from consultations.enums import LATE, OPEN_PROMISES, PromiseStatus, RevisionKind
from consultations.models import Consultation, Promise, ResultsRevision
from engagement.models import StageChange, User


@dataclass(frozen=True)
class PromiseThen:
    """A promise as it stood when an edition was published. Where it stands now is in the register of promises."""

    reference: str
    words: str
    owner_words: str
    due_on: date
    status: PromiseStatus
    kept_on: date | None
    evidence: str
    reason: str

    def get_absolute_url(self) -> str:
        """Its public page, as it stands now."""
        return reverse("consultations:promise-detail", args=[self.reference])

    def standing(self, *, on: date) -> str:
        """Where it stood on a day: a `PromiseStatus`, or `LATE` once its day had passed."""
        return LATE if self.status in OPEN_PROMISES and self.due_on < on else self.status


@dataclass(frozen=True)
class Edition:
    """One edition as people read it. `feedback` and `outcome` are words by field; no `outcome` before it was public."""

    number: int
    kind: RevisionKind
    note: str
    published_at: datetime
    results_published_at: datetime
    outcome_published_at: datetime | None
    feedback: dict[str, Any]
    results: Results | None
    outcome: dict[str, Any]
    profile: Profile | None = None
    promises: tuple[PromiseThen, ...] = ()


def content_of(consultation: Consultation) -> dict[str, Any]:
    """What is public of a consultation's results and outcome now, as JSON can hold it. Two queries."""
    plan = equality.plan_of(consultation)
    told = consultation.outcome_published_at is not None
    promised = promising.promises_of(consultation) if told else []
    return {
        **_words_of(consultation),
        "profile": plan.results if plan else None,
        "promises": [_frozen_promise(one) for one in promised],
    }


def _words_of(consultation: Consultation) -> dict[str, Any]:
    """What stands on the consultation's own row."""
    published, told = consultation.results_published_at, consultation.outcome_published_at
    return {
        "results_published_at": published.isoformat() if published else None,
        "outcome_published_at": told.isoformat() if told else None,
        "feedback": words_of(consultation, FEEDBACK),
        "results": consultation.results,
        "outcome": _dated(words_of(consultation, OUTCOME)) if told else None,
    }


def _frozen_promise(promise: Promise) -> dict[str, Any]:
    kept = {field.name: getattr(promise, field.name) for field in fields(PromiseThen)}
    return _dated(kept)


def _thawed_promise(kept: Mapping[str, Any]) -> PromiseThen:
    kept_on = date.fromisoformat(kept["kept_on"]) if kept["kept_on"] else None
    status, due_on = PromiseStatus(kept["status"]), date.fromisoformat(kept["due_on"])
    return PromiseThen(**{**kept, "status": status, "due_on": due_on, "kept_on": kept_on})


def edition_of(revision: ResultsRevision) -> Edition:
    """An edition as it was read. No query."""
    return _thaw(
        revision.content,
        number=revision.number,
        kind=RevisionKind(revision.kind),
        note=revision.note,
        published_at=revision.published_at,
    )


def public_now(consultation: Consultation) -> Edition | None:
    """What people read now, or `None` before the results are public. Number, kind and note are those of no edition.

    Without the profile and the promises, which the page reads where they are kept. No query.
    """
    if consultation.results_published_at is None:
        return None
    told = consultation.outcome_published_at
    kind = RevisionKind.OUTCOME if told else RevisionKind.RESULTS
    moment = told or consultation.results_published_at
    return _thaw(_words_of(consultation), number=0, kind=kind, note="", published_at=moment)


def _thaw(kept: Mapping[str, Any], **about: Any) -> Edition:
    outcome = dict(kept["outcome"] or {})
    if outcome.get("decided_on"):
        outcome["decided_on"] = date.fromisoformat(outcome["decided_on"])
    told = kept["outcome_published_at"]
    return Edition(
        **about,
        results_published_at=datetime.fromisoformat(kept["results_published_at"]),
        outcome_published_at=datetime.fromisoformat(told) if told else None,
        feedback=kept["feedback"],
        results=counting.thaw_results(kept["results"]) if kept["results"] else None,
        outcome=outcome,
        profile=profile.thaw_profile(kept["profile"]) if kept.get("profile") else None,
        promises=tuple(_thawed_promise(one) for one in kept.get("promises", ())),
    )


def freeze_edition(
    consultation: Consultation,
    *,
    kind: RevisionKind,
    counts: Mapping[str, Any],
    actor: User,
    at: datetime,
    note: str = "",
) -> ResultsRevision:
    """Keeps what is public now as the next edition. Call it in the transaction that made it public.

    `counts` are the exact counts behind the results: nobody is shown them, later corrections are measured against them.
    """
    last = consultation.revisions.aggregate(last=Max("number"))["last"] or 0
    edition: ResultsRevision = ResultsRevision.objects.create(
        consultation=consultation,
        number=last + 1,
        kind=kind,
        note=note,
        content=content_of(consultation),
        counts=dict(counts),
        published_at=at,
        published_by=actor,
    )
    return edition


def last_counts(consultation: Consultation) -> dict[str, Any]:
    """The exact counts behind what is public now; empty before any edition."""
    kept = consultation.revisions.order_by("-number").values_list("counts", flat=True).first()
    return dict(kept or {})


def counts_of_all(consultation: Consultation) -> list[dict[str, Any]]:
    """The exact counts behind every edition, the newest first. One query."""
    return list(consultation.revisions.order_by("-number").values_list("counts", flat=True))


def _dated(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in words.items()}


def editions_listed(consultation: Consultation) -> list[ResultsRevision]:
    """Every edition, the newest first, without its content. One query."""
    return list(consultation.revisions.defer("content", "counts").order_by("-number"))


def move_of(consultation: Consultation) -> StageChange | None:
    """The stage move that carries the decision out, as kept now. One query, or none when no move is named."""
    return move_numbered(consultation, consultation.decision_move)


def move_numbered(consultation: Consultation, number: int | None) -> StageChange | None:
    """A move of the consultation's activity by its number. One query, or none without a number."""
    if number is None:
        return None
    return StageChange.objects.filter(activity=consultation.activity_id, sequence=number).first()
