"""Agreements and quarterly figures from files: all of a file or nothing, and the same file twice changes nothing.

A mapping says what a foreign file's columns are (`contracts/mappings/*.toml`); without one the file is in the product's
own format (docs/file-formats.md). What a file does not say is not invented: years without a day stay years, missing
ends stay missing, a missing quarter is a gap.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from contracts.domain.agreements import AgreementRefused, enter_agreement
from contracts.enums import AgreementKind
from contracts.models import Agreement, PartialDate
from engagement.domain import tabular
from engagement.domain.importing import ImportReport, Progress, activity_of, columns_of
from engagement.domain.organisations import register_organisation
from engagement.domain.tabular import CellProblem, Column, Table, TableRefused
from engagement.enums import Fund, OrganisationKind
from engagement.models import Activity, Organisation


def partial_date(cell: str) -> PartialDate:
    """A year, a month or a day, as precisely as the file has it."""
    return PartialDate(cell)


AGREEMENT_COLUMNS = {
    "title": Column(tabular.text(longest=200)),
    "kind": Column(tabular.one_of(dict(AgreementKind.choices))),
    "fund": Column(tabular.one_of(dict(Fund.choices))),
    "provider": Column(tabular.text(longest=200), required=False),
    "awarding_organisation": Column(tabular.text(longest=200), required=False),
    "value": Column(tabular.pounds, required=False),
    "starts": Column(partial_date, required=False),
    "ends": Column(partial_date, required=False),
    "source": Column(tabular.text(longest=500), required=False),
    "note": Column(tabular.text(longest=2000), required=False),
}


@transaction.atomic
def import_agreements(
    *, content: bytes, mapping: Mapping[str, Any], activity: Activity | None, at: datetime, progress: Progress
) -> ImportReport:
    """Records every row as an agreement of one activity (the mapping's own, when none is given).

    A row that is held already, by awarding organisation, title, provider and start, is left as it is; a row that stands
    in the file twice is refused. Raises `TableRefused` with every problem, and then keeps nothing.
    """
    table = tabular.read_table(content, mapping=columns_of(mapping, AGREEMENT_COLUMNS), columns=AGREEMENT_COLUMNS)
    _refuse_twice(table)
    activity = activity or activity_of(mapping, at=at)
    report = ImportReport(dropped=table.dropped)
    organisations = Organisations(at=at)
    held = {_key(agreement) for agreement in Agreement.objects.filter(activity=activity).for_table()}
    unnamed = set(mapping.get("unnamed", {}).get("provider", ()))
    problems: list[CellProblem] = []
    for done, (number, row) in enumerate(table.rows, start=1):
        if _row_key(row, unnamed) in held:
            report.counts["agreements held already"] += 1
        else:
            try:
                _enter(row, activity=activity, organisations=organisations, unnamed=unnamed, at=at)
            except AgreementRefused as refusal:
                problems.append(CellProblem(str(refusal), number))
            report.counts["agreements entered"] += 1
        progress(done, len(table.rows))
    if problems:
        raise TableRefused(problems)
    report.counts["organisations entered"] = organisations.entered
    return report


class Organisations:
    """Finds organisations by name, and enters those that nobody knows yet."""

    def __init__(self, *, at: datetime) -> None:
        self.at, self.entered = at, 0
        self.known = {organisation.name.casefold(): organisation for organisation in Organisation.objects.all()}

    def named(self, name: str, *, company_number: str = "") -> Organisation:
        """The organisation of a name, in any case; the number is kept with one that nobody knew."""
        if name.casefold() not in self.known:
            slug = slugify(name)[:70] or "organisation"
            taken = {organisation.slug for organisation in self.known.values()}
            free = next(s for n in range(1, len(taken) + 2) if (s := slug if n == 1 else f"{slug}-{n}") not in taken)
            self.known[name.casefold()] = register_organisation(
                name=name,
                slug=free,
                kind=OrganisationKind.PARTNER,
                company_number=company_number,
                actor=None,
                at=self.at,
            )
            self.entered += 1
        return self.known[name.casefold()]


def _enter(
    row: Mapping[str, Any], *, activity: Activity, organisations: Organisations, unnamed: set[str], at: datetime
) -> None:
    provider = row["provider"]
    is_named = bool(provider) and provider not in unnamed
    awarding = row["awarding_organisation"]
    enter_agreement(
        title=row["title"],
        activity=activity,
        provider=organisations.named(provider) if is_named else None,
        provider_note="" if is_named else f"The source says: {provider}" if provider else "The source names nobody.",
        awarding_organisation=organisations.named(awarding) if awarding else None,
        kind=row["kind"],
        fund=row["fund"],
        value=row["value"],
        starts=row["starts"],
        ends=row["ends"],
        source_url=row["source"] or "",
        note=row["note"] or "",
        actor=None,
        at=at,
    )


def _key(agreement: Agreement) -> tuple[str, ...]:
    provider = (
        agreement.provider.name if agreement.provider else agreement.provider_note.removeprefix("The source says: ")
    )
    awarding = agreement.awarding_organisation.name if agreement.awarding_organisation else ""
    starts = agreement.starts.text if agreement.starts else ""
    return awarding.casefold(), agreement.title, provider.casefold(), starts


def _row_key(row: Mapping[str, Any], unnamed: set[str]) -> tuple[str, ...]:
    provider = row["provider"] or "The source names nobody."
    starts = row["starts"].text if row["starts"] else ""
    return (row["awarding_organisation"] or "").casefold(), row["title"], provider.casefold(), starts


def _refuse_twice(table: Table) -> None:
    seen: dict[tuple[str, ...], int] = {}
    problems = []
    for number, row in table.rows:
        key = _row_key(row, set())
        if key in seen:
            problems.append(CellProblem(f"says the same as row {seen[key]}. Remove one of them.", number))
        seen.setdefault(key, number)
    if problems:
        raise TableRefused(problems)
