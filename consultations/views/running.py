"""How the office drafts a consultation and opens it, and what every page has in common that does one thing to one.

Each page loads through the queryset of its right, calls one domain function and shows its refusal in the form.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView

from consultations import rules
from consultations.domain import lifecycle, preparing, readiness, signing
from consultations.domain.substance import signed
from consultations.enums import State
from consultations.forms import preparing as forms
from consultations.models import Consultation
from consultations.views import draft_wording, wording
from engagement.domain.calendar import uk_time
from engagement.models import Activity


class ActOnConsultation(FormView):
    """A page with one form that does one thing to one consultation. A refusal is shown in it; nothing typed is lost.

    Somebody with the right who comes too early or too late is led to the consultation as it stands, with the reason.
    Where two people may write at once, `fingerprint` tells what each saw (C04). Whoever comes second is shown the
    other's words beside their own, and the next press is deliberate.
    """

    done = ""
    goes_to = "consultations:manage-detail"
    offered_as = ""  # the act's name among those that a state allows; empty where the page itself speaks of every state
    fingerprint = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self.consultation = self.load()

    def load(self):
        """The consultation, if this person may do this to it; else it is not there."""
        runnable = Consultation.objects.runnable_by(self.request.user, at=self.at)
        return get_object_or_404(
            runnable.select_related("activity", "version", "questionnaire"), reference=self.kwargs["reference"]
        )

    def not_now(self):
        """Why it is not the time for this act, in a sentence; nothing when it is."""
        return wording.not_now(self.consultation, act=self.offered_as, at=self.at) if self.offered_as else ""

    def get(self, request, *args, **kwargs):
        if words := self.not_now():
            return self.lead_back(words)
        return super().get(request, *args, **kwargs)

    def lead_back(self, words):
        """To the consultation, with what is to be known there."""
        messages.info(self.request, words)
        return redirect("consultations:manage-detail", self.consultation.reference)

    def act(self, form):
        """Calls the one domain function of this page; returns the consultation as it now is."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            consultation = self.act(form)
        except preparing.ConsultationRefused as refusal:
            form.refuse(refusal)
            return self.refused(form)
        messages.success(self.request, self.done_words(consultation))
        return redirect(self.goes_to, consultation.reference)

    def refused(self, form):
        """The same page, the refusal beside what is wrong, and what somebody else kept meanwhile."""
        theirs = []
        if self.fingerprint and form.cleaned_data.get("seen") != self.fingerprint(self.consultation):
            kept = {name: getattr(self.consultation, name, None) for name in form.fields}
            theirs = [
                {
                    "key": form.fields[name].label,
                    "value": dict(getattr(form.fields[name], "choices", ())).get(words, words),
                }
                for name, words in kept.items()
                if isinstance(words, str) and words != form.cleaned_data.get(name)
            ]
            form.data = form.data.copy()
            form.data["seen"] = self.fingerprint(self.consultation)
        return self.render_to_response(self.get_context_data(form=form, theirs=theirs))

    def done_words(self, consultation):
        return self.done

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "consultation": self.consultation,
            "state": self.consultation and self.consultation.state(at=self.at),
        }


class ActOnDraft(ActOnConsultation):
    """A page that has its use until the consultation is public. `right` is the policy that opens it, in every state."""

    right = staticmethod(rules.writable_consultations)

    def load(self):
        mine = Consultation.objects.filter(self.right(self.request.user, at=self.at))
        return get_object_or_404(mine.select_related("activity", "questionnaire"), reference=self.kwargs["reference"])

    def not_now(self):
        return preparing.PUBLIC_ALREADY if self.consultation.published_at else ""


class CreateConsultation(ActOnConsultation):
    """Begins a draft on an activity on which this person may ask."""

    form_class = forms.ConsultationForm
    template_name = "consultations/manage_form.html"
    done = "The draft is kept. Check what is missing before you open it."

    def load(self):
        consultable = rules.consultable_activities(self.request.user, at=self.at)
        if consultable == rules.NOTHING:
            raise Http404
        self.activities = Activity.objects.filter(consultable)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "activities": self.activities}

    def get_initial(self):
        slug = self.request.GET.get("activity", "").replace("\x00", "")
        return {"activity": self.activities.filter(slug=slug).first()}

    def act(self, form):
        return preparing.create_consultation(**form.words(), actor=self.request.user, at=self.at)


class EditConsultation(ActOnDraft):
    """Changes a draft. Two people who edit at once are told, and neither loses what they typed."""

    form_class = forms.ConsultationForm
    template_name = "consultations/manage_form.html"
    done = "The draft is kept."
    fingerprint = staticmethod(partial(preparing.fingerprint, part=preparing.WORDS))

    def get_form_kwargs(self):
        activities = Activity.objects.filter(pk=self.consultation.activity_id)
        return {**super().get_form_kwargs(), "activities": activities, "draft": self.consultation}

    def act(self, form):
        return preparing.change_consultation(
            consultation=self.consultation,
            changes=form.words(),
            seen=form.cleaned_data["seen"],
            part=preparing.WORDS,
            actor=self.request.user,
            at=self.at,
        )


class OpenConsultation(ActOnConsultation):
    """The checklist before opening, and the one press that makes it public."""

    form_class = forms.OpenForm
    template_name = "consultations/manage_open.html"

    def act(self, form):
        return lifecycle.open_consultation(consultation=self.consultation, actor=self.request.user, at=self.at)

    def done_words(self, consultation):
        if consultation.opens_at > self.at:
            return f"This is public now, and takes answers from {uk_time(consultation.opens_at)}."
        return f"This is open until {uk_time(consultation.closes_at)}. Everybody engaged has been told."

    def get_context_data(self, **kwargs):
        checks = []
        if self.consultation.state(at=self.at) == State.DRAFT:
            checks = readiness.checks_before_opening(consultation=self.consultation, at=self.at)
        given = signed(self.consultation) if checks else None
        return {
            **super().get_context_data(**kwargs),
            "checks": draft_wording.by_principle(checks),
            "ready": bool(checks) and not readiness.unmet(checks),
            "signed": given,
            "waiting": signing.waiting(self.consultation) if checks else None,
        }
