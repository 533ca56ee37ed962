"""What a certifier does for an organisation: reading it all, signing, the receipt, taking it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView

from consultations.domain import certifying, cowriting, drafting, naming, questionnaires
from consultations.enums import Publication
from consultations.forms.cowriting import PUBLISH, SignForm, TakeBackForm
from consultations.views.cowriting import OurPage, last_change


class OurCheck(OurPage, FormView):
    """Every answer with who changed it last, and for a certifier the declaration. Looking writes nothing; it prints."""

    template_name = "consultations/ours/check.html"
    form_class = SignForm

    def get_initial(self):
        signed = self.signed()
        before = {}
        if signed and not signed.withdrawn_at:
            names = ("interests", "interest_words")
            before = {name: getattr(signed, name) for name in names} | {"publish": signed.publication}
        return {**before, "seen": self.draft.number}

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if not form.is_valid():
            return self.again(form)
        words = form.cleaned_data
        try:
            certifying.sign_off(
                consultation=self.consultation,
                organisation=self.organisation,
                seen=words["seen"],
                interests=words["interests"],
                interest_words=words["interest_words"],
                publish=words["publish"],
                actor=request.user,
                at=self.at,
            )
        except questionnaires.AnswersRefused as refusal:
            numbers = {question.key: number for number, question in enumerate(self.questions, start=1)}
            problems = [(said, self.address("question", str(numbers[key]))) for key, said in refusal.problems.items()]
            return self.render_to_response(self.get_context_data(form=form, problems=problems), status=422)
        except (cowriting.WritingRefused, drafting.NotTakingAnswers) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
            return self.again(form, status=409)
        return redirect(self.address("receipt"))

    def again(self, form, status=200):
        """The page as it is now, with what was chosen. The answers must be read again, so the declaration is empty."""
        typed = self.request.POST.copy()
        typed["seen"] = str(self.draft.number)
        typed.pop("declared", None)
        errors = form.errors
        form = self.form_class(typed)
        form.full_clean()
        form.errors.clear()
        form.errors.update(errors)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        rows = []
        for number, question in self.pages.items():
            entry = self.draft.entries.get(question.key)
            if question.asks:
                rows.append(
                    {
                        "key": question.text,
                        "value": "\n".join(question.words_for(entry.values)) if entry else "",
                        "changed": last_change(entry) if entry else "",
                        "change_url": self.address("question", str(number)),
                    }
                )
        return super().get_context_data(
            rows=rows, not_taken=self.not_taken(), is_certifier=self.is_certifier(), signed=self.signed(), **kwargs
        )


class OurReceipt(OurPage, TemplateView):
    """Who signed the answer and when, what was declared, and every answer as it was signed. It prints."""

    template_name = "consultations/ours/receipt.html"

    def get(self, request, *args, **kwargs):
        self.answer = self.signed()
        if self.answer is None:
            messages.info(request, "This has not been signed yet, so there is no receipt.")
            return redirect(self.address("detail"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            answer=self.answer,
            rows=[{"key": key, "value": value} for key, value in naming.rows_of(self.answer)],
            interests=naming.interest_labels(self.answer),
            published=dict(PUBLISH)[Publication(self.answer.publication)],
            takes=not self.not_taken(),
            is_certifier=self.is_certifier(),
            **kwargs,
        )


class OurTakeBack(OurPage, FormView):
    """A certifier takes the signed answer back, saying why."""

    template_name = "consultations/ours/take_back.html"
    form_class = TakeBackForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.is_certifier():
            raise Http404

    def get(self, request, *args, **kwargs):
        signed = self.signed()
        if signed is None or signed.withdrawn_at:
            messages.info(request, "There is nothing to take back: no answer of yours stands here.")
            return redirect(self.address("detail"))
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            certifying.take_back(
                consultation=self.consultation,
                organisation=self.organisation,
                reason=form.cleaned_data["reason"],
                actor=self.request.user,
                at=self.at,
            )
        except (cowriting.WritingRefused, drafting.NotTakingAnswers) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "We have deleted what you signed. What you wrote is still here, for you alone.")
        return redirect(self.address("detail"))
