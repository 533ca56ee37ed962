"""The forms of closed groups: typing a code, saying who can answer, setting codes aside, voiding a lost sheet."""

from django import forms

from consultations.domain import preparing, tickets
from consultations.forms.preparing import RefusableForm, offer
from consultations.models.invitation import LEAST, MOST

YES, NO = "yes", "no"


class InvitationForm(forms.Form):
    """The code that somebody was given."""

    mark_optional = False
    code = forms.CharField(
        label="Your code",
        help_text="It has 12 letters and numbers, such as AB3-CD4-EF5-GH6. Spaces, dashes and capitals do not matter.",
        error_messages={"required": "Enter your code"},
        widget=forms.TextInput(
            attrs={"width": "20", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self):
        try:
            return tickets.read_code(self.cleaned_data["code"], name="code")
        except tickets.CodeMistyped as problem:
            raise forms.ValidationError(str(problem)) from problem


class EligibilityForm(forms.Form):
    """What somebody says yes or no to before the first question. Nothing of it is kept."""

    mark_optional = False

    @property
    def says_no(self):
        """Whether these questions are for somebody else. Only for a form that is valid."""
        return NO in self.cleaned_data.values()


def eligibility_form(consultation):
    """The form class that asks the statements of one consultation; without any it has no field."""
    statements = preparing.statements_of(consultation)
    fields = {f"statement_{number}": _yes_or_no(statement) for number, statement in enumerate(statements, start=1)}
    return type("AskedEligibilityForm", (EligibilityForm,), fields)


def _yes_or_no(statement):
    return forms.ChoiceField(
        label=statement,
        choices=[(YES, "Yes"), (NO, "No")],
        widget=forms.RadioSelect(attrs={"inline": True}),
        error_messages={"required": f"Say yes or no: {statement}", "invalid_choice": f"Say yes or no: {statement}"},
    )


class CodesForm(RefusableForm):
    """How many codes, for whom, and who makes the sheet."""

    OFFICE, PROVIDER = "office", "provider"

    label = forms.CharField(
        label="What to call this batch",
        max_length=80,
        help_text="For you and whoever hands the codes out. Name nobody. For example: Tuesday group, May",
        error_messages={"required": "Enter what to call this batch"},
    )
    organisation = forms.ModelChoiceField(
        None,
        label="Who hands the codes out",
        required=False,
        empty_label="The office itself",
    )
    size = forms.IntegerField(
        label="How many codes",
        min_value=LEAST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"width": 4, "suffix": "codes"}),
        help_text=f"{LEAST} to {MOST:,}. Have some to spare: of fewer than 20 you are never shown how many were used.",
        error_messages={
            "required": "Enter how many codes you need",
            "invalid": "Enter a whole number of codes",
            "min_value": f"Make at least {LEAST} codes, so that nobody can be picked out by theirs",
            "max_value": f"Make at most {MOST:,} codes at a time",
        },
    )
    maker = forms.ChoiceField(
        label="Who makes the sheet",
        choices=[(PROVIDER, "The organisation that hands them out"), (OFFICE, "The office")],
        widget=forms.RadioSelect(
            attrs={"choice_hints": {PROVIDER: "We never see the codes. Their certifiers are told by e-mail."}}
        ),
        initial=PROVIDER,
        error_messages={"required": "Choose who makes the sheet"},
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["organisation"], queryset=organisations)

    def words(self):
        """The cleaned batch as the domain takes it."""
        given = self.cleaned_data
        return {
            "label": given["label"],
            "size": given["size"],
            "organisation": given["organisation"],
            "office_makes": given["maker"] == self.OFFICE,
        }


class VoidForm(RefusableForm):
    """Why unused codes must stop working."""

    reason = forms.CharField(
        label="Why",
        max_length=200,
        help_text="For the log, and for whoever hands the codes out. For example: the sheet was left on a bus",
        error_messages={"required": "Say why"},
    )
