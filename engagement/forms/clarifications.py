"""What providers ask, and what the office answers. The forms clean; the domain decides."""

from datetime import datetime, time
from typing import Any

from django import forms

from engagement.domain.calendar import LONDON, clock_words
from engagement.enums import OrganisationKind, QuestionSource
from engagement.forms.dates import DayField
from engagement.models import Organisation

CLOSES_BY_CUSTOM = time(17)
HALF_HOURS = [time(hour, minute) for hour in range(6, 22) for minute in (0, 30)]
LONGEST = 4000


def clock_choices():
    """Times of day to choose from. Never midnight: of which day would it be?"""
    return [(f"{one:%H:%M}", clock_words(one)) for one in HALF_HOURS]


def uk_moment(day, clock):
    """The aware moment of a UK date and a time such as "17:00"."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON)


def clock(label, initial=CLOSES_BY_CUSTOM):
    return forms.ChoiceField(label=label, initial=f"{initial:%H:%M}", choices=clock_choices)


def words(label, missing, hint="", rows=5, required=True):
    """A text of several lines, with a limit that is said."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing, "max_length": f"Write at most {LONGEST:,} characters"},
    )


def section_field():
    return forms.CharField(
        label="Which part is it about?",
        required=False,
        max_length=120,
        help_text="In your words, for example “Clause 4.2, opening hours”.",
        error_messages={"max_length": "The part can have at most 120 characters"},
    )


class RefusedHere(forms.Form):
    """Takes the domain's refusal where it belongs."""

    fields: dict[str, Any]

    def refuse(self, refusal):
        """Puts a refusal beside the field that it names, or above the form."""
        field = getattr(refusal, "field", "")
        self.add_error(field if field in self.fields else None, str(refusal))


class WindowForm(RefusedHere):
    """When providers may ask, about what, and by when they are answered."""

    about = forms.CharField(
        label="What can they ask about?",
        max_length=120,
        help_text="For example “Draft specification 0.3”.",
        error_messages={"required": "Enter what they can ask about", "max_length": "Use at most 120 characters"},
    )
    opens_on = DayField(
        label="Opens on",
        name="The day on which it opens",
        help_text="For example, 2 11 2026",
        error_messages={"required": "Enter the day on which it opens"},
    )
    opens_time = clock("Opens at", time(9))
    closes_on = DayField(
        label="Closes on",
        name="The day on which it closes",
        help_text="For example, 16 11 2026",
        error_messages={"required": "Enter the day on which it closes"},
    )
    closes_time = clock("Closes at")
    answers_on = DayField(
        label="Answers promised by",
        name="The day by which answers are promised",
        help_text="By 5pm. Everyone engaged gets them at the same moment.",
        error_messages={"required": "Enter the day by which answers are promised"},
    )
    is_public = forms.TypedChoiceField(
        label="Who may read the released answers?",
        choices=[("no", "Every organisation engaged"), ("yes", "Anybody")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may read the released answers"},
    )

    def wanted(self):
        """What the domain is asked for."""
        given = self.cleaned_data
        return {
            "about": given["about"],
            "opens_at": uk_moment(given["opens_on"], given["opens_time"]),
            "is_public": given["is_public"],
            **closing_of(given),
        }


class ExtendForm(RefusedHere):
    """The same further time for everyone."""

    closes_on = DayField(
        label="Closes on",
        name="The day on which it closes",
        error_messages={"required": "Enter the day on which it closes"},
    )
    closes_time = clock("Closes at")
    answers_on = DayField(
        label="Answers promised by",
        name="The day by which answers are promised",
        help_text="By 5pm.",
        error_messages={"required": "Enter the day by which answers are promised"},
    )
    reason = words("Why is there more time?", "Say why there is more time", "Everyone engaged reads it.", rows=3)

    def wanted(self):
        """What the domain is asked for."""
        return {"reason": self.cleaned_data["reason"], **closing_of(self.cleaned_data)}


def closing_of(given):
    return {
        "closes_at": uk_moment(given["closes_on"], given["closes_time"]),
        "answers_by": uk_moment(given["answers_on"], f"{CLOSES_BY_CUSTOM:%H:%M}"),
    }


class AskForm(RefusedHere):
    """A provider's question. A draft may be empty; the domain says what is missing when it is sent."""

    mark_optional = False

    organisation = forms.ModelChoiceField(
        label="For which organisation do you ask?",
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the organisation for which you ask"},
    )
    section = section_field()
    text = words(
        "Your question",
        "Write your question",
        "Everyone engaged will read it with its answer. Leave out what tells who you are, such as your name or prices.",
        rows=6,
        required=False,
    )
    confidential = forms.ChoiceField(
        label="May it be released to everyone, without your name?",
        choices=[("no", "Yes"), ("yes", "No, it is commercially confidential")],
        initial="no",
        widget=forms.RadioSelect(
            attrs={
                "choice_hints": {
                    "yes": "The office decides. If it says no, you choose: withdraw it, or let it be released."
                }
            }
        ),
        error_messages={"required": "Choose whether it may be released"},
    )
    reason = words("If it is confidential, why?", "", "Only the office reads this.", rows=3, required=False)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].label += " (optional)"
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations]).order_by("name")
        if len(organisations) == 1:
            field.initial, field.widget = organisations[0], forms.HiddenInput()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("confidential") == "yes" and not cleaned.get("reason"):
            self.add_error("reason", "Say why it is confidential")
        return cleaned

    def wanted(self):
        """What the domain is asked for."""
        given = self.cleaned_data
        return {
            "organisation": given["organisation"],
            "section": given["section"],
            "text": given["text"],
            "confidential_because": given["reason"] if given["confidential"] == "yes" else "",
        }


class EnterForm(RefusedHere):
    """A question that came another way, or a clarification of the office's own."""

    source = forms.ChoiceField(
        label="How did it come?",
        choices=[choice for choice in QuestionSource.choices if choice[0] != QuestionSource.PORTAL],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it came"},
    )
    organisation = forms.ModelChoiceField(
        label="Who asked?",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Not known, or nobody",
        help_text="Only the office sees this.",
    )
    received_on = DayField(
        label="The day on which it came",
        name="The day on which it came",
        required=False,
        help_text="For example, 4 11 2026",
    )
    section = section_field()
    text = words("The question", "Write the question", "As it was asked. You can reword it when you answer.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everyone = Organisation.objects.exclude(kind=OrganisationKind.OFFICE)
        self.fields["organisation"].queryset = everyone.order_by("name")


class AnswerForm(RefusedHere):
    """The question as everyone will read it, and the answer. `seen` tells whether somebody changed it meanwhile."""

    section = section_field()
    wording = words(
        "The question, as everyone will read it",
        "Write the question as everyone will read it",
        "Leave out what tells who asked. The original stays as it is, for the office alone.",
    )
    text = words("The answer", "Write the answer", rows=8)
    reason = words("Why is it corrected?", "", "Everyone reads it beside the new answer.", rows=3, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, correcting, **kwargs):
        super().__init__(*args, **kwargs)
        if not correcting:
            del self.fields["reason"]

    def now_seen(self, seen):
        """What was typed stays; saving again is on top of what stands there now."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "seen": seen}


class ReasonForm(RefusedHere):
    """A reason that the asker reads."""

    reason = words("Why?", "Say why. The asker reads it", "The asker reads it, and nobody else.", rows=4)


class ConfidenceForm(ReasonForm):
    """Whether a wish for confidence is accepted."""

    accept = forms.TypedChoiceField(
        label="Is it kept confidential?",
        choices=[
            ("yes", "Yes: it is answered to the asker alone, and never released"),
            ("no", "No: the asker withdraws it, or lets it be released"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is kept confidential"},
    )

    field_order = ["accept", "reason"]


class MergeForm(RefusedHere):
    """Another question of the same window that asks the same."""

    into = forms.ModelChoiceField(
        label="Which question asks the same?",
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a question"},
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = others
        field.label_from_instance = lambda one: f"{one}: {one.text}" if one.number else one.text


class ConflictForm(RefusedHere):
    """An interest that somebody declared, and what is done about it."""

    declared_by = forms.CharField(
        label="Who declared it?",
        max_length=150,
        help_text="A person, or an organisation.",
        error_messages={"required": "Enter who declared it", "max_length": "Use at most 150 characters"},
    )
    organisation = forms.ModelChoiceField(
        label="Which organisation does it concern?",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="None",
    )
    declared_on = DayField(
        label="The day on which it was declared",
        name="The day on which it was declared",
        help_text="For example, 4 11 2026",
        error_messages={"required": "Enter the day on which it was declared"},
    )
    interest = words("What is the interest?", "Write what the interest is", rows=4)
    mitigation = words("What is done about it?", "Write what is done about it", rows=4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everyone = Organisation.objects.exclude(kind=OrganisationKind.OFFICE)
        self.fields["organisation"].queryset = everyone.order_by("name")
