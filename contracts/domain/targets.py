"""Setting targets: from which day on how good is good enough, apart from what is counted (R-013, R-077)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from contracts.domain.schedule import calendar_of
from contracts.domain.yardsticks import BandsRefused, Yardstick, bands_of, two_distances
from contracts.enums import Direction
from contracts.models import Agreement, Indicator
from contracts.models.target import Aim, Target
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.models import User

PERIODS_AHEAD = 8
AIM = ("target", "high", "approaching_by", "improvement_by", "bands")


class TargetRefused(Exception):
    """The target cannot be set like this; the message says why."""


@transaction.atomic
def set_target(
    *,
    indicator: Indicator,
    from_date: date,
    target: Decimal,
    approaching_by: Decimal | None = None,
    improvement_by: Decimal | None = None,
    high: Decimal | None = None,
    bands: list[dict[str, Any]] | None = None,
    note: str = "",
    actor: User | None,
    at: datetime,
) -> Target:
    """Sets the target of a measure from a day on, until the next one; distances left out stay as they are.

    Its meaning and version stay. A phased target is set once for each period. Setting it again for the same day
    replaces it. Raises `TargetRefused` when the measure is not rated, when a return that begins on or after that day
    has been asked for already (what people work towards is not changed behind them), when the edges make no sense, or
    when it is not the person's agreement.
    """
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=indicator.agreement_id)
    if actor and not Agreement.objects.writable_by(actor, at=at).filter(pk=agreement.pk).exists():
        raise TargetRefused("Only the Contract Manager of the activity sets targets.")
    indicator = Indicator.objects.as_of(from_date).get(pk=indicator.pk)
    if not indicator.is_rated or indicator.asked_until:
        raise TargetRefused("Only a measure that is rated, in its latest version, has a target.")
    reached = [found.period.starts_on for found in agreement.returns.all()]
    if reached and max(reached) >= from_date:
        raise TargetRefused(
            f"A return that begins on {uk_date(max(reached))} has been asked for already. Choose a later day."
        )
    before = aim_of(indicator)
    aim = {
        "target": target,
        "high": high if indicator.direction == Direction.RANGE else None,
        "approaching_by": before.approaching_by if approaching_by is None else approaching_by,
        "improvement_by": before.improvement_by if improvement_by is None else improvement_by,
        "bands": (before.bands if approaching_by is None else []) if bands is None else bands,
    }
    refuse_senseless(indicator.direction, aim)
    kept, _ = Target.objects.update_or_create(
        indicator=indicator, from_date=from_date, defaults={**aim, "note": note, "set_at": at}
    )
    log.record(
        action="target.set",
        subject=agreement,
        actor=actor,
        at=at,
        activity=agreement.activity,
        organisation=agreement.provider,
        summary=f"{agreement.reference}: {indicator.name_and_code} has a new target from {uk_date(from_date)}.",
        data={"code": indicator.code, "from": f"{from_date}", "target": f"{target}"},
    )
    return kept


def aim_of(indicator: Indicator) -> Aim:
    """The target in force on the day for which an indicator was loaded; else the one it started with."""
    return next(iter(getattr(indicator, "targets_in_force", ())), indicator)


def refuse_senseless(direction: str, aim: dict[str, Any]) -> None:
    """Refuses edges in the wrong order and bands that make no sense, and fits the two distances to own bands."""
    if direction == Direction.RANGE and (aim["high"] is None or aim["high"] < aim["target"]):
        raise TargetRefused("Give the upper edge of what is best, at least as high as the lower one.")
    try:
        bands = bands_of(aim["bands"])
    except BandsRefused as refusal:
        raise TargetRefused(str(refusal)) from None
    if bands:
        if direction == Direction.RANGE and any(band.distance is not None and band.distance < 0 for band in bands):
            raise TargetRefused("Between two values nothing is better than on target: use distances from 0 up.")
        aim["approaching_by"], aim["improvement_by"] = two_distances(bands)
    near, far = aim["approaching_by"], aim["improvement_by"]
    if near is None or far is None or not 0 <= near <= far:
        raise TargetRefused("Give both distances, the second at least as far as the first.")


def open_periods(agreement: Agreement, *, at: datetime) -> list[tuple[date, str]]:
    """The first days of the next periods whose return has not been asked for, with their words: where targets begin."""
    asked = [found.ends_on for found in agreement.returns.all()]
    day = max(asked) if asked else local_date(at)
    return [(one.starts_on, one.label) for one in calendar_of(agreement).coming(day, number=PERIODS_AHEAD)]


def targets_of(indicator: Indicator) -> list[tuple[date | None, str, Yardstick]]:
    """Every target of a measure with the day it begins (`None`: from the start), why, and its yardstick. One query."""
    rows: list[tuple[date | None, str, Yardstick]] = [(None, "", Yardstick.of(indicator, aim=indicator))]
    for target in indicator.targets.order_by("from_date"):
        rows.append((target.from_date, target.note, Yardstick.of(indicator, aim=target)))
    return rows
