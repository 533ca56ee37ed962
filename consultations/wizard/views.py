"""One question a page (R-150). The address says which; nothing is sent from here."""

from collections.abc import Mapping

from django.http import Http404
from django.shortcuts import redirect
from formtools.wizard.views import NamedUrlWizardView

from consultations.domain import attaching, drafting
from consultations.domain.routes import length_of_path
from consultations.domain.wordings import STANDARD
from consultations.forms.answering import AnswerForm, answer_form
from consultations.forms.wordings import ChooseWordingForm
from consultations.views.answering import WORDING
from consultations.views.corrected import of_question
from consultations.views.journey import DraftJourney
from consultations.wizard.attaching import AsksForFiles

SAVE = "save"
RETURN_TO_CHECK = "check"
NOT_KEPT = (drafting.NotTakingAnswers, drafting.DraftGone, attaching.TooManyFiles)
NEW_WAY = "new"  # the value of `check` while the questions of a way newly taken are asked


class FormOfEachStep(Mapping):
    """The form class of each step, made when it is asked for: a page shows one question of perhaps forty."""

    def __init__(self, questions):
        self._questions, self._made = questions, {}

    def __getitem__(self, step):
        if step not in self._made:
            self._made[step] = answer_form(self._questions[step])
        return self._made[step]

    def __iter__(self):
        return iter(self._questions)

    def __len__(self):
        return len(self._questions)


class AnswerQuestion(AsksForFiles, DraftJourney, NamedUrlWizardView):
    """Asks a question and keeps its answer. Every question on a person's way can be reached at any time, and passed.

    A page keeps its number whatever the way. An answer changed from the check page leads back there, by way of the
    questions that it newly leads to.
    """

    storage_name = "consultations.wizard.storage.DraftStorage"
    template_name = "consultations/answer/question.html"
    form_list = [AnswerForm]  # each consultation has its own: see `get_form_list`

    @classmethod
    def get_initkwargs(cls, *args, **kwargs):
        return super().get_initkwargs(*args, url_name="consultations:consultation-answer", **kwargs)

    def get_form_list(self):
        if not hasattr(self, "_asked"):
            questions = self.questions
            self.storage.read(questions)
            self._asked = FormOfEachStep(self.storage.questions)
        return self._asked

    def get_step_url(self, step):
        return self.address("answer", step)

    def get(self, request, *args, **kwargs):
        if kwargs["step"] not in self.get_form_list():
            raise Http404
        if not self.is_sendable():
            return redirect(self.address("check"))
        if int(kwargs["step"]) not in self.pages(request.draft.answers):
            return redirect(self.where_left(request.draft))
        self.storage.current_step = kwargs["step"]
        return self.render(self.get_form(data=self.storage.current_step_data))

    def post(self, request, *args, **kwargs):
        if kwargs["step"] not in self.get_form_list():
            raise Http404
        self.storage.current_step = kwargs["step"]
        form = self.get_form(data=request.POST, files=request.FILES)
        if WORDING in request.POST:
            return self._switch_wording(form)
        before = self.pages(request.draft.answers)
        try:
            if not form.is_valid():
                self.keep_in_part(form)
                return self.render(form)
            self.keep(form)
        except NOT_KEPT as refusal:
            return self._not_kept(form, refusal)
        return redirect(self._next_address(before))

    def _not_kept(self, form, refusal):
        """The page again, with why nothing was kept."""
        copy = "" if getattr(form, "keeps_files", False) else " Your answer is still on this page: you can copy it."
        form.add_error(None, f"{refusal}{copy}")
        return self.render(form)

    def _switch_wording(self, form):
        """The same question in other words, with what was typed: kept when it can be, else still in the form."""
        choose = ChooseWordingForm(self.request.POST, offered=self.offered)
        key = self.storage.questions[self.steps.current].key
        try:
            if form.is_valid() and (form.values() or form.files or key in self.request.draft.answers):
                self.keep(form)
            if choose.is_valid():
                self.read_in(choose.cleaned_data["wording"])
        except NOT_KEPT as refusal:
            return self._not_kept(form, refusal)
        typed = any(any(values) for name, values in self.request.POST.lists() if name.startswith(f"{form.prefix}-"))
        if typed and not form.is_valid():
            del self._asked
            return self.render(self.get_form(data=self.request.POST))
        return redirect(self.request.get_full_path())

    def _next_address(self, before):
        """Where to go after this answer. `before` are the pages of the way as it was until now."""
        if SAVE in self.request.POST:
            return self.address("saved")
        here, answers = int(self.steps.current), self.request.draft.answers
        ahead = {number: question for number, question in self.pages(answers).items() if number > here}
        if RETURN_TO_CHECK not in self.request.GET:
            return self.get_step_url(str(min(ahead))) if ahead else self.address("check")
        new = [number for number, question in ahead.items() if question.key not in answers]
        if self.request.GET[RETURN_TO_CHECK] == NEW_WAY or set(new) - before.keys():
            return f"{self.get_step_url(str(new[0]))}?{RETURN_TO_CHECK}={NEW_WAY}" if new else self.address("check")
        return self.address("check")

    def _corrected(self, question):
        """What was corrected in this question since it became public, in the words in which it is read."""
        wording = self.wording.code if self.wording else STANDARD
        return of_question(self.corrections(), question, wording)

    def get_context_data(self, form, **kwargs):
        here, answers = int(self.steps.current), self.request.draft.answers
        pages = self.pages(answers)
        behind = [number for number in pages if number < here]
        previous = self.get_step_url(str(behind[-1])) if behind else self.address("start")
        back = self.address("check") if RETURN_TO_CHECK in self.request.GET else previous
        fewest, most = length_of_path(self.questions, answers)
        return super().get_context_data(
            form=form,
            back=back,
            number=sum(pages[number].asks for number in behind) + 1,
            total=most,
            about=fewest != most,
            corrected=self._corrected(form.question.key),
            **kwargs,
        )
