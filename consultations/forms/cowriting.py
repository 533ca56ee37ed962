"""The forms of a certifier: signing what the organisation answers by name, and taking it back."""

from django import forms

from consultations.domain.certifying import DECLARATION, LONGEST_REASON, WritingRefused, declared_interests
from consultations.enums import Interest, Publication

PUBLISH = (
    (Publication.WITH_NAME, "With our name"),
    (Publication.WITHOUT_NAME, "Without our name"),
    (Publication.NONE, "Not at all: only count that an organisation answered"),
)


class SignForm(forms.Form):
    """What a certifier declares about the answers on the page. `seen` is the number of the draft they read."""

    summary = False
    mark_optional = False

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    interests = forms.MultipleChoiceField(
        label="What is your organisation’s interest in this?",
        help_text="All that apply. An interest does not make your answer count less. It is published where your answer"
        " is, with your name.",
        choices=Interest,
        widget=forms.CheckboxSelectMultiple(attrs={"divider_before": (Interest.NONE,)}),
        error_messages={"required": "Choose the interests that your organisation has, or “None of these”"},
    )
    interest_words = forms.CharField(
        label="Anything to add about your interest (optional)",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )
    publish = forms.ChoiceField(
        label="May we publish your answers with the results?",
        help_text="The office reads them with your name in any case. Other organisations see only what is published.",
        choices=PUBLISH,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether we may publish your answers"},
    )
    declared = forms.BooleanField(
        label=f"I confirm: {DECLARATION}", error_messages={"required": "Confirm the declaration to sign"}
    )

    def clean_interests(self):
        try:
            return declared_interests(self.cleaned_data["interests"])
        except WritingRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class TakeBackForm(forms.Form):
    """Why an organisation takes its answer back."""

    mark_optional = False

    reason = forms.CharField(
        label="Why do you take it back?",
        help_text="The Involvement Team reads this. It is not published.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        error_messages={"required": "Say why you take it back"},
    )
