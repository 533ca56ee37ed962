"""The question bank: what is in it, and putting some of it into a questionnaire."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from consultations import rules
from consultations.domain import bank, questionnaires
from consultations.forms.bank import TakeForm, described
from consultations.views.public import NearestPage
from consultations.views.questionnaires import QuestionnairePage

PER_PAGE = 20


def words_of(request):
    """The words that are looked for, from the address."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


class QuestionBank(NearestPage):
    """Every question of the bank, for those who write questionnaires; for anybody else it is not there."""

    template_name = "consultations/question_bank.html"
    paginate_by = PER_PAGE

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not rules.writes_questionnaires(request.user, at=timezone.now()):
            raise Http404

    def get_queryset(self):
        return bank.bank_questions(words_of(self.request))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [{"question": one, "described": described(one)} for one in context["page_obj"].object_list]
        return {**context, "rows": rows, "words": words_of(self.request)}


class TakeQuestions(QuestionnairePage, FormView):
    """Chooses questions of the bank for one questionnaire. At most a page of them is offered: looking narrows it."""

    form_class = TakeForm
    template_name = "consultations/questionnaire_take.html"

    def get_form_kwargs(self):
        found = bank.bank_questions(words_of(self.request)).exclude(questionnaire=self.questionnaire)
        questions = list(found[: PER_PAGE + 1])
        self.more = len(questions) > PER_PAGE
        return {**super().get_form_kwargs(), "questions": questions[:PER_PAGE]}

    def get_initial(self):
        return {"seen": bank.fingerprint(self.questionnaire)}

    def form_valid(self, form):
        try:
            taken = bank.take_questions(
                questionnaire=self.questionnaire,
                chosen=form.keys(),
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except questionnaires.QuestionnaireRefused as refusal:
            form.add_error("chosen", str(refusal))
            form.data = form.data.copy()
            form.data["seen"] = bank.fingerprint(self.questionnaire)
            return self.form_invalid(form)
        messages.success(self.request, f"{len(taken)} question{'' if len(taken) == 1 else 's'} added at the end.")
        return redirect("consultations:questionnaire-preview", self.questionnaire.pk)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        there = bool(context["form"].fields["chosen"].choices)
        return {**context, "words": words_of(self.request), "there": there, "more": self.more}
