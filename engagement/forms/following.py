"""Asking to follow an activity by e-mail."""

from django import forms


class FollowForm(forms.Form):
    """One address. `quiet` is for people who would be at risk if somebody else saw what the messages are about."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "width": "20"}),
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like name@example.com",
            "max_length": "Enter an e-mail address of at most 254 characters",
        },
    )
    quiet = forms.BooleanField(
        label="Do not name the subject in the e-mails",
        help_text="Choose this if somebody else may see your screen or your messages.",
        required=False,
    )
