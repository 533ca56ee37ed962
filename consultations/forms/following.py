"""Asking to hear of one consultation, or of everything that its activity brings."""

from django import forms

from consultations.forms.preparing import offer
from engagement.forms.following import FollowForm

ONE, ALL = "one", "all"


class FollowConsultationForm(FollowForm):
    """One address, and how much to hear. Where people may be at risk, no message ever names the subject."""

    scope = forms.ChoiceField(
        label="What do you want to hear of?",
        initial=ONE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to hear of"},
    )

    field_order = ["scope", "email", "quiet"]

    def __init__(self, *args, activity, always_quiet, **kwargs):
        super().__init__(*args, **kwargs)
        one = "This only: changes, a reminder before it closes, and what came of it"
        offer(self.fields["scope"], choices=[(ONE, one), (ALL, f"Everything that happens with {activity}")])
        if always_quiet:
            del self.fields["quiet"]

    def is_quiet(self):
        """Whether messages name no subject."""
        return self.cleaned_data.get("quiet", True)
