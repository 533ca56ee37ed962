"""Variations of an agreement, for both sides: as signed and as now, each change, and what waits for whom."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import variations
from contracts.domain.variations import VariationRefused
from contracts.enums import VariationState
from contracts.forms.variations import AnswerForm, ChangeNoticeForm, DecideForm, VariationForm
from contracts.models import Variation
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Acting, Asking
from engagement.views.exports import csv_response


def variations_address(agreement):
    return reverse("contracts:variation-list", args=[agreement.reference])


class Variations(OneAgreement, TemplateView):
    """What was signed, what holds now, and how it came to that."""

    template_name = "contracts/money/variations.html"

    def get_context_data(self, **kwargs):
        found = Variation.objects.visible_to(self.request.user, at=self.now).filter(agreement=self.agreement)
        rows = list(found.for_table().order_by("-number"))
        return super().get_context_data(
            history=variations.history_of(self.agreement),
            rows=rows,
            may_propose=self.manages and self.agreement.is_live and not any(one.is_open for one in rows),
            **kwargs,
        )


class VariationsCsv(OneAgreement, View):
    """The same as a file."""

    def get(self, request, *args, **kwargs):
        found = Variation.objects.visible_to(request.user, at=self.now).filter(agreement=self.agreement)
        return csv_response(
            name=f"variations-{self.agreement.reference}",
            header=variations.CSV_HEADER,
            rows=variations.csv_rows(found.for_table().order_by("number")),
        )


class ProposeVariation(OneAgreement, Asking):
    """A change of what was agreed is proposed."""

    refused = VariationRefused
    allowed = "writable_by"
    form_class = VariationForm
    template_name = "contracts/money/variation_form.html"

    def get_context_data(self, **kwargs):
        told = {"heading": "Propose a variation", "button": "Propose it", "back": variations_address(self.agreement)}
        return super().get_context_data(**told, **kwargs)

    def act(self, given):
        made = variations.propose(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "It is proposed. The Management Team or the Commissioner decides.", made


class OneVariation(OneAgreement):
    """Loads the variation that the address names, when this person may read it."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Variation.objects.visible_to(request.user, at=self.now).for_table()
        self.variation = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(variation=self.variation, back=self.variation.get_absolute_url(), **kwargs)


class VariationDetail(OneVariation, TemplateView):
    """One variation: what waits for whom, what changes, and what the law asks for."""

    template_name = "contracts/money/variation.html"

    def get_context_data(self, **kwargs):
        one, user = self.variation, self.request.user
        rows = Variation.objects.filter(pk=one.pk)
        certifies = rows.filter(rules.certified_by_provider(user, at=self.now)).exists()
        approved = one.state == VariationState.APPROVED
        finding = variations.finding_for(one)
        waits = approved and finding.notice and one.notice_on is None
        return super().get_context_data(
            finding=finding,
            of_office=self.is_looked_after,
            waits_for_notice=waits,
            may_decide=rows.filter(rules.decidable_proposals(user, at=self.now)).exists(),
            may_notice=self.manages and waits,
            may_answer=certifies and approved and not waits,
            **kwargs,
        )


class ActOnVariation(Acting, OneVariation, Asking):
    """A form about one variation."""

    refused = VariationRefused
    template_name = "contracts/money/variation_form.html"


class DecideVariation(ActOnVariation):
    form_class, heading, button = DecideForm, "Is it approved?", "Decide"

    def may_ever(self):
        return rules.decides(self.request.user, at=self.now)

    def act(self, given):
        made = variations.decide(variation=self.variation, actor=self.request.user, at=self.now, **given)
        return "Your decision is kept.", made


class NoticeVariation(ActOnVariation):
    form_class, heading, button = ChangeNoticeForm, "The contract change notice was published", "Save"

    def may_ever(self):
        return self.manages

    def act(self, given):
        made = variations.record_notice(variation=self.variation, actor=self.request.user, at=self.now, **given)
        return "The notice is kept, and the provider is asked.", made


class AnswerVariation(ActOnVariation):
    form_class, heading, button = AnswerForm, "Do you agree?", "Send"

    def may_ever(self):
        certified = rules.certified_by_provider(self.request.user, at=self.now)
        return Variation.objects.filter(certified, pk=self.variation.pk).exists()

    def act(self, given):
        made = variations.answer(variation=self.variation, actor=self.request.user, at=self.now, **given)
        in_force = made.state == VariationState.IN_FORCE
        return "You have agreed. It is in force." if in_force else "Your answer is kept. Nothing changes.", made
