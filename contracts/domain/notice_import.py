"""Agreements out of public notices (OCDS): each notice becomes a recorded agreement, or says why it does not.

A file that is not what it says is refused whole. A notice in which nothing was agreed, or that contradicts itself, is
no fault of the file: it is left out, and the report names it with the reason. The same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contracts.domain.agreements import enter_agreement
from contracts.domain.importing import Organisations
from contracts.domain.notices import LONGEST, Agreed, Nothing, agreements_in, is_address, read_releases
from contracts.enums import AgreementKind
from contracts.models import Agreement
from engagement.domain.importing import ImportReport, Progress, activity_of
from engagement.domain.tabular import CellProblem, TableRefused
from engagement.enums import Fund
from engagement.models import Activity

LONGEST_PROVIDER_NOTE = 300


@transaction.atomic
def import_notices(
    *, content: bytes, mapping: Mapping[str, Any], activity: Activity | None, at: datetime, progress: Progress
) -> ImportReport:
    """Records what the notices of a file say was awarded, as agreements of one activity (the mapping's by default).

    The mapping's constants give the `fund`, which no notice names, and the `kind`; its `sources` where notices of a
    register are read, by the beginning of their identifiers. Raises `TableRefused` when the file is not read, or these
    are missing, and then keeps nothing.
    """
    constants = _constants(mapping)
    found = agreements_in(read_releases(content))
    activity = activity or activity_of(mapping, at=at)
    organisations, report = Organisations(at=at), ImportReport()
    known = Agreement.objects.filter(source_identifier__in=[one.identifier for one in found]).for_table()
    held = {agreement.source_identifier: agreement for agreement in known}
    for done, said in enumerate(found, start=1):
        if isinstance(said, Nothing):
            _leave_out(said, report)
        elif said.identifier in held:
            report.counts["agreements held already"] += 1
            report.notes += _differences(held[said.identifier], said)
        else:
            source = said.source_url or _register_of(said.identifier, mapping)
            if source:
                _enter(said, source, constants, activity=activity, organisations=organisations, at=at)
                report.counts["agreements entered"] += 1
                report.notes += [f"Row {said.row} ({said.identifier}): {remark}" for remark in said.remarks]
            else:
                _leave_out(Nothing(said.row, said.identifier, "it does not say where it was published"), report)
        progress(done, len(found))
    report.counts["organisations entered"] = organisations.entered
    return report


def _constants(mapping: Mapping[str, Any]) -> dict[str, str]:
    said = mapping.get("constants", {})
    wanted = {"fund": Fund.values, "kind": AgreementKind.values}
    problems = [
        CellProblem(f"The mapping does not say the {name} of these agreements: one of {', '.join(values)}.")
        for name, values in wanted.items()
        if said.get(name) not in values
    ]
    if problems:
        raise TableRefused(problems)
    return {name: said[name] for name in wanted}


def _register_of(identifier: str, mapping: Mapping[str, Any]) -> str:
    """Where the register is whose notice this is, when the notice's own address cannot be used."""
    sources = mapping.get("sources", {})
    return next((url for start, url in sources.items() if identifier.startswith(start) and is_address(url)), "")


def _leave_out(said: Nothing, report: ImportReport) -> None:
    report.counts["notices without an agreement"] += 1
    report.notes.append(f"Row {said.row} ({said.identifier}): no agreement, {said.reason}.")


def _enter(
    said: Agreed,
    source: str,
    constants: Mapping[str, str],
    *,
    activity: Activity,
    organisations: Organisations,
    at: datetime,
) -> None:
    is_one = len(said.suppliers) == 1 and len(said.suppliers[0]) <= LONGEST
    enter_agreement(
        title=said.title,
        activity=activity,
        provider=organisations.named(said.suppliers[0], company_number=said.company_number) if is_one else None,
        provider_note="" if is_one else _who(said.suppliers),
        awarding_organisation=organisations.named(said.buyer),
        value=said.value,
        starts=said.starts,
        ends=said.ends,
        source_url=source,
        source_identifier=said.identifier,
        note=said.note,
        actor=None,
        at=at,
        **constants,
    )


def _who(suppliers: tuple[str, ...]) -> str:
    if not suppliers:
        return "The source names nobody."
    words = f"The source names {len(suppliers)}: {'; '.join(suppliers)}"
    return words if len(words) <= LONGEST_PROVIDER_NOTE else words[: LONGEST_PROVIDER_NOTE - 1] + "…"


def _differences(held: Agreement, said: Agreed) -> list[str]:
    """Whether a notice says something else now than when it was recorded. What is held stays."""
    now = {"title": said.title, "value": said.value, "starts": said.starts, "ends": said.ends}
    changed = [name for name, value in now.items() if getattr(held, name) != value]
    if not changed:
        return []
    words = f"is held as {held.reference}, and now has another {' and '.join(changed)}. What is held stays."
    return [f"Row {said.row} ({said.identifier}): {words}"]
