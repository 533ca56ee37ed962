"""The forms that change the life of a public consultation. Each asks for a reason that everybody can read."""

from datetime import time

from django import forms
from django.utils import timezone

from consultations.forms.preparing import (
    CLOSES_BY_CUSTOM,
    RefusableForm,
    clock_choices,
    day_field,
    long_text,
    offer,
    uk_moment,
)
from engagement.domain.calendar import LONDON


class ReasonForm(RefusableForm):
    """A public reason for closing early, pausing or withdrawing."""

    reason = long_text(
        "Why", "Everybody can read this on the page.", error_messages={"required": "Say why. Everybody can read it."}
    )


class InformationForm(RefusableForm):
    """A dated update under the words that people read first."""

    places = {"reason": "text"}

    text = long_text(
        "What people should know now",
        "It stands on the page with today’s date. What was there before stays as it was.",
        rows=6,
        error_messages={"required": "Write the update"},
    )


class ExtendForm(ReasonForm):
    """A later closing time, with a public reason."""

    places = {"closes_at": "closes_on"}

    closes_on = day_field("Closes on", missing="Enter the day on which it closes")
    closes_time = forms.ChoiceField(label="Closes at", initial=f"{CLOSES_BY_CUSTOM:%H:%M}", choices=clock_choices)

    field_order = ["closes_on", "closes_time", "reason"]

    def closes_at(self):
        """The new closing moment."""
        return uk_moment(self.cleaned_data["closes_on"], self.cleaned_data["closes_time"])


class ResumeForm(ExtendForm):
    """When it closes now, filled in with what gives people back the time they lost."""

    def __init__(self, *args, suggested, **kwargs):
        super().__init__(*args, **kwargs)
        local = timezone.localtime(suggested, LONDON)
        self.initial = {"closes_on": local.date(), "closes_time": f"{local:%H:%M}", **self.initial}
        offer(self.fields["closes_time"], choices=clock_choices(time.fromisoformat(self.initial["closes_time"])))
