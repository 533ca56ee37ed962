"""What was checked of providers: what runs out or waits beside an agreement, and what a signature lacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from contracts.domain.matters import Matter
from contracts.models import Agreement
from engagement.access import local_date
from engagement.domain.diligence import Standing, standings_by_organisation, standings_of

KINDS = {"CHECK_EXPIRED": "Check has run out", "CHECK_SOON": "Check runs out"}


def checks_owed(running: Iterable[Agreement], *, on: date) -> list[Matter]:
    """Checks of providers that have run out or do within 60 days, and documents that wait to be checked.

    Each stands once, beside the first agreement of its provider. Two queries.
    """
    first: dict[int, Agreement] = {}
    for one in sorted(running, key=lambda agreement: agreement.pk):
        if one.provider_id:
            first.setdefault(one.provider_id, one)
    found = []
    for pk, standings in standings_by_organisation(list(first), on=on).items():
        for standing in standings:
            found += _of_one(standing, first[pk], on=on)
    return found


def _of_one(standing: Standing, agreement: Agreement, *, on: date) -> list[Matter]:
    found, label = [], f"{standing.kind.label} of {agreement.provider}"
    if standing.code in KINDS and standing.latest and standing.latest.due_on:
        kind, last, run_out = KINDS[standing.code], standing.latest.due_on, standing.code == "CHECK_EXPIRED"
        url = standing.latest.get_absolute_url()
        words = f"{label}: {standing.in_words[:1].lower()}{standing.in_words[1:]}"
        found.append(Matter(agreement, kind, words, last, url, urgent=run_out, ahead=not run_out))
    if standing.waits and standing.sent:
        # The page of the check: everybody who reads this list may open it, and whoever decides goes on from there.
        url = reverse("engagement:check-detail", args=[standing.sent.organisation.slug, standing.kind.slug])
        since = local_date(standing.sent.sent_at)
        found.append(Matter(agreement, "Document to check", f"{label}, sent by them", since, url))
    return found


def lacking(agreement: Agreement, *, on: date) -> list[Standing]:
    """What whoever signs should know: checks of the provider that are missing, not satisfactory or run out."""
    if agreement.provider is None:
        return []
    return [one for one in standings_of(agreement.provider, on=on) if one.hinders]
