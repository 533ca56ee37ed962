"""The library of measures: writing a version, approving it, taking it into an agreement (R-012, R-013).

Whoever leads or manages an activity writes; the Management Team approves, and nobody approves their own. An approved
version never changes: a change is the next version, with a note of what is new. Agreements keep the version they took
until they take a newer one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from contracts import rules
from contracts.domain.agreements import AgreementRefused, add_indicator, change_indicator
from contracts.domain.parts import checked_tables
from contracts.domain.targets import AIM
from contracts.enums import NEVER_RATED, TWO_NUMBERS, Direction, IndicatorKind
from contracts.models import Agreement, Indicator
from contracts.models.meaning import Meaning
from contracts.models.measure import Measure, MeasureVersion
from engagement.domain import log
from engagement.models import LogEntry, User

SHIPPED = Path(__file__).resolve().parents[1] / "library"
MEANING = tuple(field.name for field in Meaning._meta.get_fields())


class LibraryRefused(Exception):
    """The measure cannot be written, approved or taken like this; the message says why."""


@transaction.atomic
def write_version(
    *,
    measure: Measure | None = None,
    collection: str = "",
    code: str = "",
    note: str = "",
    actor: User,
    at: datetime,
    **content: Any,
) -> MeasureVersion:
    """Writes a new measure, its next version, or again the draft that waits for approval.

    `content` is meaning and what is usual for its target. Raises `LibraryRefused` when the person does not write
    measures, when the set has one of that code, and for a later version without a note.
    """
    if not rules.writes_measures(actor, at=at):
        raise LibraryRefused("Lead Commissioners and Contract Managers write measures.")
    if measure is None:
        if Measure.objects.filter(collection=collection, code=code).exists():
            raise LibraryRefused(f"“{collection}” already has a measure {code}. Write a new version of that one.")
        measure = Measure.objects.create(collection=collection, code=code)
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    latest = measure.versions.order_by("-number").first()
    number = 1 if latest is None else latest.number if latest.is_draft else latest.number + 1
    if number > 1 and not note.strip():
        raise LibraryRefused("Say what is new in this version, and why: agreements decide by it whether to take it.")
    version, _ = MeasureVersion.objects.update_or_create(
        measure=measure,
        number=number,
        defaults={**content, "note": note.strip(), "written_at": at, "written_by": actor},
    )
    log.record(
        action="measure.written",
        subject=measure,
        actor=actor,
        at=at,
        summary=f"Version {number} of the measure {measure} was written: {version.name}.",
        data={"number": number},
    )
    return version


def wrote(version: MeasureVersion, person: User) -> bool:
    """Whether a person wrote a version, or a draft of it that somebody else wrote again (A15). One query at most."""
    if version.written_by_id == person.pk:
        return True
    written = LogEntry.objects.filter(action="measure.written", subject_id=str(version.measure_id), actor=person)
    return written.filter(subject_type=Measure._meta.label, data__number=version.number).exists()


@transaction.atomic
def approve_version(*, version: MeasureVersion, seen_at: datetime, actor: User, at: datetime) -> MeasureVersion:
    """The Management Team approves a draft, so that agreements may take it.

    Raises `LibraryRefused` when it is approved already, was written again since (`seen_at`, when it was written), was
    written in part by the same person, or the person does not approve measures.
    """
    version = MeasureVersion.objects.select_for_update(of=("self",)).select_related("measure").get(pk=version.pk)
    if not rules.approves_measures(actor, at=at):
        raise LibraryRefused("The Management Team approves measures.")
    if not version.is_draft:
        raise LibraryRefused("This version is approved already.")
    if wrote(version, actor):
        raise LibraryRefused("You wrote this version, so somebody else approves it.")
    if version.written_at != seen_at:
        raise LibraryRefused("This version has been written again since you opened it. Read it again first.")
    version.approved_at, version.approved_by = at, actor
    version.save(update_fields=["approved_at", "approved_by"])
    log.record(
        action="measure.approved",
        subject=version.measure,
        actor=actor,
        at=at,
        summary=f"Version {version.number} of the measure {version.measure} was approved.",
        data={"number": version.number},
    )
    return version


def content_of(version: MeasureVersion) -> dict[str, Any]:
    """What a version says, by the names of the fields: its meaning and what is usual."""
    return {name: getattr(version, name) for name in (*MEANING, *AIM)}


@transaction.atomic
def take_measures(
    *, agreement: Agreement, chosen: Mapping[MeasureVersion, Decimal | None], actor: User, at: datetime, group: str = ""
) -> list[Indicator]:
    """Adds measures of the library to an agreement, each with its target (`None`: not rated) and the usual distances.

    All or none. Raises `AgreementRefused` when the agreement has a measure of that code, `LibraryRefused` for a draft.
    """
    taken = []
    for version, target in chosen.items():
        if version.is_draft:
            raise LibraryRefused(f"“{version.name}” is not approved yet.")
        content = content_of(version) | {"is_rated": version.is_rated and target is not None}
        if content["is_rated"]:
            content |= _moved_to(version, target)
        else:
            content |= {**dict.fromkeys(AIM), "bands": []}
        taken.append(
            add_indicator(
                agreement=agreement,
                code=version.measure.code,
                group=group,
                measure_version=version,
                actor=actor,
                at=at,
                **content,
            )
        )
    return taken


def _moved_to(version: MeasureVersion, target: Decimal | None) -> dict[str, Any]:
    """The usual aim with another target: what is best between two values keeps its width."""
    if target is None:
        raise LibraryRefused("A rated measure needs a target.")
    if version.approaching_by is None or version.improvement_by is None:
        raise LibraryRefused(f"“{version.name}” has no usual distances. Add it as a measure of the agreement’s own.")
    high = version.high
    if version.direction == Direction.RANGE:
        width = version.high - version.target if version.high is not None and version.target is not None else Decimal(0)
        high = target + width
    return {"target": target, "high": high}


def take_newer(*, indicator: Indicator, actor: User, at: datetime) -> Indicator:
    """An agreement takes the newest approved version of its measure; its own target and weight stay.

    Figures that were reported stay with the version they were reported for. Raises `AgreementRefused` when there is
    none.
    """
    held = indicator.measure_version
    newer = held and MeasureVersion.objects.approved().filter(measure=held.measure_id).order_by("-number").first()
    if held is None or newer is None or newer.number <= held.number:
        raise AgreementRefused("There is no newer version of this measure.")
    content = {name: getattr(newer, name) for name in MEANING}
    content["is_rated"] = newer.is_rated and indicator.is_rated
    return change_indicator(indicator=indicator, measure_version=newer, actor=actor, at=at, **content)


@transaction.atomic
def load_shipped(*, at: datetime) -> list[MeasureVersion]:
    """Enters the measures that come with the product, approved, where the library has no such code yet.

    What an office has written or changed is left alone, so running it again changes nothing.
    """
    held: Collection[tuple[str, str]] = set(Measure.objects.values_list("collection", "code"))
    entered = []
    for path in sorted(SHIPPED.glob("*.toml")):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        for one in said["measure"]:
            if (said["collection"], one["code"]) in held:
                continue
            measure = Measure.objects.create(collection=said["collection"], code=one["code"])
            entered.append(
                MeasureVersion.objects.create(measure=measure, written_at=at, approved_at=at, **_shipped(one))
            )
    if entered:
        log.record(
            action="measure.shipped",
            subject=entered[0].measure,
            actor=None,
            at=at,
            summary=f"{len(entered)} measures that come with the product were entered into the library.",
            data={"count": len(entered)},
        )
    return entered


def _shipped(one: Mapping[str, Any]) -> dict[str, Any]:
    target, near, far = one.get("usual", [None, *one.get("usual_distances", [None, None])])
    aim = {"target": target, "approaching_by": near, "improvement_by": far, "high": one.get("usual_high")}
    kind = IndicatorKind(one["kind"])
    return {
        "name": one["name"],
        "measure_type": one["type"],
        "why": one["why"],
        "how": one["how"],
        "kind": kind,
        "unit": one.get("unit", ""),
        "numerator_words": one["numerator_words"] if kind in TWO_NUMBERS else "",
        "denominator_words": one["denominator_words"] if kind in TWO_NUMBERS else "",
        "decimals": one.get("decimals", 0),
        "per": one.get("per", 1),
        "direction": one.get("direction", Direction.UP),
        "aggregation": one["aggregation"],
        "is_rated": one.get("rated", kind not in NEVER_RATED),
        "minimum_n": one.get("minimum_n", 0),
        "counts_people": one.get("people", False),
        "lag": one.get("lag", 0),
        "breakdowns": one.get("breakdowns", []),
        "tables": checked_tables(one.get("tables", [])),
        "source": one.get("source", ""),
        **{name: None if number is None else Decimal(str(number)) for name, number in aim.items()},
    }
