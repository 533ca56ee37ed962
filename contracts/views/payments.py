"""Payments of an agreement for both sides, and how the money of all of them stands for the office."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import paying, payments
from contracts.domain.payments import PaymentRefused
from contracts.enums import PaymentKind, PaymentState
from contracts.forms.payments import DecideForm, InvoiceForm, PlanForm, ProposeForm, TakeBackForm
from contracts.models import Allocation, Payment
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Acting, Asking
from contracts.views.money import MoneyPage
from engagement.access import local_date
from engagement.views.exports import csv_response

PAGE = 25


def payments_address(agreement):
    return reverse("contracts:payment-list", args=[agreement.reference])


class Payments(OneAgreement, TemplateView):
    """What is planned and paid, the next first; the office reads how it stands, the provider its own payments."""

    template_name = "contracts/money/payments.html"

    def get_context_data(self, **kwargs):
        user, day = self.request.user, local_date(self.now)
        found = Payment.objects.visible_to(user, at=self.now).filter(agreement=self.agreement)
        rows = [(one, paying.status_of(one, on=day)) for one in found.for_table().order_by("due_on", "number")]
        manages = self.manages and not self.agreement.is_recorded
        return super().get_context_data(
            rows=rows,
            of_office=self.is_looked_after,
            standing=paying.standing_of(self.agreement, on=day),
            manages=manages,
            may_take_back=manages and any(one.is_paid(on=day) for one, _ in rows),
            has_lines=manages and Allocation.objects.filter(agreement=self.agreement).exists(),
            **kwargs,
        )


class PaymentsCsv(OneAgreement, View):
    """The same as a file."""

    def get(self, request, *args, **kwargs):
        found = Payment.objects.visible_to(request.user, at=self.now).filter(agreement=self.agreement)
        rows = paying.payment_rows(found, on=local_date(self.now))
        return csv_response(name=f"payments-{self.agreement.reference}", header=paying.PAYMENT_HEADER, rows=rows)


class WritePayment(OneAgreement, Asking):
    """A form of the Contract Manager about payments."""

    refused = PaymentRefused
    allowed = "writable_by"
    template_name = "contracts/money/payment_form.html"
    heading = lead = button = ""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.agreement.is_recorded:
            raise Http404

    def lines(self):
        return Allocation.objects.filter(agreement=self.agreement).for_table()

    def get_context_data(self, **kwargs):
        told = {"heading": self.heading, "lead": self.lead, "button": self.button}
        return super().get_context_data(**{"back": payments_address(self.agreement), **told, **kwargs})


class PlanPayment(WritePayment):
    """A payment that is to be made."""

    form_class = PlanForm
    heading, button = "Plan a payment", "Plan it"
    lead = "The provider reads what is planned."
    payment: Payment | None = None

    def get_form_kwargs(self):
        periods = payments.periods_of(self.agreement, on=local_date(self.now))
        milestones = payments.milestones_of(self.agreement)
        return {**super().get_form_kwargs(), "lines": self.lines(), "periods": periods, "milestones": milestones}

    def form_valid(self, form):
        form.cleaned_data["after"] = form.periods.get(form.cleaned_data.pop("after_period"))
        return super().form_valid(form)

    def act(self, given):
        payments.plan_payment(
            agreement=self.agreement, payment=self.payment, actor=self.request.user, at=self.now, **given
        )
        return "The payment is planned.", payments_address(self.agreement)


class TakeBack(WritePayment):
    """A clawback, or an underspend that comes back."""

    form_class = TakeBackForm
    heading, button = "Take money back", "Propose it"
    lead = "Somebody else approves it. Then the provider is told."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "lines": self.lines()}

    def act(self, given):
        made = payments.take_back(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "It waits for approval.", made


class OnePayment(OneAgreement):
    """Loads the payment that the address names, when this person may read it."""

    managed_only = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Payment.objects.visible_to(request.user, at=self.now).for_table()
        self.payment = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])
        if self.managed_only and not self.manages:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(payment=self.payment, back=self.payment.get_absolute_url(), **kwargs)


class PaymentDetail(OnePayment, TemplateView):
    """One payment: what it waits for, what was decided."""

    template_name = "contracts/money/payment.html"

    def get_context_data(self, **kwargs):
        one, user, day = self.payment, self.request.user, local_date(self.now)
        approvable = Payment.objects.filter(rules.decidable_proposals(user, at=self.now), pk=one.pk).exists()
        is_planned = one.state == PaymentState.PLANNED
        waits = one.kind == PaymentKind.PAYMENT and one.state in {PaymentState.PLANNED, PaymentState.PROPOSED}
        hindrances = payments.hindrances(one) if waits else []
        return super().get_context_data(
            status=paying.status_of(one, on=day),
            deadline=paying.deadline(one) if waits else None,
            waits_for=paying.waits_for(one),
            hindrances=hindrances,
            of_office=self.is_looked_after,
            is_paid=one.is_paid(on=day),
            may_decide=approvable,
            may_propose=self.manages and is_planned and not hindrances,
            may_change=self.manages and is_planned,
            **kwargs,
        )


class ChangePayment(OnePayment, PlanPayment):
    """A planned payment is planned anew."""

    managed_only = True
    heading, button = "Change a planned payment", "Save changes"

    def get_initial(self):
        one = self.payment
        return {
            "allocation": one.allocation_id,
            "due_on": one.due_on,
            "amount": one.amount,
            "after_period": one.after_period,
            "milestone": one.milestone_id,
        }


class CancelPayment(OnePayment, View):
    """A planned payment will not be made."""

    managed_only = True

    def post(self, request, *args, **kwargs):
        try:
            payments.cancel_payment(payment=self.payment, actor=request.user, at=self.now)
        except PaymentRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The payment is cancelled.")
        return redirect(self.payment)


class ActOnPayment(OnePayment, WritePayment):
    """A form of the Contract Manager about one payment."""

    managed_only = True


class RecordInvoice(ActOnPayment):
    """When the invoice came."""

    form_class = InvoiceForm
    heading, button = "The invoice has come", "Save"
    lead = "The 30 days within which the provider is paid begin with it."

    def get_initial(self):
        return {"invoice_on": self.payment.invoice_on}

    def act(self, given):
        payments.record_invoice(payment=self.payment, actor=self.request.user, at=self.now, **given)
        return "The day is kept.", self.payment


class ProposePayment(ActOnPayment):
    """A planned payment is to be made."""

    form_class = ProposeForm
    heading, button = "Propose the payment", "Propose it"
    lead = "The Management Team or the Commissioner approves it, and not you."

    def get_initial(self):
        return {"amount": self.payment.amount, "paid_on": max(self.payment.due_on, local_date(self.now))}

    def act(self, given):
        made = payments.propose_payment(payment=self.payment, actor=self.request.user, at=self.now, **given)
        return "It waits for approval.", made


class DecidePayment(Acting, OnePayment, Asking):
    """Somebody else approves, or does not."""

    refused = PaymentRefused
    form_class, heading, button = DecideForm, "Is it approved?", "Decide"
    template_name = "contracts/money/payment_form.html"

    def may_ever(self):
        return rules.decides(self.request.user, at=self.now)

    def get_initial(self):
        proposed_at = self.payment.proposed_at
        return {"seen": proposed_at.isoformat() if proposed_at else ""}

    def form_invalid(self, form):
        """The page shows what is proposed now: whoever sends it again has read that."""
        form.data = {**form.data.dict(), "seen": form["seen"].initial}
        return super().form_invalid(form)

    def act(self, given):
        given = dict(given)
        self.payment.proposed_at = given.pop("seen")
        made = payments.decide_payment(payment=self.payment, actor=self.request.user, at=self.now, **given)
        told = "The provider is told." if made.state == PaymentState.APPROVED else "Whoever proposed it is told."
        return f"Your decision is kept. {told}", made


class Standings(MoneyPage, TemplateView):
    """Committed, paid and remaining, by fund and by agreement."""

    template_name = "contracts/money/standings.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        page = Paginator(paying.signed(user, at=self.now), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            rows=paying.standings(page.object_list, on=local_date(self.now)),
            funds=paying.fund_standings(user, at=self.now),
            **kwargs,
        )


class StandingsCsv(MoneyPage, View):
    """The same by agreement, as a file."""

    def get(self, request):
        rows = paying.standing_rows(request.user, at=self.now)
        return csv_response(name="money-by-agreement", header=paying.STANDING_HEADER, rows=rows)


class AllPaymentsCsv(MoneyPage, View):
    """Every payment that the person may read."""

    def get(self, request):
        found = Payment.objects.visible_to(request.user, at=self.now)
        rows = paying.payment_rows(found, on=local_date(self.now))
        return csv_response(name="payments", header=paying.PAYMENT_HEADER, rows=rows)
