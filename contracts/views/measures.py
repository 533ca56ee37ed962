"""What an agreement measures: adding a measure, and changing one without touching what was reported."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from contracts.domain import agreements
from contracts.domain.agreements import AgreementRefused
from contracts.forms.indicators import IndicatorForm
from contracts.views.agreements import OneAgreement


class AddIndicator(OneAgreement, FormView):
    """A new measure of an agreement."""

    allowed = "writable_by"
    form_class = IndicatorForm
    template_name = "contracts/office/indicator_form.html"

    def form_valid(self, form):
        try:
            indicator = agreements.add_indicator(
                agreement=self.agreement, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except AgreementRefused as refusal:
            form.add_error("code", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"“{indicator.name}” is added.")
        return redirect(self.agreement)


class ChangeIndicator(OneAgreement, FormView):
    """A measure, changed in place while it has no figures, else as a new version from the next return on."""

    allowed = "writable_by"
    form_class = IndicatorForm
    template_name = "contracts/office/indicator_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.indicator = get_object_or_404(self.agreement.indicators.current(), code=kwargs["code"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "with_code": False}

    def get_initial(self):
        return IndicatorForm.facts_of(self.indicator)

    def get_context_data(self, **kwargs):
        reported = self.indicator.figures.exists()
        return super().get_context_data(indicator=self.indicator, reported=reported, **kwargs)

    def form_valid(self, form):
        try:
            changed = agreements.change_indicator(
                indicator=self.indicator, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except AgreementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        again = changed.version != self.indicator.version
        messages.success(
            self.request,
            f"Version {changed.version} of “{changed.name}” is asked for from the next return on."
            if again
            else "Your changes are saved.",
        )
        return redirect(self.agreement)
