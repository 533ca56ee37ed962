"""What the office types about a measure."""

from decimal import Decimal, InvalidOperation

from django import forms

from contracts.domain.examples import example_of
from contracts.domain.targets import AIM, aim_of
from contracts.domain.yardsticks import BandsRefused, bands_of, two_distances
from contracts.enums import (
    AGGREGATIONS,
    NEVER_RATED,
    TWO_NUMBERS,
    Aggregation,
    AskedEvery,
    Direction,
    IndicatorKind,
    MeasureType,
    RatingWord,
    ToleranceUnit,
)
from contracts.forms.tables import TABLE_BOXES, TablesForm, lines_as_typed, tables_as_typed
from engagement.forms.dates import DayField

BANDS = {
    "target": "Enter the target: a rated measure needs one",
    "approaching_by": "Enter how far off the target still counts as approaching it, or 0",
    "improvement_by": "Enter how far off the target still counts as requires improvement",
}
SECTIONS = {
    "What it is": ("code", "name", "group", "asked_every", "measure_type", "why", "how", "source"),
    "How it is made": (
        *("kind", "unit", "denominator_words", "numerator_words", "per", "decimals", "aggregation", "lag"),
        *("counts_people", "minimum_n", "breakdowns"),
    ),
    "Its parts, as tables beside it": TABLE_BOXES,
    "How good is good enough": (
        *("direction", "is_rated", "target", "high", "approaching_by", "improvement_by", "bands"),
        *("rated_from", "baseline", "tolerance", "tolerance_in", "weight"),
    ),
}
NUMBERS = (*BANDS, "high", "baseline", "tolerance")
LARGEST = Decimal(10) ** 10
UNSAID = {"per": 1, "lag": 0, "weight": 1, "tolerance_in": ToleranceUnit.PERCENT}
TWO_WORDS = {
    IndicatorKind.PERCENTAGE: "percentage",
    IndicatorKind.RATIO: "ratio",
    IndicatorKind.RATE: "rate",
    IndicatorKind.UNIT_COST: "unit cost",
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


class IndicatorForm(TablesForm):
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
        widget=forms.RadioSelect(attrs={"choice_hints": {kind: example_of(kind) for kind in IndicatorKind}}),
        error_messages={"required": "Choose what the figure is made of"},
    )
    unit = forms.CharField(
        label="What is counted, in the plural",
        required=False,
        max_length=40,
        help_text="For example referrals, or people.",
    )
    denominator_words = forms.CharField(
        label="Two numbers: words for the one divided by",
        required=False,
        max_length=120,
        help_text="For example “due to be contacted”.",
    )
    numerator_words = forms.CharField(
        label="Two numbers: words for the part, or what is divided",
        required=False,
        max_length=120,
        help_text="For example “contacted in time”.",
    )
    per = forms.IntegerField(
        label="A rate: for every how many?",
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="For example 10,000. Leave empty for anything but a rate.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "10"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a whole number, such as 10000"),
    )
    measure_type = forms.ChoiceField(
        label="What sort of measure is it?", required=False, choices=[("", "Choose one"), *MeasureType.choices]
    )
    lag = forms.IntegerField(
        label="How many periods later is it known?",
        required=False,
        min_value=0,
        max_value=8,
        help_text="0 when it tells of the return’s own period.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "2"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter 0, or up to 8 periods"),
    )
    source = forms.CharField(
        label="Where the figures come from", required=False, max_length=200, help_text="For example “Case system”."
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
        label="How do periods make a year?",
        choices=Aggregation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how periods make a year"},
    )
    is_rated = forms.TypedChoiceField(
        label="Is it rated?",
        choices=[("yes", "Yes, against a target"), ("no", "No, it shows demand or background")],
        coerce=lambda choice: choice == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is rated"},
    )
    target = figure_field("Target", "This or better is Good. Best between two values: the lower one.")
    high = figure_field("Best between two values: the upper one", "Leave empty where more or less is better.")
    approaching_by = figure_field("Approaching target: how far off, at most?", "For a percentage in points: 5.")
    improvement_by = figure_field("Requires improvement: how far off, at most?", "Further off is Inadequate.")
    bands = forms.CharField(
        label="More bands, or words of your own",
        required=False,
        help_text=(
            "Optional, instead of the two distances. One a line, nearest first: your word, how far off the target, and "
            "the rating. The last line has “beyond”. For example: Amber, 5, Approaching target"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rated_from = DayField(
        label="Rated from",
        required=False,
        help_text="Nothing is rated while a first year makes the baseline. Leave empty to rate from the start.",
    )
    baseline = figure_field("Baseline", "Where it stood before, if that is known.")
    tolerance = figure_field("A movement that needs words", "How far it may move since the last figure, up or down.")
    tolerance_in = forms.ChoiceField(
        label="The movement is told in", required=False, choices=ToleranceUnit.choices, widget=forms.RadioSelect
    )
    weight = forms.IntegerField(
        label="Weight",
        required=False,
        min_value=1,
        max_value=9,
        help_text="1 to 9. Heavier measures are shown first among equal ratings. From 3 on a measure is critical: "
        "the service as a whole is never rated better than it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "2"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a weight from 1 to 9"),
    )
    minimum_n = forms.IntegerField(
        label="Smallest group that is rated",
        min_value=0,
        initial=0,
        help_text="A figure that rests on fewer than this is rated Other. Most measures use 10.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "width": "3"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), "Enter 0 or a number, such as 10"),
    )
    breakdowns = forms.CharField(
        label="Told for which groups?",
        required=False,
        help_text="One a line, for example Age band. Leave empty for none.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    counts_people = forms.BooleanField(
        label="It counts people", required=False, help_text="Small numbers are then withheld when it is published."
    )
    asked_every = forms.TypedChoiceField(
        label="How often is it asked for?",
        required=False,
        coerce=int,
        empty_value=AskedEvery.RETURN,
        choices=AskedEvery.choices,
        initial=AskedEvery.RETURN,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, without=(), fixed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fixed = fixed or {}
        tables = TABLE_BOXES if "tables" in self.fixed else ()
        for name in {*without, *self.fixed, *tables} & set(self.fields):
            del self.fields[name]

    def sections(self):
        """The boxes under their headings; whatever is left out of a form leaves no empty heading."""
        for heading, names in SECTIONS.items():
            boxes = [self[name] for name in names if name in self.fields]
            if boxes:
                yield heading, boxes

    @classmethod
    def facts_of(cls, indicator):
        """The measure as the form shows it, with the target in force. Its code stays."""
        facts = {name: getattr(indicator, name) for name in cls.base_fields if name not in {"code", *TABLE_BOXES, *AIM}}
        facts |= tables_as_typed(indicator.tables)
        facts["is_rated"] = "yes" if indicator.is_rated else "no"
        facts["breakdowns"] = lines_as_typed(indicator.breakdowns)
        aim = aim_of(indicator)
        facts |= {name: getattr(aim, name) for name in AIM}
        facts["bands"] = bands_as_typed(aim.bands)
        return facts | {name: plain(facts[name]) for name in NUMBERS}

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        self.read_tables(cleaned)
        cleaned.update(self.fixed)
        self._refuse_kind(cleaned)
        for name, unsaid in UNSAID.items():
            if name in cleaned and cleaned[name] in {None, ""}:
                cleaned[name] = unsaid
        if cleaned.get("is_rated"):
            self._read_bands(cleaned)
            self._refuse_bands(cleaned)
        elif "is_rated" in cleaned:
            cleaned.update(dict.fromkeys((*BANDS, "high")), bands=[])
        for name in self.fixed:
            cleaned.pop(name, None)
        return cleaned

    def clean_breakdowns(self):
        return [line.strip()[:60] for line in self.cleaned_data["breakdowns"].splitlines() if line.strip()][:20]

    def _refuse_kind(self, cleaned):
        kind, way = cleaned.get("kind"), cleaned.get("aggregation")
        if kind and way and way not in AGGREGATIONS[kind]:
            words = " or ".join(f"“{option.label}”" for option in AGGREGATIONS[kind])
            self.add_error("aggregation", f"For this kind of figure, choose {words}")
        if kind in NEVER_RATED and cleaned.get("is_rated"):
            self.add_error("is_rated", "A measure told in words is not rated")
        if kind in TWO_NUMBERS:
            for name, words in (("denominator_words", "whole"), ("numerator_words", "part")):
                if name in self.fields and not cleaned.get(name):
                    self.add_error(name, f"Say what the {words} of the {TWO_WORDS[kind]} is")
        if kind == IndicatorKind.RATE and cleaned.get("per") in {None, 1}:
            self.add_error("per", "Enter for every how many people or homes it is told, such as 10000")
        if cleaned.get("counts_people") and kind and kind not in {*TWO_NUMBERS, IndicatorKind.COUNT}:
            self.add_error("counts_people", "A figure of this kind is not a number of people")

    def _read_bands(self, cleaned):
        """The bands as they are kept; the two distances follow from them."""
        typed = cleaned.get("bands") or ""
        cleaned["bands"] = []
        if not typed.strip():
            return
        try:
            listed = read_bands(typed)
            near, far = two_distances(bands_of(listed))
        except BandsRefused as refusal:
            self.add_error("bands", str(refusal))
        else:
            cleaned.update(bands=listed, approaching_by=near, improvement_by=far)

    def _refuse_missing_bands(self, cleaned):
        for name, words in BANDS.items():
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, words)

    def _refuse_bands(self, cleaned):
        self._refuse_missing_bands(cleaned)
        if cleaned.get("direction") == Direction.RANGE:
            low, high = cleaned.get("target"), cleaned.get("high")
            if high is None and low is not None and "high" not in self.errors:
                self.add_error("high", "Enter the upper one of the two values; the same as the lower for a single best")
            elif low is not None and high is not None and high < low:
                self.add_error("high", "The upper value must be at least the lower one")
        elif "direction" in cleaned:
            cleaned["high"] = None
        near, far = cleaned.get("approaching_by"), cleaned.get("improvement_by")
        if near is not None and far is not None and far < near:
            self.add_error("improvement_by", "This must be at least the distance for approaching target")


def read_bands(typed):
    """Bands as they are kept from lines such as `Amber, 5, Approaching target`. Raises `BandsRefused`."""
    ratings = {word.label.casefold(): word for word in RatingWord}
    listed = []
    for number, line in enumerate(filter(str.strip, typed.splitlines()), start=1):
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) != 3:
            raise BandsRefused(f"Line {number} needs three parts with commas: your word, how far off, the rating.")
        label, distance, word = cells
        if word.casefold() not in ratings:
            raise BandsRefused(f"Line {number}: “{word[:40]}” is not a rating. Use one of the statutory words.")
        if distance.casefold() != "beyond":
            try:
                distance = f"{Decimal(distance):f}"
            except InvalidOperation:
                words = f"Line {number}: “{distance[:20]}” is not a number. Write a number, or “beyond”."
                raise BandsRefused(words) from None
            if not Decimal(distance).is_finite() or abs(Decimal(distance)) >= LARGEST:
                raise BandsRefused(f"Line {number}: this number is too large.")
        else:
            distance = None
        listed.append({"label": label[:40], "distance": distance, "word": ratings[word.casefold()].value})
    return listed


def bands_as_typed(listed):
    """Kept bands as the lines of the form."""
    return "\n".join(
        f"{one['label']}, {'beyond' if one['distance'] is None else one['distance']}, {RatingWord(one['word']).label}"
        for one in listed
    )


def plain(number):
    """A number of the database without its trailing noughts."""
    return number if number is None else f"{number.normalize():f}"
