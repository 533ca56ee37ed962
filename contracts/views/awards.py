"""How a provider was chosen, for the office: the record that holds, those before it, and writing another."""

from django.urls import reverse
from django.views.generic import TemplateView

from contracts.domain import awards
from contracts.domain.awards import AwardRefused
from contracts.enums import DecidedAs
from contracts.forms.awards import ROWS, AwardForm, CriterionForms
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking

FACTS = (
    "how", "bids_received", "moderated", "value_words", "options_words", "decided_as", "decided_by", "authority",
    "decided_on", "letters_sent_on", "tender_reference",
)  # fmt: skip


class HowItWasChosen(OneAgreement, TemplateView):
    """The record that holds, and those before it."""

    allowed = "looked_after_by"
    template_name = "contracts/making/award.html"

    def get_context_data(self, **kwargs):
        found = awards.awards_of(self.agreement)
        return super().get_context_data(
            award=found[0] if found else None, earlier=found[1:], manages=self.manages, **kwargs
        )


class RecordAward(OneAgreement, Asking):
    """A record of the choice, beginning with the one that holds."""

    refused = AwardRefused
    allowed = "writable_by"
    template_name = "contracts/making/award_form.html"
    form_class = AwardForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.found = awards.awards_of(self.agreement)
        held = list(self.found[0].criteria) if self.found else []
        self.criteria = CriterionForms(request.POST or None, initial=held, prefix="criteria")
        self.criteria.extra = max(0, ROWS - len(held))

    def get_initial(self):
        kept = {name: getattr(self.found[0], name) for name in FACTS} if self.found else {}
        if kept.get("decided_as") == DecidedAs.COMMISSIONER:
            kept["decided_by"] = ""
        return {**kept, "seen_number": len(self.found)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(criteria=self.criteria, **kwargs)

    def form_valid(self, form):
        return super().form_valid(form) if self.criteria.is_valid() else self.form_invalid(form)

    def act(self, given):
        rows = [row.cleaned_data for row in self.criteria if row.cleaned_data.get("name")]
        awards.record_award(agreement=self.agreement, criteria=rows, actor=self.request.user, at=self.now, **given)
        return "How the provider was chosen is kept.", reverse("contracts:award", args=[self.agreement.reference])
