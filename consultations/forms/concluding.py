"""The forms of the outcome: what we asked, you said, we did, and the decision."""

from django import forms

from consultations.domain import concluding
from consultations.forms.preparing import RefusableForm, day_field, long_text


class OutcomeForm(RefusableForm):
    """The office's words about what came of it. All of it can be kept half written; publishing asks for the rest."""

    mark_optional = False

    finding = forms.CharField(
        label="The finding in one sentence",
        max_length=160,
        required=False,
        help_text="The heading of the results. Say the number: Most people (62%) want evening appointments.",
        error_messages={"max_length": "Use at most 160 characters for the finding (there are %(show_value)d)"},
    )
    we_asked = long_text("We asked", "What you asked, of whom, and how.", required=False)
    you_said = long_text(
        "You said", "The main points, with numbers. Name nobody, and quote nothing that could.", rows=8, required=False
    )
    we_did = long_text("We did", "What changed because of it, or will, and by when.", rows=6, required=False)
    unchanged = long_text("What did not change, and why", "Leave it empty if everything did.", required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def words(self):
        """The cleaned words by field, as the domain takes them."""
        return {name: self.cleaned_data[name] for name in concluding.WORDS}


class DecisionForm(RefusableForm):
    """What was decided after listening, by whom and when. It stands apart from what people said."""

    decision = long_text(
        "What was decided", "In plain words, with the reasons.", error_messages={"required": "Say what was decided"}
    )
    decided_by = forms.CharField(
        label="Who decided",
        max_length=120,
        help_text="For example: The Commissioner",
        error_messages={"required": "Say who decided"},
    )
    decided_on = day_field("Decided on", missing="Enter the day on which it was decided")


class PublishForm(RefusableForm):
    """One deliberate press."""

    sure = forms.BooleanField(
        label="I have read every answer, and the words name nobody",
        error_messages={"required": "Confirm that every answer was read and that the words name nobody"},
    )
