"""The form that publishes a correction."""

from django import forms

from consultations.forms.preparing import RefusableForm, long_text


class CorrectionForm(RefusableForm):
    """What everybody reads about a correction, and the word of whoever makes it that it corrects and no more."""

    seen = forms.CharField(widget=forms.HiddenInput)
    note = long_text(
        "What you corrected, and why",
        "Everybody can read this, with today’s day and time. The words before and after stand beside it.",
        rows=3,
        error_messages={"required": "Say what you corrected and why. Everybody can read it."},
    )
    same = forms.BooleanField(
        label="Nobody who has answered would have answered differently",
        error_messages={"required": "Confirm this. If somebody would have answered differently, it is no correction."},
    )
