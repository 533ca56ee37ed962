"""What a person who decides says they have read."""

from django import forms

from consultations.enums import Reading
from consultations.forms.preparing import RefusableForm, offer

READINGS = {
    Reading.RESULTS: "The results, question by question",
    Reading.THEMES: "The themes in what people wrote",
    Reading.SUMMARY: "The summary of what people said, and what the answers cannot tell",
}


class AttestForm(RefusableForm):
    """Which of it was read. `edition` is the number of the one on the screen."""

    readings = forms.MultipleChoiceField(
        label="I have read",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what you have read"},
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, themes, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(one.value, words) for one, words in READINGS.items() if themes or one != Reading.THEMES]
        offer(self.fields["readings"], choices=offered)
