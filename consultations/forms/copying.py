"""Copying what was asked before."""

from django import forms


class CopyForm(forms.Form):
    """A title of its own for the copy of a questionnaire."""

    title = forms.CharField(
        label="Title of the copy",
        max_length=120,
        help_text="For the office: people who answer do not see it.",
        error_messages={
            "required": "Enter a title for the copy",
            "max_length": "Use at most 120 characters for the title (there are %(show_value)d)",
        },
    )
