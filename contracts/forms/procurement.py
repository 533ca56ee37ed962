"""What the office types about how a provider was chosen, and the amounts that the law sets."""

from django import forms

from contracts.enums import AmountPurpose, Regime
from contracts.forms.asked import RefusedBeside
from engagement.forms.dates import DayField


def pounds_field(label, *, required, hint=""):
    """Pounds and pence, with what may be said beside the box."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=hint,
        widget=forms.TextInput(attrs={"prefix": "£", "inputmode": "decimal", "width": "10"}),
        error_messages={
            "required": "Enter an amount in pounds",
            "invalid": "Enter an amount in pounds, in figures, like 310000 or 310000.50",
            "min_value": "The amount cannot be negative",
            "max_digits": "The amount is too large",
            "max_whole_digits": "The amount is too large",
            "max_decimal_places": "Enter pounds and at most two places for pence",
        },
    )


class ProcurementForm(RefusedBeside):
    """The law by which the provider was chosen, and what decides about the duties."""

    regime = forms.ChoiceField(
        label="By which law was it procured?",
        choices=Regime.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the law by which it was procured"},
    )
    is_framework = forms.BooleanField(
        label="It is a framework, under which contracts are called off",
        required=False,
        help_text="A contract that was called off is no framework itself.",
    )
    legal_estimate = pounds_field(
        "Estimated value as the law counts it",
        required=False,
        hint="With VAT and every extension that it allows. Leave it empty when that is the value of the agreement.",
    )
    indicators_unsuitable = forms.CharField(
        label="Why can indicators not assess it?",
        required=False,
        max_length=300,
        help_text="Only where the office has decided that they cannot. This reason is published.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        error_messages={"max_length": "It must be 300 characters or fewer"},
    )


class AmountForm(RefusedBeside):
    """An amount of the law, from a day on."""

    purpose = forms.ChoiceField(
        label="What does it decide?",
        choices=AmountPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it decides"},
    )
    pounds = pounds_field("Which amount?", required=True, hint="With VAT.")
    applies_from = DayField(
        label="From which day?",
        name="The first day",
        help_text="Indicators are asked of contracts signed from it on; a change is read by the amount of its day. For"
        " example, 1 1 2028",
        error_messages={"required": "Enter the first day"},
    )
    source = forms.CharField(
        label="Which law sets it?",
        max_length=200,
        help_text="For example “Procurement Act 2023, section 52(1)”.",
        error_messages={"required": "Say which law sets it", "max_length": "Use at most 200 characters"},
    )
    checked = forms.BooleanField(label="I have held it against what the law says", required=False)
