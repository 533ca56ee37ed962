"""What the office types about how a provider was chosen."""

from django import forms

from contracts.enums import DecidedAs, HowChosen
from contracts.forms.asked import RefusedBeside, text
from contracts.forms.monitoring import number
from engagement.forms.dates import DayField

ROWS = 6


class AwardForm(RefusedBeside):
    """How it was chosen, for what value, who decided; the criteria are rows of `CriterionForm`."""

    how = forms.ChoiceField(
        label="How was the provider chosen?",
        choices=HowChosen.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the provider was chosen"},
    )
    bids_received = number("How many offers or applications came in?", most=999)
    moderated = forms.CharField(
        label="Who compared the scores, and when?",
        required=False,
        max_length=300,
        help_text="For example “Three assessors, moderated by the Head of Procurement on 4 March”. Posts, no names.",
        error_messages={"max_length": "Use at most 300 characters"},
    )
    value_words = text(
        "How is it good value for money?",
        "Say how it is good value for money",
        hint="What was weighed against the price. The public does not read this.",
    )
    options_words = text(
        "Which other ways were looked at?",
        "",
        hint="For example one service for the whole force area against money passed on to districts. Needed where"
        " nobody else could offer. The public does not read this.",
        required=False,
    )
    decided_as = forms.ChoiceField(
        label="Whose decision was it?",
        choices=DecidedAs.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose decision it was"},
    )
    decided_by = forms.CharField(
        label="Which officer decided?",
        required=False,
        max_length=150,
        help_text="Where it was not the Commissioner. The post, not the name: it is published.",
        error_messages={"max_length": "Use at most 150 characters"},
    )
    authority = forms.CharField(
        label="By which authority?",
        required=False,
        max_length=300,
        help_text="For example “Scheme of delegation, paragraph 4.2; decision 2026/14”. It is published.",
        error_messages={"max_length": "Use at most 300 characters"},
    )
    decided_on = DayField(
        label="When was it decided?", name="The day of the decision", error_messages={"required": "Enter the day"}
    )
    letters_sent_on = DayField(
        label="When did everybody who offered hear of the outcome?", name="The day of the letters", required=False
    )
    tender_reference = forms.CharField(
        label="Number of the tender or grant round",
        required=False,
        max_length=100,
        help_text="As the tender system has it. The public does not read this.",
        error_messages={"max_length": "Use at most 100 characters"},
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bids_received"].required = False


class CriterionForm(forms.Form):
    """One criterion. Without a name it is left out."""

    mark_optional = False
    name = forms.CharField(
        label="Criterion",
        required=False,
        max_length=100,
        help_text="Empty leaves it out.",
        error_messages={"max_length": "Use at most 100 characters"},
    )
    weight = number("Weight in percent", least=1, most=100)
    score = number("Score of the one chosen, in percent", most=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("weight", "score"):
            self.fields[name].required = False

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "name" in given and not given["name"]:
            if given.get("weight") or given.get("score"):
                self.add_error("name", "Say what the criterion is")
            return given
        if "weight" in given and given["weight"] is None:
            self.add_error("weight", "Enter its weight in percent")
        return given


CriterionForms = forms.formset_factory(CriterionForm, extra=ROWS, max_num=ROWS, absolute_max=ROWS)
