"""What is typed about the end of an agreement: how and when, the decision, the notice."""

from django import forms

from contracts.enums import EndingKind
from contracts.forms.asked import RefusedBeside, approval, notice_address, publishing_day, text
from contracts.models import Consequence
from engagement.forms.dates import DayField


class EndForm(RefusedBeside):
    """How an agreement ends, when and why."""

    kind = forms.ChoiceField(
        label="How does it end?",
        choices=EndingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ends"},
    )
    consequence = forms.ModelChoiceField(
        label="Which step of the ladder ends it?",
        queryset=Consequence.objects.none(),
        required=False,
        empty_label="None",
        help_text="Only where a step ends it. It is decided on and in force before.",
    )
    ends_on = DayField(
        label="What is its last day?",
        name="The last day",
        help_text="The last day on which it still holds. For example, 31 3 2027",
        error_messages={"required": "Enter its last day"},
    )
    why = text("Why?", "Say why", hint="The provider reads this once it is in force.")
    public_words = text(
        "What may the public read of it?",
        "",
        hint="In the register, with how and when it ends.",
        rows=3,
        required=False,
    )

    def __init__(self, *args, steps, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consequence"].queryset = steps
        self.fields["consequence"].label_from_instance = lambda step: f"{step.rung} ({step.number})"
        if not steps:
            del self.fields["consequence"]
            kinds = [choice for choice in EndingKind.choices if choice[0] != EndingKind.CONSEQUENCE]
            self.fields["kind"].choices = kinds


class DecideEndForm(RefusedBeside):
    """Whether it ends so."""

    approve = approval()
    words = text("Why?", "Say why", hint="The office reads this.")


class TerminationNoticeForm(RefusedBeside):
    """That the contract termination notice was published."""

    noticed_on = publishing_day()
    notice_number = forms.CharField(
        label="Which number does the notice have?",
        max_length=40,
        help_text="For example 2026/S 000-012345.",
        error_messages={"required": "Enter the number of the notice", "max_length": "Use at most 40 characters"},
    )
    notice_url = notice_address()
