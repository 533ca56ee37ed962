"""Variations and extensions: proposed, decided by another, agreed by the provider, and only then in force.

The value and the last day of an agreement change in one place, here, when the certifier of the provider agrees. What
was reported, rated and paid before stays as it was; periods and returns after a later end open by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum

from contracts import rules
from contracts.domain.duties import regime_of
from contracts.domain.managed import managed
from contracts.domain.matters import Matter
from contracts.domain.modification import Change, Finding, finding_of, percent_of
from contracts.domain.procurement import limits_on
from contracts.enums import PaymentState, VariationState
from contracts.models import Agreement, Ending, PartialDate, Payment, Variation
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.exports import Cell
from engagement.domain.outbox import announce
from engagement.domain.queries import people_of_office
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, Role
from engagement.models import User

DECIDERS = (Role.MANAGEMENT, Role.COMMISSIONER)
CSV_HEADER = (
    "agreement_reference",
    "number",
    "state",
    "proposed",
    "in_force",
    "what",
    "why",
    "value_before",
    "value_change",
    "last_day_before",
    "new_last_day",
    "notice_published",
    "notice",
)


class VariationRefused(Refused):
    """The variation cannot be kept or agreed like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Terms:
    """Value and last day at one time."""

    value: Decimal | None
    ends: PartialDate | None


@dataclass(frozen=True)
class History:
    """An agreement as it was signed and as it is now. `change` is pounds in all."""

    signed: Terms
    now: Terms
    change: Decimal

    @property
    def percent(self) -> Decimal | None:
        """All changes of the value as a percentage of what was signed, to two decimals; nothing where none is known."""
        return percent_of(self.change, self.signed.value)

    @property
    def is_changed(self) -> bool:
        """Whether any variation changed the terms."""
        return self.signed != self.now


def history_of(agreement: Agreement, *, besides: Variation | None = None) -> History:
    """The terms as signed and as now, from the variations in force. Two queries."""
    found: QuerySet[Variation] = Variation.objects.in_force().filter(agreement=agreement)
    found = found.exclude(pk=besides.pk) if besides else found
    before = found.filter(number__lt=besides.number) if besides else found
    first = before.order_by("answered_at", "number").first()
    now = Terms(agreement.value, agreement.ends)
    if besides:
        now = Terms(besides.was_value, besides.was_ends)
    change = before.aggregate(total=Sum("value_change"))["total"] or Decimal(0)
    return History(Terms(first.was_value, first.was_ends) if first else now, now, change)


def finding_for(variation: Variation) -> Finding:
    """What the Procurement Act says of it, as of the day it was proposed. Three queries."""
    agreement = variation.agreement
    history = history_of(agreement, besides=variation)
    signed_ends, was_ends = history.signed.ends, variation.was_ends
    change = Change(
        regime=regime_of(agreement),
        value=history.signed.value if agreement.legal_estimate is None else agreement.legal_estimate,
        starts=agreement.starts.earliest if agreement.starts else None,
        ends=signed_ends.latest if signed_ends else None,
        furthest=agreement.extends_to,
        value_change=variation.value_change,
        days_change=(variation.new_ends - was_ends.latest).days if variation.new_ends and was_ends else 0,
        earlier=history.change,
        earlier_days=(was_ends.latest - signed_ends.latest).days if was_ends and signed_ends else 0,
        changes_scope=variation.changes_scope,
        ground=variation.ground,
    )
    return finding_of(change, limits=limits_on(local_date(variation.proposed_at)))


def _managed(agreement: Agreement, *, actor: User, at: datetime) -> Agreement:
    return managed(agreement, actor=actor, at=at, refused=VariationRefused)


def _held(variation: Variation) -> Variation:
    """The variation as it is in the database, held with its agreement."""
    Agreement.objects.select_for_update().get(pk=variation.agreement_id)
    Variation.objects.select_for_update().get(pk=variation.pk)
    held: Variation = Variation.objects.for_table().get(pk=variation.pk)
    return held


@transaction.atomic
def propose(
    *,
    agreement: Agreement,
    what: str,
    why: str,
    actor: User,
    at: datetime,
    value_change: Decimal | None = None,
    new_ends: date | None = None,
    changes_scope: bool = False,
    ground: str = "",
    public_words: str = "",
) -> Variation:
    """Proposes a change of what was agreed; the Management Team or the Commissioner decides on it.

    `public_words` stand in the register once it is in force, beside what changes in value and term.
    Raises `VariationRefused` before the agreement is signed, while another one is open, for a value that is not known
    or would be less than what is paid, and for a last day that is the same or before the first.
    """
    agreement = _managed(agreement, actor=actor, at=at)
    if not agreement.is_live:
        raise VariationRefused("It is not signed yet: change its facts instead.")
    if Ending.objects.standing().filter(agreement=agreement).exists():
        raise VariationRefused("It is being ended, so it is no longer varied.")
    if Variation.objects.open().filter(agreement=agreement).exists():
        raise VariationRefused("Another variation is open. It is settled first.")
    change = value_change or Decimal(0)
    _refuse_value(agreement, change)
    _refuse_end(agreement, new_ends, at=at)
    if not change and not new_ends and not changes_scope and not what.strip():
        raise VariationRefused("Say what changes.", field="what")
    variation = Variation.objects.create(
        agreement=agreement,
        number=Variation.objects.filter(agreement=agreement).count() + 1,
        what=what,
        why=why,
        public_words=public_words.strip(),
        value_change=change,
        new_ends=new_ends,
        was_value=agreement.value,
        was_ends=agreement.ends,
        changes_scope=changes_scope,
        ground=ground,
        proposed_by=actor,
        proposed_at=at,
    )
    _record(variation, "variation.proposed", "is proposed", actor=actor, at=at)
    _ask(variation, "Decide on", list(people_of_office(*DECIDERS, on=local_date(at))), at=at)
    return variation


def _refuse_value(agreement: Agreement, change: Decimal) -> None:
    if not change:
        return
    if agreement.value is None:
        raise VariationRefused("The value is not known, so it cannot be changed by an amount.", field="value_change")
    settled = Payment.objects.filter(agreement=agreement, state__in=[PaymentState.PROPOSED, PaymentState.APPROVED])
    paid = settled.aggregate(total=Sum("paid_amount"))["total"] or Decimal(0)
    if agreement.value + change < max(paid, Decimal(0)):
        raise VariationRefused(f"£{paid:,.2f} of it are paid or about to be.", field="value_change")


def _refuse_end(agreement: Agreement, new_ends: date | None, *, at: datetime) -> None:
    if new_ends is None:
        return
    if agreement.ends and agreement.ends.latest == new_ends:
        raise VariationRefused("It ends on that day already.", field="new_ends")
    if agreement.starts and new_ends < agreement.starts.earliest:
        raise VariationRefused("The new last day is before the first.", field="new_ends")
    if new_ends < local_date(at):
        raise VariationRefused("Enter a day that is still to come.", field="new_ends")


@transaction.atomic
def decide(*, variation: Variation, approve: bool, words: str, actor: User, at: datetime) -> Variation:
    """Decides for the office, by somebody other than who proposed it. Raises `VariationRefused`.

    What the Procurement Act does not permit is not approved. The provider is asked at once where no contract change
    notice is needed, else when it is published.
    """
    variation = _held(variation)
    if variation.state != VariationState.PROPOSED:
        raise VariationRefused(f"This was decided already, by {variation.decided_by}.")
    if variation.proposed_by == actor:
        raise VariationRefused("You proposed this, so somebody else decides.")
    if not rules.decides(actor, at=at):
        raise VariationRefused("The Management Team or the Commissioner decides this.")
    finding = finding_for(variation)
    if approve and not finding.permitted:
        raise VariationRefused(" ".join(finding.reasons))
    variation.state = VariationState.APPROVED if approve else VariationState.DECLINED
    variation.decided_by, variation.decided_at, variation.decision_words = actor, at, words.strip()
    variation.save()
    done = "is approved" if approve else "was decided against"
    _record(variation, f"variation.{'approved' if approve else 'declined'}", done, actor=actor, at=at)
    if approve and not finding.notice:
        _ask_provider(variation, at=at)
    else:
        told = "Publish the notice for" if approve else "Decided against:"
        _ask(variation, told, [variation.proposed_by], at=at)
    return variation


@transaction.atomic
def record_notice(*, variation: Variation, notice_on: date, notice_url: str, actor: User, at: datetime) -> Variation:
    """Keeps when and where the contract change notice was published, and asks the provider. Raises a refusal."""
    variation = _held(variation)
    _managed(variation.agreement, actor=actor, at=at)
    if variation.state != VariationState.APPROVED:
        raise VariationRefused("The notice follows once the variation is approved, and before the provider agrees.")
    if not local_date(variation.proposed_at) <= notice_on <= local_date(at):
        raise VariationRefused(
            "Enter the day it was published: not before it was proposed, and not in the future.", field="notice_on"
        )
    variation.notice_on, variation.notice_url = notice_on, notice_url
    variation.save(update_fields=["notice_on", "notice_url"])
    _record(variation, "variation.noticed", "has its contract change notice", actor=actor, at=at)
    _ask_provider(variation, at=at)
    return variation


@transaction.atomic
def answer(*, variation: Variation, agree: bool, words: str, actor: User, at: datetime) -> Variation:
    """A certifier of the provider agrees, and the value and the last day change; or does not, and nothing changes.

    Raises `VariationRefused` for anybody else, before the office has decided, and while a notice is still to come.
    """
    variation = _held(variation)
    certified = Variation.objects.filter(rules.certified_by_provider(actor, at=at), pk=variation.pk)
    if not certified.exists():
        raise VariationRefused("A certifier of the provider agrees to a variation.")
    if variation.state != VariationState.APPROVED:
        raise VariationRefused(f"It waits for no answer: {variation.get_state_display().lower()}.")
    if waits_for_notice(variation):
        raise VariationRefused("The office publishes a contract change notice first. You are told when it has.")
    if not agree and not words.strip():
        raise VariationRefused("Say why you do not agree.", field="words")
    variation.answered_by, variation.answered_at, variation.answer_words = actor, at, words.strip()
    variation.state = VariationState.IN_FORCE if agree else VariationState.REFUSED
    variation.save()
    if agree:
        _apply(variation)
    done = "is in force" if agree else "was not agreed by the provider"
    _record(variation, f"variation.{'in_force' if agree else 'refused'}", done, actor=actor, at=at)
    manager = variation.agreement.activity.contract_manager
    _ask(
        variation,
        "Agreed by the provider:" if agree else "Not agreed by the provider:",
        [manager] if manager else [],
        at=at,
    )
    return variation


def _apply(variation: Variation) -> None:
    agreement = variation.agreement
    changed = []
    if variation.value_change:
        agreement.value = variation.new_value
        changed.append("value")
    if variation.new_ends:
        agreement.ends = PartialDate.of(variation.new_ends)
        changed.append("ends")
    if changed:
        agreement.save(update_fields=changed)


def waits_for_notice(variation: Variation) -> bool:
    """Whether the provider can only agree once a contract change notice is published. Three queries at most."""
    approved = variation.state == VariationState.APPROVED
    return approved and variation.notice_on is None and finding_for(variation).notice


def waiting(agreements: dict[int, Agreement]) -> list[Matter]:
    """Variations that wait for a decision or for the provider. One query."""
    open_ones: QuerySet[Variation] = Variation.objects.open()
    found = []
    for variation in open_ones.filter(agreement__in=agreements):
        variation.agreement = agreements[variation.agreement_id]
        proposed = variation.state == VariationState.PROPOSED
        since = local_date(variation.proposed_at if proposed or not variation.decided_at else variation.decided_at)
        kind = "Variation to decide" if proposed else "Variation waits for the provider or its notice"
        found.append(Matter(variation.agreement, kind, str(variation), since, variation.get_absolute_url()))
    return found


def csv_rows(variations: QuerySet[Variation]) -> Iterator[list[Cell]]:
    """Variations under `CSV_HEADER`."""
    for one in variations:
        in_force = one.answered_at if one.state == VariationState.IN_FORCE else None
        yield [
            one.agreement.reference,
            one.number,
            one.get_state_display(),
            local_date(one.proposed_at),
            local_date(in_force) if in_force else None,
            one.what,
            one.why,
            one.was_value,
            one.value_change,
            one.was_ends.text if one.was_ends else "",
            one.new_ends,
            one.notice_on,
            one.notice_url,
        ]


def _ask_provider(variation: Variation, *, at: datetime) -> None:
    agreement = variation.agreement
    announce(
        key=f"variation-to-agree:{variation.pk}",
        kind=EventKind.VARIATION_TO_AGREE,
        activity=agreement.activity,
        audience=Audience.ORGANISATION,
        organisation=agreement.provider,
        title=f"{variation} of {agreement.title}: please agree"[:200],
        path=variation.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _ask(variation: Variation, what: str, people: list[User], *, at: datetime) -> None:
    agreement = variation.agreement
    announce(
        key=f"variation:{variation.pk}:{what}",
        kind=EventKind.DECISION_ASKED,
        activity=agreement.activity,
        audience=Audience.PEOPLE,
        people=people,
        title=f"{what} {str(variation).lower()} of {agreement.title}"[:200],
        path=variation.get_absolute_url(),
        sensitive=agreement.sensitive,
        at=at,
    )


def _record(variation: Variation, action: str, words: str, *, actor: User, at: datetime) -> None:
    agreement = variation.agreement
    log.record(
        action=action,
        subject=agreement,
        actor=actor,
        at=at,
        summary=f"{agreement.reference}: variation {variation.number} {words}.",
        activity=agreement.activity,
        organisation=agreement.provider,
        data={"variation": variation.number},
    )
