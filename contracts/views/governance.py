"""How an agreement is steered, the yearly look at its exit plan, and what was signed beside what holds now."""

from django.http import Http404
from django.urls import reverse
from django.views.generic import TemplateView

from contracts.domain import exits, governance, terms
from contracts.domain.governance import GovernanceRefused
from contracts.domain.plans import PlanRefused
from contracts.enums import PlanKind
from contracts.forms.governance import ExitReviewForm, GovernanceForm
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from contracts.views.plans import ActOnPlan

FACTS = ("body", "chair", "meetings_a_year", "escalation")


class Governance(OneAgreement, TemplateView):
    """The arrangement that holds, and those before it: for both sides."""

    template_name = "contracts/making/governance.html"

    def get_context_data(self, **kwargs):
        found = governance.arrangements_of(self.agreement)
        return super().get_context_data(
            holds=found[0] if found else None, earlier=found[1:], manages=self.manages, **kwargs
        )


class Arrange(OneAgreement, Asking):
    """A new arrangement, which holds from now on."""

    refused = GovernanceRefused
    allowed = "writable_by"
    template_name = "contracts/making/governance_form.html"
    form_class = GovernanceForm

    def get_initial(self):
        found = governance.arrangements_of(self.agreement)
        kept = {name: getattr(found[0], name) for name in FACTS} if found else {}
        return {**kept, "seen_number": len(found)}

    def act(self, given):
        governance.arrange(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "How it is steered is kept.", reverse("contracts:governance", args=[self.agreement.reference])


class SignedBesideNow(OneAgreement, TemplateView):
    """What was agreed at the start beside what holds now, with published results by both: for both sides (R-090)."""

    template_name = "contracts/making/signed_terms.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.agreement.is_live:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(beside=terms.beside_now(self.agreement, at=self.now), **kwargs)


class ReviewExitPlan(ActOnPlan):
    """That the exit plan was looked at this year, and what was found."""

    refused = PlanRefused
    form_class = ExitReviewForm
    template_name = "contracts/making/exit_review.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.plan.kind != PlanKind.EXIT:
            raise Http404

    def act(self, given):
        exits.review_exit_plan(plan=self.plan, actor=self.request.user, at=self.now, **given)
        return "It is kept that the exit plan was looked at.", self.plan
