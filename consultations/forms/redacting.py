"""The forms of redaction: what is taken out and why, a second person's word, quotes behind a theme, what to read."""

from django import forms

from consultations.enums import TakenOut
from consultations.forms.preparing import RefusableForm, long_text, offer

SPARE, MOST = 4, 60  # lines left empty for more, and lines in all
REASONS = [("", "Choose why"), *TakenOut.choices]


class RedactForm(RefusableForm):
    """Lines of words to take out, each with its reason, or the whole text. An empty line leaves the words in."""

    mark_optional = False
    withheld = forms.BooleanField(
        label="Nothing of it can be shown", required=False, help_text="Whatever is left could tell who wrote it."
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, lines=(), more=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.suggested = set()
        number = self._sent() if self.is_bound else len(lines) + SPARE
        for place in range(min(number + (SPARE if more else 0), MOST)):
            words, reason, suggested = lines[place] if place < len(lines) else ("", "", False)
            self.fields[f"words_{place}"] = forms.CharField(
                label=f"Words to take out ({place + 1})", max_length=200, required=False, initial=words
            )
            self.fields[f"reason_{place}"] = forms.ChoiceField(
                label=f"Why ({place + 1})", choices=REASONS, required=False, initial=reason
            )
            if suggested:
                self.suggested.add(place)

    def _sent(self):
        """How many lines came back."""
        places = [int(name[6:]) for name in self.data if name.startswith("words_") and name[6:].isdecimal()]
        return min(max(places, default=-1) + 1, MOST)

    def rows(self):
        """The lines as the page shows them: words, reason, and whether the machine suggests them."""
        places = [int(name[6:]) for name in self.fields if name.startswith("words_")]
        return [(self[f"words_{place}"], self[f"reason_{place}"], place in self.suggested) for place in places]

    def lines(self):
        """The lines as the domain takes them."""
        return [(words.data or "", reason.data or "") for words, reason, _ in self.rows()]


class DecideForm(RefusableForm):
    """A second person approves what is shown, or says what has to change."""

    reason = long_text("What has to change?", "Only when you send it back.", rows=2, required=False, max_length=300)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class QuotesForm(RefusableForm):
    """Which of the redacted texts stand for a theme."""

    mark_optional = False
    quotes = forms.MultipleChoiceField(
        label="Which words stand for it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these may not be quoted any more. Choose again."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, able, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["quotes"], choices=[(str(one.pk), one.text) for one in able])


class ReadingFilter(forms.Form):
    """What to read, by question and theme. What cannot be understood is left out, never an error."""

    use_required_attribute = False
    mark_optional = False

    question = forms.ChoiceField(label="Question", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)

    def __init__(self, data, *, questions, themes):
        super().__init__(data)
        offer(self.fields["question"], choices=[("", "Every question"), *((one.key, one.text) for one in questions)])
        offer(self.fields["theme"], choices=[("", "Any theme"), *((str(one.number), one.name) for one in themes)])

    def given(self):
        """The question (key) and the theme (number) that are asked for, or nothing."""
        self.is_valid()
        theme = self.cleaned_data.get("theme")
        return self.cleaned_data.get("question") or "", int(theme) if theme else None


class RedactionFilter(ReadingFilter):
    """Which texts to redact."""

    quotable = forms.BooleanField(label="Only what people let us publish", required=False)
