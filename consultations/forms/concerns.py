"""The forms of safeguarding: who is told, and what was done."""

from django import forms

from consultations.enums import ConcernOutcome
from consultations.forms.preparing import RefusableForm, long_text, offer
from engagement.models import User


def person(label, help_text, missing):
    """A choice of one of the people who read what was written."""
    return forms.ModelChoiceField(
        User.objects.none(),
        label=label,
        help_text=help_text,
        empty_label="Choose a person",
        error_messages={"required": missing, "invalid_choice": "Choose somebody of the Involvement Team"},
    )


class SafeguardingForm(RefusableForm):
    """Two people who are told at once. `able` are those who may be."""

    first = person("Who is told first?", "They hear of it by e-mail, at once.", "Choose who is told first")
    second = person("Who else?", "They hear of it at the same time, because one may be away.", "Choose a second person")

    def __init__(self, *args, able, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            offer(field, queryset=able)


class ActForm(RefusableForm):
    """What was done about a concern today, and how it ended when it did."""

    mark_optional = False

    words = long_text(
        "What was done, and who was told?",
        "Copy nothing that could tell who wrote it. A place or a service may be named.",
        error_messages={"required": "Say what was done, and who was told"},
    )
    outcome = forms.ChoiceField(
        label="How did it end?",
        required=False,
        choices=[("", "It goes on"), *ConcernOutcome.choices],
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
