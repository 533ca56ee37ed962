"""Going through questions as respondents will: the same pages, with nothing kept.

Three doors lead in: for the office by the consultation or by its questionnaire, and for somebody outside by a signed
link. The answers of a trial are in a cookie of its own until the end.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView, TemplateView

from consultations import rules
from consultations.domain import preparing, previewing, questionnaires, responding
from consultations.domain.differences import Script
from consultations.domain.wordings import in_wording
from consultations.forms.equality import EqualityForm
from consultations.forms.wordings import ChooseWordingForm
from consultations.models import Consultation, Questionnaire
from consultations.views import wording
from consultations.views.admission import Admission
from consultations.views.answering import Check, Safety
from consultations.views.following import about_you, privacy_of
from consultations.views.journey import Journey
from consultations.views.running import ActOnConsultation
from consultations.wizard.views import AnswerQuestion
from engagement.domain.calendar import uk_time

TRIAL, LINK = "trial", "preview"  # the names of the cookies


class Trial(Journey):
    """What a preview does otherwise than answering: whose it is, which questions, where its answers are."""

    begun = True  # whether the page needs a trial that has begun
    by_office = True
    without_name = False

    def find_draft(self):
        return previewing.unsealed(self.request.COOKIES.get(TRIAL, ""), place=self.place)

    @property
    def place(self):
        """The address under which all pages of this preview lie."""
        return self.address("start").removesuffix("start/")

    @cached_property
    def script(self):
        """The questions and their wordings; none when they cannot be asked at all, with `problem` saying why."""
        self.problem = ""
        try:
            return self.load_script()
        except questionnaires.QuestionnaireRefused as refusal:
            self.problem = str(refusal)
            return Script([])

    def load_script(self):
        return previewing.script_of(self.consultation)

    @property
    def questions(self):
        wording = self.wording
        return in_wording(self.script.questions, wording) if wording else list(self.script.questions)

    @property
    def offered(self):
        return self.script.offered

    def is_sendable(self):
        return True

    def corrections(self):
        return []

    def news(self):
        return []

    def read_in(self, wording):
        self.draft = self.request.draft = replace(self.request.draft, wording=wording)

    def lead_elsewhere(self):
        if not self.script.questions:
            return self.refuse()
        return redirect(self.address("start")) if self.begun and self.draft is None else None

    def refuse(self):
        """Says that there is nothing to preview yet, and why."""
        self.template_name = "consultations/preview/refused.html"
        return TemplateView.render_to_response(self, self.about())

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        if request.draft and request.method == "POST" and TRIAL not in response.cookies:
            self.hold(response, request.draft)
        return response

    def hold(self, response, trial):
        """Gives the browser what was answered so far, for these pages only and until it closes."""
        value = previewing.sealed(trial, place=self.place)
        set_cookie(response, TRIAL, value, path=self.place)
        return response

    def about(self):
        """What every page of a preview says of itself."""
        return {
            "preview": True,
            "by_office": self.by_office,
            "consultation": self.consultation,
            "problem": self.problem if not self.script.questions else "",
            "leave": self.leave(),
            "start_again": self.address("start"),
            "safety": self.address("safety"),
            "privacy": self.address("privacy"),
            "end": self.address("end"),
        }

    def leave(self):
        """Where a preview is left for; nothing for somebody outside."""
        return ""

    def get_context_data(self, **kwargs):
        shortened = bool(self.draft and self.draft.shortened)
        return {**super().get_context_data(**kwargs), "takes_answers": True, "shortened": shortened, **self.about()}


def set_cookie(response, name, value, *, path, max_age=None):
    """A cookie that no script reads."""
    response.set_cookie(
        name,
        value,
        path=path,
        max_age=max_age,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class OfficeTrial(Trial):
    """By a consultation, for those who write it or sign it off. For anybody else it is not there."""

    def load(self):
        mine = Consultation.objects.previewable_by(self.request.user, at=self.at)
        found = mine.select_related("version", "activity", "questionnaire")
        return get_object_or_404(found, reference=self.kwargs["reference"])

    def address(self, name, *args):
        return reverse(f"consultations:manage-try-{name}", args=[self.consultation.reference, *args])

    def leave(self):
        return reverse("consultations:manage-detail", args=[self.consultation.reference])

    def dispatch(self, request, *args, **kwargs):  # its own, so that it asks for signing in
        return super().dispatch(request, *args, **kwargs)


class QuestionnaireTrial(Trial):
    """By a questionnaire that no consultation needs to ask yet, for those who write questionnaires."""

    def load(self):
        if not rules.writes_questionnaires(self.request.user, at=self.at):
            raise Http404
        self.questionnaire = get_object_or_404(Questionnaire, pk=self.kwargs["pk"])
        about = Consultation(reference="Preview", slug="preview", title=self.questionnaire.title)
        about.opens_at, about.closes_at = self.at, self.at + timedelta(days=28)
        return about

    def load_script(self):
        return previewing.script_now(self.questionnaire)

    def address(self, name, *args):
        return reverse(f"consultations:questionnaire-try-{name}", args=[self.questionnaire.pk, *args])

    def leave(self):
        return reverse("consultations:questionnaire-preview", args=[self.questionnaire.pk])

    def dispatch(self, request, *args, **kwargs):  # its own, so that it asks for signing in
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class LinkTrial(Trial):
    """By a signed link that somebody of the office has shared, until it opens and for seven days at most."""

    by_office = False

    def load(self):
        try:
            self.link = previewing.open_link(self.request.COOKIES.get(LINK, ""), at=self.at)
        except previewing.LinkUnknown as refusal:
            raise Http404 from refusal
        if self.link.consultation.reference != self.kwargs["reference"]:
            raise Http404
        return self.link.consultation

    def address(self, name, *args):
        return reverse(f"consultations:preview-{name}", args=[self.consultation.reference, *args])

    def lead_elsewhere(self):
        return over(self, self.link) or super().lead_elsewhere()


def over(view, link):
    """Where a link leads that has done its work: to the public page once it is open, else to a page that says so."""
    if link.consultation.state(at=view.at) not in previewing.BEFORE_OPENING:
        return redirect(link.consultation)
    if not link.expired:
        return None
    view.template_name = "consultations/preview/link_gone.html"
    return TemplateView.render_to_response(view, {"until": uk_time(link.until)}, status=410)


@method_decorator(login_not_required, name="dispatch")
class OpenPreview(TemplateView):
    """The link itself: the browser keeps it for these pages and goes on to an address without it. Writes nothing."""

    def get(self, request, *args, token, **kwargs):
        self.at = timezone.now()
        try:
            link = previewing.open_link(token, at=self.at)
        except previewing.LinkUnknown as refusal:
            raise Http404 from refusal
        response = over(self, link)
        if response is None:
            start = reverse("consultations:preview-start", args=[link.consultation.reference])
            response = redirect(start)
            path, left = start.removesuffix("start/"), link.until - self.at
            set_cookie(response, LINK, token, path=path, max_age=int(left.total_seconds()))
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response


class Start(Trial, Admission):
    """The start page. Each press begins anew."""

    template_name = "consultations/answer/start.html"
    begun = False

    @property
    def admitted(self):
        return True

    def post(self, request, *args, **kwargs):
        if self.eligibility.fields and not self.eligibility.is_valid():
            return self.render_to_response(self.get_context_data())
        if self.eligibility.fields and self.eligibility.says_no:
            return redirect(f"{self.address('end')}?others")
        form = ChooseWordingForm(request.POST, offered=self.offered)
        chosen = form.cleaned_data["wording"] if form.is_valid() else ""
        return self.hold(redirect(self.address("answer", "1")), previewing.Trial(wording=chosen))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            draft=None,
            length=wording.length_words(self.questions),
            asks_for_files=wording.asks_for_files(self.questions),
            choose=ChooseWordingForm(self.request.POST or None, offered=self.offered),
            faults=previewing.faults_in(self.script) if self.by_office else [],
            **kwargs,
        )


class TrialCheck(Trial, Check):
    """The check page, whose button sends nothing."""

    def send(self):
        try:
            responding.ready_to_send(self.questions, self.draft.answers)
        except questionnaires.AnswersRefused as refusal:
            return self.with_problems(refusal.problems)
        response = redirect(self.address("about-you" if about_you(self.consultation) else "end"))
        response.delete_cookie(TRIAL, path=self.place, samesite="Lax")
        return response

    def not_taken(self):
        return ""


class TrialQuestion(Trial, AnswerQuestion):
    """A question, whose answer stays with the browser."""

    storage_name = "consultations.wizard.storage.TrialStorage"


class TrialSafety(Trial, Safety):
    """How to leave quickly, as people will read it."""

    begun = False

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "back": self.where_left(self.draft) if self.draft else self.address("start")}


class End(Trial, TemplateView):
    """Nothing was kept. `others`: somebody said that the questions are not for them."""

    template_name = "consultations/preview/end.html"
    begun = False

    def get_context_data(self, **kwargs):
        return super().get_context_data(others="others" in self.request.GET, **kwargs)


class TrialPrivacy(Trial, TemplateView):
    """The privacy notice as people will read it."""

    template_name = "consultations/privacy.html"
    begun = False

    def get_context_data(self, **kwargs):
        return super().get_context_data(**privacy_of(self.consultation), **kwargs)


class TrialEquality(Trial, FormView):
    """The equality questions, after the answers. What is chosen is looked at and forgotten."""

    template_name = "consultations/answer/equality.html"
    form_class = EqualityForm
    begun = False

    def lead_elsewhere(self):
        self.asked = about_you(self.consultation)
        return super().lead_elsewhere() or (None if self.asked else redirect(self.address("end")))

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "asked": self.asked}

    def form_valid(self, form):
        return redirect(self.address("end"))

    def get_context_data(self, **kwargs):
        crossed = [text for text, _ in self.asked.answers.values()]
        return super().get_context_data(asked=self.asked, crossed=crossed, **kwargs)


PAGES = {
    "start": Start,
    "check": TrialCheck,
    "about-you": TrialEquality,
    "end": End,
    "safety": TrialSafety,
    "privacy": TrialPrivacy,
    "answer": TrialQuestion,
}


def behind(door):
    """The pages of a preview behind one door, as views by the name of the page."""
    views: dict[str, Any] = {
        name: type(f"{door.__name__}{page.__name__}", (door, page), {}) for name, page in PAGES.items()
    }
    return {name: view.as_view() for name, view in views.items()}


class SharePreview(ActOnConsultation):
    """Makes a link for somebody outside. It is shown once, in answer to the press: nothing keeps it."""

    form_class = forms.Form
    template_name = "consultations/preview/share.html"

    def load(self):
        mine = Consultation.objects.previewable_by(self.request.user, at=self.at)
        return get_object_or_404(mine.select_related("activity"), reference=self.kwargs["reference"])

    def not_now(self):
        public = self.consultation.state(at=self.at) not in previewing.BEFORE_OPENING
        return "This is public now: anybody can read the questions on its page." if public else ""

    def form_valid(self, form):
        try:
            token = previewing.make_link(consultation=self.consultation, actor=self.request.user, at=self.at)
        except preparing.ConsultationRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        link = settings.BASE_URL + reverse("consultations:preview-link", args=[token])
        until = uk_time(self.at + previewing.LINK_LASTS)
        response = self.render_to_response(self.get_context_data(form=form, link=link, until=until))
        response["Cache-Control"] = "no-store"
        return response
