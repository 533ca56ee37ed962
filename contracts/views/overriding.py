"""Another rating than the computed one: proposed by the Contract Manager, decided by somebody else."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from contracts import rules
from contracts.domain import overriding
from contracts.domain.overriding import OverrideRefused
from contracts.forms.overriding import DecideOverrideForm, OverrideForm
from contracts.models import KpiReturn, Override
from contracts.views.asking import Asking
from contracts.views.office import OneReturn


class ProposeOverride(OneReturn, Asking):
    """The computed rating, another, and why."""

    refused = OverrideRefused
    allowed = "checked_by"
    form_class = OverrideForm
    template_name = "contracts/office/override_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.figure = self.figure_or_404(kwargs["code"])
        self.rating = getattr(self.figure, "rating", None)

    def get(self, request, *args, **kwargs):
        open_ones = KpiReturn.objects.filter(rules.overridable_returns(request.user, at=self.now))
        if not open_ones.filter(pk=self.kpi_return.pk).exists() or not self.rating or not self.rating.word:
            messages.info(request, "A rating is overridden once its return is accepted, and before it is published.")
            return redirect(self.kpi_return.get_office_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "computed": self.rating.word if self.rating else ""}

    def get_context_data(self, **kwargs):
        return super().get_context_data(figure=self.figure, rating=self.rating, **kwargs)

    def act(self, given):
        made = overriding.propose_override(figure=self.figure, actor=self.request.user, at=self.now, **given)
        return "It is proposed. The Management Team or the Commissioner decides.", made


class OverrideDetail(Asking):
    """Both words and the reason; for whoever decides it, the decision."""

    refused = OverrideRefused
    form_class = DecideOverrideForm
    template_name = "contracts/office/override_detail.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        found = Override.objects.visible_to(request.user, at=self.now).for_table()
        self.override = get_object_or_404(found, **kwargs)

    def post(self, request, *args, **kwargs):
        if not rules.decides(request.user, at=self.now):
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        mine = Override.objects.decidable_by(self.request.user, at=self.now)
        kpi_return = self.override.figure.kpi_return
        return super().get_context_data(
            override=self.override,
            kpi_return=kpi_return,
            rating=self.override.figure.rating,
            may_decide=mine.filter(pk=self.override.pk).exists(),
            may_open=KpiReturn.objects.of_office(self.request.user, at=self.now).filter(pk=kpi_return.pk).exists(),
            **kwargs,
        )

    def act(self, given):
        made = overriding.decide_override(override=self.override, actor=self.request.user, at=self.now, **given)
        return ("The other rating is confirmed." if made.holds else "The computed rating stays."), made
