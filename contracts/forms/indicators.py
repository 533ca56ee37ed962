"""What the office types about a measure."""

from django import forms

from contracts.enums import AGGREGATIONS, Aggregation, Direction, IndicatorKind

BANDS = {
    "target": "Enter the target: a rated measure needs one",
    "approaching_by": "Enter how far off the target still counts as approaching it, or 0",
    "improvement_by": "Enter how far off the target still counts as requires improvement",
}


def figure_field(label, help_text):
    """A number of the indicator's own unit."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=4,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "width": "5"}),
        error_messages={
            "invalid": "Enter a number, like 90 or 92.5",
            "min_value": "This cannot be negative",
            "max_digits": "This number is too large",
            "max_decimal_places": "Use at most 4 decimal places",
        },
    )


class IndicatorForm(forms.Form):
    """One measure: what is counted, why, and from where on it is good enough."""

    code = forms.SlugField(
        label="Code",
        max_length=20,
        help_text="Short and unique in this agreement, for example V2. Files use it.",
        widget=forms.TextInput(attrs={"width": "5"}),
        error_messages={
            "required": "Enter a code, such as V2",
            "invalid": "Use letters, numbers, hyphens and underscores only",
        },
    )
    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="For example “First contact within 2 working days”.",
        error_messages={"required": "Enter a name"},
    )
    group = forms.CharField(
        label="Heading in the return",
        required=False,
        max_length=80,
        help_text="For example “People reaching the service”.",
    )
    why = forms.CharField(
        label="Why we ask",
        required=False,
        help_text="The provider and the public read this.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    how = forms.CharField(label="How to count", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label="What is it made of?",
        choices=IndicatorKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the figure is made of"},
    )
    unit = forms.CharField(
        label="What is counted, in the plural",
        required=False,
        max_length=40,
        help_text="For example referrals, or people.",
    )
    denominator_words = forms.CharField(
        label="Percentage: words for the whole",
        required=False,
        max_length=120,
        help_text="For example “due to be contacted”.",
    )
    numerator_words = forms.CharField(
        label="Percentage: words for the part",
        required=False,
        max_length=120,
        help_text="For example “contacted in time”.",
    )
    decimals = forms.IntegerField(
        label="Decimal places published",
        min_value=0,
        max_value=4,
        initial=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "2"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter how many decimal places, from 0 to 4"
        ),
    )
    direction = forms.ChoiceField(
        label="Which way is better?",
        choices=Direction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which way is better"},
    )
    aggregation = forms.ChoiceField(
        label="How do quarters make a year?",
        choices=Aggregation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how quarters make a year"},
    )
    is_rated = forms.TypedChoiceField(
        label="Is it rated?",
        choices=[("yes", "Yes, against a target"), ("no", "No, it shows demand or background")],
        coerce=lambda choice: choice == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is rated"},
    )
    target = figure_field("Target", "This or better is Good.")
    approaching_by = figure_field("Approaching target: how far off, at most?", "For a percentage in points: 5.")
    improvement_by = figure_field("Requires improvement: how far off, at most?", "Further off is Inadequate.")
    minimum_n = forms.IntegerField(
        label="Smallest group that is rated",
        min_value=0,
        initial=0,
        help_text="A percentage of fewer than this is rated Other. Most measures use 10.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "3"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), "Enter 0 or a number, such as 10"),
    )
    counts_people = forms.BooleanField(
        label="It counts people", required=False, help_text="Small numbers are then withheld when it is published."
    )

    def __init__(self, *args, with_code=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]

    @classmethod
    def facts_of(cls, indicator):
        """The measure as the form shows it. Its code stays."""
        facts = {name: getattr(indicator, name) for name in cls.base_fields if name != "code"}
        facts["is_rated"] = "yes" if indicator.is_rated else "no"
        return facts | {name: plain(facts[name]) for name in BANDS}

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        self._refuse_kind(cleaned)
        if cleaned.get("is_rated"):
            self._refuse_bands(cleaned)
        elif "is_rated" in cleaned:
            cleaned.update(dict.fromkeys(BANDS))
        return cleaned

    def _refuse_kind(self, cleaned):
        kind, way = cleaned.get("kind"), cleaned.get("aggregation")
        if kind and way and way not in AGGREGATIONS[kind]:
            words = " or ".join(f"“{option.label}”" for option in AGGREGATIONS[kind])
            self.add_error("aggregation", f"For this kind of figure, choose {words}")
        if kind == IndicatorKind.PERCENTAGE:
            for name, words in (("denominator_words", "whole"), ("numerator_words", "part")):
                if not cleaned.get(name):
                    self.add_error(name, f"Say what the {words} of the percentage is")

    def _refuse_bands(self, cleaned):
        for name, words in BANDS.items():
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        near, far = cleaned.get("approaching_by"), cleaned.get("improvement_by")
        if near is not None and far is not None and far < near:
            self.add_error("improvement_by", "This must be at least the distance for approaching target")


def plain(number):
    """A number of the database without its trailing noughts."""
    return number if number is None else f"{number.normalize():f}"
