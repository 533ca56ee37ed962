"""What is typed about the money of an agreement: funding lines, the share of public money, dates, grant streams."""

from datetime import date

from django import forms

from contracts.domain.funding import field_of, year_of
from contracts.forms.asked import RefusedBeside
from contracts.models import GrantStream
from engagement.enums import Fund
from engagement.forms.dates import DayField

IN_FIGURES = "Enter pounds in figures, like 12000 or 350.50"
POUNDS = {"prefix": "£", "inputmode": "decimal", "width": "10"}


def pounds(label, missing, *, hint="", least=None, required=True):
    """An amount of money."""
    told = dict.fromkeys(("invalid", "min_value", "max_digits", "max_decimal_places"), IN_FIGURES)
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=least,
        max_digits=14,
        decimal_places=2,
        help_text=hint,
        widget=forms.TextInput(attrs=POUNDS),
        error_messages={**told, "required": missing},
    )


class LineForm(RefusedBeside):
    """A funding line: stream, financial year and amount."""

    stream = forms.ModelChoiceField(
        label="Which grant stream?",
        queryset=GrantStream.objects.none(),
        empty_label="Choose a stream",
        error_messages={
            "required": "Choose the stream that the money is from",
            "invalid_choice": "Choose a stream from the list",
        },
    )
    year_starts_on = forms.TypedChoiceField(
        label="Which financial year?",
        coerce=date.fromisoformat,
        help_text="From 1 April to 31 March.",
        error_messages={
            "required": "Choose the financial year",
            "invalid_choice": "Choose a financial year of the agreement's term",
        },
    )
    amount = pounds("How much?", "Enter how much it is", least=0)

    def __init__(self, *args, streams, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = streams
        self.fields["year_starts_on"].choices = [(day.isoformat(), year_of(day)) for day in years]


class SharesForm(RefusedBeside):
    """The share of public money, a box for each financial year of the term."""

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.years = {field_of(day): day for day in years}
        said = "Enter a percentage from 0 to 100, like 80 or 66.67"
        for name, day in self.years.items():
            self.fields[name] = forms.DecimalField(
                label=year_of(day),
                required=False,
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
                widget=forms.TextInput(attrs={"suffix": "%", "inputmode": "decimal", "width": "5"}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), said
                ),
            )


class LimitsForm(RefusedBeside):
    """The dates that an agreement's money and its end hang on."""

    funding_confirmed_to = DayField(
        label="Until when is the money confirmed?",
        name="The day until which money is confirmed",
        required=False,
        help_text="The last day. For example, 31 3 2027. Leave it empty where it is sure for the whole term.",
    )
    extends_to = DayField(
        label="To which day may it be extended?",
        name="The day to which it may be extended",
        required=False,
        help_text="The last day, as the agreement says. Leave it empty where it says nothing.",
    )
    notice_by = DayField(
        label="By when does either side say what comes next?",
        name="The notice date",
        required=False,
        help_text="The last day on which notice of an extension, or of the end, can be given.",
    )


class StreamForm(RefusedBeside):
    """A grant stream of the office's list."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="For example “Ministry of Justice victims fund”.",
        error_messages={"required": "Enter its name", "max_length": "The name can have at most 120 characters"},
    )
    fund = forms.ChoiceField(
        label="Which fund is it part of?",
        choices=Fund.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the fund it is part of"},
    )
    is_open = forms.BooleanField(label="It is offered for new funding lines", required=False)
