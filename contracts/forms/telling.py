"""What a provider tells beside its figures: the narrative, files of evidence, and what it thinks of the office."""

from django import forms

from contracts.domain import evidence, feedback
from contracts.domain.narrating import MOST_WORDS, QUESTIONS, words_of
from contracts.enums import Judged
from contracts.forms.asked import RefusedBeside

NOT_NAMED = "Do not describe anyone who could be recognised."


class NarrativeForm(RefusedBeside):
    """Three answers in words. `version` is that of the narrative on the page, 0 for none (C04)."""

    summary = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.CharField(
                label=question,
                required=False,
                help_text=f"At most {MOST_WORDS} words.",
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def clean(self):
        cleaned = super().clean()
        for name in QUESTIONS:
            count = words_of(cleaned.get(name, ""))
            if count > MOST_WORDS:
                self.add_error(name, f"Use at most {MOST_WORDS} words. You have {count}.")
        return cleaned


class EvidenceForm(RefusedBeside):
    """One file and what it shows. What is inside is judged by the domain."""

    summary = False

    caption = forms.CharField(
        label="What does it show?",
        max_length=200,
        help_text=f"For example “How one family was helped, as a case study”. {NOT_NAMED}",
        error_messages={"required": "Say what the file shows", "max_length": "Use at most 200 characters"},
    )
    file = forms.FileField(
        label="The file",
        help_text=f"A PDF or a picture (PNG or JPEG), {evidence.LARGEST // 1024 // 1024} MB or less.",
        widget=forms.FileInput(attrs={"accept": ",".join(evidence.KINDS)}),
        max_length=None,
        allow_empty_file=True,
        error_messages={"required": "Choose the file", "invalid": "Choose the file again"},
    )


def judged(question):
    """One question about the office."""
    return forms.ChoiceField(
        label=question, required=False, choices=Judged.choices, widget=forms.RadioSelect(attrs={"inline": False})
    )


class FeedbackForm(RefusedBeside):
    """Three short questions about the office. `version` is that of what was said before, 0 for nothing (C04)."""

    summary = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    in_time = judged(feedback.IN_TIME)
    in_proportion = judged(feedback.IN_PROPORTION)
    words = forms.CharField(
        label=feedback.CHANGE,
        required=False,
        max_length=feedback.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": feedback.LONGEST}),
        error_messages={"max_length": f"Use at most {feedback.LONGEST:,} characters"},
    )
