"""Telling one side of an agreement what the other has done: its provider alone, or one person of the office by name.

A provider hears of its own agreement, once it is signed, and of no other provider's. What is said once is never said
again (ADR 3). A message says what there is to read, and not the words of it: these stand behind the sign-in.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from contracts.enums import OverrideState, PartyRole
from contracts.models import (
    Agreement,
    AgreementDocument,
    AgreementParty,
    Consequence,
    GovernanceArrangement,
    Override,
    Restatement,
)
from engagement.domain.outbox import announce
from engagement.enums import Audience, EventKind
from engagement.models import Organisation, User

LONGEST = 200  # letters of a title


def tell_provider(agreement: Agreement, *, key: str, kind: EventKind, title: str, path: str, at: datetime) -> None:
    """One message to each person of the provider of a signed agreement; nobody while it is a draft."""
    if agreement.is_live and agreement.provider:
        _tell_organisation(agreement, agreement.provider, key, kind, title=title, path=path, at=at)


def tell_person(
    agreement: Agreement,
    person: User | None,
    *,
    key: str,
    kind: EventKind,
    title: str,
    path: str,
    at: datetime,
) -> None:
    """One message to a person of the office."""
    if person is None:
        return
    announce(
        key=key,
        kind=kind,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        people=[person],
        title=title[:LONGEST],
        path=path,
        sensitive=agreement.sensitive,
        at=at,
    )


def _tell_organisation(
    agreement: Agreement,
    organisation: Organisation,
    key: str,
    kind: EventKind,
    *,
    title: str,
    path: str,
    at: datetime,
    summary: str = "",
) -> None:
    announce(
        key=key,
        kind=kind,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=organisation,
        title=title[:LONGEST],
        summary=summary,
        path=path,
        sensitive=agreement.sensitive,
        at=at,
    )


# Parties and governance


def party_kept(agreement: Agreement, party: AgreementParty, done: str, *, at: datetime) -> None:
    """The provider hears who is in its agreement; the organisation named hears it of itself where that is public.

    `done` ends the sentence: `is in it now`. Who is named reads nothing of the agreement by it.
    """
    key = f"party:{agreement.pk}:{party.number}:{at.isoformat()}"
    role = PartyRole(party.role).label.lower()
    tell_provider(
        agreement,
        key=key,
        kind=EventKind.AGREEMENT_CHANGED,
        title=f"{agreement.title}: a {role} {done}",
        path=reverse("contracts:parties", args=[agreement.reference]),
        at=at,
    )
    if agreement.is_live and agreement.activity.published_at and party.organisation != agreement.provider:
        _tell_organisation(
            agreement,
            party.organisation,
            f"{key}:own",
            EventKind.AGREEMENT_CHANGED,
            title=f"{agreement.title}: your organisation ({role}) {done}",
            path=agreement.activity.get_absolute_url(),
            at=at,
            summary="The page tells what the service is. The provider of the agreement can tell you more.",
        )


def governance_arranged(agreement: Agreement, made: GovernanceArrangement, *, at: datetime) -> None:
    """The provider hears how its agreement is steered from now on."""
    anew = "is steered in another way" if made.number > 1 else "has a way in which it is steered"
    tell_provider(
        agreement,
        key=f"governance:{made.pk}",
        kind=EventKind.AGREEMENT_CHANGED,
        title=f"{agreement.title} {anew}",
        path=reverse("contracts:governance", args=[agreement.reference]),
        at=at,
    )


# Documents


def document_shared(document: AgreementDocument, *, version: int, at: datetime) -> None:
    """The provider hears of a document that it may read, and of each newer version of it."""
    agreement = document.agreement
    new = "a newer version of a document" if version > 1 else "a document for you"
    tell_provider(
        agreement,
        key=f"document:{document.pk}:{version}:{at.isoformat()}",
        kind=EventKind.DOCUMENT_SHARED,
        title=f"{agreement.title}: {new}",
        path=reverse("contracts:documents", args=[agreement.reference]),
        at=at,
    )


# Decisions: whoever asked for one hears what became of it


def consequence_decided(consequence: Consequence, *, at: datetime) -> None:
    """Who proposed a step hears whether it is in force."""
    tell_person(
        consequence.agreement,
        consequence.proposed_by,
        key=f"consequence-decided:{consequence.pk}",
        kind=EventKind.DECISION_TAKEN,
        title=f"{consequence.rung.name}, {consequence.get_state_display().lower()}: {consequence.agreement.title}",
        path=consequence.get_absolute_url(),
        at=at,
    )


def appeal_decided(consequence: Consequence, *, at: datetime) -> None:
    """The Contract Manager hears what became of an appeal that others decided."""
    outcome = consequence.get_appeal_outcome_display().lower()
    tell_person(
        consequence.agreement,
        consequence.agreement.activity.contract_manager,
        key=f"appeal-decided:{consequence.pk}",
        kind=EventKind.DECISION_TAKEN,
        title=f"The appeal against {consequence.rung.name.lower()} is decided ({outcome}): "
        f"{consequence.agreement.title}",
        path=consequence.get_absolute_url(),
        at=at,
    )


def override_decided(override: Override, agreement: Agreement, *, at: datetime) -> None:
    """Who proposed another rating hears what was decided."""
    confirmed = override.state == OverrideState.CONFIRMED
    what = "Your other rating holds" if confirmed else "The computed rating stays"
    tell_person(
        agreement,
        override.proposed_by,
        key=f"override-decided:{override.pk}",
        kind=EventKind.DECISION_TAKEN,
        title=f"{what}: {agreement.title}",
        path=override.get_absolute_url(),
        at=at,
    )


def restatement_decided(restatement: Restatement, agreement: Agreement, *, approved: bool, at: datetime) -> None:
    """Who asked to put a figure right hears what was decided: a certifier of the provider, or the Contract Manager.

    Of what was approved the provider is told anyway, and is not told twice.
    """
    asker = restatement.asked_by
    manager = agreement.activity.contract_manager_id
    if approved and (asker is None or asker.pk != manager):
        return
    done = "was put right" if approved else "stays as it is"
    tell_person(
        agreement,
        asker,
        key=f"restatement-decided:{restatement.pk}",
        kind=EventKind.DECISION_TAKEN,
        title=f"The figure you asked about {done}: {agreement.title}",
        path=restatement.get_absolute_url(),
        at=at,
    )
