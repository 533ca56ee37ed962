"""Hearing of one consultation, without an account; and its privacy notice."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, FormView

from consultations.domain import equality
from consultations.forms.following import ONE, FollowConsultationForm
from consultations.models import Consultation
from consultations.views import wording
from consultations.views.public import OneConsultation
from engagement.domain import parties
from engagement.domain.attempts import TooManyAttempts
from engagement.views.following import ADDRESSES, SOURCES
from engagement.views.sources import source_of


@method_decorator(login_not_required, name="dispatch")
class FollowConsultation(OneConsultation, FormView):
    """Asks to be told of this consultation alone, or of all its activity brings. A message asks to confirm first."""

    template_name = "consultations/follow.html"
    form_class = FollowConsultationForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(
            Consultation.objects.published().select_related("activity"), slug=kwargs["slug"]
        )

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "activity": self.object.activity,
            "always_quiet": self.object.sensitive,
        }

    def form_valid(self, form):
        consultation, email = self.object, form.cleaned_data["email"]
        one = form.cleaned_data["scope"] == ONE
        try:
            SOURCES.count(source_of(self.request), at=self.at)
            ADDRESSES.count(email.lower(), at=self.at)
            parties.request_follow(
                activity=consultation.activity,
                email=email,
                topic_free=form.is_quiet(),
                about=consultation.reference if one else "",
                about_title=consultation.title if one else "",
                at=self.at,
            )
        except (parties.FollowRefused, TooManyAttempts) as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        return redirect(f"{reverse('consultations:consultation-follow', args=[consultation.slug])}?sent")

    def get_context_data(self, **kwargs):
        return super().get_context_data(sent="sent" in self.request.GET, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class Privacy(OneConsultation, DetailView):
    """What is kept of an answer, why, and what is special here: the office's notice and this consultation's own."""

    template_name = "consultations/privacy.html"

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), **privacy_of(self.object)}


def privacy_of(consultation):
    """What the privacy notice of one consultation says, public or not yet."""
    notice = settings.CONSULTATION_PRIVACY.replace("\\n", "\n").split("\n\n")
    standard = wording.NAMED_PRIVACY if consultation.is_named else notice
    return {
        "standard": [one.strip() for one in standard if one.strip()],
        "promise": wording.promise(consultation),
        "about_you": about_you(consultation),
    }


def about_you(consultation):
    """The equality questions asked here, or `None`: also where a questionnaire is tried before anybody asks it."""
    plan = equality.plan_of(consultation) if consultation.pk else None
    return equality.asked_by(plan) if plan else None
