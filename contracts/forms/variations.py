"""What is typed about variations: proposed, decided, noticed, answered."""

from django import forms

from contracts.enums import ModificationGround
from contracts.forms.asked import RefusedBeside, approval, notice_address, publishing_day, text
from contracts.forms.funding import pounds
from engagement.forms.dates import DayField


class VariationForm(RefusedBeside):
    """What changes, and why."""

    what = text("What changes?", "Say what changes", hint="The provider reads this.")
    why = text("Why?", "Say why", hint="The provider reads this.")
    public_words = text(
        "What may the public read of it?",
        "",
        hint="In the register, once it is in force. The new value and last day stand there in any case.",
        rows=3,
        required=False,
    )
    value_change = pounds(
        "By how much does the value change?",
        "",
        required=False,
        hint="With a minus sign where it falls, like -5000. Leave it empty where it stays.",
    )
    new_ends = DayField(
        label="What is the new last day?",
        name="The new last day",
        required=False,
        help_text="For example, 31 3 2030. Leave it empty where it stays.",
    )
    changes_scope = forms.BooleanField(
        label="It changes materially what is provided, or shifts the balance towards the provider", required=False
    )
    ground = forms.ChoiceField(
        label="Which ground of the Procurement Act do you rely on?",
        choices=[("", "None is needed"), *ModificationGround.choices],
        required=False,
        help_text="Only a substantial change of a public contract needs one (Schedule 8).",
        error_messages={"invalid_choice": "Choose a ground from the list"},
    )


class DecideForm(RefusedBeside):
    """Whether the office wants it."""

    approve = approval()
    words = text("Why?", "Say why", hint="The office reads this.")


class ChangeNoticeForm(RefusedBeside):
    """That the contract change notice was published."""

    notice_on = publishing_day()
    notice_url = notice_address()


class AnswerForm(RefusedBeside):
    """Whether the provider agrees."""

    agree = forms.TypedChoiceField(
        label="Do you agree for your organisation?",
        choices=[("yes", "We agree"), ("no", "We do not agree")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree"},
    )
    words = text("Anything to say about it?", "Say why", hint="Needed when you do not agree.", required=False, rows=3)
