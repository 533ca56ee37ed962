"""Entering agreements, signing them, and saying what is measured (R-005 to R-007, R-013, R-022, R-026)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.text import slugify

from contracts import rules
from contracts.domain.exits import open_exit_plan
from contracts.domain.targets import AIM, aim_of
from contracts.domain.terms import keep_terms
from contracts.models import Agreement, Indicator, PartialDate
from contracts.models.target import Target
from engagement.access import local_date
from engagement.domain import log
from engagement.models import Activity, Organisation, User

MEANING = (
    "name",
    "how",
    "kind",
    "unit",
    "numerator_words",
    "denominator_words",
    "decimals",
    "direction",
    "aggregation",
    "is_rated",
    "minimum_n",
    "counts_people",
    "per",
    "lag",
    "tables",
    "asked_every",
)


class AgreementRefused(Exception):
    """The agreement or its measure cannot be entered or changed like this; the message says why."""


@transaction.atomic
def enter_agreement(
    *,
    title: str,
    activity: Activity,
    provider: Organisation | None,
    kind: str,
    fund: str,
    actor: User | None,
    at: datetime,
    value: Decimal | None = None,
    starts: PartialDate | date | str | None = None,
    ends: PartialDate | date | str | None = None,
    reference: str = "",
    **details: Any,
) -> Agreement:
    """Enters an agreement, unsigned, with the next reference of the year (`A-2026-009`) unless it has one.

    `value` is pounds over the whole term. `details` are the other fields of the model: `legal_power`, `sensitive`,
    `note`; and for facts recorded from a public source `source_url`, `provider_note`, `awarding_organisation`. Raises
    `AgreementRefused` when it ends before it starts, or for another's activity (`actor` is `None` for imports).
    """
    if actor and not Activity.objects.filter(rules.activities_for_agreements(actor, at=at), pk=activity.pk).exists():
        raise AgreementRefused("Only the Contract Manager of an activity enters agreements for it.")
    _refuse_backwards(starts, ends)
    agreement = Agreement.objects.create(
        reference=reference or _next_reference(at),
        slug=_free_slug(title),
        title=title,
        activity=activity,
        provider=provider,
        kind=kind,
        fund=fund,
        value=value,
        starts=PartialDate.of(starts),
        ends=PartialDate.of(ends),
        created_at=at,
        **details,
    )
    _record(agreement, "agreement.entered", f"{agreement.reference} was entered: {title}", actor=actor, at=at)
    return agreement


def _refuse_backwards(starts: PartialDate | date | str | None, ends: PartialDate | date | str | None) -> None:
    first, last = PartialDate.of(starts), PartialDate.of(ends)
    if first and last and last.latest < first.earliest:
        raise AgreementRefused(f"The agreement cannot end ({last}) before it starts ({first}).")


def _next_reference(at: datetime) -> str:
    prefix = f"A-{local_date(at).year}-"
    taken = Agreement.objects.filter(reference__startswith=prefix).values_list("reference", flat=True)
    numbers = [int(tail) for reference in taken if (tail := reference.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def _free_slug(title: str) -> str:
    base = slugify(title)[:70] or "agreement"
    taken = set(Agreement.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def change_agreement(*, agreement: Agreement, actor: User, at: datetime, **fields: Any) -> Agreement:
    """Changes an agreement that is not signed yet. Raises `AgreementRefused` once it is: then it takes a variation."""
    agreement = _lock(agreement, actor=actor, at=at)
    refuse_changing(agreement)
    changed = [name for name, value in fields.items() if getattr(agreement, name) != value]
    for name in changed:
        setattr(agreement, name, fields[name])
    _refuse_backwards(agreement.starts, agreement.ends)
    if agreement.allocations.exclude(stream__fund=agreement.fund).exists():
        raise AgreementRefused("Its funding lines are of the other fund. Remove them first: the funds are never mixed.")
    if changed:
        agreement.save(update_fields=changed)
        summary = f"{agreement.reference} was changed."
        _record(agreement, "agreement.changed", summary, actor=actor, at=at, data={"fields": changed})
    return agreement


@transaction.atomic
def sign_agreement(
    *, agreement: Agreement, signed_on: PartialDate | date | str, actor: User | None, at: datetime
) -> Agreement:
    """Records that both sides have signed (or, without a contract, agreed): from now on returns are asked for.

    Its terms are kept as they are that day (R-090), and its exit plan is opened; imports (no `actor`) do neither.
    Raises `AgreementRefused` when it is signed already, has no provider, or is signed in the future.
    """
    agreement = _lock(agreement, actor=actor, at=at)
    signed = PartialDate.of(signed_on)
    refuse_signing_again(agreement)
    if signed is None or signed.earliest > local_date(at):
        raise AgreementRefused("Enter the day it was signed, today or earlier.")
    if agreement.provider is None:
        raise AgreementRefused("An agreement needs a provider before it can be signed.")
    agreement.signed_on = signed
    agreement.save(update_fields=["signed_on"])
    summary = f"{agreement.reference} was signed ({signed})."
    _record(agreement, "agreement.signed", summary, actor=actor, at=at)
    if actor:
        keep_terms(agreement, at=at)
        open_exit_plan(agreement=agreement, actor=actor, at=at)
    return agreement


def refuse_changing(agreement: Agreement) -> None:
    """Refuses to change what was agreed, once it was."""
    if agreement.is_live:
        raise AgreementRefused("This agreement is signed, so what was agreed is no longer changed here.")


def refuse_signing_again(agreement: Agreement) -> None:
    """Refuses a second signature."""
    if agreement.signed_on:
        raise AgreementRefused(f"This agreement was already recorded as signed ({agreement.signed_on}).")


def _lock(agreement: Agreement, *, actor: User | None, at: datetime) -> Agreement:
    rows = Agreement.objects.select_related("activity", "provider")
    agreement = rows.select_for_update(of=("self",)).get(pk=agreement.pk)
    if actor and not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise AgreementRefused("Only the Contract Manager of the activity changes this agreement.")
    return agreement


@transaction.atomic
def add_indicator(
    *, agreement: Agreement, code: str, actor: User | None, at: datetime, asked_from: date | None = None, **meaning: Any
) -> Indicator:
    """Adds a measure to an agreement, asked for in returns that begin from a date on (none: from the start).

    `meaning` are the fields of the model. Raises `AgreementRefused` when the agreement has a measure of that code.
    """
    agreement = _lock(agreement, actor=actor, at=at)
    if agreement.indicators.filter(code=code).exists():
        raise AgreementRefused(f"This agreement already has a measure {code}.")
    meaning.setdefault("order", agreement.indicators.count() + 1)
    indicator = Indicator.objects.create(agreement=agreement, code=code, asked_from=asked_from, **meaning)
    summary = f"{agreement.reference}: measure {code}, {indicator.name}, was added."
    _record(agreement, "indicator.added", summary, actor=actor, at=at, data={"code": code})
    return indicator


@transaction.atomic
def change_indicator(*, indicator: Indicator, actor: User, at: datetime, **fields: Any) -> Indicator:
    """Changes a measure: in place while it has no figures, else as a new version beside what was reported.

    The new version is asked for from the first period that has no return yet. A new target is no new version: it is in
    force from that period on. Wording that does not change the meaning (`why`, `group`, `order`, `weight`) is always
    changed in place. Raises `AgreementRefused`.
    """
    agreement = _lock(indicator.agreement, actor=actor, at=at)
    opens = _first_day_without_return(agreement, at)
    indicator = Indicator.objects.as_of(opens).select_for_update().get(pk=indicator.pk)
    if indicator.asked_until:
        raise AgreementRefused("There is a newer version of this measure.")
    if indicator.measure_version_id and "measure_version" not in fields and _means_more(indicator, fields):
        raise AgreementRefused("What this measure means comes from the library. Write a new version of it there.")
    aim = aim_of(indicator)
    changed = {name: value for name, value in fields.items() if name not in AIM and getattr(indicator, name) != value}
    aimed = {name: value for name, value in fields.items() if name in AIM and getattr(aim, name) != value}
    if not changed and not aimed:
        return indicator
    reported = indicator.figures.exists()
    if reported and set(changed) & set(MEANING):
        indicator = _next_version(indicator, changed | aimed, opens=opens)
    else:
        if aimed and reported:
            kept = {name: getattr(aim, name) for name in AIM}
            Target.objects.update_or_create(
                indicator=indicator, from_date=opens, defaults={**kept, **aimed, "set_at": at}
            )
        elif aimed:
            _change(aim, aimed)
        _change(indicator, changed)
    summary = f"{agreement.reference}: measure {indicator.code} is now version {indicator.version}."
    data = {"code": indicator.code, "version": indicator.version, "fields": sorted(changed | aimed)}
    _record(agreement, "indicator.changed", summary, actor=actor, at=at, data=data)
    return indicator


def _means_more(indicator: Indicator, fields: dict[str, Any]) -> bool:
    """Whether a change reaches what a measure means, apart from what each agreement decides of it."""
    own = {"is_rated", "asked_every"}
    return any(name in MEANING and name not in own and getattr(indicator, name) != fields[name] for name in fields)


def _change(row: Model, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=list(fields))


def _next_version(indicator: Indicator, changed: dict[str, Any], *, opens: date) -> Indicator:
    """The version after this one, with the target in force then as its first, and the later ones that are set."""
    aim = aim_of(indicator)
    later = list(indicator.targets.filter(from_date__gt=opens))
    kept = {field.name: getattr(indicator, field.name) for field in indicator._meta.concrete_fields}
    kept |= {name: getattr(aim, name) for name in AIM}
    kept.pop("id")
    Indicator.objects.filter(pk=indicator.pk).update(asked_until=opens)
    newer: Indicator = Indicator.objects.create(
        **{**kept, **changed, "version": indicator.version + 1, "asked_from": opens}
    )
    for target in later:
        target.pk, target.indicator = None, newer
    Target.objects.bulk_create(later if newer.is_rated else [])
    return newer


def _first_day_without_return(agreement: Agreement, at: datetime) -> date:
    latest: date | None = agreement.returns.aggregate(until=Max("ends_on"))["until"]
    return latest or local_date(at)


def _record(
    agreement: Agreement,
    action: str,
    summary: str,
    *,
    actor: User | None,
    at: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=summary,
        activity=agreement.activity,
        organisation=agreement.provider,
        data=data,
    )
