"""After sending: the receipt, hearing the outcome, changing and withdrawing by reference."""

from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView, View

from consultations.domain import attempts, drafting, equality, letters, outcomes, responding, tickets
from consultations.forms.receipts import CodeForm, OutcomeForm, ReceiptMailForm
from consultations.views.journey import Journey
from engagement.domain.calendar import uk_date
from engagement.views.sources import source_of


class ReceiptHeld(Journey):
    """A page for the browser that sent the answers; another one is led to the start."""

    def lead_elsewhere(self):
        self.receipt = self.find_receipt()
        return None if self.receipt else redirect(self.address("check" if self.draft else "start"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(receipt=self.receipt, due=uk_date(self.consultation.response_due_on), **kwargs)


class Receipt(ReceiptHeld, TemplateView):
    """The reference, what happens next, and what can still be done. The address may be opened again."""

    template_name = "consultations/answer/receipt.html"

    def get_context_data(self, **kwargs):
        asks = self.consultation.takes_started_answers(at=self.at) and equality.plan_of(self.consultation) is not None
        return super().get_context_data(sent="sent" in self.request.GET, asks_about_you=asks, **kwargs)


class ReceiptMail(ReceiptHeld, FormView):
    """Mails a note that the answers have come in. The reference is in it only when the person says so."""

    template_name = "consultations/answer/receipt_mail.html"
    form_class = ReceiptMailForm

    def form_valid(self, form):
        code = self.receipt.code if form.cleaned_data["with_code"] else ""
        try:
            attempts.LETTERS.count(source_of(self.request), at=self.at)
            address = form.cleaned_data["email"]
            letters.send_receipt(consultation=self.consultation, address=address, code=code, at=self.at)
        except (letters.LetterNotSent, attempts.TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return redirect(f"{self.address('receipt')}?sent")


class Outcome(Journey, FormView):
    """“Tell me what came of it”: its own page and its own transaction, never beside an answer."""

    template_name = "consultations/answer/outcome.html"
    form_class = OutcomeForm

    def form_valid(self, form):
        try:
            attempts.LETTERS.count(source_of(self.request), at=self.at)
        except attempts.TooManyAttempts as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        outcomes.ask_for_outcome(consultation=self.consultation, email=form.cleaned_data["email"], at=self.at)
        return redirect(f"{self.address('outcome')}?asked")

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked="asked" in self.request.GET, **kwargs)


class ByCode(Journey, FormView):
    """A form that takes a reference; guesses are counted."""

    form_class = CodeForm

    def get_initial(self):
        found = self.find_receipt()
        return {"code": tickets.shown(found.code)} if found else {}

    def form_valid(self, form):
        try:
            attempts.CODES.count(source_of(self.request), at=self.at)
            return self.act(form.cleaned_data["code"])
        except attempts.TooManyAttempts as refusal:
            form.add_error(None, str(refusal))
        except (responding.CodeUnknown, drafting.NotTakingAnswers) as refusal:
            form.add_error("code", str(refusal))
        return self.form_invalid(form)

    def act(self, code):
        """Does with the answers what this page is for, and says where to go."""
        raise NotImplementedError


class Change(ByCode):
    """Opens sent answers again. What was sent stays as it is until the change is sent."""

    template_name = "consultations/answer/change.html"

    def act(self, code):
        ticket = responding.begin_change(consultation=self.consultation, code=code, at=self.at)
        return self.hand_over(redirect(self.address("check")), ticket)


class Withdraw(ByCode):
    """Deletes sent answers for good."""

    template_name = "consultations/answer/withdraw.html"

    def act(self, code):
        responding.withdraw(consultation=self.consultation, code=code, at=self.at)
        return self.take_back(redirect(f"{self.address('withdraw')}?done"))

    def get_context_data(self, **kwargs):
        own = self.consultation.takes_answers(at=self.at) or self.consultation.suspended_at
        return super().get_context_data(done="done" in self.request.GET, can_withdraw=own, **kwargs)


class Finish(Journey, View):
    """Makes this browser forget that it answered."""

    def post(self, request, *args, **kwargs):
        return self.take_back(redirect(self.consultation))
