"""Recording a petition, a campaign of like messages, or the answer of a group."""

from django import forms

from consultations.enums import Channel, CollectiveKind
from consultations.forms.preparing import RefusableForm, day_field, long_text


class CollectiveForm(RefusableForm):
    """What it is, what it asks, who handed it in, and for how many it speaks."""

    mark_optional = False
    kind = forms.ChoiceField(
        label="What is it?",
        choices=CollectiveKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    title = forms.CharField(
        label="Its title, or the first words of the message",
        max_length=120,
        error_messages={"required": "Enter its title"},
    )
    from_whom = forms.CharField(
        label="Who handed it in?",
        max_length=120,
        help_text="An organisation or group. Name no private person: this becomes public.",
        error_messages={"required": "Enter who handed it in"},
    )
    people = forms.IntegerField(
        label="How many signatures, messages, or people spoken for?",
        min_value=1,
        max_value=10_000_000,
        widget=forms.NumberInput(attrs={"width": 10}),
        error_messages={
            "required": "Enter for how many it speaks",
            "invalid": "Enter a whole number",
            "min_value": "It speaks for at least one person",
            "max_value": "Enter at most ten million",
        },
    )
    channel = forms.ChoiceField(
        label="How did it come in?", choices=Channel.choices, error_messages={"required": "Choose how it came in"}
    )
    received_on = day_field("On which day?", missing="Enter the day on which it came in")
    summary = long_text(
        "What does it ask, in short?",
        "For the public. Name no private person.",
        max_length=2000,
        error_messages={"required": "Say in short what it asks"},
    )
