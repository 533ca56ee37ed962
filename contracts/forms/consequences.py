"""What is typed about consequences: steps, decisions, appeals, notices."""

from django import forms

from contracts.enums import AppealOutcome
from contracts.forms.asked import RefusedBeside, notice_address, publishing_day, text
from contracts.models import ActionPlan, Rung
from engagement.forms.dates import DayField


class ClauseForm(RefusedBeside):
    """Where the agreement says that the ladder is part of it."""

    clause = forms.CharField(
        label="Where does the agreement say so?",
        max_length=200,
        help_text="For example “Clause 14 and schedule 3”.",
        error_messages={"required": "Say where the agreement says so", "max_length": "Use at most 200 characters"},
    )


class ProposeForm(RefusedBeside):
    """A step of the ladder, with its reason and evidence."""

    rung = forms.ModelChoiceField(
        label="Which step?",
        queryset=Rung.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a step", "invalid_choice": "Choose a step of this ladder"},
    )
    known_on = DayField(
        label="When did the office know of the failure?",
        name="The day on which the office knew",
        help_text="For example, 14 9 2026",
        error_messages={"required": "Enter the day on which the office knew"},
    )
    reason = text("What was not delivered?", "Say what was not delivered", hint="The provider reads this.")
    evidence = text("What shows it?", "Say what shows it", hint="Ratings, dates, letters. The provider reads this.")
    amount = forms.DecimalField(
        label="How much is withheld?",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="Leave it empty when no money is withheld.",
        widget=forms.TextInput(attrs={"prefix": "£", "inputmode": "decimal", "width": "10"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places"),
            "Enter pounds in figures, like 12000 or 350.50",
        ),
    )
    plan = forms.ModelChoiceField(
        label="Which plan does it go with?",
        queryset=ActionPlan.objects.none(),
        required=False,
        empty_label="None",
    )
    out_of_order = text(
        "Why are steps passed over, or time cut short?",
        "Say why",
        hint="Leave it empty when the steps before this one were taken and the time to put things right is over.",
        required=False,
        rows=3,
    )

    def __init__(self, *args, rungs, plans, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rung"].queryset = rungs
        self.fields["rung"].widget.attrs["choice_hints"] = {str(rung.pk): _hint(rung) for rung in rungs}
        self.fields["plan"].queryset = plans


def _hint(rung):
    decided = "The Management Team or the Commissioner decides." if rung.needs_decision else "In force at once."
    return f"{rung.words} {decided}"


class DecideForm(RefusedBeside):
    """Whether a proposed step is taken."""

    invoke = forms.TypedChoiceField(
        label="What do you decide?",
        choices=[("yes", "It comes into force"), ("no", "It does not")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    words = text("Why?", "Say why", hint="The provider reads this once it is in force.")


class AppealForm(RefusedBeside):
    """A provider's appeal."""

    words = text("Why should it not stand?", "Say why it should not stand", rows=8)


class DecideAppealForm(RefusedBeside):
    """What is decided of an appeal."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        choices=AppealOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )
    words = text("Why?", "Say why", hint="The provider reads this.")


class LiftForm(RefusedBeside):
    """Why a step ends."""

    words = text("What made it better?", "Say what made it better", hint="The provider reads this.")


class NoticeForm(RefusedBeside):
    """That the statutory notice was published."""

    noticed_on = publishing_day()
    notice_url = notice_address()
