"""Asking to put a past figure right, and deciding it."""

from dataclasses import replace

from django import forms

from contracts.domain.entries import LONGEST_COMMENTARY, NUMBERS, boxes, label_of, read_entry
from contracts.domain.parts import WORDS, owed_footing
from contracts.domain.spreadsheet import as_typed
from contracts.enums import IndicatorKind, RestatementReason


class RestateForm(forms.Form):
    """The right figure, why, and what the public reads. `cleaned_data["entry"]` is the `Entry`.

    `shown` is the figure whose effect was on the page: only that one can be confirmed. `parts` are those of the figure;
    they stay, and where they do not add up to the new one the form asks why.
    """

    mark_optional = False

    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    denominator = forms.CharField(required=False, strip=True)
    numerator = forms.CharField(required=False, strip=True)
    value = forms.CharField(required=False, strip=True)
    commentary = forms.CharField(
        label="What is behind this figure?",
        required=False,
        help_text="Needed if it is off target. What was published stays as it was published.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_COMMENTARY}),
    )
    parts_words = forms.CharField(
        label="If the parts do not add up to the right figure: why?",
        required=False,
        help_text="The parts stay as they were given. The office reads this. It is not published.",
        max_length=LONGEST_COMMENTARY,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_COMMENTARY}),
    )
    reason = forms.ChoiceField(
        label="Why is it put right?",
        choices=RestatementReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the figure is put right"},
    )
    words = forms.CharField(
        label="How did it happen, and how do you know the right figure?",
        help_text="For those who decide. It is not published. Name no one.",
        max_length=LONGEST_COMMENTARY,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say how it happened, and how you know the right figure"},
    )
    public_note = forms.CharField(
        label="What should the public read about it?",
        help_text="One sentence beside the figure, where the period is published. Give no numbers of people.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
        error_messages={"required": "Write what the public should read about it"},
    )

    def __init__(self, *args, indicator, parts=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator, self.parts = indicator, parts or {}
        if not self.parts:
            del self.fields[WORDS]
        for name in NUMBERS:
            if name not in boxes(indicator):
                del self.fields[name]
                continue
            money = indicator.kind == IndicatorKind.MONEY
            self.fields[name].label = label_of(indicator, name)
            looks = {"width": "10" if money else "5", "autocomplete": "off"}
            self.fields[name].widget.attrs.update(looks | ({"prefix": "£"} if money else {"suffix": indicator.unit}))

    def clean(self):
        cleaned = super().clean()
        typed = {name: cleaned.get(name, "") for name in (*NUMBERS, "commentary", WORDS)}
        reading = read_entry(self.indicator, typed)
        entry = replace(reading.entry, parts=self.parts)
        if not reading.problems:
            wrong = owed_footing(self.indicator, total=entry.value, parts=self.parts, words=entry.parts_words)
            reading.problems.update(wrong)
        for name, message in reading.problems.items():
            self.add_error(name if name in self.fields else None, message)
        for name in boxes(self.indicator):
            if not typed[name] and name not in reading.problems:
                self.add_error(name, f"Enter a number for “{label_of(self.indicator, name)}”.")
        cleaned["entry"] = entry
        return cleaned

    @property
    def as_shown(self):
        """The figure that was typed, as `shown` writes it."""
        return "/".join(self.cleaned_data.get(name, "") for name in boxes(self.indicator))


def restate_initial(figure):
    """What the boxes hold before anything is typed: the figure as it is held."""
    return {
        "seen_version": figure.version,
        "commentary": figure.commentary,
        **{name: as_typed(getattr(figure, name)) for name in NUMBERS},
    }


class DecideForm(forms.Form):
    """Approve, or refuse with a reason."""

    APPROVE, REFUSE = "APPROVE", "REFUSE"
    mark_optional = False

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[(APPROVE, "Approve: the figure changes"), (REFUSE, "Refuse: the figure stays")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the figure changes or stays"},
    )
    words = forms.CharField(
        label="Why does it stay?",
        help_text="Needed if you refuse. Whoever asked reads it.",
        required=False,
        max_length=LONGEST_COMMENTARY,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == self.REFUSE and not cleaned.get("words", "").strip():
            self.add_error("words", "Say why the figure stays as it is")
        return cleaned
