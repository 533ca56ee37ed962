"""Why a page is taken back."""

from django import forms


class TakeBackForm(forms.Form):
    """The reason, for the log."""

    reason = forms.CharField(
        label="Why is it taken back?",
        help_text="A sentence. It is kept in the log with your name.",
        max_length=180,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 180}),
        error_messages={"required": "Say why the page is taken back"},
    )
