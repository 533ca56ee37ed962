"""Recording how a provider was chosen, and the amounts that the law sets (R-071, R-072)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from contracts import rules
from contracts.domain.duties import ACT_BEGINS, amount_on
from contracts.domain.managed import managed
from contracts.domain.modification import Limits
from contracts.enums import NEVER_PROCURED, UNDER_THE_ACT, AmountPurpose, Regime
from contracts.models import Agreement, StatutoryAmount, Variation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.calendar import uk_date
from engagement.domain.refused import Refused
from engagement.models import User

FACTS = ("regime", "is_framework", "legal_estimate", "indicators_unsuitable")


class ProcurementRefused(Refused):
    """It cannot be recorded like this; the message says why. `field` names the box, if one."""


def amounts_kept(purpose: str = AmountPurpose.INDICATORS) -> Sequence[StatutoryAmount]:
    """Every amount that was ever set for a purpose, the latest first. One query."""
    found = StatutoryAmount.objects.filter(purpose=purpose).select_related("entered_by")
    return list(found.order_by("-applies_from"))


def amounts_by_purpose() -> list[tuple[AmountPurpose, list[StatutoryAmount]]]:
    """All of them, for each purpose the latest first. One query."""
    rows = list(StatutoryAmount.objects.select_related("entered_by").order_by("-applies_from"))
    return [(purpose, [row for row in rows if row.purpose == purpose]) for purpose in AmountPurpose]


def limits_on(day: date) -> Limits:
    """The amounts that decide about a change of an agreement on a day. One query."""
    kept = dict(amounts_by_purpose())
    threshold, copy = (amount_on(kept[purpose], day) for purpose in (AmountPurpose.THRESHOLD, AmountPurpose.COPY))
    return Limits(threshold.pounds if threshold else None, copy.pounds if copy else None)


@transaction.atomic
def record_procurement(
    *,
    agreement: Agreement,
    regime: Regime | str,
    actor: User,
    at: datetime,
    is_framework: bool = False,
    legal_estimate: Decimal | None = None,
    indicators_unsuitable: str = "",
) -> Agreement:
    """Records the law an agreement was procured by, before or after it was signed; every change is in the log.

    `legal_estimate` is in pounds, with VAT and every extension that it allows, where that is not its value. Raises
    `ProcurementRefused` when it is not theirs to record, the law and the agreement contradict each other, or a
    variation is open, whose approval was given by what was recorded (A15).
    """
    agreement = managed(
        agreement,
        actor=actor,
        at=at,
        refused=ProcurementRefused,
        words="Only the Contract Manager of the activity records how it was procured.",
    )
    _refuse_contradiction(agreement, regime, is_framework=is_framework)
    given = {
        "regime": str(regime),
        "is_framework": is_framework,
        "legal_estimate": legal_estimate,
        "indicators_unsuitable": indicators_unsuitable.strip(),
    }
    changed = [name for name in FACTS if getattr(agreement, name) != given[name]]
    if changed and Variation.objects.open().filter(agreement=agreement).exists():
        raise ProcurementRefused("A variation is open, and what the law says of it hangs on this. It is settled first.")
    for name in changed:
        setattr(agreement, name, given[name])
    if changed:
        agreement.save(update_fields=changed)
        log.record(
            action="agreement.procurement",
            subject=agreement,
            actor=actor,
            at=at,
            summary=f"{agreement.reference}: how it was procured was recorded ({agreement.get_regime_display()}).",
            activity=agreement.activity,
            organisation=agreement.provider,
            data={"regime": str(regime), "fields": changed},
        )
    return agreement


def _refuse_contradiction(agreement: Agreement, regime: Regime | str, *, is_framework: bool) -> None:
    if agreement.kind in NEVER_PROCURED and regime != Regime.NONE:
        kind = agreement.get_kind_display().lower()
        raise ProcurementRefused(f"This is recorded as a {kind}, for which nothing is procured.", field="regime")
    signed = agreement.signed_on
    if regime in UNDER_THE_ACT and signed and signed.latest < ACT_BEGINS:
        raise ProcurementRefused(
            f"It was signed ({signed}) before the Procurement Act 2023 was in force. Choose the earlier law.",
            field="regime",
        )
    if is_framework and regime not in {*UNDER_THE_ACT, Regime.EARLIER, Regime.PROVIDER_SELECTION}:
        raise ProcurementRefused("A framework is procured. Choose the law by which it was.", field="is_framework")


@transaction.atomic
def set_amount(
    *,
    applies_from: date,
    pounds: Decimal,
    source: str,
    actor: User,
    at: datetime,
    purpose: str = AmountPurpose.INDICATORS,
    checked: bool = False,
) -> StatutoryAmount:
    """Sets an amount of the law from a day on. Earlier ones stay. `checked`: it was held against its source today.

    Raises `ProcurementRefused` when it is not theirs to set, is nothing, or begins on a day that has one.
    """
    if not rules.settles_schemes(actor, at=at):
        raise ProcurementRefused("The Management Team sets the amounts of the law.")
    if pounds <= 0:
        raise ProcurementRefused("Enter an amount of more than nothing.", field="pounds")
    if applies_from < ACT_BEGINS:
        raise ProcurementRefused("The Act begins on Monday 24 February 2025.", field="applies_from")
    try:
        with transaction.atomic():
            amount = StatutoryAmount.objects.create(
                purpose=purpose,
                applies_from=applies_from,
                pounds=pounds,
                source=source,
                checked_on=local_date(at) if checked else None,
                entered_by=actor,
            )
    except IntegrityError:
        raise ProcurementRefused("An amount begins on that day already.", field="applies_from") from None
    log.record(
        action="duty.amount",
        subject=amount,
        actor=actor,
        at=at,
        summary=f"{AmountPurpose(purpose).label}: £{pounds:,.0f} from {uk_date(applies_from)}.",
        data={"purpose": str(purpose), "applies_from": applies_from.isoformat(), "on": local_date(at).isoformat()},
    )
    return amount
