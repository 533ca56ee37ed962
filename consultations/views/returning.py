"""Coming back to unfinished answers by the code that was written down. Looking writes nothing."""

from django.shortcuts import redirect
from django.views.generic import FormView

from consultations.domain import attempts, drafting
from consultations.forms.receipts import ReturnForm
from consultations.views.journey import Journey
from engagement.views.sources import source_of

UNKNOWN = (
    "We have no unfinished answers under this code. They may have been sent or deleted. If you sent your answers, use"
    " the reference that we gave you then."
)


class ComeBack(Journey, FormView):
    """Takes the code and goes on where the person stopped, in this browser; guesses are counted."""

    template_name = "consultations/answer/come_back.html"
    form_class = ReturnForm

    def form_valid(self, form):
        source = source_of(self.request)
        try:
            attempts.RETURNS.refuse_if_spent(source, at=self.at)
        except attempts.TooManyAttempts as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        ticket = drafting.ticket_for_code(consultation=self.consultation, code=form.cleaned_data["code"])
        if ticket is None:
            attempts.RETURNS.count(source, at=self.at)
            form.add_error("code", UNKNOWN)
            return self.form_invalid(form)
        if self.draft and self.draft.ticket.token == ticket.token:
            return redirect(self.where_left(self.draft))
        self.request.draft = drafting.find(consultation=self.consultation, ticket=ticket)
        return self.hand_over(redirect(self.where_left(self.request.draft)), ticket)
