"""The parts of a figure as the public reads them: only through disclosure control, beside a figure that is shown. Pure.

Of people, a small group is withheld, and with it so many others that it cannot be worked out from the total, which is
published too. What is not available stands for the rest of the total: small, it is protected as a group is. Parts that
add up to more than the total, although nobody may be in two groups, are not published: nobody knows what they count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from contracts.domain.parts import NOT_KNOWN, Table, from_kept, number_text, tables_of
from contracts.enums import FigureState
from contracts.models import Figure, Indicator, Publication
from engagement.domain.disclosure import ProtectedCounts, protect_choices, protect_counts
from engagement.domain.exports import Cell

CSV_HEADER = (
    "agreement_reference", "agreement", "provider", "period", "period_label", "indicator_code", "indicator_version",
    "indicator", "parts_by", "group", "shown_as", "withheld", "groups_overlap",
)  # fmt: skip
TOO_FEW = "Too few to show"
Given = dict[str, Decimal | None]


def published_tables(indicator: Indicator, figure: Figure, *, threshold: int) -> list[dict[str, Any]]:
    """The tables of a figure for a snapshot: `by` what, `rows` of group and text, and whether any is `withheld`.

    None where the figure has no parts, and none of people for what is asked for less often than each return: beside the
    parts of shorter periods they could tell those. The figure itself is shown: whoever withholds it does not ask.
    """
    seldom = indicator.counts_people and indicator.asked_every
    if figure.state != FigureState.REPORTED or figure.value is None or seldom:
        return []
    kept, tables = from_kept(figure.parts), []
    for table in tables_of(indicator):
        given = {group: kept[table.by][group] for group in table.groups if group in kept.get(table.by, {})}
        if not given:
            continue
        rows = _rows(indicator, table, given, figure.value, threshold)
        if rows:
            withheld = any(text == TOO_FEW for _, text in rows)
            tables.append({"by": table.by, "overlap": table.overlap, "rows": rows, "withheld": withheld})
    return tables


def _rows(indicator: Indicator, table: Table, given: Given, total: Decimal, threshold: int) -> list[list[str]]:
    if not indicator.counts_people:
        return [[group, _text(indicator, number)] for group, number in given.items()]
    cells = _protected(table, given, total, threshold)
    if cells is None:
        return []
    return [
        [group, _text(indicator, number) if number is None or not cells.cells[group].withheld else TOO_FEW]
        for group, number in given.items()
    ]


def _protected(table: Table, given: Given, total: Decimal, threshold: int) -> ProtectedCounts[str] | None:
    """The groups of people as they may be published; nothing where they cannot be."""
    counts = {group: int(number) for group, number in given.items() if number is not None}
    whole, rest = int(total), int(total) - sum(counts.values())
    if table.overlap:
        if any(number > whole for number in counts.values()):
            return None
        return protect_choices(counts, answered=whole, threshold=threshold, apart={NOT_KNOWN} & counts.keys())
    if rest < 0:
        return None
    # The rest is told by the total and the groups, so it counts as one of them; its name is no group's.
    return protect_counts(counts | ({"": rest} if rest else {}), threshold=threshold)


def _text(indicator: Indicator, number: Decimal | None) -> str:
    return "Not available" if number is None else number_text(indicator.kind, number)


def csv_rows(publications: Iterable[Publication]) -> Iterator[list[Cell]]:
    """The rows under `CSV_HEADER`, one a group and period, as each was published."""
    for publication in publications:
        agreement = publication.snapshot["agreement"]
        for line in publication.snapshot["lines"]:
            for table in line.get("tables", []):
                for group, text in table["rows"]:
                    yield [
                        agreement["reference"],
                        agreement["title"],
                        agreement["provider"],
                        publication.quarter,
                        publication.snapshot["label"],
                        line["code"],
                        line["version"],
                        line["name"],
                        table["by"],
                        group,
                        text,
                        "yes" if text == TOO_FEW else "no",
                        "yes" if table["overlap"] else "no",
                    ]
