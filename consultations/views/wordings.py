"""Writing a questionnaire in other words, question by question beside the standard ones."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from consultations.domain import rewording
from consultations.domain.questionnaires import QuestionnaireRefused
from consultations.forms.wordings import WordsForm
from consultations.views.questionnaires import QuestionnairePage


class WriteWording(QuestionnairePage, FormView):
    """One wording on one page. What is still missing is counted; it can be written in several sittings."""

    form_class = WordsForm
    template_name = "consultations/questionnaire_wording.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        offered = self.questionnaire.wordings.called(kwargs["code"])
        self.wording = get_object_or_404(offered.select_related("questionnaire"))

    def dispatch(self, request, *args, **kwargs):
        try:
            self.sheets = rewording.sheets_of(self.wording)
        except QuestionnaireRefused as refusal:
            messages.error(request, f"Mend the questions first. {refusal}")
            return redirect("consultations:questionnaire-preview", self.questionnaire.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "sheets": self.sheets, "wording": self.wording}

    def get_initial(self):
        return {"seen": rewording.fingerprint(self.wording)}

    def form_valid(self, form):
        try:
            rewording.write_words(
                wording=self.wording,
                words=form.words(),
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except rewording.WordsChanged as refusal:
            form.add_error(None, str(refusal))
            return self.with_theirs(form)
        messages.success(self.request, "The words are kept.")
        return redirect(self.request.path)

    def with_theirs(self, form):
        """The page as it was typed, and what somebody else wrote meanwhile where it differs. The next press counts."""
        theirs = [
            {"key": f"{sheet_words(sheet)}: {slot.about}", "value": sheet.words[slot.name]}
            for sheet in self.sheets
            for slot in sheet.slots
            if sheet.words.get(slot.name, "") not in {"", form.words()[sheet.key][slot.name]}
        ]
        form.data = form.data.copy()
        form.data["seen"] = rewording.fingerprint(self.wording)
        return self.render_to_response(self.get_context_data(form=form, theirs=theirs))

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "wording": self.wording,
            "missing": sum(sheet.missing for sheet in self.sheets),
            "stale": sum(sheet.stale for sheet in self.sheets),
        }


def sheet_words(sheet):
    """What a sheet is called: "Question 3", or what stands in many questions."""
    return f"Question {sheet.number}" if sheet.number else "In many questions"
