"""Where the wizard keeps what it is told: in the draft that the request's cookie opens, and nowhere else."""

from django.utils import timezone
from formtools.wizard.storage.base import BaseStorage

from consultations.domain import drafting, previewing
from consultations.forms.answering import answer_form
from consultations.wizard.attaching import ForgetsFiles, KeepsFiles


class DraftStorage(KeepsFiles, BaseStorage):
    """Steps are named by their place ("1", "2"…), answers are kept under the key of their question.

    Reading never writes. A step is kept the moment it is valid, whatever another device has kept meanwhile.
    """

    def __init__(self, prefix, request=None, file_storage=None):
        super().__init__(prefix, request, file_storage)
        self.init_data()

    def reset(self):
        """Submitting or discarding ends a draft; looking at a page does not."""

    def read(self, questions):
        """Learns which question is asked at which step."""
        self.questions = {str(number): question for number, question in enumerate(questions, start=1)}

    def get_step_data(self, step):
        question = self.questions[step]
        values = self.request.draft.answers.get(question.key)
        return None if values is None else answer_form(question).data_of(values, step)

    def set_step_data(self, step, cleaned_data):
        """Keeps the values of one answer. Raises `drafting.NotTakingAnswers` or `drafting.DraftGone`."""
        self.request.draft = drafting.keep_step(
            opened=self.request.draft, question=self.questions[step].key, values=cleaned_data, at=timezone.now()
        )


class TrialStorage(ForgetsFiles, DraftStorage):
    """The same for a preview: an answer stays with the browser (`request.draft` is a `previewing.Trial`)."""

    def set_step_data(self, step, cleaned_data):
        self.request.draft = previewing.keep_step(
            self.request.draft, question=self.questions[step].key, values=cleaned_data
        )
