"""All services as the public reads them: the list, its tally and the files. From published snapshots alone.

What a snapshot withholds has no number in a file either. Nothing here reads a live figure. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.domain.measures import Line, decimal, number_of, worst_first
from contracts.enums import Direction, IndicatorKind, RatingWord
from contracts.models import Publication
from engagement.access import local_date
from engagement.domain.calendar import Quarter
from engagement.domain.exports import Cell

CSV_HEADER = (
    "agreement_reference",
    "agreement",
    "provider",
    "quarter",
    "quarter_label",
    "indicator_code",
    "indicator_version",
    "indicator",
    "kind",
    "unit",
    "better",
    "numerator",
    "denominator",
    "value",
    "shown_as",
    "withheld",
    "target",
    "target_to",
    "rating",
    "computed_rating",
    "why",
    "overridden_because",
    "provider_words",
    "year_to_date",
    "year_to_date_shown_as",
    "published_on",
    "put_right_on",
    "put_right_because",
)


@dataclass(frozen=True)
class Standing:
    """How one service stands in the list: its latest publication in a few words."""

    publication: Publication
    worst: Line | None

    @property
    def snapshot(self) -> dict[str, Any]:
        """What was published."""
        return dict(self.publication.snapshot)

    @property
    def title(self) -> str:
        """The agreement's title as it was published."""
        return str(self.snapshot["agreement"]["title"])

    @property
    def url(self) -> str:
        """Its page of performance."""
        return str(self.publication.agreement.get_performance_url())


@dataclass(frozen=True)
class Summary:
    """All services together, in the latest quarter that any of them published."""

    label: str
    counts: dict[str, int]
    services: int

    @property
    def heading(self) -> str:
        """The finding, with its numbers."""
        good, rated = self.counts.get(RatingWord.GOOD, 0), sum(self.counts.values())
        return f"{good} of {rated} measures met their target in {self.label}"

    @property
    def lead(self) -> str:
        """The exceptions, in a sentence."""
        below = sum(self.counts.get(word, 0) for word in (RatingWord.REQUIRES_IMPROVEMENT, RatingWord.INADEQUATE))
        who = "One service has" if self.services == 1 else f"{self.services} services have"
        work = {0: "No measure needs", 1: "One measure needs"}.get(below, f"{below} measures need")
        return f"{who} published figures for the quarter. {work} improvement."


BETTER = {Direction.UP: "more", Direction.DOWN: "less", Direction.RANGE: "between"}
BELOW = frozenset({RatingWord.INADEQUATE, RatingWord.REQUIRES_IMPROVEMENT, RatingWord.APPROACHING})


def standing_of(publication: Publication) -> Standing:
    """How a service stands by its latest publication. Needs `agreement` loaded."""
    lines = worst_first(publication.snapshot["lines"])
    return Standing(publication, lines[0] if lines and lines[0]["word"] in BELOW else None)


def summary_of(quarter: Quarter, services: int, counts: Mapping[str, int]) -> Summary | None:
    """The tally of a quarter over so many services; nothing before the first publication."""
    return Summary(quarter.label, dict(counts), services) if services else None


def csv_rows(publications: Iterable[Publication]) -> Iterator[list[Cell]]:
    """The rows under `CSV_HEADER`, one a measure and quarter, as each was published."""
    for publication in publications:
        for line in publication.snapshot["lines"]:
            yield _csv_row(publication, line)


def _csv_row(publication: Publication, line: Line) -> list[Cell]:
    agreement, year = publication.snapshot["agreement"], line["year"] or {}
    revision = _revision_of(publication, line)
    shown = not line["withheld"]
    return [
        agreement["reference"],
        agreement["title"],
        agreement["provider"],
        publication.quarter,
        publication.snapshot["label"],
        line["code"],
        line["version"],
        line["name"],
        IndicatorKind(line["kind"]).value,
        line["unit"],
        BETTER[Direction(line["direction"])],
        decimal(line["numerator"]) if shown else None,
        decimal(line["denominator"]) if shown else None,
        number_of(line),
        line["text"],
        "yes" if line["withheld"] else "no",
        decimal(line["target"]),
        decimal(line.get("high")),
        RatingWord(line["word"]).label if line["word"] else "Not rated",
        RatingWord(line.get("computed") or line["word"]).label if line["word"] else "Not rated",
        line["sentence"],
        line.get("override", ""),
        line["commentary"],
        decimal(year.get("value")),
        year.get("text", ""),
        local_date(publication.published_at),
        revision.get("on", ""),
        revision.get("note", ""),
    ]


def _revision_of(publication: Publication, line: Line) -> Line:
    """The latest time the figure of this line was put right; empty for a figure that stands as first published."""
    of_line = [
        revision
        for revision in publication.snapshot.get("revisions", [])
        if (revision["code"], revision["label"]) == (line["code"], publication.snapshot["label"])
    ]
    return of_line[-1] if of_line else {}
