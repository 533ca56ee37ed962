"""What anybody may read of an agreement once it runs: agreed changes, payments over £500, notices of the law.

Nothing that the two sides wrote for each other is in it. The page of the register, its file and the Open Contracting
release are made of the same rows, so that none tells more than another (docs/decisions/0036).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from contracts.models import Action, Agreement, Award, Consequence, Ending, Payment, Variation
from engagement.access import local_date
from engagement.domain.calendar import uk_date
from engagement.domain.exports import Cell

PAYMENTS_HEADER = ("agreement_reference", "agreement", "provider", "fund", "number", "what", "paid_on", "pounds")


@dataclass(frozen=True)
class Notice:
    """A notice that the law asks for, as it was published elsewhere. `code` is its number on the central platform."""

    key: str
    code: str
    title: str
    on: date
    url: str


@dataclass(frozen=True)
class Record:
    """What became of one agreement, as the public may know it: each list in the order of time."""

    award: Award | None
    variations: Sequence[Variation]
    ending: Ending | None
    milestones: Sequence[Action]
    payments: Sequence[Payment]
    notices: Sequence[Notice]


def public_variations() -> QuerySet[Variation]:
    """Changes in force, in the order in which they came into force."""
    found: QuerySet[Variation] = Variation.objects.public()
    return found.order_by("answered_at", "number")


def public_payments(*, on: date) -> QuerySet[Payment]:
    """What was paid and taken back by a day, in the order of the days."""
    found: QuerySet[Payment] = Payment.objects.public(on=on)
    return found.order_by("paid_on", "pk")


def public_failures() -> QuerySet[Consequence]:
    """Failures in force of which a notice is published, in the order of the notices."""
    found: QuerySet[Consequence] = Consequence.objects.public()
    return found.order_by("noticed_on", "number")


def public_milestones() -> QuerySet[Action]:
    """Milestones of getting ready that have words for the public, in the order of their days."""
    found: QuerySet[Action] = Action.objects.public()
    return found.order_by("due_on", "pk")


def public_endings() -> QuerySet[Ending]:
    """Ends in force; an agreement has one."""
    found: QuerySet[Ending] = Ending.objects.public()
    return found.order_by("number")


def record_of(agreement: Agreement, *, on: date) -> Record:
    """What became of an agreement on the register. Six queries."""
    varied = list(public_variations().filter(agreement=agreement))
    failed = list(public_failures().filter(agreement=agreement))
    paid = list(public_payments(on=on).filter(agreement=agreement))
    ended = list(public_endings().filter(agreement=agreement))
    milestones = list(public_milestones().filter(agreement=agreement))
    award = Award.objects.public().filter(agreement=agreement).first()
    return Record(award, varied, ended[0] if ended else None, milestones, paid, notices_of(varied, failed, ended))


def notices_of(
    varied: Sequence[Variation], failed: Sequence[Consequence], ended: Sequence[Ending] = ()
) -> list[Notice]:
    """The notices among these rows, in the order in which they were published. Pure."""
    found = [
        Notice(f"variation-{one.number}", "UK10", f"Contract change notice: {one}", one.notice_on, one.notice_url)
        for one in varied
        if one.notice_on and one.notice_url
    ]
    found += [
        Notice(f"failure-{one.number}", "UK9", "Contract performance notice", one.noticed_on, one.notice_url)
        for one in failed
        if one.noticed_on and one.notice_url
    ]
    found += [
        Notice("end", "UK11", f"Contract termination notice {one.notice_number}", one.noticed_on, one.notice_url)
        for one in ended
        if one.noticed_on and one.notice_url
    ]
    return sorted(found, key=lambda notice: (notice.on, notice.key))


def what_changed(variation: Variation) -> str:
    """What a change in force did to value and last day, in sentences; nothing where neither changed. Pure."""
    said = []
    if variation.value_change and variation.was_value is not None:
        said.append(f"The value changes from £{variation.was_value:,.0f} to £{variation.new_value:,.0f}.")
    if variation.new_ends:
        was = f" from {variation.was_ends}" if variation.was_ends else ""
        said.append(f"The last day changes{was} to {uk_date(variation.new_ends)}.")
    return " ".join(said)


def payment_rows(*, on: date) -> Iterator[list[Cell]]:
    """Every public payment under `PAYMENTS_HEADER`; money that came back is negative. Funds are never added."""
    found = public_payments(on=on).select_related("agreement__provider")
    for one in found.iterator(chunk_size=500):
        agreement = one.agreement
        yield [
            agreement.reference,
            agreement.title,
            str(agreement.provider or ""),
            agreement.get_fund_display(),
            one.number,
            one.get_kind_display(),
            one.paid_on,
            one.paid_amount,
        ]


def in_force_on(variation: Variation) -> date | None:
    """The UK day on which a change came into force."""
    return local_date(variation.answered_at) if variation.answered_at else None
