"""What is typed about due diligence: a check, a document that is sent, what becomes of it."""

from django import forms

from engagement.domain.received import BEGINNINGS, LARGEST
from engagement.enums import CheckOutcome
from engagement.forms.dates import DayField
from engagement.forms.refused import RefusedBeside


def _file(*, required):
    return forms.FileField(
        label="The document",
        required=required,
        help_text=f"At most {LARGEST >> 20} MB: {', '.join(BEGINNINGS)}. Only the office opens it"
        + (", and you." if required else "."),
        error_messages={"required": "Choose the document", "empty": "Choose a file that is not empty"},
    )


def _words(label, hint):
    return forms.CharField(
        label=label,
        required=False,
        max_length=2000,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Write at most 2,000 characters"},
    )


class CheckForm(RefusedBeside):
    """One check: when, by whom, what it found, until when it holds, and the paper."""

    done_on = DayField(
        label="When was it checked?",
        name="The day it was checked",
        help_text="For example, 31 3 2026",
        error_messages={"required": "Enter the day it was checked"},
    )
    done_by = forms.CharField(
        label="Who checked it?",
        max_length=150,
        widget=forms.TextInput(attrs={"width": "20"}),
        error_messages={"required": "Enter who checked it", "max_length": "Use at most 150 characters"},
    )
    outcome = forms.ChoiceField(
        label="What did it find?",
        choices=CheckOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it found"},
    )
    words = _words("In words", "The conditions, or what is not satisfactory. Only the office reads this.")
    due_on = DayField(
        label="Until when does it hold?",
        name="The last day",
        required=False,
        help_text="The last day of a certificate, or the day by which it is checked again.",
    )
    file = _file(required=False)


class SendForm(RefusedBeside):
    """A renewed document of the organisation's own."""

    file = _file(required=True)
    expires_on = DayField(
        label="Until when does it hold?",
        name="The last day",
        help_text="As it stands in the document. For example, 31 3 2027",
        error_messages={"required": "Enter the last day on which it holds"},
    )
    note = forms.CharField(
        label="Anything the office should know",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Write at most 500 characters"},
    )


class SettleForm(RefusedBeside):
    """What becomes of a document that was sent."""

    RETURN = "RETURN"
    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            (CheckOutcome.SATISFACTORY.value, "Accept it"),
            (CheckOutcome.CONDITIONS.value, "Accept it with conditions"),
            (RETURN, "Return it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    words = _words("Why, or on which conditions?", "The organisation reads this.")
