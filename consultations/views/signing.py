"""The signature of a second person, and the calendar of elections that can stand in the way."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, View

from consultations import rules
from consultations.domain import elections, preparing, readiness, signing
from consultations.domain.substance import digest_of, signed
from consultations.forms import signing as forms
from consultations.models import ElectionPeriod
from consultations.views import draft_wording
from consultations.views.readying import WritePart
from consultations.views.running import ActOnDraft


class AskForSignOff(WritePart):
    """What is missing, and whom to ask once nothing is."""

    form_class = forms.AskForm
    template_name = "consultations/manage_ask.html"

    def get_form_kwargs(self):
        signers = signing.signers_for(self.consultation, asker=self.request.user, at=self.at)
        return {**super().get_form_kwargs(), "signers": signers}

    def act(self, form):
        self.request_made = signing.ask_for_sign_off(
            consultation=self.consultation,
            asked_of=form.cleaned_data["asked_of"],
            note=form.cleaned_data["note"],
            actor=self.request.user,
            at=self.at,
        )
        return self.consultation

    def done_words(self, consultation):
        return f"{self.request_made.asked_of} has been asked, by e-mail and on their dashboard."

    def get_context_data(self, **kwargs):
        checks = readiness.checks_before_opening(consultation=self.consultation, at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "checks": draft_wording.by_principle(checks),
            "ready": not readiness.unmet(checks),
            "waiting": signing.waiting(self.consultation),
            "signed": signed(self.consultation),
        }


class TakeBack(WritePart, View):
    """Takes a request to sign back: a button, to whose page its bare address leads."""

    def get(self, request, *args, **kwargs):
        return redirect(self.goes_to, self.consultation.reference)

    def post(self, request, *args, **kwargs):
        try:
            signing.take_back(consultation=self.consultation, actor=request.user, at=self.at)
        except preparing.ConsultationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The request is taken back. You can ask somebody else.")
        return redirect(self.goes_to, self.consultation.reference)


class SignConsultation(ActOnDraft):
    """The draft as it will be public, the checklist, and the choice between signing and sending back."""

    form_class = forms.SignForm
    template_name = "consultations/manage_sign.html"
    right = staticmethod(rules.signable_consultations)

    def get_initial(self):
        return {"seen": digest_of(self.consultation)}

    def act(self, form):
        given = {"consultation": self.consultation, "actor": self.request.user, "at": self.at}
        if form.cleaned_data["decision"] == forms.SIGN:
            return signing.sign_off(seen=form.cleaned_data["seen"], **given)
        return signing.send_back(reason=form.cleaned_data["reason"], **given)

    def refused(self, form):
        """The same page with what the draft says now: the next press is for that."""
        form.data = {**form.data.dict(), "seen": digest_of(self.consultation)}
        return super().refused(form)

    def done_words(self, consultation):
        return "Signed off. It can be opened now." if signed(consultation) else "Sent back with your reason."

    def get_context_data(self, **kwargs):
        checks = readiness.checks_before_opening(consultation=self.consultation, at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "checks": draft_wording.by_principle(checks),
            "waiting": signing.waiting(self.consultation),
        }


class OverrideElection(ActOnDraft):
    """The Management Team lets something open in a pre-election period."""

    form_class = forms.OverrideForm
    template_name = "consultations/manage_override.html"
    done = "It can be opened in this period. Your reason is kept with your name."
    right = staticmethod(rules.watched_consultations)

    def load(self):
        if not rules.overrides_elections(self.request.user, at=self.at):
            raise Http404
        return super().load()

    def act(self, form):
        return elections.override(
            consultation=self.consultation, reason=form.cleaned_data["reason"], actor=self.request.user, at=self.at
        )

    def get_context_data(self, **kwargs):
        period = elections.period_of_launch(self.consultation, at=self.at)
        return {**super().get_context_data(**kwargs), "period": period}


class ElectionPage:
    """A page for those who keep the calendar of elections; for anybody else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        if not rules.keeps_elections(request.user, at=self.at):
            raise Http404


class Elections(ElectionPage, FormView):
    """The pre-election periods, the latest first, and the form for another."""

    form_class = forms.PeriodForm
    template_name = "consultations/manage_elections.html"

    def form_valid(self, form):
        try:
            elections.add_period(**form.cleaned_data, actor=self.request.user, at=self.at)
        except preparing.ConsultationRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "The period is in the calendar.")
        return redirect("consultations:manage-elections")

    def get_context_data(self, **kwargs):
        periods = ElectionPeriod.objects.order_by("-polling_on", "-pk")
        return {**super().get_context_data(**kwargs), "periods": periods}


class RemoveElection(ElectionPage, View):
    """Takes a period out of the calendar."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        period = get_object_or_404(ElectionPeriod, pk=kwargs["pk"])
        elections.remove_period(period=period, actor=request.user, at=self.at)
        messages.success(request, f"“{period.name}” is out of the calendar.")
        return redirect("consultations:manage-elections")
