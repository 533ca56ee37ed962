"""Questionnaires outside the CMS: how they will be read, and copies for the next time."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from consultations import rules
from consultations.domain import authoring, questionnaires
from consultations.domain.wordings import missing
from consultations.forms.copying import CopyForm
from consultations.models import Questionnaire

SHOWN = 20


class QuestionnairePage:
    """A page about one questionnaire, for those who write questionnaires; for anybody else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        if not rules.writes_questionnaires(request.user, at=self.at):
            raise Http404
        self.questionnaire = get_object_or_404(Questionnaire, pk=kwargs["pk"])

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "questionnaire": self.questionnaire}


class QuestionnairePreview(QuestionnairePage, TemplateView):
    """A questionnaire as respondents will read it. It keeps nothing."""

    template_name = "consultations/questionnaire_preview.html"

    def get_context_data(self, **kwargs):
        problem = ""
        try:
            questions = questionnaires.as_asked(self.questionnaire)
        except questionnaires.QuestionnaireRefused as refusal:
            questions, problem = [], str(refusal)
        asking = self.questionnaire.consultations.visible_to(self.request.user, at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "questions": questions,
            "problem": problem,
            "wordings": wordings_words(self.questionnaire, questions),
            "used_by": asking.order_by("-opens_at", "-pk")[:SHOWN],
        }


def wordings_words(questionnaire, questions):
    """The other wordings and how far they are: (address of the page to write it on, name, words)."""
    unfinished = {one.code for one in questionnaires.wordings_now(questionnaire) if missing(questions, one)}
    return [
        (
            reverse("consultations:questionnaire-wording", args=[questionnaire.pk, wording.code]),
            str(wording),
            "still to write" if wording.code in unfinished else "written",
        )
        for wording in questionnaire.wordings.order_by("sort_order", "pk")
    ]


class CopyQuestionnaire(QuestionnairePage, FormView):
    """The same questions under another title, so that the next quarter can be compared with this one."""

    form_class = CopyForm
    template_name = "consultations/questionnaire_copy.html"

    def form_valid(self, form):
        title = form.cleaned_data["title"]
        try:
            copy = authoring.copy_questionnaire(
                questionnaire=self.questionnaire, title=title, actor=self.request.user, at=self.at
            )
        except questionnaires.QuestionnaireRefused as refusal:
            form.add_error("title", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"“{copy}” asks the same. Change it in the CMS.")
        return redirect("consultations:questionnaire-preview", copy.pk)
