"""One measure on one page, the declaration of a return, and the answer to a question about it."""

from django import forms
from django.utils.html import format_html

from contracts.domain.entries import LONGEST_COMMENTARY, NUMBERS, boxes, label_of, places_of, read_entry
from contracts.domain.figures import owed
from contracts.domain.parts import WORDS, from_kept, part_boxes, part_in, tables_of
from contracts.domain.spreadsheet import as_typed
from contracts.enums import POUNDS, FigureState, IndicatorKind

IN_WORDS_HINT = "This measure has no number. This may be published. Do not describe anyone who could be recognised."
CANNOT_GIVE = (
    ("", "We can give it"),
    (FigureState.NOT_APPLICABLE, "It does not apply this time"),
    (FigureState.NOT_AVAILABLE, "It is not available"),
)


class FigureForm(forms.Form):
    """The boxes of one measure: the whole before its part, what is behind it, or why there is none.

    Where the measure asks for its parts, each has a box for its number and one that says it is not available.

    `cleaned_data["entry"]` is the `Entry`. `version` is that of the figure on the page, 0 for none (C04). A line that
    is said to be completed must owe nothing; one to come back to may be half empty, never wrong.
    """

    summary = False
    mark_optional = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    denominator = forms.CharField(required=False, strip=True)
    numerator = forms.CharField(required=False, strip=True)
    value = forms.CharField(required=False, strip=True)
    commentary = forms.CharField(
        label="What is behind this figure?",
        required=False,
        help_text=(
            "Needed if it is off target, otherwise optional. This may be published. "
            "Do not describe anyone who could be recognised."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_COMMENTARY}),
    )
    state = forms.ChoiceField(
        label="Why can you not give it?",
        required=False,
        choices=CANNOT_GIVE,
        widget=forms.RadioSelect(
            attrs={
                "choice_hints": {
                    FigureState.NOT_APPLICABLE: "For example, nobody was due this kind of support.",
                    FigureState.NOT_AVAILABLE: "For example, a system was down. Say when you expect it.",
                }
            }
        ),
        help_text="Give your reason under “What is behind this figure?”, and leave the numbers empty.",
        error_messages={"invalid_choice": "Choose one of these answers."},
    )
    completed = forms.ChoiceField(
        label="Have you completed this section?",
        choices=[("yes", "Yes"), ("no", "No, I’ll come back to it")],
        widget=forms.RadioSelect(attrs={"inline": True}),
        error_messages={"required": "Choose yes if this measure is done, or no to come back to it."},
    )

    def __init__(self, *args, indicator, before=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator, self.before = indicator, before
        if indicator.kind == IndicatorKind.NARRATIVE:
            self.fields["commentary"].label = "What would you like to tell us?"
            self.fields["commentary"].help_text = IN_WORDS_HINT
        for name in NUMBERS:
            if name not in boxes(indicator):
                del self.fields[name]
                continue
            if indicator.kind == IndicatorKind.YES_NO:
                self.fields[name] = yes_or_no()
            field = self.fields[name]
            field.label = label_of(indicator, name)
            if indicator.kind != IndicatorKind.YES_NO:
                field.widget.attrs.update(_looks_of(indicator, name))
        self.parts = part_boxes(indicator)
        self.fields |= part_fields(indicator)

    def tables(self):
        """The tables of parts, each with its rows: the group, the box of its number, and that of its mark."""
        return [
            (table, [(part.group, self[part.name], self[part.state]) for part in self.parts if part.table == table])
            for table in tables_of(self.indicator)
        ]

    def clean(self):
        cleaned = super().clean()
        typed = {name: cleaned.get(name, "") for name in (*NUMBERS, "state", "commentary", WORDS)}
        for part in self.parts:
            typed[part.name] = cleaned.get(part.name, "")
            typed[part.state] = "not available" if cleaned.get(part.state) else ""
        reading = read_entry(self.indicator, typed)
        problems = dict(reading.problems)
        if cleaned.get("completed") == "yes" and not problems:
            problems = owed(self.indicator, reading.entry, before=self.before)
        for name, message in problems.items():
            self.add_error(name if name in self.fields else None, message)
        cleaned["entry"] = reading.entry
        return cleaned


def part_fields(indicator):
    """The boxes of the parts of a measure by name, and the one for why they do not add up; none without parts."""
    fields = {}
    for part in part_boxes(indicator):
        looks = {**_looks_of(indicator, "value"), "label_size": "hidden"}
        fields[part.name] = forms.CharField(label=part.label, required=False, widget=forms.TextInput(attrs=looks))
        label = format_html('Not available<span class="govuk-visually-hidden"> {}</span>', part.label)
        fields[part.state] = forms.BooleanField(label=label, required=False)
    if fields:
        fields[WORDS] = forms.CharField(
            label="If the parts do not add up to the total: why?",
            required=False,
            help_text="For example, some people are counted in two groups. The office reads this. It is not published.",
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_COMMENTARY}),
        )
    return fields


def parts_initial(indicator, figure):
    """What the boxes of the parts hold for a kept figure."""
    kept, held = from_kept(figure.parts), {WORDS: figure.parts_words}
    for part in part_boxes(indicator):
        given, number = part_in(kept, part)
        held |= {part.name: as_typed(number), part.state: given and number is None}
    return held


def yes_or_no():
    """The answer to a measure that is met or not."""
    return forms.ChoiceField(
        required=False, choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect(attrs={"inline": True})
    )


def _looks_of(indicator, name):
    """How wide a number's box is, which keys a phone shows, and the unit joined to it."""
    money = indicator.kind in POUNDS and name != "denominator"
    with_decimals = money or places_of(indicator, name)
    looks = {
        "inputmode": "decimal" if with_decimals else "numeric",
        "width": "10" if money else "5",
        "autocomplete": "off",
    }
    days = "days" if indicator.kind == IndicatorKind.DAYS else ""
    of_part = indicator.kind in {IndicatorKind.RATIO, IndicatorKind.RATE} and name == "numerator"
    unit = {"prefix": "£"} if money else {"suffix": "" if of_part else days or indicator.unit}
    return looks | {place: words for place, words in unit.items() if words}


def initial_of(indicator, figure):
    """What the boxes hold for a kept figure, or for none."""
    if figure is None:
        return {"version": 0, "state": ""}
    numbers = {name: as_typed(getattr(figure, name)) for name in NUMBERS}
    if indicator.kind == IndicatorKind.MONEY and figure.value is not None:
        numbers["value"] = f"{figure.value:.2f}"
    if indicator.kind == IndicatorKind.YES_NO and figure.value is not None:
        numbers["value"] = "yes" if figure.value else "no"
    return {
        "version": figure.version,
        "state": "" if figure.state == FigureState.REPORTED else figure.state,
        "commentary": figure.commentary,
        "completed": "yes" if figure.completed else None,
        **numbers,
        **parts_initial(indicator, figure),
    }


class DeclareReturn(forms.Form):
    """A certifier declares the figures they saw on the page (`seen_version` of the return)."""

    summary = False

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    declared = forms.BooleanField(error_messages={"required": "Confirm the declaration to send the return."})

    def __init__(self, *args, declaration, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["declared"].label = f"I confirm: {declaration[:1].lower()}{declaration[1:]}"


class AnswerQuery(forms.Form):
    """A certifier answers a question of the office about one figure."""

    summary = False

    answer = forms.CharField(
        label="Your answer",
        help_text="The Contract Manager reads this. It is not published.",
        max_length=LONGEST_COMMENTARY,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_COMMENTARY}),
        error_messages={"required": "Write your answer to the question."},
    )
