"""What the pages of the library read: its list, one measure's facts, who uses it, and what was published by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from contracts.domain import queries
from contracts.domain.parts import tables_text
from contracts.domain.phrasing import as_text, rounded, target_text
from contracts.domain.ratings import UnlikeMeasures, all_together
from contracts.domain.yardsticks import Reading, Yardstick, bands_of
from contracts.enums import TWO_NUMBERS, Aggregation, Direction, FigureState, IndicatorKind, ToleranceUnit
from contracts.models import Agreement, Indicator, Publication
from contracts.models.measure import Measure, MeasureVersion
from engagement.domain.exports import Cell
from engagement.models import User

CSV_HEADER = (
    "set", "code", "version", "name", "type", "made_of", "unit", "numerator", "denominator", "better", "year",
    "smallest_group_rated", "periods_later", "usual_target", "groups", "parts", "source", "why_we_ask", "how_to_count",
)  # fmt: skip


def collections() -> list[str]:
    """The sets of the library."""
    return list(Measure.objects.order_by("collection").values_list("collection", flat=True).distinct())


def found(*, words: str = "", collection: str = "", measure_type: str = "") -> list[MeasureVersion]:
    """The newest approved versions that a filter asks for, by set and code. One query."""
    versions = MeasureVersion.objects.newest().annotate(
        used=Count("measure__versions__indicators__agreement", distinct=True)
    )
    if words:
        versions = versions.filter(Q(name__icontains=words) | Q(measure__code__iexact=words))
    if collection:
        versions = versions.filter(measure__collection=collection)
    if measure_type:
        versions = versions.filter(measure_type=measure_type)
    return in_order(versions)


def in_order(versions: Iterable[MeasureVersion]) -> list[MeasureVersion]:
    """By set, then code, in which V2 stands before V10."""

    def place(version: MeasureVersion) -> tuple[str, str, int, str]:
        letters, number = re.match(r"(\D*)(\d*)", version.measure.code).groups()  # type: ignore[union-attr]  # always matches
        return version.measure.collection, letters, int(number or 0), version.measure.code

    return sorted(versions, key=place)


def by_set(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows that begin with a version, under the names of their sets."""
    sets: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        sets.setdefault(row[0].measure.collection, []).append(row)
    return sets


def rows_of(versions: Iterable[MeasureVersion]) -> list[tuple[MeasureVersion, str]]:
    """Each version with its usual target in words."""
    return [(version, usual_text(version)) for version in versions]


def drafts() -> list[MeasureVersion]:
    """What waits for the Management Team."""
    waiting = MeasureVersion.objects.filter(approved_at=None).select_related("measure", "written_by")
    return list(waiting.order_by("written_at"))


def yardstick_of(version: MeasureVersion) -> Yardstick:
    """What the library holds a figure against, with the usual target."""
    return Yardstick(
        kind=IndicatorKind(version.kind),
        direction=Direction(version.direction),
        decimals=version.decimals,
        aggregation=Aggregation(version.aggregation),
        is_rated=version.is_rated,
        target=version.target,
        approaching_by=version.approaching_by,
        improvement_by=version.improvement_by,
        high=version.high,
        own_bands=bands_of(version.bands),
        per=version.per,
        unit=version.unit,
        tolerance_in=ToleranceUnit.PERCENT,
    )


def usual_text(version: MeasureVersion) -> str:
    """The usual target in words."""
    if not version.is_rated:
        return "Not rated"
    return target_text(yardstick_of(version)) or "Each agreement’s own"


def facts_of(version: MeasureVersion) -> list[dict[str, str]]:
    """What a version says, as rows of a summary list; empty ones are left out."""
    divided = version.kind in TWO_NUMBERS
    said = {
        "Type": version.get_measure_type_display(),
        "Why we ask": version.why,
        "How to count": version.how,
        "Made of": version.get_kind_display(),
        "What is counted": version.unit,
        "Divided": version.numerator_words if divided else "",
        "By": version.denominator_words if divided else "",
        "For every": f"{version.per:,}" if version.kind == IndicatorKind.RATE else "",
        "Better": version.get_direction_display(),
        "A year": version.get_aggregation_display(),
        "Usual target": usual_text(version),
        "Smallest group rated": f"{version.minimum_n}" if version.minimum_n else "",
        "Known later": f"{version.lag} period{'' if version.lag == 1 else 's'}" if version.lag else "",
        "Told for": "; ".join(version.breakdowns),
        "Parts asked for": tables_text(version.tables),
        "Where from": version.source,
        "Small numbers": "Withheld when it is published: it counts people." if version.counts_people else "",
        "What is new": version.note,
    }
    return [{"key": name, "value": words} for name, words in said.items() if words]


def versions_of(measure: Measure) -> QuerySet[MeasureVersion]:
    """The versions of a measure, the newest first, each with how many agreements use it today."""
    current = Count("indicators", filter=Q(indicators__asked_until=None))
    versions: QuerySet[MeasureVersion] = measure.versions.select_related("written_by", "approved_by")
    return versions.annotate(used=current).order_by("-number")


def uses_of(measure: Measure, user: User, *, at: datetime) -> dict[str, Any]:
    """The agreements that use a measure and that this person may open, and how many others there are."""
    current = Indicator.objects.current().filter(measure_version__measure=measure)
    visible = Agreement.objects.visible_to(user, at=at)
    shown = list(
        current.filter(agreement__in=visible).select_related("agreement__provider", "measure_version", "agreement")
    )
    return {"shown": shown, "others": current.count() - len(shown)}


@dataclass(frozen=True)
class Together:
    """What services published of one measure for the latest quarter that any did, and what that makes together."""

    label: str
    lines: list[tuple[str, str, Mapping[str, Any]]]
    total: str
    why_none: str


def published_together(measure: Measure) -> Together | None:
    """Services beside one another by the same version of a measure, from published snapshots. Two queries.

    Nothing is added up where a figure is withheld: the total would tell it.
    """
    publications = list(queries.published_performance())
    taken = [
        (publication, line)
        for publication in publications
        for line in publication.snapshot["lines"]
        if line.get("measure") and line["measure"]["id"] == measure.pk
    ]
    if not taken:
        return None
    latest = max(publication.quarter for publication, _ in taken)
    newest = max(line["measure"]["number"] for publication, line in taken if publication.quarter == latest)
    same = [
        (publication, line)
        for publication, line in taken
        if publication.quarter == latest and line["measure"]["number"] == newest
    ]
    total, why_none = _total(measure.versions.get(number=newest), [line for _, line in same])
    lines = [(_title(publication), publication.agreement.get_performance_url(), line) for publication, line in same]
    return Together(same[0][0].snapshot["label"], sorted(lines, key=lambda row: row[0]), total, why_none)


def _title(publication: Publication) -> str:
    return str(publication.snapshot["agreement"]["title"])


def _total(version: MeasureVersion, lines: list[Mapping[str, Any]]) -> tuple[str, str]:
    if any(line["withheld"] for line in lines):
        return "", "Not added up, because one of the figures is withheld."
    yardstick = yardstick_of(version)
    readings = [
        Reading(FigureState(line["state"]), *(_number(line[name]) for name in ("numerator", "denominator", "value")))
        for line in lines
    ]
    if yardstick.divides:
        readings = [Reading(one.state, one.numerator, one.denominator) for one in readings]
    try:
        together = yardstick.exact(all_together([yardstick] * len(readings), readings))
    except UnlikeMeasures as refusal:
        return "", str(refusal)
    return ("" if together is None else as_text(yardstick, rounded(yardstick, together))), ""


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def csv_rows() -> Iterator[list[Cell]]:
    """The rows under `CSV_HEADER`."""
    for version in in_order(MeasureVersion.objects.newest()):
        yield [
            version.measure.collection,
            version.measure.code,
            version.number,
            version.name,
            version.get_measure_type_display(),
            version.get_kind_display(),
            version.unit,
            version.numerator_words,
            version.denominator_words,
            version.get_direction_display(),
            version.get_aggregation_display(),
            version.minimum_n,
            version.lag,
            usual_text(version),
            "; ".join(version.breakdowns),
            tables_text(version.tables),
            version.source,
            version.why,
            version.how,
        ]
