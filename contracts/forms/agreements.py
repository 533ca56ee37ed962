"""What the office types about an agreement."""

from typing import Any

from django import forms

from contracts.enums import AgreementKind
from contracts.models import PartialDate
from engagement.enums import Fund
from engagement.forms.dates import PARTS, DayField
from engagement.models import Activity, Organisation


class PartialDayField(DayField):
    """A date as precisely as it is known: the day, or the day and the month, may be left empty."""

    def prepare_value(self, value):
        if not isinstance(value, PartialDate):
            return value
        known = [str(int(part)) for part in reversed(value.text.split("-"))]
        return [""] * (len(PARTS) - len(known)) + known

    def missing(self, typed):
        needed = {"year", "month"} if typed["day"] else {"year"}
        return [part for part in super().missing(typed) if part in needed]

    def day_of(self, parts):
        if "day" in parts:
            return PartialDate.of(super().day_of(parts))
        return PartialDate("-".join(f"{parts[part]:02d}" for part in ("year", "month") if part in parts))


class AgreementForm(forms.Form):
    """What was agreed, with whom, out of which fund. Signing is a step of its own."""

    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="For example “Victim support and navigation”.",
        error_messages={"required": "Enter a title", "max_length": "The title can have at most 200 characters"},
    )
    activity = forms.ModelChoiceField(
        label="Activity",
        queryset=Activity.objects.none(),
        empty_label="Choose an activity",
        help_text="Activities of which you are Contract Manager.",
        error_messages={
            "required": "Choose the activity it belongs to",
            "invalid_choice": "Choose an activity from the list",
        },
    )
    provider = forms.ModelChoiceField(
        label="Provider",
        queryset=Organisation.objects.none(),
        empty_label="Choose an organisation",
        help_text="Who delivers it: a charity, a company, the police, the fire service or the office itself.",
        error_messages={
            "required": "Choose who provides the service",
            "invalid_choice": "Choose an organisation from the list",
        },
    )
    kind = forms.ChoiceField(
        label="Kind of agreement",
        choices=AgreementKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of agreement it is"},
    )
    fund = forms.ChoiceField(
        label="Which fund is it from?",
        choices=Fund.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the fund it is from"},
    )
    value = forms.DecimalField(
        label="Value over the whole term",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="Leave it empty when no money passes or the value is not known.",
        widget=forms.TextInput(attrs={"prefix": "£", "inputmode": "decimal", "width": "10"}),
        error_messages={
            "invalid": "Enter the value in pounds, in figures, like 310000 or 310000.50",
            "min_value": "The value cannot be negative",
            "max_digits": "The value is too large",
            "max_decimal_places": "Enter pounds and at most two places for pence",
        },
    )
    starts = PartialDayField(
        label="First day",
        name="The first day",
        required=False,
        help_text="For example, 1 4 2026. Leave the day or the month empty where it is not known.",
    )
    ends = PartialDayField(label="Last day", name="The last day", required=False, help_text="For example, 31 3 2029")
    legal_power = forms.CharField(
        label="Legal power",
        required=False,
        max_length=200,
        help_text="For example “section 143, Anti-social Behaviour, Crime and Policing Act 2014”.",
    )
    sensitive = forms.BooleanField(
        label="It is about sexual violence or children",
        required=False,
        help_text="The higher threshold then withholds small numbers, and messages to the public name no topic.",
    )
    note = forms.CharField(
        label="Note", required=False, help_text="Only the office reads this.", widget=forms.Textarea(attrs={"rows": 3})
    )

    fields: dict[str, Any]

    def __init__(self, *args, activities=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = Organisation.objects.order_by("name")
        if activities is None:
            del self.fields["activity"]
        else:
            self.fields["activity"].queryset = activities

    @classmethod
    def facts_of(cls, agreement):
        """The agreement as the form shows it. Its activity stays."""
        return {name: getattr(agreement, name) for name in cls.base_fields if name != "activity"}

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts"), cleaned.get("ends")
        if first and last and last.latest < first.earliest:
            self.add_error("ends", "The last day must be the same as or after the first day")
        return cleaned


class SignForm(forms.Form):
    """When both sides signed."""

    signed_on = PartialDayField(
        label="When was it signed?",
        name="The day it was signed",
        help_text="For an agreement without a contract: when both sides agreed. For example, 14 3 2026",
        error_messages={"required": "Enter the day it was signed"},
    )
