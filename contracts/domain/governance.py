"""How an agreement is steered: arranged once both sides know it, and anew when it changes (R-073, R-075)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contracts.domain import telling
from contracts.domain.managed import managed
from contracts.models import Agreement, GovernanceArrangement
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User


class GovernanceRefused(Refused):
    """The arrangement cannot be kept like this; the message says why. `field` names the box, if one."""


def arrangements_of(agreement: Agreement) -> list[GovernanceArrangement]:
    """Every arrangement there was, the one that holds first. One query."""
    return list(
        GovernanceArrangement.objects.filter(agreement=agreement).select_related("arranged_by").order_by("-number")
    )


@transaction.atomic
def arrange(
    *,
    agreement: Agreement,
    seen_number: int,
    body: str,
    chair: str,
    meetings_a_year: int,
    escalation: str,
    actor: User,
    at: datetime,
) -> GovernanceArrangement:
    """Keeps how an agreement is steered from now on. `seen_number` is that of the arrangement seen, 0 for none.

    Raises `GovernanceRefused` when it is not theirs to say, or somebody arranged it anew meanwhile.
    """
    agreement = managed(
        agreement,
        actor=actor,
        at=at,
        refused=GovernanceRefused,
        words="Only the Contract Manager of the activity arranges how it is steered.",
    )
    number = GovernanceArrangement.objects.filter(agreement=agreement).count()
    if number != seen_number:
        raise GovernanceRefused("Somebody else has arranged it anew since you opened this page. Look at that first.")
    made = GovernanceArrangement.objects.create(
        agreement=agreement,
        number=number + 1,
        body=body,
        chair=chair,
        meetings_a_year=meetings_a_year,
        escalation=escalation,
        arranged_by=actor,
        arranged_at=at,
    )
    log.record(
        action="governance.arranged",
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: how it is steered was arranged ({meetings_a_year} meetings a year).",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"number": made.number, "meetings_a_year": meetings_a_year},
    )
    telling.governance_arranged(agreement, made, at=at)
    return made
