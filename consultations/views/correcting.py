"""Publishing corrected words of a consultation that people are answering."""

from consultations.domain import correcting
from consultations.forms.correcting import CorrectionForm
from consultations.views.corrected import by_question
from consultations.views.running import ActOnConsultation


class CorrectQuestions(ActOnConsultation):
    """What the questionnaire says now beside what people read, and one press that publishes the difference."""

    form_class = CorrectionForm
    template_name = "consultations/manage_correct.html"
    offered_as = "correct"

    @staticmethod
    def fingerprint(consultation):
        return correcting.proposed(consultation).seen

    def get_initial(self):
        return {"seen": self.fingerprint(self.consultation)}

    def act(self, form):
        words = form.cleaned_data
        correcting.publish_correction(
            consultation=self.consultation,
            note=words["note"],
            same=words["same"],
            seen=words["seen"],
            actor=self.request.user,
            at=self.at,
        )
        return self.consultation

    def done_words(self, consultation):
        return "The correction is public. People read the corrected words from now on."

    def get_context_data(self, **kwargs):
        proposal = correcting.proposed(self.consultation)
        return {**super().get_context_data(**kwargs), "proposal": proposal, "groups": by_question(proposal.changes)}
