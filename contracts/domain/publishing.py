"""Publishing ratings: a frozen snapshot of one agreement's period, small numbers withheld, told to everyone engaged.

Whoever accepted a return does not publish it. What a snapshot withholds cannot be worked out from the rest of it: the
rating is shown only where every figure that could stand behind it would earn the same, and a year so far only where
none of its periods is withheld (security rows P07, P08).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from contracts import rules
from contracts.domain.already_public import threshold_of, withheld_of
from contracts.domain.moves import ReturnRefused, lock, refusal, refuse_strangers
from contracts.domain.overriding import overrides_of, refuse_undecided, with_override
from contracts.domain.protecting import Line
from contracts.domain.published_lines import line_of, year_line
from contracts.domain.returns import figures_with_targets
from contracts.enums import RatingWord, ReturnState
from contracts.models import KpiReturn, Publication
from engagement.domain import log
from engagement.domain.outbox import announce
from engagement.enums import EventKind
from engagement.models import User

NUMBER_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def version_of(kpi_return: KpiReturn) -> int:
    """A number that grows with every change of a return or of one of its figures. One query."""
    found: int = with_version(KpiReturn.objects.filter(pk=kpi_return.pk)).values_list("seen", flat=True).get()
    return found


def with_version(rows: QuerySet[KpiReturn]) -> Any:
    """Returns, each with that number as `seen`."""
    return rows.annotate(seen=F("version") + Coalesce(Sum("figures__version"), 0))


@transaction.atomic
def publish_ratings(
    *, kpi_return: KpiReturn, words: Collection[str], actor: User, at: datetime, seen: int | None = None
) -> Publication:
    """Publishes the ratings of an accepted return, once. `words` are the codes whose commentary is published with them.

    `seen` is the `version_of` what the person read, where they read it before. Raises `ReturnRefused` when it is not
    accepted, already published, of an activity that is not public, accepted by the same person, changed since it was
    read (C04), or the person does not publish ratings.
    """
    kpi_return = lock(kpi_return)
    agreement = kpi_return.agreement
    if kpi_return.state != ReturnState.ACCEPTED:
        raise ReturnRefused(f"Ratings are published once a return is accepted. {refusal(kpi_return)}")
    if Publication.objects.filter(kpi_return=kpi_return).exists():
        raise ReturnRefused("These ratings have already been published.")
    if agreement.activity.published_at is None:
        raise ReturnRefused(f"Publish the activity “{agreement.activity}” first: its ratings stand on its page.")
    if kpi_return.accepted_by == actor:
        raise ReturnRefused("You accepted this return, so somebody else publishes it.")
    policy = rules.publishable_returns(actor, at=at)
    refuse_strangers(kpi_return, policy, words="The Management Team publishes ratings.")
    refuse_undecided(kpi_return)
    if seen is not None and version_of(kpi_return) != seen:
        raise ReturnRefused("Something has changed since you opened this page. Read it as it is now, then publish it.")
    snapshot = snapshot_of(kpi_return, words=words)
    publication = Publication.objects.create(
        agreement=agreement,
        kpi_return=kpi_return,
        quarter=kpi_return.quarter,
        snapshot=snapshot,
        published_by=actor,
        published_at=at,
    )
    announce(
        key=f"rating-published:{publication.pk}",
        kind=EventKind.RATING_PUBLISHED,
        activity=agreement.activity,
        title=f"{agreement.title}: how it did in {kpi_return.period.label}"[:200],
        summary=" ".join(
            words for words in (f"{snapshot['headline']}.", snapshot["lead"], _overridden(snapshot["lines"])) if words
        ),
        path=agreement.get_performance_url(),
        sensitive=agreement.sensitive,
        at=at,
        payload={"quarter": kpi_return.quarter, "tally": snapshot["tally"]},
    )
    log.record(
        action="ratings.published",
        subject=publication,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"The ratings of {kpi_return.reference} were published.",
        data={"tally": snapshot["tally"], "words": sorted(words)},
    )
    return publication


def snapshot_of(kpi_return: KpiReturn, *, words: Collection[str] = ()) -> dict[str, Any]:
    """A return as the public will read it, made of plain values. Six queries; needs `agreement` and its relations."""
    agreement = kpi_return.agreement
    threshold = threshold_of(agreement)
    earlier = _published_this_year(kpi_return)
    figures = list(figures_with_targets(kpi_return))
    reasons, overrides = withheld_of(kpi_return, figures), overrides_of(kpi_return)
    lines = []
    for figure in figures:
        indicator = figure.indicator
        reason = reasons.get((indicator.code, indicator.version))
        line = line_of(indicator, figure, threshold=threshold, with_words=indicator.code in words, reason=reason)
        line = with_override(line, overrides.get(figure.pk))
        lines.append({**line, "year": year_line(figure.indicator, [*earlier, line], kpi_return.period)})
    return {
        "reference": kpi_return.reference,
        "quarter": kpi_return.quarter,
        "label": kpi_return.period.label,
        "agreement": {
            "reference": agreement.reference,
            "title": agreement.title,
            "kind": agreement.get_kind_display(),
            "fund": agreement.get_fund_display(),
            "provider": str(agreement.provider or agreement.provider_note),
        },
        **finding_of(lines, noun=kpi_return.period.noun),
        "withheld": any(line["withheld"] for line in lines),
        "threshold": threshold,
        "lines": lines,
    }


def _published_this_year(kpi_return: KpiReturn) -> list[Line]:
    """The lines of the year's periods that were published before this one, first to last."""
    snapshots = (
        Publication.objects.filter(
            agreement=kpi_return.agreement,
            kpi_return__year_starts_on=kpi_return.year_starts_on,
            kpi_return__ends_on__lte=kpi_return.starts_on,
        )
        .order_by("kpi_return__ends_on")
        .values_list("snapshot", flat=True)
    )
    return [line for snapshot in snapshots for line in snapshot["lines"]]


def finding_of(lines: Sequence[Line], *, noun: str) -> dict[str, Any]:
    """The headline sentence, the exceptions, and how often each word was given."""
    tally = {str(word): sum(line["word"] == word for line in lines) for word in RatingWord}
    rated = sum(tally.values())
    if not rated:
        return {"headline": f"No measure is rated this {noun}", "lead": "", "tally": tally}
    good, near = tally[RatingWord.GOOD], tally[RatingWord.APPROACHING]
    lead = [f"{_in_words(near)} more came close."] if near and good else []
    if near and not good:
        lead = [f"{_in_words(near)} came close."]
    worst = [
        line
        for word in (RatingWord.INADEQUATE, RatingWord.REQUIRES_IMPROVEMENT)
        for line in lines
        if line["word"] == word
    ]
    if worst:
        lead.append(f"“{worst[0]['name']}” needs the most work.")
    met = "its target" if rated == 1 else "their target"
    headline = f"{good} of {rated} measure{'' if rated == 1 else 's'} met {met}"
    return {"headline": headline, "lead": " ".join(lead), "tally": tally}


def _overridden(lines: Sequence[Line]) -> str:
    """Which ratings people have set otherwise than they were computed; the reason stands beside each."""
    names = [f"“{line['name']}”" for line in lines if line.get("override")]
    return f"Set otherwise than computed, with the reason: {', '.join(names)}." if names else ""


def _in_words(number: int) -> str:
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else f"{number}"
