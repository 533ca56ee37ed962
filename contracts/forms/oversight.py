"""What the office types about risks and meetings."""

from django import forms

from contracts.enums import MeetingKind, RiskKind, RiskState
from contracts.forms.asked import RefusedBeside, text
from engagement.enums import Fund
from engagement.forms.dates import DayField
from engagement.models import User

LIKELIHOODS = [(1, "1 Very unlikely"), (2, "2 Unlikely"), (3, "3 Possible"), (4, "4 Likely"), (5, "5 Almost certain")]
IMPACTS = [(1, "1 Very small"), (2, "2 Small"), (3, "3 Noticeable"), (4, "4 Large"), (5, "5 Very large")]


class RiskForm(RefusedBeside):
    """A risk or an issue, as it stands."""

    kind = forms.ChoiceField(
        label="Has it happened?",
        choices=[(RiskKind.RISK, "Not yet: a risk"), (RiskKind.ISSUE, "Yes: an issue")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it has happened"},
    )
    title = forms.CharField(
        label="What is it, in a few words?",
        max_length=150,
        error_messages={"required": "Say what it is", "max_length": "Use at most 150 characters"},
    )
    words = text("What may come of it, and why?", "Say what may come of it", required=False)
    likelihood = forms.TypedChoiceField(
        label="How likely is it?",
        help_text="An issue counts as 5: it has happened.",
        choices=LIKELIHOODS,
        coerce=int,
        initial=3,
    )
    impact = forms.TypedChoiceField(label="How large would the harm be?", choices=IMPACTS, coerce=int, initial=3)
    mitigation = text("What is done about it?", "Say what is done about it", required=False)
    owner = forms.ModelChoiceField(
        label="Who looks after it?",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who looks after it",
            "invalid_choice": "Choose a person from the list",
        },
    )
    review_on = DayField(
        label="When is it looked at again?",
        name="The day to look again",
        help_text="For example, 14 12 2026",
        error_messages={"required": "Enter the day on which it is looked at again"},
    )
    fund = forms.ChoiceField(label="Which fund does it touch?", choices=Fund.choices, widget=forms.RadioSelect)
    state = forms.ChoiceField(label="Is it open?", choices=RiskState.choices, widget=forms.RadioSelect)
    reason = text("Why is it changed?", "Say why", required=False, rows=2)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, owners, is_new, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        if is_new:
            for name in ("state", "reason", "seen_version"):
                del self.fields[name]


class MeetingForm(RefusedBeside):
    """A meeting that was held."""

    kind = forms.ChoiceField(
        label="What kind of meeting was it?",
        choices=MeetingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of meeting it was"},
    )
    held_on = DayField(
        label="When was it held?",
        name="The day it was held",
        help_text="For example, 14 9 2026",
        error_messages={"required": "Enter the day it was held"},
    )
    place = forms.CharField(label="Where?", required=False, max_length=120)
    office_names = forms.CharField(label="Who came for the office?", required=False, max_length=300)
    provider_names = forms.CharField(label="Who came for the provider?", required=False, max_length=300)
    minutes = text("What was said?", "Write what was said", rows=10)
    decisions = text("What was decided?", "Write what was decided", hint="One decision a line.", required=False)
    shared = forms.BooleanField(label="The provider can read this", required=False)
