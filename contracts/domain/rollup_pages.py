"""What was published, rolled up for pages: from each plan and priority down to the agreements and their measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.domain import queries
from contracts.domain.measures import anchor_of
from contracts.domain.rollup import Rolled, counted_of, together
from contracts.models import Publication
from engagement.domain.exports import Cell
from engagement.models import Priority

CSV_HEADER = (
    "plan", "priority", "activity", "agreement_reference", "agreement", "period", "measure", "weight", "critical",
    "rating", "counted_apart_as",
)  # fmt: skip


@dataclass(frozen=True)
class OneAgreement:
    """An agreement by its latest publication."""

    publication: Publication
    rolled: Rolled

    @property
    def url(self) -> str:
        """Its page of performance."""
        return str(self.publication.agreement.get_performance_url())


@dataclass(frozen=True)
class OnePriority:
    """A priority with the agreements of its activities."""

    priority: Priority
    agreements: list[OneAgreement]

    @property
    def rolled(self) -> Rolled:
        """All measures of its agreements."""
        return together(one.rolled for one in self.agreements)


@dataclass(frozen=True)
class OnePlan:
    """A plan with those of its priorities under which something is published."""

    title: str
    priorities: list[OnePriority]

    @property
    def rolled(self) -> Rolled:
        """All measures, each agreement once though two priorities share it."""
        once = {one.publication.pk: one.rolled for priority in self.priorities for one in priority.agreements}
        return together(once.values())


def plans_rolled_up() -> list[OnePlan]:
    """Every plan, its priorities in order, from each agreement's latest publication. Three queries."""
    publications = queries.published_performance().prefetch_related("agreement__activity__priorities__plan")
    found: dict[int, OnePriority] = {}
    for publication in publications:
        one = _agreement(publication)
        for priority in publication.agreement.activity.priorities.all():
            found.setdefault(priority.pk, OnePriority(priority, [])).agreements.append(one)
    plans: dict[str, list[OnePriority]] = {}
    for one_priority in sorted(found.values(), key=lambda one: (one.priority.plan.title, one.priority.number)):
        one_priority.agreements.sort(key=lambda one: one.publication.agreement.title)
        plans.setdefault(one_priority.priority.plan.title, []).append(one_priority)
    return [OnePlan(title, priorities) for title, priorities in plans.items()]


def _agreement(publication: Publication) -> OneAgreement:
    lines = publication.snapshot["lines"]
    return OneAgreement(publication, Rolled([counted_of(line, where=f"#{anchor_of(line)}") for line in lines]))


def csv_rows() -> Iterator[list[Cell]]:
    """The rows under `CSV_HEADER`, one a measure and priority."""
    for plan in plans_rolled_up():
        for priority in plan.priorities:
            for one in priority.agreements:
                agreement = one.publication.agreement
                for measure in one.rolled.measures:
                    yield [
                        plan.title,
                        f"{priority.priority.number}. {priority.priority.title}",
                        agreement.activity.title,
                        agreement.reference,
                        one.publication.snapshot["agreement"]["title"],
                        one.publication.snapshot["label"],
                        measure.name,
                        measure.weight,
                        "yes" if measure.critical else "no",
                        measure.word.label if measure.word else "",
                        "" if measure.word else str(measure.apart),
                    ]
