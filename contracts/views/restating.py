"""A past figure is put right: asked for with its effect on the page, decided by somebody else."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView

from contracts.domain import restating
from contracts.domain.figures import entry_of
from contracts.domain.moves import ReturnRefused
from contracts.domain.parts import footings_of, from_kept, shown
from contracts.enums import RestatementState
from contracts.forms.restating import DecideForm, RestateForm, restate_initial
from contracts.models import KpiReturn, Restatement


def return_url(kpi_return, user, *, at):
    """The page of the return that this person opens: the office's, the provider's, or none."""
    own = KpiReturn.objects.filter(pk=kpi_return.pk)
    if own.of_office(user, at=at).exists():
        return kpi_return.get_office_url()
    return kpi_return.get_absolute_url() if own.provided_by(user, at=at).exists() else ""


class AskRestatement(FormView):
    """The right figure and why; then its effect; then the same page again with the button that asks for it."""

    form_class = RestateForm
    template_name = "contracts/restating/ask.html"
    effects = ()

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        found = KpiReturn.objects.restatable_by(request.user, at=self.now).for_table()
        self.kpi_return = get_object_or_404(found, reference=kwargs["reference"])
        figures = self.kpi_return.figures.select_related("indicator", "kpi_return__agreement")
        self.figure = get_object_or_404(figures, indicator__code=kwargs["code"])

    def get_initial(self):
        return restate_initial(self.figure)

    def get_form_kwargs(self):
        parts = from_kept(self.figure.parts)
        return {**super().get_form_kwargs(), "indicator": self.figure.indicator, "parts": parts}

    def get_context_data(self, **kwargs):
        held = restating.effects_of(figure=self.figure, entry=entry_of(self.figure))[0].before
        return super().get_context_data(
            kpi_return=self.kpi_return,
            figure=self.figure,
            held=held,
            parts=shown(self.figure.indicator, from_kept(self.figure.parts)),
            effects=self.effects,
            back_url=return_url(self.kpi_return, self.request.user, at=self.now),
            **kwargs,
        )

    def form_valid(self, form):
        if "confirm" not in self.request.POST or form.cleaned_data["shown"] != form.as_shown:
            return self.show_effect(form)
        said = {name: form.cleaned_data[name] for name in ("entry", "reason", "words", "public_note", "seen_version")}
        try:
            restatement = restating.ask_restatement(figure=self.figure, actor=self.request.user, at=self.now, **said)
        except ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Asked for. The figure changes when a second person approves it.")
        return redirect(restatement)

    def show_effect(self, form):
        """The same page, with what would change."""
        self.effects = restating.effects_of(figure=self.figure, entry=form.cleaned_data["entry"])
        form.data = {**form.data.dict(), "shown": form.as_shown}
        return self.render_to_response(self.get_context_data(form=form))


class RestatementDetail(FormView):
    """Before, after and effect; for whoever decides it, the decision."""

    form_class = DecideForm
    template_name = "contracts/restating/detail.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        found = Restatement.objects.visible_to(request.user, at=self.now).for_table()
        self.restatement = get_object_or_404(found.select_related("figure__kpi_return__agreement__provider"), **kwargs)
        mine = Restatement.objects.decidable_by(request.user, at=self.now)
        self.may_decide = mine.filter(pk=self.restatement.pk).exists()

    def post(self, request, *args, **kwargs):
        mine = Restatement.objects.filter(pk=self.restatement.pk).decided_by_whom(request.user, at=self.now)
        if not mine.exists():
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        figure, waits = self.restatement.figure, self.restatement.state == RestatementState.ASKED
        entry = restating.entry_kept(self.restatement.after)
        return super().get_context_data(
            restatement=self.restatement,
            kpi_return=figure.kpi_return,
            may_decide=self.may_decide,
            effects=restating.effects_of(figure=figure, entry=entry) if waits else (),
            footings=footings_of(figure.indicator, total=entry.value, parts=entry.parts),
            parts_words=entry.parts_words,
            return_url=return_url(figure.kpi_return, self.request.user, at=self.now),
            **kwargs,
        )

    def form_valid(self, form):
        act = {"restatement": self.restatement, "actor": self.request.user, "at": self.now}
        try:
            if form.cleaned_data["decision"] == DecideForm.APPROVE:
                restating.approve_restatement(**act)
                messages.success(self.request, "Approved. The figure and its rating are put right.")
            else:
                restating.refuse_restatement(words=form.cleaned_data["words"], **act)
                messages.success(self.request, "Refused. The figure stays as it is.")
        except ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return redirect(self.restatement)
