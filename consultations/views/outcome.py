"""What the office does after closing: writes and publishes what people said, then what was decided, and corrects."""

from functools import partial
from typing import ClassVar

from consultations.domain import arriving, attesting, concluding, editions, ordering, publishing, unheard
from consultations.domain.concluding import FEEDBACK, OUTCOME
from consultations.forms import concluding as forms
from consultations.models import PublicationOrder
from consultations.views import reporting
from consultations.views.running import ActOnConsultation


class WriteHalf(ActOnConsultation):
    """A page on which one half of the outcome is written: its form knows which."""

    template_name = "consultations/manage_write.html"
    words: ClassVar[dict[str, str]] = {}  # heading, lead and button of the page

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "consultation": self.consultation}

    def get_initial(self):
        seen = concluding.fingerprint(self.consultation, self.form_class.half)
        return {**self.form_class.start(self.consultation), "seen": seen}

    def given(self, form):
        """What every domain function of these pages takes."""
        return {
            "consultation": self.consultation,
            "seen": form.cleaned_data["seen"],
            "words": form.words(),
            "actor": self.request.user,
            "at": self.at,
        }

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), **self.words}


class WriteFeedback(WriteHalf):
    """What people said, and what that cannot tell: kept as often as wanted, published by another page."""

    form_class = forms.FeedbackForm
    offered_as = "feedback"
    done = "Your words are kept. Nobody outside the office sees them before you publish the results."
    fingerprint = staticmethod(partial(concluding.fingerprint, half=FEEDBACK))
    words = {
        "heading": "What people said",
        "lead": "Short and plain, with numbers. You can save it half written; nobody outside the office sees it until "
        "the results are published. What was decided is written and published apart.",
        "button": "Save what people said",
    }

    def act(self, form):
        return concluding.write_feedback(**self.given(form))


class WriteOutcome(WriteHalf):
    """What was decided and done, apart from what people said."""

    form_class = forms.OutcomeForm
    offered_as = "outcome"
    done = "Your words are kept. Nobody outside the office sees them before you publish the outcome."
    fingerprint = staticmethod(partial(concluding.fingerprint, half=OUTCOME))
    words = {
        "heading": "What we decided and did",
        "lead": "It stands apart from what people said, with a date of its own. A decision cannot be older than the "
        "closing: nobody decides before people were heard. Nobody outside the office sees this until you publish it.",
        "button": "Save the outcome",
    }

    def act(self, form):
        return concluding.write_outcome(**self.given(form))

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "gaps": attesting.reading_gaps(self.consultation)}


class CorrectFeedback(WriteHalf):
    """Other words for what people said, in a new edition."""

    form_class = forms.FeedbackCorrectionForm
    offered_as = "correct-feedback"
    done = "The new edition is public. Everybody engaged has been told."
    fingerprint = staticmethod(partial(concluding.fingerprint, half=FEEDBACK))
    words = {
        "heading": "Correct what people said",
        "lead": "This makes a new edition, public at once, with your note. Everybody engaged is told. The editions "
        "before it stay readable.",
        "button": "Publish the correction",
    }

    def act(self, form):
        note = form.cleaned_data["note"]
        return publishing.correct_words(**self.given(form), half=self.form_class.half, note=note)


class CorrectOutcome(CorrectFeedback):
    """Other words for the outcome, in a new edition."""

    form_class = forms.OutcomeCorrectionForm
    offered_as = "correct-outcome"
    fingerprint = staticmethod(partial(concluding.fingerprint, half=OUTCOME))
    words = {**CorrectFeedback.words, "heading": "Correct the outcome"}


class Ordered(ActOnConsultation):
    """Publishes numbers: at once, or, where very many answered, as soon as the worker has counted them."""

    ordered = "The worker counts the answers and publishes them. You can leave this page."

    def done_words(self, consultation):
        return self.ordered if self.order_of(consultation) else self.done

    @staticmethod
    def order_of(consultation):
        """The order that waits or was refused, if there is one."""
        return PublicationOrder.objects.filter(consultation=consultation).select_related("ordered_by").first()

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "order": self.order_of(self.consultation)}


class Recount(Ordered):
    """Counts again after publication, in a new edition."""

    form_class = forms.CorrectionForm
    template_name = "consultations/manage_write.html"
    offered_as = "recount"
    done = CorrectFeedback.done

    def act(self, form):
        return ordering.correct_numbers(
            consultation=self.consultation, note=form.cleaned_data["note"], actor=self.request.user, at=self.at
        )

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "heading": "Count again",
            "lead": "For answers that came in late, or were entered wrongly. The new numbers are public at once, in a "
            "new edition with your note. They are refused when they would show what a few people answered.",
            "button": "Publish the new numbers",
        }


class PublishResults(Ordered):
    """What will be public of what people said, once more before the press that makes it so."""

    form_class = forms.PublishForm
    template_name = "consultations/manage_publish.html"
    done = "The results are public. Everybody engaged has been told."
    fingerprint = staticmethod(partial(concluding.fingerprint, half=FEEDBACK))

    def get_initial(self):
        return {"seen": self.fingerprint(self.consultation)}

    def act(self, form):
        seen = form.cleaned_data["seen"]
        return ordering.publish_results(consultation=self.consultation, seen=seen, actor=self.request.user, at=self.at)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "missing": concluding.missing_to_publish(self.consultation, FEEDBACK),
            "waiting": arriving.arrivals(self.consultation).not_yet_counted,
            "gaps": unheard.gaps(self.consultation, reader=self.request.user, at=self.at),
            "asked": reporting.asked_words(self.consultation.asked_by, self.consultation.asked_also),
        }


class PublishOutcome(ActOnConsultation):
    """What will be public of the decision, once more before the press that makes it so."""

    form_class = forms.PublishOutcomeForm
    template_name = "consultations/manage_publish_outcome.html"
    offered_as = "publish-outcome"
    done = "The outcome is public. Everybody engaged has been told."
    fingerprint = staticmethod(partial(concluding.fingerprint, half=OUTCOME))

    def get_initial(self):
        return {"seen": self.fingerprint(self.consultation)}

    def act(self, form):
        seen = form.cleaned_data["seen"]
        return publishing.publish_outcome(
            consultation=self.consultation, seen=seen, actor=self.request.user, at=self.at
        )

    def get_context_data(self, **kwargs):
        kept = self.consultation
        return {
            **super().get_context_data(**kwargs),
            "missing": concluding.missing_to_publish(kept, OUTCOME),
            "gaps": attesting.reading_gaps(kept),
            "rows": reporting.outcome_rows(
                concluding.words_of(kept, OUTCOME), activity=kept.activity, move=editions.move_of(kept)
            ),
        }
