"""What providers think of the office, each period: three short questions, apart from the return (R-148)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from contracts import rules
from contracts.domain.moves import ReturnRefused, lock, refuse_strangers
from contracts.enums import Judged, ReturnState
from contracts.models import Feedback, KpiReturn
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.disclosure import ProtectedCounts, protect_counts
from engagement.domain.exports import Cell
from engagement.models import User

IN_TIME = "Did we answer you in time?"
IN_PROPORTION = "Was what we asked for in proportion to the service?"
CHANGE = "What should we change?"
LONGEST = 2000
CSV_HEADER = (
    "return", "agreement_reference", "agreement", "provider", "period", "answered_in_time", "asked_in_proportion",
    "what_should_change", "given_on",
)  # fmt: skip


class FeedbackChanged(Exception):
    """A colleague saved first; nothing of this save was kept. `theirs` is what is kept."""

    def __init__(self, theirs: Feedback) -> None:
        super().__init__(
            f"{theirs.saved_by} has changed this since you opened it. Compare the two and save what is right."
        )
        self.theirs = theirs


def feedback_of(kpi_return: KpiReturn) -> Feedback | None:
    """What was said with a return, with who saved it. One query."""
    found: Feedback | None = Feedback.objects.filter(kpi_return=kpi_return).select_related("saved_by").first()
    return found


@transaction.atomic
def give_feedback(
    *,
    kpi_return: KpiReturn,
    in_time: str,
    in_proportion: str,
    words: str,
    seen_version: int,
    actor: User,
    at: datetime,
) -> Feedback | None:
    """Keeps what a provider thinks; it may change until the return is accepted. Nothing is made of no answer at all.

    Raises `ReturnRefused` when the return is accepted or not theirs, `FeedbackChanged` when a colleague saved since
    (`seen_version`, 0 for none).
    """
    kpi_return = lock(kpi_return)
    if kpi_return.state == ReturnState.ACCEPTED:
        raise ReturnRefused("This return is accepted. Tell us with the next one.")
    policy = rules.judged_returns(actor, at=at)
    refuse_strangers(kpi_return, policy, words=f"Only people of {kpi_return.agreement.provider} answer this.")
    said = {"in_time": in_time, "in_proportion": in_proportion, "words": words.strip()[:LONGEST]}
    kept = feedback_of(kpi_return)
    if {name: getattr(kept, name) if kept else "" for name in said} == said:
        return kept
    if kept and kept.version != seen_version:
        raise FeedbackChanged(kept)
    feedback = kept or Feedback(kpi_return=kpi_return, version=0)
    for name, text in said.items():
        setattr(feedback, name, text)
    feedback.version += 1
    feedback.saved_at, feedback.saved_by = at, actor
    feedback.save()
    log.record(
        action="return.feedback",
        subject=kpi_return,
        actor=actor,
        at=at,
        activity=kpi_return.agreement.activity,
        organisation=kpi_return.agreement.provider,
        summary=f"{kpi_return.reference}: the provider said what it thinks of the office.",
    )
    return feedback


def feedback_for(user: User, *, at: datetime) -> QuerySet[Feedback]:
    """What a person reads of all providers, the newest first. One query."""
    found: QuerySet[Feedback] = Feedback.objects.readable_by(user, at=at).for_table()
    return found.order_by("-saved_at", "-pk")


def counts_of(answers: Iterable[str]) -> ProtectedCounts[str]:
    """How often each answer to a question was given, as it may be shown; those who left it out do not count."""
    given = [answer for answer in answers if answer]
    counts = {str(judged): given.count(judged) for judged in Judged}
    return protect_counts(counts, threshold=int(settings.SMALL_NUMBER_THRESHOLD))


def csv_rows(found: Iterable[Feedback]) -> Iterator[list[Cell]]:
    """The rows under `CSV_HEADER`. Days are UK days."""
    for feedback in found:
        kpi_return = feedback.kpi_return
        yield [
            kpi_return.reference,
            kpi_return.agreement.reference,
            kpi_return.agreement.title,
            str(kpi_return.agreement.provider),
            kpi_return.period.label,
            feedback.get_in_time_display(),
            feedback.get_in_proportion_display(),
            feedback.words,
            local_date(feedback.saved_at),
        ]
