"""What the office types about returns: a question, an acceptance, which words to publish, which returns to list."""

from typing import Any

from django import forms
from django.db.models import Q

from engagement.enums import Sector


class QueryForm(forms.Form):
    """A question about one figure. `seen_submission` is the submission the person looked at."""

    heading_field = "question"
    question = forms.CharField(
        label="What do you want to know about this figure?",
        help_text="The provider reads this as you write it. Name no one.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 2000}),
        error_messages={
            "required": "Write what you want to know about this figure",
            "max_length": "Your question must be 2,000 characters or fewer",
        },
    )
    seen_submission = forms.IntegerField(widget=forms.HiddenInput)


class AcceptReturnForm(forms.Form):
    """The whole return, as submitted when the person looked."""

    seen_submission = forms.IntegerField(widget=forms.HiddenInput)


class AcceptLineForm(forms.Form):
    """One figure, in the version the person looked at."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """Which of the provider's explanations are published with the ratings: none unless chosen.

    `seen` is the version of what the person read.
    """

    mark_optional = False
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = forms.MultipleChoiceField(
        label="Which of the provider’s words should the public read?",
        help_text="Choose only words that name nobody and give no small numbers away. Withheld figures have none.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    fields: dict[str, Any]

    def __init__(self, *args, figures=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].choices = [(figure.indicator.code, figure.indicator.name) for figure in figures]
        self.fields["words"].widget.attrs["choice_hints"] = {
            figure.indicator.code: figure.commentary for figure in figures
        }
        if not figures:
            del self.fields["words"]


class ReturnFilter(forms.Form):
    """Which returns the office's list shows."""

    mark_optional = False
    WAITING = "WAITING"
    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            (WAITING, "What waits: overdue, submitted, queried"),
            ("SUBMITTED", "Submitted"),
            ("QUERIED", "Queried"),
            ("DUE", "Due"),
            ("ACCEPTED", "Accepted"),
            ("ALL", "All returns"),
        ],
    )
    q = forms.CharField(label="Agreement or provider", required=False, max_length=80)


class AgreementFilter(forms.Form):
    """Which agreements the list shows."""

    mark_optional = False
    q = forms.CharField(label="Title, reference or provider", required=False, max_length=80)
    sector = forms.ChoiceField(
        label="Sector of the provider", required=False, choices=[("", "Every sector"), *Sector.choices]
    )

    def narrow(self, agreements):
        """The agreements that match what was chosen; what cannot be read narrows nothing (R-006)."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if words := chosen.get("q"):
            titled = Q(title__icontains=words) | Q(reference__iexact=words)
            agreements = agreements.filter(titled | Q(provider__name__icontains=words))
        if chosen.get("sector"):
            agreements = agreements.filter(provider__sector=chosen["sector"])
        return agreements
