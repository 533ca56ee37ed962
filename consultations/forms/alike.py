"""The form with which a person judges answers that are alike."""

from django import forms

from consultations.forms.preparing import RefusableForm, long_text, offer
from consultations.models import CollectiveResponse
from consultations.models.alike import Grounds


class JudgeForm(RefusableForm):
    """What is done and on what grounds, what makes the person think so, and of which campaign the answers are."""

    mark_optional = False
    grounds = forms.ChoiceField(
        label="What is done with them?",
        choices=Grounds.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is done."},
    )
    campaign = forms.ModelChoiceField(
        CollectiveResponse.objects.none(),
        label="Which campaign? (only for a campaign)",
        required=False,
        empty_label="Choose the campaign",
        error_messages={"invalid_choice": "This campaign is no longer there. Choose another."},
    )
    words = long_text(
        "What makes you think so?",
        "For your colleagues and the evidence. Copy nothing of what was written.",
        rows=3,
        max_length=500,
        error_messages={"required": "Say what makes you think so."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, campaigns, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["campaign"], queryset=campaigns)
        if not campaigns:
            del self.fields["campaign"]
