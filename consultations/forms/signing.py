"""The forms round the signature of a second person, and of the calendar of elections."""

from django import forms

from consultations.forms.preparing import RefusableForm, day_field, long_text, offer
from consultations.models import ElectionPeriod
from engagement.models import User

SIGN, BACK = "sign", "back"


class AskForm(RefusableForm):
    """Whom to ask, and the attestation that goes with it."""

    asked_of = forms.ModelChoiceField(
        User.objects.none(),
        label="Who signs it off?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose who signs it off"},
    )
    note = long_text("What they should know", "They read it in the e-mail.", rows=3, required=False)
    attested = forms.BooleanField(
        label="I attest that no decision has been made on what this asks about",
        error_messages={"required": "Attest that no decision has been made. If one has, do not consult on it"},
    )

    def __init__(self, *args, signers, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["asked_of"], queryset=signers)


class SignForm(RefusableForm):
    """Sign, or send back with what has to change."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            (SIGN, "I sign this off: I have read it, and no decision has been made on what it asks about"),
            (BACK, "I send it back"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you sign it off or send it back"},
    )
    reason = long_text("What has to change", "Only when you send it back.", rows=4, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)


class OverrideForm(RefusableForm):
    """Why something opens in a pre-election period."""

    reason = long_text(
        "Why it cannot wait until after polling day",
        "It is kept with your name in the log.",
        error_messages={"required": "Say why it cannot wait until after polling day"},
    )


class PeriodForm(RefusableForm):
    """A pre-election period."""

    mark_optional = False

    name = forms.CharField(
        label="Name of the election",
        max_length=ElectionPeriod._meta.get_field("name").max_length,
        help_text="For example: Local elections 2027",
        error_messages={"required": "Enter the name of the election"},
    )
    starts_on = day_field(
        "First day of the period",
        missing="Enter the first day of the period",
        help_text="Usually the day on which the notice of election is published. For example, 23 3 2027",
    )
    polling_on = day_field(
        "Polling day", missing="Enter polling day", help_text="The last day of the period. For example, 6 5 2027"
    )
