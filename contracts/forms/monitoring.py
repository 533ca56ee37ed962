"""What the office decides about looking after an agreement, and the scheme it decides by."""

from typing import Any

from django import forms

from contracts.domain.tiers import QUESTIONS
from contracts.enums import ReviewOutcome
from contracts.forms.asked import RefusedBeside, text
from contracts.models import TierScheme
from contracts.models.monitoring import WEIGHTS
from engagement.forms.dates import DayField

ASKED = {
    "risk": "What would go wrong if delivery faltered?",
    "users": "How vulnerable are the people it serves?",
    "substitutes": "How hard would it be to replace?",
    "profile": "How much notice is taken of it?",
}
RETURNS = [(1, "Once"), (2, "Twice"), (4, "Each quarter"), (12, "Each month")]
LIMITS = {
    "large_from": "A large agreement begins at",
    "middling_from": "A middling agreement begins at",
    "long_from": "A long term begins at",
    "medium_from": "A middling term begins at",
    "pounds_per_item": "The norm: at most one data item a year for every",
}
UNITS = {
    "large_from": {"prefix": "£", "suffix": "a year"},
    "middling_from": {"prefix": "£", "suffix": "a year"},
    "long_from": {"suffix": "months"},
    "medium_from": {"suffix": "months"},
    "pounds_per_item": {"prefix": "£", "suffix": "of yearly value"},
}


def number(label, *, most, least=0, **look):
    """A whole number, with what it may be said beside it when it is not."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "5", **look}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"{label}: enter a whole number from {least} to {most:,}",
        ),
    )


class AnswersForm(forms.Form):
    """The four questions that no record answers."""

    fields: dict[str, Any]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in ASKED.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[(level.value, words) for level, words in QUESTIONS[name].items()],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose an answer: {label}"},
            )


class RhythmForm(RefusedBeside):
    """How often an agreement is looked at. As proposed unless a reason says otherwise."""

    tier = forms.ModelChoiceField(label="Tier", queryset=None, empty_label=None, widget=forms.RadioSelect)
    returns_a_year = forms.TypedChoiceField(label="Returns a year", choices=RETURNS, coerce=int)
    meetings_a_year = number("Review meetings a year", most=52)
    visits_a_year = number("Visits a year", most=52)
    open_book = forms.BooleanField(label="Open-book accounting: the provider shows what it spends", required=False)
    reason = text(
        "Why does it differ from what is proposed?",
        "Say why",
        hint="Leave it empty when you take what is proposed.",
        required=False,
        rows=3,
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, tiers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = tiers


class ReviewForm(RefusedBeside):
    """What an annual review concluded."""

    held_on = DayField(
        label="When was it held?",
        name="The day it was held",
        help_text="For example, 14 5 2027",
        error_messages={"required": "Enter the day it was held"},
    )
    outcome = forms.ChoiceField(
        label="What does it lead to?",
        choices=ReviewOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it leads to"},
    )
    words = text("What did it find?", "Write what it found", hint="Against what was meant when it was agreed.", rows=8)


class SchemeForm(RefusedBeside):
    """Weights and limits of a new scheme; its tiers are rows of `TierForm`."""

    starts_on = DayField(
        label="From which day?",
        name="The first day of the scheme",
        help_text="Today or later. Decisions already made stay as they are.",
        error_messages={"required": "Enter the day from which it holds"},
    )
    reason = forms.CharField(
        label="Why is it changed?",
        max_length=300,
        error_messages={"required": "Say why it is changed", "max_length": "Use at most 300 characters"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in WEIGHTS:
            label = TierScheme._meta.get_field(name).verbose_name
            self.fields[name] = number(f"Weight of {label}", most=10)
        for name, label in LIMITS.items():
            self.fields[name] = number(label, least=1, most=10_000_000, **UNITS[name])

    def clean(self):
        super().clean()
        given = self.cleaned_data
        for low, high in (("middling_from", "large_from"), ("medium_from", "long_from")):
            if low in given and high in given and given[low] >= given[high]:
                self.add_error(high, "This must be more than the limit of what is middling")
        if all(given.get(name) == 0 for name in WEIGHTS):
            self.add_error(WEIGHTS[0], "Something must weigh more than nothing")
        return given


class TierForm(forms.Form):
    """One tier: its name, where it begins, and how an agreement of it is looked after."""

    name = forms.CharField(
        label="Name",
        max_length=30,
        error_messages={"required": "Enter the name of the tier", "max_length": "Use at most 30 characters"},
    )
    points_from = number("Begins at how many points of 100?", most=100)
    returns_a_year = forms.TypedChoiceField(label="Returns a year", choices=RETURNS, coerce=int)
    meetings_a_year = number("Review meetings a year", most=52)
    visits_a_year = number("Visits a year", most=52)
    open_book = forms.BooleanField(label="Open-book accounting", required=False)


TierForms = forms.formset_factory(TierForm, extra=0, min_num=1, max_num=6, validate_min=True)
