"""What the office does to a public consultation: gives longer, closes, pauses, resumes, withdraws, adds."""

from consultations.domain import moving
from consultations.forms import moving as forms
from consultations.views.running import ActOnConsultation
from engagement.domain.calendar import uk_time


class ExtendConsultation(ActOnConsultation):
    """Gives people longer to answer."""

    form_class = forms.ExtendForm
    template_name = "consultations/manage_extend.html"
    offered_as = "extend"
    does = staticmethod(moving.extend_consultation)

    def act(self, form):
        return self.does(
            consultation=self.consultation,
            closes_at=form.closes_at(),
            reason=form.cleaned_data["reason"],
            actor=self.request.user,
            at=self.at,
        )

    def done_words(self, consultation):
        return f"This now closes {uk_time(consultation.closes_at)}. Everybody engaged has been told."


class ResumeConsultation(ExtendConsultation):
    """Takes answers again after a pause."""

    form_class = forms.ResumeForm
    template_name = "consultations/manage_resume.html"
    offered_as = "resume"
    does = staticmethod(moving.resume_consultation)

    def get_form_kwargs(self):
        suggested = moving.suggested_closing(self.consultation, at=self.at)
        return {**super().get_form_kwargs(), "suggested": suggested}

    def done_words(self, consultation):
        return f"People can answer again, until {uk_time(consultation.closes_at)}. Everybody engaged has been told."


class GiveReason(ActOnConsultation):
    """A page that does one thing for a public reason."""

    form_class = forms.ReasonForm
    does = None

    def act(self, form):
        return self.does(
            consultation=self.consultation, reason=form.cleaned_data["reason"], actor=self.request.user, at=self.at
        )


class CloseConsultation(GiveReason):
    """Closes now, before the announced time."""

    template_name = "consultations/manage_close.html"
    offered_as = "close"
    done = "This has closed. Answers that came in before count."
    does = staticmethod(moving.close_consultation)


class SuspendConsultation(GiveReason):
    """Pauses it: no answers until it is resumed."""

    template_name = "consultations/manage_suspend.html"
    offered_as = "suspend"
    done = "This is paused. Its page says so, and everybody engaged has been told."
    does = staticmethod(moving.suspend_consultation)


class WithdrawConsultation(GiveReason):
    """Takes a public consultation back."""

    template_name = "consultations/manage_withdraw.html"
    offered_as = "withdraw"
    done = "This is withdrawn. Its page stays and says why."
    does = staticmethod(moving.withdraw_consultation)


class AddInformation(ActOnConsultation):
    """Adds a dated update to the public page."""

    form_class = forms.InformationForm
    template_name = "consultations/manage_add.html"
    offered_as = "add"
    done = "The update is on the page. Everybody engaged has been told."

    def act(self, form):
        return moving.add_information(
            consultation=self.consultation, text=form.cleaned_data["text"], actor=self.request.user, at=self.at
        )
