"""Publications after a figure was put right: a new edition for its period and for later ones of the year.

Only what the restatement touches is made anew; all other words and figures stay as they were published. Old and new can
be read beside each other for ever, so what they give away together is protected too: a figure that differs from one
that was shown by fewer people than the threshold is withheld in the new edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from contracts.domain.already_public import threshold_of, withheld_again
from contracts.domain.protecting import Line
from contracts.domain.published_lines import line_of, year_line
from contracts.domain.publishing import finding_of
from contracts.models import Edition, Figure, Publication, Restatement
from engagement.access import local_date
from engagement.models import User


def revise_publications(*, restatement: Restatement, actor: User, at: datetime) -> list[Publication]:
    """Makes the new editions that an approved restatement needs: none where the period is not published.

    The figure has its new values already. Called within the transaction that approves.
    """
    figure = restatement.figure
    kpi_return = figure.kpi_return
    year = list(
        Publication.objects.select_related("kpi_return")
        .select_for_update(of=("self",))
        .filter(agreement=kpi_return.agreement, kpi_return__year_starts_on=kpi_return.year_starts_on)
        .order_by("kpi_return__ends_on")
    )
    if kpi_return not in {publication.kpi_return for publication in year}:
        return []
    lines: list[Line] = []
    revised = []
    for publication in year:
        before = deepcopy(publication.snapshot)
        if publication.kpi_return.ends_on >= kpi_return.ends_on:
            snapshot = _revised(publication, restatement, lines, at=at)
            if snapshot["lines"] != before["lines"]:
                _keep_edition(publication, snapshot, restatement=restatement, actor=actor, at=at)
                revised.append(publication)
        lines += publication.snapshot["lines"]
    return revised


def _revised(
    publication: Publication, restatement: Restatement, earlier: Sequence[Line], *, at: datetime
) -> dict[str, Any]:
    """The snapshot as it reads now: the figure itself in its own period, the year so far in later ones."""
    figure = restatement.figure
    indicator, snapshot = figure.indicator, deepcopy(publication.snapshot)
    lines, was, shown = [], "", ""
    for old in snapshot["lines"]:
        if (old["code"], old["version"]) != (indicator.code, indicator.version):
            lines.append(old)
            continue
        own = publication.kpi_return_id == figure.kpi_return_id
        new = _new_line(publication, figure, old) if own else old
        was, shown = old["text"], new["text"]
        lines.append({**new, "year": year_line(indicator, [*earlier, new], figure.kpi_return.period)})
    revision = {
        "on": local_date(at).isoformat(),
        "code": indicator.code,
        "name": indicator.name,
        "label": figure.kpi_return.period.label,
        "was": was,
        "text": shown,
        "note": restatement.public_note,
    }
    return {
        **snapshot,
        **finding_of(lines, noun=publication.kpi_return.period.noun),
        "withheld": any(line["withheld"] for line in lines),
        "lines": lines,
        "revisions": [*snapshot.get("revisions", []), revision],
    }


def _new_line(publication: Publication, figure: Figure, before: Line) -> Line:
    """The restated line with the words that were published; withheld where it would tell too much beside the rest."""
    reason, threshold = withheld_again(publication, figure), threshold_of(publication.agreement)
    line = line_of(figure.indicator, figure, threshold=threshold, reason=reason)
    if figure.indicator.counts_people:
        line["tables"] = []  # beside another total other parts may be withheld, and both can be read beside each other
    return {**line, "commentary": "" if line["withheld"] else before["commentary"]}


def _keep_edition(
    publication: Publication, snapshot: dict[str, Any], *, restatement: Restatement, actor: User, at: datetime
) -> None:
    """The new edition, after the first one where none was kept yet; the publication shows the new one."""
    last = publication.editions.order_by("-number").first()
    if last is None:
        last = Edition.objects.create(
            publication=publication,
            number=1,
            snapshot=publication.snapshot,
            published_at=publication.published_at,
            published_by=publication.published_by,
        )
    Edition.objects.create(
        publication=publication,
        number=last.number + 1,
        snapshot=snapshot,
        published_at=at,
        published_by=actor,
        restatement=restatement,
    )
    publication.snapshot, publication.revised_at = snapshot, at
    publication.save(update_fields=["snapshot", "revised_at"])


def as_first_published(publications: Sequence[Publication]) -> list[Publication]:
    """The same publications with the snapshots that people saw first, unsaved. One query."""
    first = dict(
        Edition.objects.filter(publication__in=publications, number=1).values_list("publication_id", "snapshot")
    )
    for publication in publications:
        publication.snapshot = first.get(publication.pk, publication.snapshot)
    return list(publications)


def revisions_of(publications: Iterable[Publication]) -> list[dict[str, Any]]:
    """What was put right, each once, newest first: from the period whose figure it was."""
    found = [
        {**revision, "day": date.fromisoformat(revision["on"])}
        for publication in publications
        for revision in publication.snapshot.get("revisions", [])
        if revision["label"] == publication.snapshot["label"]
    ]
    return sorted(found, key=lambda revision: revision["on"], reverse=True)
