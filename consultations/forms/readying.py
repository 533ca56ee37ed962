"""The parts of a draft with pages of their own: safety and privacy, fairness, and ways to answer."""

from django import forms
from django.utils import timezone

from consultations.domain import preparing
from consultations.enums import Channel
from consultations.forms.preparing import RefusableForm, clock_choices, day_field, long_text, offer, uk_moment
from consultations.models.preparation import OFFERED
from engagement.domain.calendar import LONDON

YES, NO = "yes", "no"


class PartForm(RefusableForm):
    """One part of a draft; `part` names what it changes, and `seen` remembers what it was opened with (C04)."""

    part = frozenset()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, draft, **kwargs):
        super().__init__(*args, **kwargs)
        kept = {name: getattr(draft, name) for name in self.part}
        self.initial = {**self.shown(kept), "seen": preparing.fingerprint(draft, self.part)}

    def shown(self, kept):
        """What is kept as the form shows it."""
        return kept

    def words(self):
        """What the form says as the domain takes it."""
        return {name: self.cleaned_data[name] for name in self.part}


class SafetyForm(PartForm):
    """Whether people may be at risk, whom they can turn to, and what is special about their privacy."""

    part = preparing.SAFETY

    sensitive = forms.ChoiceField(
        label="May somebody be at risk if their screen or their mail is seen?",
        choices=[(YES, "Yes"), (NO, "No")],
        widget=forms.RadioSelect(
            attrs={
                "choice_hints": {
                    YES: "Every page has the exit button and a page on staying safe; addresses, tabs and messages name"
                    " no topic; counts below 10 are not shown."
                }
            }
        ),
        error_messages={"required": "Say whether somebody may be at risk"},
    )
    sensitive_reason = long_text(
        "Why nobody is at risk", "Only when you ask victims and say no above.", rows=3, required=False
    )
    support_contacts = long_text(
        "Whom people can call now",
        "One on each line: a name, a number, the hours. They stand beside every page.",
        required=False,
    )
    privacy_special = long_text(
        "What is special about privacy here",
        "Added to the office’s privacy notice on a page of its own: who else sees answers, how long they are kept.",
        required=False,
    )

    def shown(self, kept):
        return {**kept, "sensitive": YES if kept["sensitive"] else NO}

    def words(self):
        return {**super().words(), "sensitive": self.cleaned_data["sensitive"] == YES}


class StatementsForm(PartForm):
    """Three of the four statements that a fair consultation rests on; the fourth stands with the dates."""

    part = preparing.STATEMENTS

    formative_statement = long_text(
        "Why this is still open",
        "At which stage this is, which options there are, and that no decision has been taken.",
        required=False,
    )
    information_statement = long_text(
        "What people are told, and where",
        "The reasons and facts that somebody needs to judge for themselves, such as costs and other options.",
        required=False,
    )
    consideration_statement = long_text(
        "How views will be considered",
        "Who reads every answer, how they are weighed, and before which decision.",
        required=False,
    )


class WayForm(RefusableForm):
    """One way to answer beside the form on this site."""

    places = {"starts_at": "starts_on", "ends_at": "ends_time"}

    channel = forms.ChoiceField(
        label="Which way?",
        choices=[(one.value, one.label) for one in OFFERED],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a way"},
    )
    words = forms.CharField(
        label="What to do, or what happens",
        max_length=200,
        help_text="For example: Call and we fill it in with you, 9am to 7pm on weekdays",
        error_messages={"required": "Say what to do"},
    )
    contact = forms.CharField(
        label="Number, address or place",
        max_length=200,
        help_text="For example: 01632 960 144, or Millgate Library, AV1 2AB",
        error_messages={"required": "Enter the number, address or place"},
    )
    starts_on = day_field("Day of the event", missing="", help_text="Only for an event. For example, 16 10 2026")
    starts_time = forms.ChoiceField(label="Begins at", required=False)
    ends_time = forms.ChoiceField(label="Ends at", required=False)

    def __init__(self, *args, way=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = False
        for name in ("starts_time", "ends_time"):
            offer(self.fields[name], choices=[("", "No time"), *clock_choices()])
        if way:
            self.initial = {"channel": way.channel, "words": way.words, "contact": way.contact, **moments(way)}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("channel") == Channel.EVENT and cleaned.get("starts_on") and not cleaned.get("starts_time"):
            self.add_error("starts_time", "Say at what time it begins")
        return cleaned

    def way(self):
        """The way as the domain takes it: moments instead of a day and times; only an event has any."""
        given = self.cleaned_data
        kept = {name: given[name] for name in ("channel", "words", "contact")}
        day = given["starts_on"] if given["channel"] == Channel.EVENT else None
        for name in ("starts", "ends"):
            clock = given[f"{name}_time"]
            kept[f"{name}_at"] = uk_moment(day, clock) if day and clock else None
        return kept


def moments(way):
    """The day and times of a way as the form shows them."""
    shown = {}
    if way.starts_at:
        local = timezone.localtime(way.starts_at, LONDON)
        shown = {"starts_on": local.date(), "starts_time": f"{local:%H:%M}"}
    if way.ends_at:
        shown["ends_time"] = f"{timezone.localtime(way.ends_at, LONDON):%H:%M}"
    return shown
