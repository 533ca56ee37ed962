"""What both sides type about plans, milestones and actions. The forms clean; the domain decides."""

from typing import Any

from django import forms

from contracts.domain.progress import ENDINGS, LARGEST
from contracts.enums import ActionKind, ActionState, PlanKind, PlanOutcome, Rag, Side
from contracts.forms.asked import RefusedBeside, text
from engagement.forms.dates import DayField
from engagement.models import User


class PlanForm(RefusedBeside):
    """What a plan is for."""

    because = text(
        "What is not as it was agreed?",
        "Say what is not as it was agreed",
        hint="The ratings, dates or events, so that both sides speak of the same thing.",
    )
    aim = text("What is to be reached?", "Say what is to be reached", hint="So that both sides can tell when it is.")
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != PlanKind.IMPROVEMENT:
            del self.fields["because"]


class ActionForm(RefusedBeside):
    """One thing to do: what, by whom, by when."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=ActionKind.choices,
        widget=forms.RadioSelect,
        initial=ActionKind.ACTION,
        error_messages={"required": "Choose what it is"},
    )
    words = forms.CharField(
        label="What is to be done?",
        max_length=200,
        help_text="For example “Two advocates are in post”.",
        error_messages={"required": "Say what is to be done", "max_length": "Use at most 200 characters"},
    )
    public_words = forms.CharField(
        label="What may the public read of it?",
        required=False,
        max_length=200,
        help_text="Of a milestone, in the register, with its day and whether it was reached. Empty: nothing.",
        error_messages={"max_length": "Use at most 200 characters"},
    )
    side = forms.ChoiceField(
        label="Who does it?",
        choices=Side.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who does it"},
    )
    owner = forms.ModelChoiceField(
        label="Whose is it by name?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody by name",
        help_text="It stands on this person's list. Without a name it stands on the list of everybody on that side.",
        error_messages={"invalid_choice": "Choose a person from the list"},
    )
    due_on = DayField(
        label="By which day?",
        name="The day",
        help_text="For example, 14 12 2026",
        error_messages={"required": "Enter the day by which it is to be done"},
    )
    recheck_on = DayField(
        label="On which day do you look whether it helped?",
        name="The day to look again",
        required=False,
        help_text="Leave it empty when nothing is to be looked at again.",
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, owners, mobilises=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners
        if not mobilises:
            del self.fields["public_words"]

    def clean(self):
        super().clean()
        given = self.cleaned_data
        due_on, again = given.get("due_on"), given.get("recheck_on")
        if due_on and again and again < due_on:
            self.add_error("recheck_on", "Look whether it helped on the day it is due or later")
        return given


class UpdateForm(RefusedBeside):
    """How far an action is."""

    state = forms.ChoiceField(
        label="How far is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how far it is"},
    )
    words = text(
        "What shows it?",
        "Say what shows it",
        hint="What was done, or what keeps it. When it is done: how both sides can tell.",
        required=False,
    )
    file = forms.FileField(
        label="A file as evidence",
        required=False,
        help_text=f"At most {LARGEST >> 20} MB: {', '.join(ENDINGS)}. Only the office and this provider can open it.",
        error_messages={"empty": "Choose a file that is not empty"},
    )

    fields: dict[str, Any]

    def __init__(self, *args, may_drop, **kwargs):
        super().__init__(*args, **kwargs)
        left_out = set() if may_drop else {ActionState.DROPPED}
        self.fields["state"].choices = [choice for choice in ActionState.choices if choice[0] not in left_out]


class RecheckForm(RefusedBeside):
    """Whether an action helped."""

    result = text("Did it help?", "Say whether it helped", hint="What you looked at, and what you found.")


class RagForm(RefusedBeside):
    """How a plan stands in spite of its dates."""

    rag = forms.ChoiceField(
        label="How does it stand?",
        required=False,
        choices=[("", "As its dates say"), *Rag.choices],
        widget=forms.RadioSelect,
    )
    reason = text("Why?", "Say why", hint="Leave it empty when the dates say it.", required=False, rows=3)


class CloseForm(RefusedBeside):
    """What became of a plan."""

    outcome = forms.ChoiceField(
        label="What became of it?",
        choices=PlanOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it"},
    )
    words = text("What shows it?", "Say what shows it")
