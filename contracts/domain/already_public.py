"""What is withheld of a return that is to be published: everything public beside it is read, and one rule decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db.models import Prefetch

from contracts.domain.protecting import Reason, Span, Told, draft_of, span_of, told_of, withheld_among
from contracts.domain.published_lines import meaning_of
from contracts.domain.yardsticks import Reading
from contracts.models import Agreement, Edition, Figure, KpiReturn, Publication


def threshold_of(agreement: Agreement) -> int:
    """The smallest number of people that may be shown: the higher threshold for sensitive services."""
    name = "SENSITIVE_THRESHOLD" if agreement.sensitive else "SMALL_NUMBER_THRESHOLD"
    return int(getattr(settings, name))


def withheld_of(kpi_return: KpiReturn, figures: Sequence[Figure]) -> dict[tuple[str, int], Reason]:
    """The lines of a return that are withheld, by code and version. Three queries more when one covers a longer time.

    Needs `agreement`, and of each figure its indicator with the target in force.
    """
    period = kpi_return.period
    drafts = [draft_of(meaning_of(figure.indicator), Reading.of(figure), period) for figure in figures]
    longest = min((told.span[0] for told in drafts), default=period.starts_on)
    public: list[Told] = []
    if longest < period.starts_on:
        span = (longest, period.ends_on)
        public = [*told_publicly(kpi_return.agreement, span), *_waiting(kpi_return, span)]
    return withheld_among(drafts, public=public, threshold=threshold_of(kpi_return.agreement))


def withheld_again(publication: Publication, figure: Figure) -> Reason | None:
    """Why a figure that was put right is withheld beside all that is public, its own earlier editions among it."""
    period, indicator = publication.kpi_return.period, figure.indicator
    draft = draft_of(meaning_of(indicator), Reading.of(figure), period)
    public = told_publicly(publication.agreement, span_of(period, indicator.asked_every))
    threshold = threshold_of(publication.agreement)
    return withheld_among([draft], public=public, threshold=threshold).get(draft.key)


def told_publicly(agreement: Agreement, span: Span) -> list[Told]:
    """Every published line of an agreement within a time, in every edition, oldest first. Two queries."""
    editions = Prefetch("editions", queryset=Edition.objects.order_by("number"))
    found = Publication.objects.filter(
        agreement=agreement, kpi_return__starts_on__gte=span[0], kpi_return__ends_on__lte=span[1]
    )
    ordered = found.select_related("kpi_return").prefetch_related(editions).order_by("kpi_return__ends_on")
    return [told for publication in ordered for told in _told_in(publication)]


def _told_in(publication: Publication) -> Iterator[Told]:
    snapshots = [edition.snapshot for edition in publication.editions.all()] or [publication.snapshot]
    for snapshot in snapshots:
        for line in snapshot["lines"]:
            yield told_of(line, publication.kpi_return.period)


def _waiting(kpi_return: KpiReturn, span: Span) -> Iterable[Told]:
    """What other returns within a time may still tell: taken as withheld, since nobody knows yet. Two queries."""
    others = KpiReturn.objects.filter(
        agreement=kpi_return.agreement_id, publication=None, starts_on__gte=span[0], ends_on__lte=span[1]
    ).exclude(pk=kpi_return.pk)
    indicators = list(kpi_return.agreement.indicators.select_related("measure_version")) if others else []
    for other in others:
        for indicator in indicators:
            if indicator.is_asked_in(other.period):
                meaning = {**meaning_of(indicator), "withheld": True}
                yield told_of(meaning, other.period)
