"""What a Lead Commissioner writes about an activity, its money, its next stage, and whom it engages."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from engagement.enums import Fund, OrganisationKind, Role, Stage
from engagement.forms.dates import DayField
from engagement.models import Organisation, Priority, User


class PriorityChoices(forms.ModelMultipleChoiceField):
    """The priorities of the plans in force, each with its plan."""

    def label_from_instance(self, priority):
        return f"{priority.number}. {priority.title} ({priority.plan})"


class ActivityForm(forms.Form):
    """What an activity says of itself. `seen` carries what the person saw, so that two cannot overwrite one another."""

    title = forms.CharField(
        label="Title",
        max_length=120,
        help_text="What people will call it, for example “Independent support for victims of domestic abuse”.",
        error_messages={"required": "Enter a title", "max_length": "The title can have at most 120 characters"},
    )
    summary = forms.CharField(
        label="Summary",
        help_text="One or two plain sentences: what, for whom, from when. It opens the activity’s page.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter a summary"},
    )
    area = forms.CharField(
        label="Area",
        max_length=120,
        required=False,
        help_text="For example “All of Avonmere”.",
        error_messages={"max_length": "The area can have at most 120 characters"},
    )
    priorities = PriorityChoices(
        label="Plan priorities it serves",
        queryset=Priority.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one plan priority that this activity serves"},
    )
    contract_manager = forms.ModelChoiceField(
        label="Contract Manager",
        queryset=User.objects.none(),
        required=False,
        empty_label="Not decided yet",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    fields: dict[str, Any]

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        in_force = Q(plan__ends_on=None) | Q(plan__ends_on__gt=on)
        chosen = self.initial.get("priorities", [])
        self.fields["priorities"].queryset = (
            Priority.objects.filter(in_force | Q(pk__in=[priority.pk for priority in chosen]))
            .select_related("plan")
            .order_by("plan__title", "number")
        )
        self.fields["contract_manager"].queryset = people_in_role(Role.CONTRACT_MANAGER, on=on)


class FundingForm(forms.Form):
    """One line of money: one fund, one stream, one period. The person gives its last day, the row the day after."""

    fund = forms.ChoiceField(
        label="Which fund is it from?",
        choices=Fund.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the fund this money is from"},
    )
    stream = forms.CharField(
        label="Stream",
        max_length=120,
        help_text="For example “Victims grant 2026 to 2029”.",
        error_messages={"required": "Enter the stream this money is from"},
    )
    amount = forms.DecimalField(
        label="Amount",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=False,
        widget=forms.TextInput(attrs={"prefix": "£", "inputmode": "decimal", "width": "10"}),
        error_messages={
            "required": "Enter an amount",
            "invalid": "Enter the amount in pounds, in figures, like 310000 or 310000.50",
            "min_value": "The amount cannot be negative",
            "max_decimal_places": "Enter pounds and at most two places for pence",
        },
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
        help_text="For example, 31 3 2029",
        error_messages={"required": "Enter the last day"},
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day must be the same as or after the first day")
        return cleaned


class MoveStageForm(forms.Form):
    """The next stage, among those open to this person, and why."""

    to_stage = forms.ChoiceField(
        label="Move it to",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the stage to move to", "invalid_choice": "Choose one of these stages"},
    )
    reason = forms.CharField(
        label="Why",
        required=False,
        help_text="Everyone engaged is sent this with the news. De-commissioning always needs a reason.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen_stage = forms.CharField(widget=forms.HiddenInput)

    fields: dict[str, Any]

    def __init__(self, *args, moves: list[Stage], **kwargs):
        super().__init__(*args, **kwargs)
        self.offer(moves)

    def offer(self, moves: list[Stage], *, seen_stage: str = "") -> None:
        """Shows these stages to choose from; `seen_stage` is what a refused form has now been shown."""
        self.fields["to_stage"].choices = [(stage, stage.label) for stage in moves]
        if seen_stage:
            self.data = {**self.data, "seen_stage": seen_stage, "reason": self.data.get("reason", "")}


class EngageForm(forms.Form):
    """An organisation whose people are to hear of every public step."""

    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        empty_label="Choose an organisation",
        error_messages={
            "required": "Choose an organisation",
            "invalid_choice": "Choose an organisation from the list",
        },
    )

    fields: dict[str, Any]

    def __init__(self, *args, activity, **kwargs):
        super().__init__(*args, **kwargs)
        engaged = activity.parties.listening().filter(organisation__isnull=False).values("organisation")
        self.fields["organisation"].queryset = (
            Organisation.objects.exclude(kind=OrganisationKind.OFFICE).exclude(pk__in=engaged).order_by("name")
        )


def people_in_role(role, *, on):
    """People who hold an office role on a day, by name."""
    return (
        User.objects.filter(
            Q(memberships__ends_on=None) | Q(memberships__ends_on__gt=on),
            memberships__role=role,
            memberships__starts_on__lte=on,
            memberships__accepted=True,
            is_active=True,
        )
        .distinct()
        .order_by("name", "pk")
    )
