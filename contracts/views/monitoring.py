"""How closely an agreement is looked after: its tier and plan, the office's scheme, and the annual review."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from contracts import rules
from contracts.domain import monitoring
from contracts.domain.ended import year_of_end
from contracts.domain.monitoring import RHYTHM, MonitoringRefused
from contracts.forms.monitoring import AnswersForm, ReviewForm, RhythmForm, SchemeForm, TierForms
from contracts.models import Agreement, AnnualReview, Tier
from contracts.models.monitoring import WEIGHTS
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date

LIMITS = ("large_from", "middling_from", "long_from", "medium_from", "pounds_per_item")
TIER_FACTS = ("name", "points_from", *RHYTHM)


class Monitoring(OneAgreement, TemplateView):
    """The tier of an agreement and why, its monitoring plan, and whether what is asked is in proportion."""

    allowed = "looked_after_by"
    template_name = "contracts/care/monitoring.html"

    def get_context_data(self, **kwargs):
        writable = Agreement.objects.writable_by(self.request.user, at=self.now)
        due = monitoring.reviews_due(at=self.now).filter(agreement=self.agreement)
        return super().get_context_data(
            care=monitoring.care_of(self.agreement, at=self.now),
            may_decide=writable.filter(pk=self.agreement.pk).exists(),
            earlier=self.agreement.monitoring_plans.select_related("tier", "decided_by").order_by("-number")[1:],
            due=[kpi_return.quarter[: monitoring.YEAR_LENGTH] for kpi_return in due],
            reviews=self.agreement.annual_reviews.select_related("recorded_by").order_by("-year"),
            **kwargs,
        )


class DecideMonitoring(OneAgreement, Asking):
    """Four questions, then what the scheme proposes, then the decision. The answers travel in the address."""

    refused = MonitoringRefused
    allowed = "writable_by"
    template_name = "contracts/care/decide.html"
    form_class = RhythmForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.answers = AnswersForm(request.GET if request.GET else None, initial=self.before())
        self.proposal = None
        if self.answers.is_valid():
            self.proposal = monitoring.proposal_for(self.agreement, self.answers.cleaned_data, at=self.now)

    def before(self):
        """What was answered last time."""
        plan = self.agreement.monitoring_plans.order_by("-number").first()
        return plan.answers if plan else {}

    def get_form_kwargs(self):
        scheme, _ = monitoring.scheme_on(local_date(self.now))
        return {**super().get_form_kwargs(), "tiers": Tier.objects.filter(scheme=scheme).order_by("-points_from")}

    def get_initial(self):
        if self.proposal is None:
            return {}
        proposed = {name: getattr(self.proposal.tier, name) for name in RHYTHM}
        return {**proposed, "tier": self.proposal.tier, "seen_number": self.agreement.monitoring_plans.count()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(answers=self.answers, proposal=self.proposal, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.proposal is None:
            return redirect("contracts:monitoring-decide", self.agreement.reference)
        return super().post(request, *args, **kwargs)

    def act(self, given):
        plan = monitoring.decide_plan(
            agreement=self.agreement,
            answers=self.answers.cleaned_data,
            seen_number=given["seen_number"],
            tier=given["tier"],
            rhythm={name: given[name] for name in RHYTHM},
            reason=given["reason"],
            actor=self.request.user,
            at=self.now,
        )
        said = f"It is looked after as {plan.tier.name} from now on."
        return said, reverse("contracts:monitoring", args=[self.agreement.reference])


class RecordReview(OneAgreement, Asking):
    """The annual review of one financial year; once it is recorded, the address leads to what was found."""

    refused = MonitoringRefused
    allowed = "writable_by"
    template_name = "contracts/care/review.html"
    form_class = ReviewForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        returns, ended_on = self.agreement.returns, self.agreement.ended_on
        if ended_on and kwargs["year"] == year_of_end(ended_on):
            last = returns.filter(ends_on__gt=ended_on).order_by("ends_on")[:1]
        else:
            last = returns.filter(ends_on__month=4, ends_on__day=1, quarter__startswith=f"{kwargs['year']} ")
        self.kpi_return = get_object_or_404(last)

    def get(self, request, *args, **kwargs):
        if AnnualReview.objects.filter(agreement=self.agreement, year=self.kwargs["year"]).exists():
            return redirect("contracts:monitoring", self.agreement.reference)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(year=self.kwargs["year"], kpi_return=self.kpi_return, **kwargs)

    def act(self, given):
        monitoring.record_review(
            agreement=self.agreement,
            year=self.kwargs["year"],
            actor=self.request.user,
            at=self.now,
            **given,
        )
        return "The annual review is recorded.", reverse("contracts:monitoring", args=[self.agreement.reference])


class Scheme(TemplateView):
    """The scheme that the office proposes tiers by: every weight and limit in the open."""

    template_name = "contracts/care/scheme.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_office_lists(user, at=now):
            raise Http404
        scheme, tiers = monitoring.scheme_on(local_date(now))
        return super().get_context_data(
            scheme=scheme,
            tiers=tiers,
            weights=[(scheme._meta.get_field(name).verbose_name, getattr(scheme, name)) for name in WEIGHTS],
            coming=type(scheme).objects.filter(starts_on__gt=scheme.starts_on).order_by("starts_on"),
            may_change=rules.settles_schemes(user, at=now),
            **kwargs,
        )


class ChangeScheme(Asking):
    """A new scheme from a day on, beginning with what holds today."""

    refused = MonitoringRefused
    template_name = "contracts/care/scheme_form.html"
    form_class = SchemeForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.settles_schemes(request.user, at=self.now):
            raise Http404
        self.scheme, tiers = monitoring.scheme_on(local_date(self.now))
        facts = [{name: getattr(tier, name) for name in TIER_FACTS} for tier in tiers]
        self.tiers = TierForms(request.POST or None, initial=facts, prefix="tiers")

    def get_initial(self):
        return {name: getattr(self.scheme, name) for name in (*WEIGHTS, *LIMITS)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(tiers=self.tiers, scheme=self.scheme, **kwargs)

    def form_valid(self, form):
        return super().form_valid(form) if self.tiers.is_valid() else self.form_invalid(form)

    def act(self, given):
        rows = [tier.cleaned_data for tier in self.tiers]
        monitoring.change_scheme(tiers=rows, actor=self.request.user, at=self.now, **given)
        return "The new scheme is kept.", "contracts:tier-scheme"
