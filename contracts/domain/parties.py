"""Who else is in an agreement, and its lots: entered, changed and taken out (R-005, R-006, R-022, R-026).

The lead provider stays the one who reports, and `Agreement.provider` alone decides who reads what. A party named here
reads nothing by it: two providers never see each other's data because one works for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from contracts.domain import telling
from contracts.domain.managed import managed
from contracts.enums import PROVIDING
from contracts.models import Agreement, AgreementParty, Lot
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.enums import OrganisationKind
from engagement.models import Organisation, User

WHOLE = Decimal(100)
PARTY_FACTS = ("organisation", "role", "share_percent", "share_pounds", "starts_on", "ends_on")
KNOWN_OF = ("organisation_id", "role", "starts_on", "ends_on")  # a change of which is told; money is read on the page
LOT_FACTS = ("number", "title", "value", "provider")


class PartyRefused(Refused):
    """The party or lot cannot be kept like this; the message says why. `field` names the box, if one."""


def most_at_once(spans: Sequence[tuple[date, date | None, Decimal]]) -> Decimal:
    """The largest sum that holds on any one day. A span is its first day, the day after its last, and its share. Pure.

    Shares only grow on a day on which one begins, so these days are enough.
    """
    sums = (
        sum((share for begins, ends, share in spans if begins <= day and (ends is None or ends > day)), Decimal(0))
        for day in {begins for begins, _, _ in spans}
    )
    return max(sums, default=Decimal(0))


def parties_of(agreement: Agreement) -> list[AgreementParty]:
    """Everybody else in an agreement: who provides first, then who commissions, each by its first day. One query."""
    found = agreement.parties.select_related("organisation").order_by("starts_on", "number")
    return sorted(found, key=lambda party: not party.provides)


def lots_of(agreement: Agreement) -> list[Lot]:
    """Its lots by number. One query."""
    return list(agreement.lots.select_related("provider").order_by("number"))


def rest_for_lead(parties: Iterable[AgreementParty], *, on: date) -> Decimal | None:
    """The percentage left for the lead provider on a day; nothing where a share is not said in per cent. Pure."""
    providing = [party for party in parties if party.provides and party.starts_on <= on]
    now = [party for party in providing if party.ends_on is None or party.ends_on > on]
    shares = [party.share_percent for party in now]
    if not shares or None in shares:
        return None
    return WHOLE - sum((share for share in shares if share is not None), Decimal(0))


def organisations_that_deliver(agreement: Agreement) -> QuerySet[Organisation]:
    """Who can be named for a lot: the lead provider, members of its consortium and subcontractors, by name."""
    parts = agreement.parties.filter(role__in=PROVIDING).values("organisation")
    return Organisation.objects.filter(Q(pk=agreement.provider_id) | Q(pk__in=parts)).order_by("name")


def _held(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(
        agreement,
        actor=actor,
        at=at,
        refused=PartyRefused,
        words="Only the Contract Manager of the activity says who is in this agreement.",
    )


@transaction.atomic
def keep_party(
    *, agreement: Agreement, actor: User, at: datetime, number: int | None = None, **facts: Any
) -> AgreementParty:
    """Enters a party, or changes the one of this `number`, before or after the agreement was signed.

    `facts` are fields of the model; `ends_on` is the day after its last. Raises `PartyRefused` when it is not theirs to
    say, the organisation is in it already, its days run backwards, or shares make more than the whole on one day.
    """
    agreement = _held(agreement, actor=actor, at=at)
    rows = agreement.parties.select_for_update()
    party = rows.filter(number=number).first() if number is not None else AgreementParty(agreement=agreement)
    if party is None:
        raise PartyRefused("Somebody else has taken this party out meanwhile.")
    before = [getattr(party, name, None) for name in KNOWN_OF] if number is not None else None
    for name in PARTY_FACTS:
        setattr(party, name, facts.get(name))
    others = [one for one in parties_of(agreement) if one.number != number]
    _refuse_party(party, others, agreement)
    if number is None:
        party.number = (agreement.parties.aggregate(Max("number"))["number__max"] or 0) + 1
    party.save()
    _refuse_lots_of_nobody(agreement)
    done = "party.entered" if number is None else "party.changed"
    words = f"{party} was {'entered' if number is None else 'changed'}"
    _record(agreement, done, words, actor=actor, at=at, data={"party": party.number, "role": party.role})
    if before is None:
        telling.party_kept(agreement, party, "is in it now", at=at)
    elif before != [getattr(party, name) for name in KNOWN_OF]:
        telling.party_kept(agreement, party, "has another part in it now", at=at)
    return party


def _refuse_party(party: AgreementParty, others: Sequence[AgreementParty], agreement: Agreement) -> None:
    if party.ends_on and party.ends_on <= party.starts_on:
        raise PartyRefused("The last day must be the same as or after the first day.", field="last_day")
    if party.share_percent is not None and party.share_pounds is not None:
        raise PartyRefused("Give the share in per cent or in pounds, not in both.", field="share_pounds")
    if _is_in_it_already(party, agreement):
        raise PartyRefused(f"{party.organisation} is in this agreement as its first party already.", "organisation")
    twice = [one for one in others if (one.organisation_id, one.role) == (party.organisation_id, party.role)]
    if any(_meet(one, party) for one in twice):
        raise PartyRefused(f"{party.organisation} has this part already on some of these days.", "organisation")
    side = [one for one in (*others, party) if one.provides == party.provides]
    percent = most_at_once([(one.starts_on, one.ends_on, one.share_percent or Decimal(0)) for one in side])
    if percent > WHOLE:
        raise PartyRefused(f"Together the shares are {percent:f}%. They make at most 100%.", field="share_percent")
    pounds = most_at_once([(one.starts_on, one.ends_on, one.share_pounds or Decimal(0)) for one in side])
    if agreement.value is not None and pounds > agreement.value:
        whole = f"£{pounds:,.2f}, more than the agreement’s £{agreement.value:,.2f}"
        raise PartyRefused(f"Together the shares are {whole}.", field="share_pounds")


def _is_in_it_already(party: AgreementParty, agreement: Agreement) -> bool:
    if party.provides:
        return party.organisation_id == agreement.provider_id
    if agreement.awarding_organisation_id is None:
        return party.organisation.kind == OrganisationKind.OFFICE
    return party.organisation_id == agreement.awarding_organisation_id


def _meet(one: AgreementParty, other: AgreementParty) -> bool:
    return (one.ends_on is None or one.ends_on > other.starts_on) and (
        other.ends_on is None or other.ends_on > one.starts_on
    )


def _refuse_lots_of_nobody(agreement: Agreement) -> None:
    """Undoes what would leave a lot with a provider that delivers nothing in the agreement."""
    named = agreement.lots.exclude(provider=None)
    orphan = named.exclude(provider__in=organisations_that_deliver(agreement)).select_related("provider").first()
    if orphan:
        raise PartyRefused(f"{orphan.provider} delivers lot {orphan.number}. Name somebody else for it first.")


@transaction.atomic
def take_out_party(*, agreement: Agreement, number: int, actor: User, at: datetime) -> None:
    """Takes out a party that was entered by mistake; one that has left gets its last day instead.

    Doing it again changes nothing. Raises `PartyRefused`, also while it is named for a lot.
    """
    agreement = _held(agreement, actor=actor, at=at)
    party = agreement.parties.select_related("organisation").filter(number=number).first()
    if party is None:
        return
    words = str(party)
    party.delete()
    _refuse_lots_of_nobody(agreement)
    _record(agreement, "party.taken_out", f"{words} was taken out", actor=actor, at=at, data={"party": number})
    telling.party_kept(agreement, party, "was taken out of it", at=at)


@transaction.atomic
def keep_lot(*, agreement: Agreement, actor: User, at: datetime, seen: int | None = None, **facts: Any) -> Lot:
    """Enters a lot, or changes the one whose number was `seen`. `facts` are fields of the model.

    Raises `PartyRefused` when it is not theirs to say, the number is taken, its provider delivers nothing in this
    agreement, or the lots are worth more than the whole.
    """
    agreement = _held(agreement, actor=actor, at=at)
    lot = (
        agreement.lots.select_for_update().filter(number=seen).first() if seen is not None else Lot(agreement=agreement)
    )
    if lot is None:
        raise PartyRefused("Somebody else has taken this lot out meanwhile.")
    for name in LOT_FACTS:
        setattr(lot, name, facts.get(name))
    others = [one for one in lots_of(agreement) if one.pk != lot.pk]
    if lot.number in {one.number for one in others}:
        raise PartyRefused(f"There is a lot {lot.number} already.", field="number")
    if lot.provider and not organisations_that_deliver(agreement).filter(pk=lot.provider.pk).exists():
        raise PartyRefused("Enter it as a party of this agreement first.", field="provider")
    worth = sum((one.value for one in (*others, lot) if one.value is not None), Decimal(0))
    if agreement.value is not None and worth > agreement.value:
        raise PartyRefused(
            f"Together the lots are worth £{worth:,.2f}, more than the agreement’s £{agreement.value:,.2f}.", "value"
        )
    lot.save()
    done = "lot.entered" if seen is None else "lot.changed"
    words = f"lot {lot.number} was {'entered' if seen is None else 'changed'}"
    _record(agreement, done, words, actor=actor, at=at, data={"lot": lot.number})
    return lot


@transaction.atomic
def take_out_lot(*, agreement: Agreement, number: int, actor: User, at: datetime) -> None:
    """Takes out a lot that was entered by mistake. Doing it again changes nothing. Raises `PartyRefused`."""
    agreement = _held(agreement, actor=actor, at=at)
    gone, _ = agreement.lots.filter(number=number).delete()
    if gone:
        _record(agreement, "lot.taken_out", f"lot {number} was taken out", actor=actor, at=at, data={"lot": number})


def _record(agreement: Agreement, action: str, words: str, *, actor: User, at: datetime, data: dict[str, Any]) -> None:
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data=data,
    )
