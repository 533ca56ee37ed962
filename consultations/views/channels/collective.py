"""Voices of many: recording a petition, a campaign or the answer of a group, and taking away what was a mistake."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from consultations.domain import collective
from consultations.domain.files import FileRefused
from consultations.forms.collective import CollectiveForm
from consultations.models import CollectiveResponse
from consultations.views.channels.files import Enterable

REFUSALS = (collective.CollectiveRefused, FileRefused)


class RecordCollective(Enterable, FormView):
    """A petition, a campaign or the answer of a group."""

    form_class = CollectiveForm
    template_name = "consultations/channels/collective.html"

    def form_valid(self, form):
        try:
            one = collective.record(
                consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at
            )
        except REFUSALS as refusal:
            if isinstance(refusal, FileRefused):
                form.add_error(None, str(refusal))
            else:
                form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(
            self.request, f"“{one.title}” is recorded. It stands beside the answers, and is not added to them."
        )
        return redirect(self.address("list"))


class TakeCollectiveAway(Enterable, TemplateView):
    """Deletes what was recorded by mistake."""

    template_name = "consultations/channels/collective_remove.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.one = get_object_or_404(CollectiveResponse, consultation=self.consultation, pk=kwargs["pk"])
        self.one.consultation = self.consultation

    def post(self, request, *args, **kwargs):
        collective.take_away(one=self.one, actor=request.user, at=self.at)
        messages.success(request, f"“{self.one.title}” is no longer recorded.")
        return redirect(self.address("list"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(one=self.one, **kwargs)
