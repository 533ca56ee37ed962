"""What the office types about how an agreement is steered, and about its exit plan."""

from django import forms

from contracts.forms.asked import RefusedBeside, text
from contracts.forms.monitoring import number
from engagement.forms.dates import DayField


def line(label, missing, *, hint):
    """A few words in one line."""
    return forms.CharField(
        label=label,
        max_length=150,
        help_text=hint,
        error_messages={"required": missing, "max_length": "Use at most 150 characters"},
    )


class GovernanceForm(RefusedBeside):
    """The board or meeting that steers an agreement."""

    body = line(
        "Which board or meeting steers it?",
        "Say which board or meeting steers it",
        hint="For example “Contract board of both sides”.",
    )
    chair = line("Who chairs it?", "Say who chairs it", hint="A post rather than a name: people change.")
    meetings_a_year = number("How often does it meet in a year?", least=1, most=52)
    escalation = text(
        "Where does it go when the two sides do not agree?",
        "Say where it goes when the two sides do not agree",
        hint="Who decides next, and within how many days. The provider reads this.",
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class ExitReviewForm(RefusedBeside):
    """That an exit plan was looked at."""

    held_on = DayField(
        label="When was it looked at?",
        name="The day it was looked at",
        help_text="For example, 14 5 2027",
        error_messages={"required": "Enter the day it was looked at"},
    )
    words = text(
        "What did you find?",
        "Say what you found",
        hint="Could the service be handed over by this plan tomorrow? The provider reads this.",
    )
