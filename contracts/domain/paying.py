"""How the money of agreements stands: committed, paid, remaining; what is due, and what is late (R-022).

Funds stand side by side and are never added. Sums are the database's, and leave out what is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from contracts.domain.matters import Matter
from contracts.domain.money import readable_agreements
from contracts.domain.payments import hindrances
from contracts.enums import AgreementKind, PaymentKind, PaymentState
from contracts.models import Agreement, Payment
from engagement.access import local_date
from engagement.domain.calendar import uk_date
from engagement.domain.exports import Cell
from engagement.enums import Fund
from engagement.models import User

# Procurement Act 2023, section 68 (and 88 below the threshold): within 30 days that begin with the invoice or, if
# later, with the day on which the payment falls due. The first of the 30 days is that day itself.
DAYS_TO_PAY = timedelta(days=29)
LAW = "section 68 of the Procurement Act 2023, or section 88 below the threshold"
PAYMENT_HEADER = (
    "agreement_reference",
    "agreement",
    "provider",
    "fund",
    "grant_stream",
    "financial_year",
    "number",
    "what",
    "state",
    "planned_for",
    "planned_pounds",
    "waits_for",
    "invoice_received",
    "paid_on",
    "paid_pounds",
    "reference",
    "reason",
)
STANDING_HEADER = (
    "agreement_reference",
    "agreement",
    "provider",
    "fund",
    "committed_pounds",
    "due_by_now_pounds",
    "paid_pounds",
    "remaining_pounds",
    "variance_pounds",
    "variance_percent",
)


@dataclass(frozen=True)
class Standing:
    """Pounds of an agreement or a fund. `committed` is the value of what is signed; nothing where none is known.

    `due` was planned up to today, `planned` is all that is planned and not cancelled. What is to come back counts once
    it is approved: the provider reads these sums, and hears of it then.
    """

    committed: Decimal | None
    planned: Decimal
    due: Decimal
    paid: Decimal

    @property
    def remaining(self) -> Decimal | None:
        """What is committed and not paid."""
        return None if self.committed is None else self.committed - self.paid

    @property
    def variance(self) -> Decimal:
        """What was paid less what was planned by today: negative where less was paid."""
        return self.paid - self.due

    @property
    def variance_percent(self) -> Decimal | None:
        """The same as a percentage of what was planned by today, to one decimal; nothing where nothing was planned."""
        return None if not self.due else (self.variance * 100 / self.due).quantize(Decimal("0.1"))

    @property
    def unplanned(self) -> Decimal | None:
        """What is committed and neither planned nor paid."""
        return None if self.committed is None else self.committed - self.planned


@dataclass(frozen=True)
class FundStanding:
    """One fund, its signed agreements, and how many of them have no known value."""

    fund: Fund
    standing: Standing
    agreements: int
    unvalued: int


@dataclass(frozen=True)
class Deadline:
    """By when a payment is made at the latest, and why. No day while an invoice is waited for."""

    pay_by: date | None
    why: str


def deadline_of(*, is_contract: bool, due_on: date, invoice_on: date | None) -> Deadline:
    """The 30 days within which a provider is paid. Pure.

    In a contract they begin with the invoice or, if later, the day it is due: Procurement Act 2023, sections 68 and 88.
    What is no contract needs no invoice; the office keeps the same 30 days from the planned day.
    """
    if not is_contract:
        begins = max(due_on, invoice_on or due_on)
        return Deadline(begins + DAYS_TO_PAY, "Within 30 days of the planned day, as the office pays contracts")
    if invoice_on is None:
        return Deadline(None, f"Within 30 days of a valid invoice, under {LAW}")
    return Deadline(max(due_on, invoice_on) + DAYS_TO_PAY, f"Within 30 days of the invoice, under {LAW}")


def deadline(payment: Payment) -> Deadline:
    """The same for a payment, with its agreement loaded. Pure."""
    is_contract = payment.agreement.kind == AgreementKind.CONTRACT
    return deadline_of(is_contract=is_contract, due_on=payment.due_on, invoice_on=payment.invoice_on)


def is_late(payment: Payment, *, on: date) -> bool:
    """Whether a provider should have been paid by now and nothing on its side hinders it. Needs `with_hindrances`."""
    waits = payment.state in {PaymentState.PLANNED, PaymentState.PROPOSED} and payment.kind == PaymentKind.PAYMENT
    pay_by = deadline(payment).pay_by
    return waits and pay_by is not None and pay_by < on and not hindrances(payment)


def status_of(payment: Payment, *, on: date) -> str:
    """The code of the tag it wears."""
    if payment.is_paid(on=on):
        return "PAID"
    return "OVERDUE" if is_late(payment, on=on) else str(payment.state)


def _sums(on: date) -> dict[str, Any]:
    alive = ~Q(payments__state=PaymentState.CANCELLED)
    approved = Q(payments__state=PaymentState.APPROVED)
    paid = approved & Q(payments__paid_on__lte=on)
    to_provider = Q(payments__kind=PaymentKind.PAYMENT)
    return {
        "planned": Sum("payments__amount", filter=alive & (to_provider | approved)),
        "due": Sum("payments__amount", filter=alive & Q(payments__due_on__lte=on) & (to_provider | paid)),
        "paid": Sum("payments__paid_amount", filter=paid),
    }


def _standing(committed: Decimal | None, row: dict[str, Any]) -> Standing:
    nothing = Decimal(0)
    return Standing(
        committed=committed,
        planned=row["planned"] or nothing,
        due=row["due"] or nothing,
        paid=row["paid"] or nothing,
    )


def standing_of(agreement: Agreement, *, on: date) -> Standing:
    """How the money of one agreement stands. One query."""
    row: dict[str, Any] = {**Agreement.objects.filter(pk=agreement.pk).values("pk").annotate(**_sums(on)).get()}
    return _standing(agreement.value, row)


def signed(user: User, *, at: datetime) -> QuerySet[Agreement]:
    """The signed agreements whose money a person of the office reads, by title."""
    found: QuerySet[Agreement] = readable_agreements(user, at=at).filter(signed_on__isnull=False)
    return found.order_by("title", "pk")


def standings(agreements: QuerySet[Agreement] | list[Agreement], *, on: date) -> list[tuple[Agreement, Standing]]:
    """How the money of each stands, in the order given. Two queries, however many."""
    listed = list(agreements)
    rows = Agreement.objects.filter(pk__in=[one.pk for one in listed]).values("pk").annotate(**_sums(on))
    by_agreement: dict[int, dict[str, Any]] = {row["pk"]: {**row} for row in rows}
    return [(one, _standing(one.value, by_agreement[one.pk])) for one in listed]


def fund_standings(user: User, *, at: datetime) -> list[FundStanding]:
    """Each fund by itself, whether it occurs or not. Two queries."""
    mine = signed(user, at=at).select_related(None).order_by()
    rows = mine.values("fund").annotate(**_sums(local_date(at)))
    sums: dict[str, dict[str, Any]] = {row["fund"]: {**row} for row in rows}
    counted = mine.values("fund").annotate(pounds=Sum("value"), number=Count("pk"), valued=Count("value"))
    values: dict[str, dict[str, Any]] = {row["fund"]: {**row} for row in counted}
    nothing: dict[str, Any] = {"planned": None, "due": None, "paid": None}
    found = []
    for fund in Fund:
        counts = values.get(fund, {"pounds": None, "number": 0, "valued": 0})
        standing = _standing(counts["pounds"] or Decimal(0), sums.get(fund, nothing))
        found.append(FundStanding(fund, standing, counts["number"], counts["number"] - counts["valued"]))
    return found


def waits_for(payment: Payment) -> str:
    """What a payment waits for, in words; nothing where it waits for its day only. Pure."""
    if payment.after_period:
        return f"The return for {payment.after_words} is accepted"
    return f"Milestone: {payment.milestone.words}" if payment.milestone else ""


def payment_rows(payments: QuerySet[Payment], *, on: date) -> Iterator[list[Cell]]:
    """Payments under `PAYMENT_HEADER`."""
    for payment in payments.for_table().order_by("agreement__reference", "number").iterator(chunk_size=500):  # type: ignore[attr-defined]
        agreement, line = payment.agreement, payment.allocation
        is_made = payment.state == PaymentState.APPROVED
        yield [
            agreement.reference,
            agreement.title,
            str(agreement.provider or agreement.provider_note),
            agreement.get_fund_display(),
            line.stream.name,
            line.year,
            payment.number,
            payment.get_kind_display(),
            "Paid" if payment.is_paid(on=on) else payment.get_state_display(),
            payment.due_on,
            payment.amount,
            waits_for(payment),
            payment.invoice_on,
            *((payment.paid_on, payment.paid_amount, payment.paid_reference) if is_made else (None, None, "")),
            payment.reason,
        ]


def standing_rows(user: User, *, at: datetime) -> Iterator[list[Cell]]:
    """Each signed agreement that a person reads, under `STANDING_HEADER`."""
    for agreement, standing in standings(signed(user, at=at), on=local_date(at)):
        yield [
            agreement.reference,
            agreement.title,
            str(agreement.provider or agreement.provider_note),
            agreement.get_fund_display(),
            standing.committed,
            standing.due,
            standing.paid,
            standing.remaining,
            standing.variance,
            standing.variance_percent,
        ]


def late_payments(agreements: dict[int, Agreement], *, on: date) -> list[Matter]:
    """Payments that a provider should have had by now, and those that wait for approval. One query."""
    waiting: QuerySet[Payment] = Payment.objects.unpaid().with_hindrances()
    found = []
    for payment in waiting.filter(Q(due_on__lte=on) | Q(state=PaymentState.PROPOSED), agreement__in=agreements):
        payment.agreement = agreements[payment.agreement_id]
        url, pay_by = payment.get_absolute_url(), deadline(payment).pay_by
        if pay_by and is_late(payment, on=on):
            detail = f"{payment}, planned for {uk_date(payment.due_on)}. {deadline(payment).why}"
            found.append(Matter(payment.agreement, "Payment late", detail, pay_by, url, urgent=True))
        elif payment.state == PaymentState.PROPOSED and payment.proposed_at:
            since = local_date(payment.proposed_at)
            found.append(Matter(payment.agreement, "Payment to approve", str(payment), since, url))
    return found
