"""How an agreement was procured, the duties that follow with their reasons, and the amounts that the law sets."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from contracts import rules
from contracts.domain import duties, procurement
from contracts.domain.procurement import FACTS, ProcurementRefused
from contracts.forms.procurement import AmountForm, ProcurementForm
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date


class Procurement(OneAgreement, TemplateView):
    """The law, and each duty with the sentence that says why it applies or does not: for both sides."""

    template_name = "contracts/making/procurement.html"

    def get_context_data(self, **kwargs):
        day, amounts = local_date(self.now), procurement.amounts_kept()
        signed = self.agreement.signed_on
        return super().get_context_data(
            regime=duties.regime_of(self.agreement),
            estimate=duties.estimate_of(self.agreement),
            indicators=duties.indicator_duty(self.agreement, amounts=amounts, on=day),
            notices=duties.notice_duty(self.agreement),
            ends=duties.termination_duty(self.agreement),
            amount=duties.amount_on(amounts, signed.earliest if signed else day),
            least=duties.LEAST_INDICATORS,
            of_office=rules.reads_office_lists(self.request.user, at=self.now),
            manages=self.manages,
            **kwargs,
        )


class RecordProcurement(OneAgreement, Asking):
    """How it was procured, before or after it was signed."""

    refused = ProcurementRefused
    allowed = "writable_by"
    template_name = "contracts/making/procurement_form.html"
    form_class = ProcurementForm

    def get_initial(self):
        kept = {name: getattr(self.agreement, name) for name in FACTS}
        return {**kept, "regime": duties.regime_of(self.agreement) or ""}

    def act(self, given):
        procurement.record_procurement(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "How it was procured is kept.", reverse("contracts:procurement", args=[self.agreement.reference])


class Amounts(TemplateView):
    """The amounts of the law, by what they decide, each from its day on with its source."""

    template_name = "contracts/making/amounts.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_office_lists(user, at=now):
            raise Http404
        kept, day = procurement.amounts_by_purpose(), local_date(now)
        return super().get_context_data(
            kept=[(purpose, rows, duties.amount_on(rows, day)) for purpose, rows in kept],
            may_write=rules.settles_schemes(user, at=now),
            **kwargs,
        )


class SetAmount(Asking):
    """A new amount, from a day on."""

    refused = ProcurementRefused
    template_name = "contracts/making/amount_form.html"
    form_class = AmountForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.settles_schemes(request.user, at=self.now):
            raise Http404

    def act(self, given):
        amount = procurement.set_amount(actor=self.request.user, at=self.now, **given)
        return f"£{amount.pounds:,.0f} holds from that day on.", reverse("contracts:duty-amounts")
