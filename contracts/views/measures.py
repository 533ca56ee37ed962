"""What an agreement measures: adding a measure, and changing one without touching what was reported."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from contracts.domain import agreements, library, targets
from contracts.domain.agreements import AgreementRefused
from contracts.domain.phrasing import band_rows, target_text
from contracts.domain.targets import AIM, TargetRefused
from contracts.enums import Direction
from contracts.forms.indicators import IndicatorForm
from contracts.forms.library import TargetForm
from contracts.models.measure import MeasureVersion
from contracts.views.agreements import OneAgreement
from engagement.access import local_date
from engagement.domain.calendar import uk_date


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
        self.indicator = get_object_or_404(
            self.agreement.indicators.current().as_of(local_date(self.now)).select_related("measure_version__measure"),
            code=kwargs["code"],
        )

    def get_form_kwargs(self):
        fixed = library.content_of(self.indicator.measure_version) if self.indicator.measure_version else {}
        for own in (*AIM, "is_rated"):
            fixed.pop(own, None)
        return {**super().get_form_kwargs(), "without": ["code"], "fixed": fixed}

    def get_initial(self):
        return IndicatorForm.facts_of(self.indicator)

    def get_context_data(self, **kwargs):
        reported = self.indicator.figures.exists()
        held = self.indicator.measure_version
        newer = held and MeasureVersion.objects.newest().filter(measure=held.measure, number__gt=held.number).first()
        return super().get_context_data(indicator=self.indicator, reported=reported, held=held, newer=newer, **kwargs)

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


class SetTarget(OneAgreement, FormView):
    """Every target of a measure with the figures that earn each word, and the next one."""

    allowed = "writable_by"
    form_class = TargetForm
    template_name = "contracts/office/targets.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rated = self.agreement.indicators.current().filter(is_rated=True)
        self.indicator = get_object_or_404(rated, code=kwargs["code"])

    def get_form_kwargs(self):
        starts = [(day.isoformat(), label) for day, label in targets.open_periods(self.agreement, at=self.now)]
        return {
            **super().get_form_kwargs(),
            "starts": starts,
            "ranged": self.indicator.direction == Direction.RANGE,
        }

    def get_context_data(self, **kwargs):
        rows = [
            {
                "from": uk_date(day) if day else "The start",
                "note": note,
                "target": target_text(yardstick),
                "bands": band_rows(yardstick),
            }
            for day, note, yardstick in targets.targets_of(self.indicator)
        ]
        return super().get_context_data(indicator=self.indicator, rows=rows, **kwargs)

    def form_valid(self, form):
        chosen = {**form.cleaned_data, "from_date": date.fromisoformat(form.cleaned_data["from_date"])}
        try:
            targets.set_target(indicator=self.indicator, actor=self.request.user, at=self.now, **chosen)
        except TargetRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"The target from {uk_date(chosen['from_date'])} is set.")
        return redirect("contracts:indicator-targets", self.agreement.reference, self.indicator.code)
