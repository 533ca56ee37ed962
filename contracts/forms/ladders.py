"""What is typed about the office's ladder of consequences: its first day, and its steps."""

from django import forms

from contracts.forms.asked import RefusedBeside
from contracts.forms.monitoring import number
from engagement.forms.dates import DayField

MORE = 2  # empty steps to write into
MOST = 12
DECIDES = {"yes": "The Management Team or the Commissioner", "no": "The Contract Manager"}


class LadderForm(RefusedBeside):
    """From when a ladder holds, and why it was written; its steps are rows of `RungForm`."""

    starts_on = DayField(
        label="From which day?",
        name="The first day of the ladder",
        help_text="Today or later. Agreements keep the ladder that is part of them.",
        error_messages={"required": "Enter the day from which it holds"},
    )
    reason = forms.CharField(
        label="Why is it written?",
        max_length=300,
        error_messages={"required": "Say why it is written", "max_length": "Use at most 300 characters"},
    )


class RungForm(forms.Form):
    """One step. A step without a name is left out."""

    mark_optional = False
    place = number("Place, 1 is the mildest", least=1, most=99)
    name = forms.CharField(
        label="Name of the step",
        required=False,
        max_length=60,
        help_text="Empty leaves the step out.",
        error_messages={"max_length": "Use at most 60 characters"},
    )
    words = forms.CharField(
        label="What it means",
        required=False,
        max_length=300,
        help_text="One sentence. The provider reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Use at most 300 characters"},
    )
    needs_decision = forms.TypedChoiceField(
        label="Who decides?",
        required=False,
        choices=list(DECIDES.items()),
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    notice_days = number("Days to put it right before the next step", most=365)
    appeal_days = number("Days to appeal, 0 for no appeal", most=365)
    withholds = forms.BooleanField(label="Nothing is paid while it is in force", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("place", "notice_days", "appeal_days"):
            self.fields[name].required = False

    @property
    def is_left_out(self):
        """Whether nobody gave it a name."""
        return not self.cleaned_data.get("name")

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "name" in given and not given["name"]:
            self.errors.clear()
            return given
        missing = {
            "words": "Say what the step means",
            "needs_decision": "Choose who decides on the step",
        }
        for name, words in missing.items():
            if name in given and given[name] in {"", None}:
                self.add_error(name, words)
        for name in ("place", "notice_days", "appeal_days"):
            if name in given and given[name] is None:
                self.add_error(name, self.fields[name].error_messages["required"])
        return given


RungForms = forms.formset_factory(RungForm, extra=MORE, max_num=MOST, absolute_max=MOST, validate_max=True)
