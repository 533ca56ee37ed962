"""What is typed when somebody stops or hands work over."""

from django import forms

from engagement.enums import OFFICE_ROLES
from engagement.forms.dates import DayField
from engagement.forms.refused import RefusedBeside
from engagement.models import User


class HandOverForm(RefusedBeside):
    """From when on, to whom, why; and, where an organisation would have no certifier, whether that is meant."""

    ends_on = DayField(
        label="From which day on do they no longer act in this role?",
        name="The day",
        required=False,
        help_text="Today or later. They can read until then. Leave it empty when only the work passes on.",
    )
    to = forms.ModelChoiceField(
        label="Who takes the work?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody is chosen",
        error_messages={"required": "Choose who takes the work.", "invalid_choice": "Choose somebody from the list"},
    )
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=180,
        help_text="A sentence. It is kept in the log.",
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 180}),
        error_messages={
            "required": "Say why the activities pass to somebody else.",
            "max_length": "Write at most 180 characters",
        },
    )
    confirmed = forms.BooleanField(
        label="I know that nobody certifies for this organisation from then on", required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, work, colleagues, ask_to_confirm, has_stopped, **kwargs):
        super().__init__(*args, **kwargs)
        people = self.fields["to"]
        people.queryset = User.objects.filter(pk__in=[person.pk for person in colleagues]).order_by("name", "pk")
        if not ask_to_confirm:
            del self.fields["confirmed"]
        if work.membership.role not in OFFICE_ROLES:
            del self.fields["reason"]
        elif work.activities:
            self.fields["reason"].required = bool(colleagues)
        people.required = bool(colleagues)
        if not (work.passes and colleagues):
            del self.fields["to"]
            self.fields["ends_on"].required = True
            self.fields["ends_on"].error_messages["required"] = "Enter the day"
            self.fields["ends_on"].help_text = "Today or later. They can read until then."
        if has_stopped:
            del self.fields["ends_on"]
