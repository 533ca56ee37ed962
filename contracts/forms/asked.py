"""What forms about agreements share: a refusal beside its box, words, decisions, and where a notice was published."""

from django import forms

from engagement.forms import refused
from engagement.forms.dates import DayField

RefusedBeside = refused.RefusedBeside

LONGEST = 4000


def text(label, missing, *, hint="", rows=4, required=True):
    """Words of several lines, with a limit that is said."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing, "max_length": f"Write at most {LONGEST:,} characters"},
    )


def approval():
    """Whether something is approved: `cleaned_data` is true or false."""
    return forms.TypedChoiceField(
        label="What do you decide?",
        choices=[("yes", "It is approved"), ("no", "It is not")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )


def publishing_day():
    """When a notice was published."""
    return DayField(
        label="When was it published?",
        name="The day it was published",
        error_messages={"required": "Enter the day it was published"},
    )


def notice_address():
    """Where a notice was published."""
    return forms.URLField(
        label="Where?",
        max_length=500,
        assume_scheme="https",
        help_text="The address of the notice.",
        error_messages={
            "required": "Enter the address of the notice",
            "invalid": "Enter a whole address, with https://",
        },
    )
