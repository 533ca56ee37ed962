"""The log of risks and issues of an agreement: entered, reviewed, closed, with every change kept (R-088)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts.domain.managed import managed
from contracts.enums import RiskKind
from contracts.models import Agreement, Risk, RiskChange
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

HAS_HAPPENED = 5


class RiskRefused(Refused):
    """The risk cannot be kept like this; the message says why."""


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(
        agreement,
        actor=actor,
        at=at,
        refused=RiskRefused,
        words="Only the Contract Manager of the activity changes its log of risks.",
    )


@transaction.atomic
def enter_risk(*, agreement: Agreement, actor: User, at: datetime, **facts: Any) -> Risk:
    """Enters a risk or an issue. `facts` are fields of the model; an issue has happened, so its likelihood is 5.

    The log of the office names its number alone, never its words. Raises `RiskRefused`.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    number = Risk.objects.filter(agreement=agreement).count() + 1
    risk = Risk.objects.create(agreement=agreement, number=number, entered_at=at, **_settled(facts))
    _record(risk, "risk.entered", "was entered", actor=actor, at=at)
    return risk


@transaction.atomic
def change_risk(*, risk: Risk, seen_version: int, reason: str, actor: User, at: datetime, **facts: Any) -> Risk:
    """Changes a risk, and keeps what it was. Raises `RiskRefused` when somebody changed it meanwhile."""
    agreement = _managed(risk.agreement, actor=actor, at=at)
    risk = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
    risk.agreement = agreement
    if risk.version != seen_version:
        raise RiskRefused("This has been changed since you opened it. Look at it again first.")
    settled = _settled(facts)
    changes = {
        name: [_shown(getattr(risk, name)), _shown(value)]
        for name, value in settled.items()
        if getattr(risk, name) != value
    }
    if not changes:
        return risk
    for name in changes:
        setattr(risk, name, settled[name])
    risk.version += 1
    risk.save(update_fields=[*changes, "version"])
    RiskChange.objects.create(risk=risk, at=at, by=actor, changes=changes, reason=reason)
    _record(risk, "risk.changed", "was changed", actor=actor, at=at, data={"fields": sorted(changes)})
    return risk


def _settled(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "likelihood": HAS_HAPPENED} if facts.get("kind") == RiskKind.ISSUE else facts


def _shown(value: Any) -> str | int:
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _record(
    risk: Risk, action: str, words: str, *, actor: User, at: datetime, data: dict[str, Any] | None = None
) -> None:
    agreement = risk.agreement
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {risk.get_kind_display().lower()} {risk.number} {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"risk": risk.number, **(data or {})},
    )
