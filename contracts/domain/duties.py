"""Which duties the Procurement Act 2023 puts on an agreement, and why, in a sentence each (R-012, R-084). Pure.

Section 52: over so many pounds, at least three indicators are set and published; section 71(2): what they show is
assessed at least once a year and when the contract ends. Frameworks, concessions and light touch contracts are exempt,
and contracts that indicators cannot assess. Section 71(5): a breach that ends the contract or costs damages, or a
failure to improve, is published within 30 days; of every public contract that is not light touch, whatever its value.
Section 80: that a public contract has ended, in whatever way, is published within 30 days; light touch ones too.
What was procured by earlier law stays under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.enums import NEVER_PROCURED, UNDER_THE_ACT, AgreementKind, Regime
from contracts.models import Agreement, StatutoryAmount
from engagement.domain.calendar import uk_date

# The main commencement of the Procurement Act 2023; procurement that began before is under the law before it.
ACT_BEGINS = date(2025, 2, 24)
# Section 71 is in force since this day (Commencement No. 4 Regulations 2025).
PERFORMANCE_BEGINS = date(2026, 1, 1)
LEAST_INDICATORS = 3
NOTICE_DAYS = 30

OUTSIDE = {
    Regime.BELOW_THRESHOLD: "It is below the threshold of the Procurement Act 2023, so it is no public contract.",
    Regime.EARLIER: "It was procured under the law before Monday 24 February 2025, which knows no such duty.",
    Regime.PROVIDER_SELECTION: "It was awarded under the Provider Selection Regime, which knows no such duty.",
    Regime.NONE: "It was not procured under the Procurement Act 2023.",
}
KINDS = {
    AgreementKind.GRANT: "a grant",
    AgreementKind.IN_HOUSE: "an in-house agreement",
    AgreementKind.DEVOLVED_BUDGET: "a devolved budget",
}


@dataclass(frozen=True)
class Duty:
    """Whether a duty applies, and because of what. Not settled: what is recorded does not say yet."""

    applies: bool
    because: str
    is_settled: bool = True


def regime_of(agreement: Agreement) -> Regime | None:
    """The law it was procured by: as recorded; earlier law where it was signed before the Act; else not known."""
    if agreement.regime:
        return Regime(agreement.regime)
    if agreement.kind in NEVER_PROCURED:
        return Regime.NONE
    signed = agreement.signed_on
    return Regime.EARLIER if signed and signed.latest < ACT_BEGINS else None


def estimate_of(agreement: Agreement) -> Decimal | None:
    """Its value in pounds as procurement law counts it; the value over the term where nobody recorded another."""
    return agreement.value if agreement.legal_estimate is None else agreement.legal_estimate


def amount_on(amounts: Sequence[StatutoryAmount], day: date) -> StatutoryAmount | None:
    """The amount that holds on a day; nothing before the first."""
    begun = [amount for amount in amounts if amount.applies_from <= day]
    return max(begun, key=lambda amount: amount.applies_from, default=None)


def _outside(agreement: Agreement) -> Duty | None:
    """Why it carries none of these duties, or that nobody can say; nothing for what is under the Act and not exempt."""
    regime = regime_of(agreement)
    if regime is None:
        return Duty(False, "How it was procured is not recorded, so nobody can say yet.", is_settled=False)
    if agreement.kind in KINDS and regime == Regime.NONE:
        return Duty(False, f"It is {KINDS[AgreementKind(agreement.kind)]}, which is no public contract.")
    if regime not in UNDER_THE_ACT:
        return Duty(False, OUTSIDE[regime])
    if regime == Regime.LIGHT_TOUCH:
        return Duty(False, "It is a light touch contract, which the Procurement Act 2023 exempts.")
    return None


def indicator_duty(agreement: Agreement, *, amounts: Sequence[StatutoryAmount], on: date) -> Duty:
    """Whether at least three indicators are to be set, published and assessed each year (sections 52 and 71(2)).

    `amounts` are the dated amounts; the one that holds is of the day it was signed, of `on` while it is not. Pure.
    """
    if outside := _outside(agreement):
        return outside
    if exempt := _exempt(agreement):
        return Duty(False, exempt)
    amount = amount_on(amounts, agreement.signed_on.earliest if agreement.signed_on else on)
    pounds = estimate_of(agreement)
    if amount is None or pounds is None:
        missing = "No amount of the law is set" if amount is None else "Its value is not known"
        return Duty(False, f"{missing}, so nobody can say yet.", is_settled=False)
    if pounds <= amount.pounds:
        return Duty(False, f"Its value, {_money(pounds)}, is not over {_money(amount.pounds)}.")
    return Duty(True, f"It is a public contract of {_money(pounds)}, which is over {_money(amount.pounds)}.")


def _exempt(agreement: Agreement) -> str:
    """Why section 52 leaves a public contract out, whatever its value; nothing where it does not."""
    if regime_of(agreement) == Regime.CONCESSION:
        return "It is a concession, which section 52 exempts."
    if agreement.is_framework:
        return "It is a framework, which section 52 exempts; what is called off is looked at by itself."
    if agreement.indicators_unsuitable:
        return "The office has decided that indicators cannot assess it, as section 52 allows."
    return ""


def notice_due_on(first: date) -> date:
    """The last day of the thirty in which a notice is published; `first` is the first of them. Pure.

    Section 80 counts from the day of the end, and begins with it. Section 71 is read likewise from the day on which
    the office knew of a failure, which is never a day late.
    """
    return first + timedelta(days=NOTICE_DAYS - 1)


def notice_duty(agreement: Agreement, *, known_on: date | None = None) -> Duty:
    """Whether a failure is to be published within 30 days (section 71(5)), whatever the value. Pure.

    `known_on` is the day on which the office knew of the failure: before section 71 was in force nothing was due.
    """
    if outside := _outside(agreement):
        return outside
    if known_on is not None and known_on < PERFORMANCE_BEGINS:
        return Duty(False, f"The office knew before section 71 was in force, {uk_date(PERFORMANCE_BEGINS)}.")
    return Duty(True, "It is a public contract under the Procurement Act 2023 and is not light touch.")


def termination_duty(agreement: Agreement) -> Duty:
    """Whether a contract termination notice (UK11) is published when it ends (section 80), whatever the value. Pure.

    Light touch contracts and concessions are not exempt. Contracts that were awarded directly at the choice of the
    person served (Schedule 5, paragraph 15) are; no regime tells them apart, so the sentence does.
    """
    regime = regime_of(agreement)
    if regime == Regime.LIGHT_TOUCH:
        because = "Section 80 exempts light touch contracts only where the person served chose the provider."
        return Duty(True, f"It is a public contract under the Procurement Act 2023. {because}")
    if regime in UNDER_THE_ACT:
        return Duty(True, "It is a public contract under the Procurement Act 2023.")
    return _outside(agreement) or Duty(False, OUTSIDE[Regime.NONE])


def _money(pounds: Decimal) -> str:
    return f"£{pounds:,.0f}" if pounds == pounds.to_integral_value() else f"£{pounds:,.2f}"
