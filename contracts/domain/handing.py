"""What of agreements waits for one person by name, and how it passes to a colleague."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from contracts.enums import WRITABLE_STATES, Side
from contracts.models import Action, Agreement, KpiReturn, Risk
from engagement.domain import log
from engagement.enums import OrganisationKind
from engagement.models import Organisation, User


def actions_of(person: User, organisation: Organisation) -> list[Action]:
    """Open actions that a person does by name for an organisation. One query."""
    actions: QuerySet[Action] = Action.objects.open().filter(owner=person).for_table()
    if organisation.kind == OrganisationKind.OFFICE:
        actions = actions.filter(side=Side.OFFICE)
    else:
        actions = actions.filter(side=Side.PROVIDER, agreement__provider=organisation)
    return list(actions.order_by("due_on", "pk"))


def risks_of(person: User, organisation: Organisation) -> list[Risk]:
    """Open risks that a person of the office looks after. One query."""
    if organisation.kind != OrganisationKind.OFFICE:
        return []
    risks: QuerySet[Risk] = Risk.objects.open().filter(owner=person).select_related("agreement__activity")
    return list(risks.order_by("review_on", "pk"))


def returns_under_way(organisation: Organisation) -> int:
    """How many returns an organisation is filling in: they are the organisation's, and pass to nobody."""
    return int(KpiReturn.objects.filter(agreement__provider=organisation, state__in=WRITABLE_STATES).count())


def running_agreements(organisation: Organisation, *, on: date) -> int:
    """How many agreements run of which an organisation is provider."""
    running: QuerySet[Agreement] = Agreement.objects.live().running(on=on)
    return int(running.filter(provider=organisation).count())


@transaction.atomic
def pass_on(*, work: list[Action] | list[Risk], to: User, actor: User, at: datetime) -> None:
    """Actions or risks become another person's. The caller has seen to it that `actor` may, and that `to` can."""
    for one in work:
        before = one.owner
        one.owner, one.version = to, one.version + 1
        one.save(update_fields=["owner", "version"])
        kind = "action" if isinstance(one, Action) else "risk"
        log.record(
            action=f"{kind}.handed-over",
            subject=one,
            actor=actor,
            at=at,
            summary=f"{one.agreement.reference}: {'an action' if kind == 'action' else 'a risk'} passes to {to}.",
            activity=one.agreement.activity,
            organisation=one.agreement.provider,
            data={kind: one.pk, "from": before.pk if before else None, "to": to.pk},
        )
