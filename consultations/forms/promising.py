"""The forms of promises and of late answers."""

from django import forms

from consultations.domain import promising
from consultations.forms.preparing import RefusableForm, day_field, long_text, offer


class WordsForm(RefusableForm):
    """What is promised, and by when."""

    words = forms.CharField(
        label="We will",
        max_length=300,
        help_text="One thing that people can see done. For example: publish how often the first call came in time",
        error_messages={"required": "Say what you promise", "max_length": "Use at most 300 characters"},
    )
    due_on = day_field("By when", missing="Enter the day on which it is due")


class OwnerForm(RefusableForm):
    """Who keeps it."""

    owner = forms.ModelChoiceField(
        label="Who keeps it",
        queryset=None,
        empty_label="Choose a person",
        help_text="The public reads the role, never the name.",
        error_messages={"required": "Choose who keeps it"},
    )

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], queryset=promising.owners(on=on))


class MakeForm(WordsForm, OwnerForm):
    """A new promise."""

    field_order = ("words", "due_on", "owner")


class Seen(RefusableForm):
    """How long the story was when the form was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ChangeForm(WordsForm, Seen):
    """Something else, or another day, and why."""

    reason = long_text(
        "Why", "It is public once the outcome is, beside what was promised before.", rows=3, required=False
    )


class ExplainForm(Seen):
    """Why it is late."""

    reason = long_text(
        "Why it is late",
        "It is public, beside the promise.",
        rows=3,
        error_messages={"required": "Say why it is late. Everybody can read it"},
    )


class HandOverForm(OwnerForm, Seen):
    """To whom it goes."""


class KeepForm(Seen):
    """Since when it is kept, and how everybody can see it."""

    kept_on = day_field("Kept on", missing="Enter the day on which it was kept")
    evidence = long_text(
        "How we know that it is kept",
        "It is public, beside the promise.",
        rows=3,
        error_messages={"required": "Say how we know that it is kept. Everybody can read it"},
    )
    evidence_url = forms.CharField(
        label="Address of the evidence",
        max_length=300,
        required=False,
        help_text="It begins with https://, or with / for a page of this site.",
    )


class DropForm(Seen):
    """Why it will not be kept."""

    reason = long_text(
        "Why it will not be kept",
        "It is public, beside the promise.",
        rows=3,
        error_messages={"required": "Say why. Everybody can read it"},
    )


class LateForm(RefusableForm):
    """Why people wait longer than they were told, and until when."""

    explanation = long_text(
        "Why our answer is late",
        "In plain words. It stands on top of the public page.",
        error_messages={"required": "Say why. Everybody can read it"},
    )
    expected_on = day_field("When people can now expect it", missing="Enter the day on which people can expect it")
