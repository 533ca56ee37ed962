"""The equality questions: as the office declares them, and as people are asked."""

from django import forms

from consultations.domain import characteristics, equality
from consultations.domain.declaring import MOST_CROSSINGS
from consultations.enums import PREFER_NOT, SpecialCondition
from consultations.forms.preparing import RefusableForm, long_text, offer

PLACES = range(1, MOST_CROSSINGS + 1)
HINTS = {one.key: one.question for one in characteristics.STANDARD}


class DeclareEqualityForm(RefusableForm):
    """Which equality questions are asked, what for, and which tables are made. `seen` remembers the plan (C04)."""

    places = {"crossings": "second_1"}
    mark_optional = False

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    chosen = forms.MultipleChoiceField(
        label="Which questions to ask",
        choices=[(one.key, one.title) for one in characteristics.STANDARD],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"choice_hints": HINTS}),
        help_text="Ask only what you will use. With none chosen, nothing is asked.",
    )
    purpose = long_text(
        "What you need it for",
        "People read this before they answer. For example: To see whom we have not heard from, and whether the"
        " service suits some groups less than others.",
        required=False,
    )
    condition = forms.ChoiceField(
        label="Condition of article 9 of the UK GDPR",
        choices=SpecialCondition,
        widget=forms.RadioSelect,
        required=False,
        initial=SpecialCondition.EQUALITY,
    )

    def __init__(self, *args, plan, questions, **kwargs):
        super().__init__(*args, **kwargs)
        firsts = [(equality.about(one.key), one.title) for one in characteristics.STANDARD]
        seconds = firsts + [(equality.answer(one.key), f"Answers to “{one.text}”") for one in questions]
        for place in PLACES:
            nothing = [("", "No table")]
            self.fields[f"first_{place}"] = forms.ChoiceField(label=f"Table {place}: rows", required=False)
            self.fields[f"second_{place}"] = forms.ChoiceField(label=f"Table {place}: columns", required=False)
            offer(self.fields[f"first_{place}"], choices=nothing + firsts)
            offer(self.fields[f"second_{place}"], choices=nothing + seconds)
        self.initial["seen"] = equality.fingerprint(plan)
        if plan:
            self.initial.update(chosen=plan.characteristics, purpose=plan.purpose, condition=plan.condition)
            for place, (first, second) in zip(PLACES, plan.crossings, strict=False):
                self.initial.update({f"first_{place}": first, f"second_{place}": second})

    def clean(self):
        cleaned = super().clean()
        for place in PLACES:
            first, second = cleaned.get(f"first_{place}"), cleaned.get(f"second_{place}")
            if first and not second:
                self.add_error(f"second_{place}", f"Choose the columns of table {place}, or no rows")
            if second and not first:
                self.add_error(f"first_{place}", f"Choose the rows of table {place}, or no columns")
        return cleaned

    def words(self):
        """What the form says as the domain takes it."""
        given = self.cleaned_data
        pairs = [(given[f"first_{place}"], given[f"second_{place}"]) for place in PLACES]
        return {
            "chosen": given["chosen"],
            "crossings": [pair for pair in pairs if all(pair)],
            "purpose": given["purpose"],
            "condition": given["condition"],
            "seen": given["seen"],
        }


class EqualityForm(forms.Form):
    """The equality questions of one consultation; every one can be left blank."""

    mark_optional = False

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)
        for one in asked.characteristics:
            self.fields[one.key] = forms.ChoiceField(
                label=one.question,
                help_text=one.hint,
                choices=one.options,
                required=False,
                widget=forms.RadioSelect(attrs={"divider_before": (PREFER_NOT,)}),
                error_messages={"invalid_choice": "Choose one of the answers on this page, or none"},
            )

    def given(self):
        """What was said, by the key of each question; what was left blank is empty."""
        return {name: self.cleaned_data[name] for name in self.fields}
