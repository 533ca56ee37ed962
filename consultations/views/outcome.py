"""What the office says after closing: the outcome, the decision, and the press that makes the results public."""

from consultations.domain import concluding, counting, lifecycle
from consultations.forms import concluding as forms
from consultations.views.running import ActOnConsultation


class WriteOutcome(ActOnConsultation):
    """What we asked, what you said, what we did: kept as often as wanted, published by another page."""

    form_class = forms.OutcomeForm
    template_name = "consultations/manage_outcome.html"
    offered_as = "outcome"
    done = "The outcome is kept. Nobody outside the office sees it before you publish the results."
    fingerprint = staticmethod(concluding.fingerprint)

    def get_initial(self):
        return {**concluding.words_of(self.consultation), "seen": concluding.fingerprint(self.consultation)}

    def act(self, form):
        return concluding.write_outcome(
            consultation=self.consultation,
            seen=form.cleaned_data["seen"],
            words=form.words(),
            actor=self.request.user,
            at=self.at,
        )


class RecordDecision(ActOnConsultation):
    """The decision, apart from what people said."""

    form_class = forms.DecisionForm
    template_name = "consultations/manage_decision.html"
    offered_as = "decision"
    done = "The decision is recorded."

    def get_initial(self):
        kept = self.consultation
        return {"decision": kept.decision, "decided_by": kept.decided_by, "decided_on": kept.decided_on}

    def act(self, form):
        return concluding.record_decision(
            consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at
        )


class PublishResults(ActOnConsultation):
    """What will be public, once more before the press that makes it so."""

    form_class = forms.PublishForm
    template_name = "consultations/manage_publish.html"
    done = "The results are public. Everybody engaged has been told."

    def act(self, form):
        kept = self.consultation
        return lifecycle.publish_results(
            consultation=kept,
            we_asked=kept.we_asked,
            you_said=kept.you_said,
            we_did=kept.we_did,
            actor=self.request.user,
            at=self.at,
        )

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "missing": concluding.missing_to_publish(self.consultation),
            "waiting": counting.arrivals(self.consultation).not_yet_counted,
        }
