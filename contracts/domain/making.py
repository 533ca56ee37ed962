"""What an agreement is made of, in a few rows that lead on, for whoever may open it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from contracts.domain.duties import indicator_duty, regime_of
from contracts.domain.going import Row
from contracts.domain.procurement import amounts_kept
from contracts.models import Agreement
from engagement.access import local_date


def made_of(agreement: Agreement, *, at: datetime) -> list[Row]:
    """The law it was procured by, with the duty that follows. Facts copied from a source have none. One query."""
    if agreement.is_recorded:
        return []
    return [_law(agreement, at=at)]


def _law(agreement: Agreement, *, at: datetime) -> Row:
    regime = regime_of(agreement)
    duty = indicator_duty(agreement, amounts=amounts_kept(), on=local_date(at))
    words = ["Not recorded" if regime is None else str(regime.label)]
    if duty.is_settled:
        words += ["Indicators have to be published" if duty.applies else "No duty to publish indicators", duty.because]
    address = reverse("contracts:procurement", args=[agreement.reference])
    return Row("How it was procured", f"{'. '.join(words).rstrip('.')}.", address)
