"""What the office types about when an agreement reports, a due date, and who is reminded."""

from django import forms

from contracts.enums import Frequency, ReminderTo
from engagement.forms.dates import DayField

YEAR, CONTRACT = "YEAR", "CONTRACT"


def reason_field(label, *, hint, missing):
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        error_messages={"required": missing, "max_length": "It must be 300 characters or fewer"},
    )


class CalendarForm(forms.Form):
    """How often an agreement reports from the next period on."""

    heading_field = None
    frequency = forms.TypedChoiceField(
        label="How often does it report?",
        coerce=lambda value: Frequency(int(value)),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often it reports"},
    )
    counted = forms.ChoiceField(
        label="Counted from when?",
        choices=[(YEAR, "1 April, with the financial year"), (CONTRACT, "The day the agreement starts")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose from when it is counted"},
    )
    due_working_days = forms.IntegerField(
        label="Working days until a return is due",
        required=False,
        min_value=1,
        max_value=120,
        help_text="After the end of the period. Leave it empty for the office’s usual number.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Enter a whole number",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 120 or fewer",
        },
    )
    reason = reason_field(
        "Why does it change?", hint="The provider reads this.", missing="Write why it changes: the provider reads it"
    )


class SetPeriodForm(forms.Form):
    """One more return, for days that are set by hand."""

    starts_on = DayField(label="First day", error_messages={"required": "Enter the first day"})
    last_day = DayField(
        label="Last day", help_text="Today or later.", error_messages={"required": "Enter the last day"}
    )
    why = reason_field("What is it for?", hint="The provider reads this.", missing="Write what this return is for")


class ExtensionForm(forms.Form):
    """More time for one return. `seen_due` is the due date that the person looked at."""

    until = DayField(
        label="New due date",
        help_text="A working day. The return is then due at 5pm UK time.",
        error_messages={"required": "Enter the new due date"},
    )
    reason = reason_field(
        "Why do they get more time?", hint="The provider reads this.", missing="Write why they get more time"
    )
    seen_due = forms.DateTimeField(widget=forms.HiddenInput)


class ReminderForm(forms.Form):
    """One reminder: how far from the due date, what it adds, whether it is sent."""

    days = forms.IntegerField(
        label="Working days from the due date",
        min_value=-60,
        max_value=120,
        help_text="-3 is three working days before, 0 the day itself, 5 five working days after.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3"}),
        error_messages={
            "required": "Enter how many working days",
            "invalid": "Enter a whole number, such as -3",
            "min_value": "Enter -60 or more",
            "max_value": "Enter 120 or fewer",
        },
    )
    sent_to = forms.ChoiceField(
        label="Who reads it?",
        choices=ReminderTo.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who reads it"},
    )
    words = forms.CharField(
        label="What it says besides",
        required=False,
        max_length=300,
        help_text="After the agreement, the period and the due date, which it always says.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        error_messages={"max_length": "It must be 300 characters or fewer"},
    )
    is_on = forms.BooleanField(label="Send this reminder", required=False)
