"""The form that puts questions of the bank into a questionnaire."""

from django import forms

from consultations.enums import QuestionKind


class TakeForm(forms.Form):
    """Which questions to put in. `questions` are those on this page of the bank."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"] = forms.MultipleChoiceField(
            label="Questions to add",
            help_text="They are added at the end, in this order. You can move and change them in the CMS.",
            choices=[(str(question.pk), question.text) for question in questions],
            widget=forms.CheckboxSelectMultiple(
                attrs={"choice_hints": {str(question.pk): described(question) for question in questions}}
            ),
            error_messages={
                "required": "Choose at least one question",
                "invalid_choice": "One of these is no longer in the question bank. Choose again",
            },
        )

    def keys(self):
        """The primary keys of the questions chosen."""
        return [int(key) for key in self.cleaned_data["chosen"]]


def described(question):
    """What a question of the bank offers, in a line. No query where its parts were fetched."""
    offered = [row.label for row in (*question.statements.all(), *question.choices.all())]
    wordings = sorted({str(row.wording) for row in question.wordings.all() if row.words})
    parts = [
        QuestionKind(question.kind).label,
        "; ".join(offered),
        f"In other words too: {', '.join(wordings)}" if wordings else "",
        f"Taken {question.times_taken} time{'' if question.times_taken == 1 else 's'}" if question.times_taken else "",
    ]
    return ". ".join(part for part in parts if part) + "."
