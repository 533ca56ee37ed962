"""Past quarters from a file: figures reported before the portal was, or that another body publishes (R-149).

All of a file or nothing. A quarter that is held already and says the same is left as it is; one that says something
else is refused, since a past figure changes only by being restated.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contracts.domain.agreements import add_indicator, enter_agreement
from contracts.domain.importing import Organisations, partial_date
from contracts.domain.ratings import stated_apart
from contracts.domain.returns import freeze, rate_figures
from contracts.domain.schedule import dates_of, due_at, reference_of
from contracts.domain.yardsticks import Reading, Yardstick
from contracts.enums import TWO_NUMBERS, Aggregation, Direction, FigureState, IndicatorKind, ReturnState
from contracts.models import Agreement, Figure, Indicator, KpiReturn, Submission
from engagement.domain import log, tabular
from engagement.domain.calendar import Quarter
from engagement.domain.importing import ImportReport, Progress, activity_of, columns_of
from engagement.domain.periods import Period
from engagement.domain.tabular import CellProblem, Column, Parser, TableRefused
from engagement.models import Activity

DECLARATION = "Entered from a file; not declared by the provider here."
NUMBERS = ("numerator", "denominator", "value")


@dataclass(frozen=True)
class PastFigure:
    """One row: where it stands in the file, and the figure as it will be kept. Percentages are 0 to 100."""

    row: int
    agreement: Agreement
    indicator: Indicator
    quarter: Period
    state: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    commentary: str


def quarter_written(pattern: str) -> Parser:
    """Reads a quarter by a pattern with the groups `year` (in which the financial year begins) and `number`."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(cell: str) -> Period:
        match = compiled.fullmatch(cell)
        if match is None:
            raise ValueError(f"“{cell[:40]}” is not a quarter as this file writes them.")
        return Period.of_quarter(Quarter(int(match["year"]), int(match["number"])))

    return parse


def return_columns(mapping: Mapping[str, Any]) -> dict[str, Column]:
    """The columns of a file of past figures: the product's own, with the mapping's way of writing quarters."""
    quarter = mapping.get("quarter", {}).get("pattern")
    return {
        "agreement": Column(tabular.text(longest=200)),
        "indicator": Column(tabular.text(longest=20)),
        "quarter": Column(quarter_written(quarter) if quarter else Period.from_code),
        "numerator": Column(tabular.number, required=False),
        "denominator": Column(tabular.number, required=False),
        "value": Column(tabular.number, required=False),
        "state": Column(tabular.one_of(dict(FigureState.choices)), required=False),
        "commentary": Column(tabular.text(longest=2000), required=False),
    }


@transaction.atomic
def import_returns(
    *, content: bytes, mapping: Mapping[str, Any], activity: Activity | None, at: datetime, progress: Progress
) -> ImportReport:
    """Keeps each quarter of each agreement as an accepted return with its ratings, or raises `TableRefused`.

    With an `[agreement]` in the mapping, agreements and indicators are entered from it; otherwise the file names
    agreements by reference and indicators by code. Missing rows stay gaps, and are counted.
    """
    columns = return_columns(mapping)
    table = tabular.read_table(content, mapping=columns_of(mapping, columns), columns=columns)
    report = ImportReport(dropped=table.dropped)
    if "agreement" in mapping:
        _enter_agreements(mapping, table.rows, activity=activity, at=at, report=report)
        known = _indicators(
            Agreement.objects.filter(activity=activity or activity_of(mapping, at=at)), by_provider=True
        )
    else:
        known = _indicators(Agreement.objects.all(), by_provider=False)
    figures = _figures(table.rows, known, share=mapping.get("figures", {}).get("value") == "share")
    report.counts["gaps"] = _gaps(figures)
    by_return: dict[tuple[int, str], list[PastFigure]] = {}
    for figure in figures:
        by_return.setdefault((figure.agreement.pk, figure.quarter.code), []).append(figure)
    held = {
        (kpi_return.agreement_id, kpi_return.quarter): kpi_return
        for kpi_return in KpiReturn.objects.filter(agreement__in={key[0] for key in by_return}).prefetch_related(
            "figures"
        )
    }
    problems: list[CellProblem] = []
    for done, (key, lines) in enumerate(by_return.items(), start=1):
        if key in held:
            problems += _differences(held[key], lines)
            report.counts["figures held already"] += len(lines)
        else:
            _keep(lines, at=at)
            report.counts["returns entered"] += 1
            report.counts["figures entered"] += len(lines)
            report.counts["stated figures that differ from their counts by 2 points or more"] += sum(
                map(_is_apart, lines)
            )
            report.counts["not applicable"] += sum(_is_of_nothing(line) for line in lines)
        progress(done, len(by_return))
    if problems:
        raise TableRefused(problems)
    return report


def _enter_agreements(
    mapping: Mapping[str, Any],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    activity: Activity | None,
    at: datetime,
    report: ImportReport,
) -> None:
    """One agreement with the mapping's indicators for each name in the agreement column."""
    activity, said = activity or activity_of(mapping, at=at), mapping["agreement"]
    organisations = Organisations(at=at)
    held = set(Agreement.objects.filter(activity=activity).values_list("provider__name", flat=True))
    for name in dict.fromkeys(row["agreement"] for _, row in rows):
        if name in held:
            continue
        agreement = enter_agreement(
            title=f"{said['title']}: {name}",
            activity=activity,
            provider=organisations.named(name),
            awarding_organisation=organisations.named(said["awarding_organisation"]),
            kind=said["kind"],
            fund=said["fund"],
            starts=partial_date(said["starts"]) if "starts" in said else None,
            source_url=said.get("source", ""),
            actor=None,
            at=at,
        )
        for order, indicator in enumerate(mapping["indicator"], start=1):
            _enter_indicator(agreement, indicator, order=order, at=at)
        report.counts["agreements entered"] += 1


def _enter_indicator(agreement: Agreement, said: Mapping[str, Any], *, order: int, at: datetime) -> None:
    add_indicator(
        agreement=agreement,
        code=said["code"],
        order=order,
        name=said["name"],
        kind=said.get("kind", IndicatorKind.PERCENTAGE),
        unit=said.get("unit", ""),
        numerator_words=said.get("numerator_words", ""),
        denominator_words=said.get("denominator_words", ""),
        direction=said.get("direction", Direction.UP),
        aggregation=said.get("aggregation", Aggregation.RATIO),
        decimals=said.get("decimals", 0),
        target=Decimal(said["target"]),
        approaching_by=Decimal(said["approaching"]),
        improvement_by=Decimal(said["requires_improvement"]),
        actor=None,
        at=at,
    )


def _indicators(agreements: Any, *, by_provider: bool) -> dict[tuple[str, str], Indicator]:
    """Current indicators by what the file calls the agreement (its provider's name, or its reference) and by code."""
    rows = Indicator.objects.current().filter(agreement__in=agreements)
    return {
        (
            row.agreement.provider.name if by_provider and row.agreement.provider else row.agreement.reference,
            row.code,
        ): row
        for row in rows.select_related("agreement__provider", "agreement__activity")
    }


def _figures(
    rows: Iterable[tuple[int, Mapping[str, Any]]], known: Mapping[tuple[str, str], Indicator], *, share: bool
) -> list[PastFigure]:
    figures: list[PastFigure] = []
    problems: list[CellProblem] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in rows:
        key = (row["agreement"], row["indicator"], row["quarter"].code)
        if key in seen:
            problems.append(CellProblem(f"says the same quarter of the same indicator as row {seen[key]}.", number))
            continue
        seen[key] = number
        indicator = known.get(key[:2])
        if indicator is None:
            problems.append(CellProblem(f"nothing is held under “{key[0]}” with the indicator “{key[1]}”.", number))
            continue
        try:
            figures.append(_figure(number, row, indicator, share=share))
        except ValueError as error:
            problems.append(CellProblem(str(error), number))
    if problems:
        raise TableRefused(problems[: tabular.MAX_ERRORS])
    return figures


def _figure(number: int, row: Mapping[str, Any], indicator: Indicator, *, share: bool) -> PastFigure:
    numerator, denominator, value = (row[name] for name in NUMBERS)
    if any(given is not None and given < 0 for given in (numerator, denominator, value)):
        raise ValueError("a figure is below 0.")
    if value is not None and share:
        value *= 100
    state = row["state"] or FigureState.REPORTED
    if state == FigureState.REPORTED:
        _refuse_incomplete(indicator, numerator, denominator, value)
        if denominator == 0:
            value = None  # of nothing: whatever is stated beside it
    elif (numerator, denominator, value) != (None, None, None):
        raise ValueError("it has both a figure and a reason why there is none.")
    return PastFigure(
        row=number,
        agreement=indicator.agreement,
        indicator=indicator,
        quarter=row["quarter"],
        state=state,
        numerator=numerator,
        denominator=denominator,
        value=value,
        commentary=row["commentary"] or "",
    )


def _refuse_incomplete(
    indicator: Indicator, numerator: Decimal | None, denominator: Decimal | None, value: Decimal | None
) -> None:
    """A figure needs its number. What a source states stands as it states it, beside the counts it gives."""
    if value is not None:
        return
    if indicator.kind not in TWO_NUMBERS:
        raise ValueError("there is no value.")
    if numerator is None or denominator is None:
        raise ValueError("there is neither a numerator with a denominator nor a value.")
    if indicator.kind == IndicatorKind.PERCENTAGE and numerator > denominator:
        raise ValueError(f"the numerator {numerator} is more than the denominator {denominator}.")


def _is_of_nothing(line: PastFigure) -> bool:
    return line.state == FigureState.NOT_APPLICABLE or line.denominator == 0


def _is_apart(line: PastFigure) -> bool:
    reading = Reading(FigureState(line.state), line.numerator, line.denominator, line.value)
    return stated_apart(Yardstick.of(line.indicator), reading) is not None


def _gaps(figures: list[PastFigure]) -> int:
    """How many quarters, between a file's first and last, have no row for an indicator that other quarters have."""
    if not figures:
        return 0
    quarters = {figure.quarter for figure in figures}
    return len({figure.indicator.pk for figure in figures}) * len(quarters) - len(figures)


def _differences(kpi_return: KpiReturn, lines: list[PastFigure]) -> list[CellProblem]:
    held = {figure.indicator_id: figure for figure in kpi_return.figures.all()}
    return [
        CellProblem(
            f"{line.indicator.code} for {line.quarter.label} is held with another figure. Correct it by restating it.",
            line.row,
        )
        for line in lines
        if line.indicator.pk not in held or _differs(held[line.indicator.pk], line)
    ]


def _differs(figure: Figure, line: PastFigure) -> bool:
    """Whether a held figure says something else. Files entered before stated values were kept have the counts alone."""
    names = ("state", "numerator", "denominator")
    if any(getattr(figure, name) != getattr(line, name) for name in names):
        return True
    only_counts = figure.value is None and figure.denominator is not None
    return figure.value != line.value and not only_counts


def _keep(lines: list[PastFigure], *, at: datetime) -> None:
    """One accepted return with its figures, the frozen submission, and the ratings."""
    agreement, quarter = lines[0].agreement, lines[0].quarter
    kpi_return = KpiReturn.objects.create(
        reference=reference_of(agreement, quarter),
        agreement=agreement,
        quarter=quarter.code,
        **dates_of(quarter),
        state=ReturnState.ACCEPTED,
        opened_at=at,
        due_at=due_at(quarter),
        submissions=1,
        first_submitted_at=at,
        submitted_at=at,
        accepted_at=at,
    )
    figures = [
        Figure(
            kpi_return=kpi_return,
            indicator=line.indicator,
            completed=True,
            saved_at=at,
            **{name: getattr(line, name) for name in ("state", "commentary", *NUMBERS)},
        )
        for line in lines
    ]
    Figure.objects.bulk_create(figures)
    Submission.objects.create(
        kpi_return=kpi_return,
        number=1,
        lines=freeze(figures),
        declaration=DECLARATION,
        declared_as="Import",
        declared_at=at,
    )
    rate_figures(kpi_return, at=at)
    log.record(
        action="return.imported",
        subject=kpi_return,
        actor=None,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"{kpi_return.reference}: {len(figures)} figures for {quarter.label} were entered from a file.",
    )
