"""The form with which the office drafts a consultation, and what its forms share. They clean; the domain decides."""

from datetime import datetime, time
from itertools import groupby

from django import forms
from django.utils import timezone

from consultations.domain import preparing, specifications
from consultations.domain.substance import groups_of
from consultations.enums import AskedGroup, IdentityMode, StatutoryKind
from consultations.models import Consultation, Questionnaire
from engagement.domain.calendar import LONDON, clock_words
from engagement.forms.dates import DayField
from engagement.models import Activity

OPENS_BY_CUSTOM, CLOSES_BY_CUSTOM = time(9), time(17)
HALF_HOURS = [time(hour, minute) for hour in range(6, 22) for minute in (0, 30)]


def clock_choices(*extra):
    """Times of day to choose from, and `extra` ones kept already. Never midnight: of which day would it be?"""
    return [(f"{one:%H:%M}", clock_words(one)) for one in sorted({*HALF_HOURS, *extra})]


def uk_moment(day, clock):
    """The aware moment of a UK date and a time such as "17:00"."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON)


def day_field(label, *, missing, help_text=""):
    """A date in three boxes; `missing`, which is said when it is left empty, begins with "Enter the day on which"."""
    return DayField(
        label=label,
        name=missing.removeprefix("Enter ").capitalize(),
        help_text=help_text or "For example, 16 10 2026",
        error_messages={"required": missing},
    )


def long_text(label, help_text="", rows=4, **options):
    """A text of several lines."""
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}), **options)


def offer(field, **offered):
    """Sets what a field of one form lets people choose from: its `queryset` or its `choices`."""
    for name, value in offered.items():
        setattr(field, name, value)


class RefusableForm(forms.Form):
    """A form that can take the domain's refusal where it belongs."""

    places = {}

    def refuse(self, refusal):
        """Puts a refusal beside the field that it names, or above the form when there is none of that name."""
        field = self.places.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))


class ConsultationForm(RefusableForm):
    """The words, dates and questions of a draft. `activities` are those on which this person may ask."""

    places = {"opens_at": "opens_on", "closes_at": "closes_on"}
    reshaped = frozenset({"opens_on", "opens_time", "closes_on", "closes_time", "specification", "seen", "unlisted"})

    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label="Activity",
        help_text="What this is about. It cannot be changed later.",
        empty_label="Choose an activity",
        error_messages={"required": "Choose the activity that this is about"},
    )
    title = forms.CharField(
        label="Title",
        max_length=65,
        help_text="At most 65 characters, without “consultation”. For example: Have we got the draft right?",
        error_messages={
            "required": "Enter a title",
            "max_length": "Use at most 65 characters for the title (there are %(show_value)d)",
        },
    )
    summary = long_text(
        "What you ask",
        "Who is asked what, and why it matters. At most 100 words: people read this before they start.",
        error_messages={"required": "Say what you ask"},
    )
    purpose = long_text(
        "Why people’s views matter", "What you do with them, and what they can make better.", required=False
    )
    audience = forms.CharField(
        label="Who it is for",
        max_length=120,
        help_text="In words that people find themselves in. For example: People who have used the service",
        error_messages={"required": "Say who it is for"},
    )
    groups = forms.MultipleChoiceField(
        label="Groups you ask",
        choices=AskedGroup,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All that apply. When you ask victims, the exit button and quiet messages are on by themselves.",
    )
    statutory_kind = forms.ChoiceField(
        label="What the law makes you ask about",
        choices=[("", "None of these"), *StatutoryKind.choices],
        required=False,
        help_text="It says which groups have to be asked.",
    )
    identity_mode = forms.ChoiceField(
        label="Who can answer",
        choices=IdentityMode.choices,
        initial=IdentityMode.OPEN_ANONYMOUS,
        widget=forms.RadioSelect(
            attrs={
                "choice_hints": {
                    IdentityMode.INVITED_ANONYMOUS: "You make codes, or let a provider make them, to hand out one to "
                    "a person. Each works once, and nobody can tell what was answered with it.",
                    IdentityMode.ORGANISATIONS: "People sign in and answer for their organisation. You read who "
                    "answered what, and what they let you publish stands beside the results.",
                }
            }
        ),
        required=False,
        help_text="It cannot be changed once this is public.",
    )
    eligibility = long_text(
        "What people are asked before they start",
        "One statement on each line, which they say yes or no to, such as: I am 16 or over. We keep no answer."
        " Whoever says no is shown the other ways.",
        rows=3,
        required=False,
    )
    unlisted = forms.BooleanField(
        label="Leave it out of lists, searches and news",
        required=False,
        help_text="Only those who know its address find it, until its results are published.",
    )
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(),
        label="Questionnaire",
        help_text="Written in the CMS, under Questionnaires. Its words are frozen when this opens.",
        empty_label="Choose a questionnaire",
        error_messages={"required": "Choose a questionnaire"},
    )
    specification = forms.ChoiceField(
        label="Version of the specification",
        required=False,
        help_text="What the questions are about. People always see this version, whatever is published later.",
    )
    minutes = forms.IntegerField(
        label="Minutes to answer",
        min_value=1,
        max_value=120,
        initial=5,
        widget=forms.NumberInput(attrs={"width": 3, "suffix": "minutes"}),
        error_messages={
            "required": "Say how many minutes it takes to answer",
            "invalid": "Enter a whole number of minutes",
            "min_value": "It takes at least 1 minute",
            "max_value": "Ask less: nobody has more than 120 minutes",
        },
    )
    opens_on = day_field("Opens on", missing="Enter the day on which it opens")
    opens_time = forms.ChoiceField(label="Opens at", initial=f"{OPENS_BY_CUSTOM:%H:%M}")
    closes_on = day_field(
        "Closes on",
        missing="Enter the day on which it closes",
        help_text="28 days after it opens or more, longer over holidays. For example, 16 10 2026",
    )
    closes_time = forms.ChoiceField(label="Closes at", initial=f"{CLOSES_BY_CUSTOM:%H:%M}")
    length_reason = long_text(
        "Why it is open for so long",
        "Why this is enough time for the people you ask, holidays included.",
        rows=2,
        required=False,
    )
    grace = forms.BooleanField(
        label="Who has started may still send for 30 minutes after closing",
        required=False,
        help_text="The page says so. Without it, nothing is taken from the closing second on.",
    )
    can_change = long_text("What can still change", "One point on each line.", required=False)
    settled = long_text("What is already settled", "One point on each line.", required=False)
    other_ways = long_text(
        "Help and other formats",
        "One on each line: Easy Read, British Sign Language, an interpreter, large print.",
        required=False,
    )
    next_steps = long_text("What happens next", "Who decides, and when.", required=False)
    contact = forms.CharField(
        label="Contact",
        max_length=200,
        required=False,
        help_text="A name with a phone number or address. The office's own when left empty.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, activities, draft=None, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["activity"], queryset=activities.order_by("title"))
        offer(self.fields["questionnaire"], queryset=Questionnaire.objects.order_by("title"))
        pinned = draft.specification_revision_id if draft else None
        versions = specifications.published_versions(activities=activities, pinned=pinned)
        self.versions = {str(one.pk): one for one in versions}
        offer(self.fields["specification"], choices=[("", "None"), *self.version_choices()])
        if draft:
            del self.fields["activity"]
            self.initial = {**as_initial(draft, self.versions), "seen": preparing.fingerprint(draft, preparing.WORDS)}
        for name in ("opens_time", "closes_time"):
            kept = self.initial.get(name)
            offer(self.fields[name], choices=clock_choices(*([time.fromisoformat(kept)] if kept else [])))

    def version_choices(self):
        """Published versions under the titles of their activities."""
        for title, group in groupby(self.versions.values(), key=lambda version: version.page.activity.title):
            yield title, [(str(one.pk), f"{one.title}, version {one.number}") for one in group]

    def clean_identity_mode(self):
        return self.cleaned_data["identity_mode"] or IdentityMode.OPEN_ANONYMOUS

    def clean_specification(self):
        return self.versions.get(self.cleaned_data["specification"])

    def clean(self):
        cleaned = super().clean()
        version, activity = cleaned.get("specification"), cleaned.get("activity")
        if version and activity and version.page.activity_id != activity.pk:
            self.add_error("specification", f"This specification belongs to another activity than “{activity}”")
        return cleaned

    def words(self):
        """The cleaned draft as the domain takes it: moments instead of dates and times, a pinned version."""
        words = {name: value for name, value in self.cleaned_data.items() if name not in self.reshaped}
        given, version = self.cleaned_data, self.cleaned_data["specification"]
        return {
            **words,
            "listed": not given["unlisted"],
            "opens_at": uk_moment(given["opens_on"], given["opens_time"]),
            "closes_at": uk_moment(given["closes_on"], given["closes_time"]),
            "specification": specifications.pin(version) if version else None,
        }


def as_initial(consultation: Consultation, versions):
    """A draft as `ConsultationForm` shows it. `versions` are the form's choices, by key."""
    opens, closes = (timezone.localtime(one, LONDON) for one in (consultation.opens_at, consultation.closes_at))
    pinned = next(
        (key for key, one in versions.items() if one.revision_id == consultation.specification_revision_id), ""
    )
    return {
        **{name: getattr(consultation, name) for name in ConsultationForm.base_fields if hasattr(consultation, name)},
        "groups": sorted(groups_of(consultation)),
        "unlisted": not consultation.listed,
        "specification": pinned,
        "opens_on": opens.date(),
        "opens_time": f"{opens:%H:%M}",
        "closes_on": closes.date(),
        "closes_time": f"{closes:%H:%M}",
    }


class OpenForm(RefusableForm):
    """Nothing to fill in: opening is one deliberate press."""
