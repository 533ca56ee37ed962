"""The office's ladder of consequences: written as a whole from a day on, never changed (R-084).

An agreement keeps the ladder that was made part of it. Nobody finds other steps in what they signed because the office
has written new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count

from contracts import rules
from contracts.models import Ladder, LadderAttachment, Rung
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.refused import Refused
from engagement.models import User


class LadderRefused(Refused):
    """The ladder cannot be kept like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Kept:
    """One ladder of the office, and of how many agreements it is a part."""

    ladder: Ladder
    agreements: int
    begins: bool
    holds: bool


def ladder_on(day: date) -> Ladder | None:
    """The ladder that agreements take on a day. One query."""
    return Ladder.objects.filter(starts_on__lte=day).order_by("-starts_on").first()


def rungs_of(ladder: Ladder | None) -> list[Rung]:
    """Its steps from the mildest. One query."""
    return list(ladder.rungs.order_by("order")) if ladder else []


def ladders_kept(*, on: date) -> list[Kept]:
    """Every ladder there was and will be, the latest first. Two queries."""
    counted = LadderAttachment.objects.values_list("ladder").annotate(Count("pk"))
    agreements = dict(counted.order_by())
    ladders = list(Ladder.objects.order_by("-starts_on"))
    holding = next((ladder.pk for ladder in ladders if ladder.starts_on <= on), None)
    return [
        Kept(ladder, agreements.get(ladder.pk, 0), begins=ladder.starts_on > on, holds=ladder.pk == holding)
        for ladder in ladders
    ]


@transaction.atomic
def write_ladder(
    *, starts_on: date, reason: str, rungs: Sequence[Mapping[str, Any]], actor: User, at: datetime
) -> Ladder:
    """A new ladder from a day on, today or later; its steps are given from the mildest. Raises `LadderRefused`.

    What withholds money is decided by the Management Team or the Commissioner (ADR 29).
    """
    if not rules.settles_schemes(actor, at=at):
        raise LadderRefused("The Management Team writes the ladder of consequences.")
    if starts_on < local_date(at):
        raise LadderRefused("A ladder begins today or later: what was agreed stays as it was.", field="starts_on")
    if not rungs:
        raise LadderRefused("Write at least one step.")
    names = [rung["name"].casefold() for rung in rungs]
    if len(set(names)) < len(names):
        raise LadderRefused("Two steps have the same name. Give each its own.")
    alone = next((rung["name"] for rung in rungs if rung["withholds"] and not rung["needs_decision"]), "")
    if alone:
        raise LadderRefused(f"“{alone}” withholds money, so the Management Team or the Commissioner decides on it.")
    try:
        with transaction.atomic():
            ladder = Ladder.objects.create(starts_on=starts_on, reason=reason)
    except IntegrityError:
        raise LadderRefused("A ladder begins on that day already. Choose another day.", field="starts_on") from None
    Rung.objects.bulk_create(Rung(ladder=ladder, order=order, **rung) for order, rung in enumerate(rungs, start=1))
    log.record(
        action="ladder.written",
        subject=ladder,
        actor=actor,
        at=at,
        summary=f"A ladder of consequences begins on {uk_date(starts_on)}: {reason}",
        data={"steps": [rung["name"] for rung in rungs]},
    )
    return ladder
