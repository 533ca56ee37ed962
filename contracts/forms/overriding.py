"""What is typed about an override of a rating."""

from django import forms

from contracts.enums import RatingWord
from contracts.forms.asked import RefusedBeside

LONGEST = 300


class OverrideForm(RefusedBeside):
    """Another word than the computed one, and why."""

    word = forms.ChoiceField(
        label="Which rating should it have?",
        choices=RatingWord.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a rating"},
    )
    because = forms.CharField(
        label="Because of what?",
        help_text="The public reads this sentence beside the rating. Name no one, and give no numbers of people.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        error_messages={"required": "Say why", "max_length": f"Write at most {LONGEST} characters"},
    )

    def __init__(self, *args, computed, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["word"].choices = [(word, label) for word, label in RatingWord.choices if word != computed]


class DecideOverrideForm(RefusedBeside):
    """Whether another rating is confirmed."""

    confirm = forms.TypedChoiceField(
        label="What do you decide?",
        choices=[("yes", "The other rating is confirmed"), ("no", "The computed rating stays")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    words = forms.CharField(
        label="Why?",
        required=False,
        help_text="Needed when the computed rating stays. The office reads this.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
        error_messages={"max_length": f"Write at most {LONGEST} characters"},
    )
