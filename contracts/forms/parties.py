"""What the office types about who else is in an agreement, and about its lots."""

from datetime import timedelta
from typing import Any

from django import forms

from contracts.enums import PartyRole
from contracts.forms.asked import RefusedBeside
from contracts.forms.procurement import pounds_field
from engagement.forms.dates import DayField
from engagement.models import Organisation


class PartyForm(RefusedBeside):
    """An organisation, what it does, which share it has, and from when to when."""

    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        empty_label="Choose an organisation",
        help_text="It reads nothing of this agreement because it is named here.",
        error_messages={
            "required": "Choose the organisation",
            "invalid_choice": "Choose an organisation from the list",
        },
    )
    role = forms.ChoiceField(
        label="What is its part?",
        choices=PartyRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what its part is"},
    )
    share_percent = forms.DecimalField(
        label="Its share in per cent",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="Of the delivery for a provider, of the money for a commissioner. Leave it empty if not agreed.",
        widget=forms.TextInput(attrs={"suffix": "%", "inputmode": "decimal", "width": "5"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_digits", "max_whole_digits", "max_decimal_places"),
            "Enter a percentage from 0.01 to 100, with at most two decimal places",
        ),
    )
    share_pounds = pounds_field(
        "Or its share in pounds", required=False, hint="Over the whole term. Give one of the two, not both."
    )
    starts_on = DayField(
        label="First day",
        name="The first day",
        help_text="For example, 1 4 2026",
        error_messages={"required": "Enter the first day"},
    )
    last_day = DayField(
        label="Last day",
        name="The last day",
        required=False,
        help_text="Leave it empty while no end is known.",
    )

    fields: dict[str, Any]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")

    def facts(self):
        """What was typed, as the fields of the model."""
        given = dict(self.cleaned_data)
        last = given.pop("last_day")
        return {
            **given,
            "share_percent": given["share_percent"] or None,
            "share_pounds": given["share_pounds"] or None,
            "ends_on": last + timedelta(days=1) if last else None,
        }


class LotForm(RefusedBeside):
    """A part that was awarded by itself."""

    number = forms.IntegerField(
        label="Number",
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "3"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter the number of the lot, a whole number from 1"
        ),
    )
    title = forms.CharField(
        label="Title",
        max_length=150,
        help_text="For example “Children and young people”.",
        error_messages={"required": "Enter a title", "max_length": "Use at most 150 characters"},
    )
    value = pounds_field(
        "Value over the whole term", required=False, hint="Leave it empty when it is not known by itself."
    )
    provider = forms.ModelChoiceField(
        label="Who delivers it?",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Nobody by name",
        help_text="The lead provider, or an organisation that is entered as a party of this agreement.",
        error_messages={"invalid_choice": "Choose an organisation from the list"},
    )

    fields: dict[str, Any]

    def __init__(self, *args, providers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers
