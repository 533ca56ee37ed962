"""The forms of what comes after closing: what people said, what was decided, and corrections of both."""

from django import forms

from consultations.domain.concluding import FEEDBACK, OUTCOME
from consultations.enums import Approach, Overlap
from consultations.forms.preparing import RefusableForm, day_field, long_text, offer
from engagement.domain.calendar import uk_date
from engagement.enums import Stage

ASKED = {f"asked_{way.value.lower()}": way for way in Approach}


class FeedbackForm(RefusableForm):
    """What people said, who was asked, and what that cannot tell. It can be kept half written."""

    mark_optional = False
    half = FEEDBACK
    places = {"asked_by": next(iter(ASKED))}

    finding = forms.CharField(
        label="The finding in one sentence",
        max_length=160,
        required=False,
        help_text="The heading of the results. Say the number: Most people (62%) want evening appointments.",
        error_messages={"max_length": "Use at most 160 characters for the finding (there are %(show_value)d)"},
    )
    we_asked = long_text("We asked", "What you asked, and of whom.", required=False)
    you_said = long_text(
        "You said", "The main points, with numbers. Name nobody, and quote nothing that could.", rows=8, required=False
    )
    limits = long_text(
        "What the answers cannot tell",
        "Who did not answer, how far they stand for others, what was not asked.",
        required=False,
    )
    method = long_text(
        "How the answers were read",
        "Who read and coded them, how far two readers agreed, and any use of a machine.",
        required=False,
    )
    overlap = forms.ChoiceField(
        label="Could one person answer in more than one way?",
        choices=Overlap,
        widget=forms.RadioSelect,
        required=False,
    )
    asked_also = forms.CharField(
        label="Other ways of asking, which nobody counted",
        max_length=200,
        required=False,
        help_text="For example: posters in libraries",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        for name, way in ASKED.items():
            self.fields[name] = forms.IntegerField(
                label=f"People asked {way.label}",
                required=False,
                min_value=0,
                max_value=10_000_000,
                error_messages={
                    "invalid": f"Enter how many people were asked {way.label}, in digits",
                    "min_value": f"The number of people asked {way.label} must be 0 or more",
                    "max_value": f"The number of people asked {way.label} must be 10,000,000 or less",
                },
            )

    @classmethod
    def start(cls, consultation):
        """What the form shows first: the words as they are kept."""
        kept = {name: getattr(consultation, name) for name in FEEDBACK if name in cls.base_fields}
        return {**kept, **{name: consultation.asked_by.get(way) for name, way in ASKED.items()}}

    def words(self):
        """The cleaned words by field, as the domain takes them."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in FEEDBACK if name in given},
            "asked_by": {way.value: given[name] for name, way in ASKED.items() if given.get(name)},
            "overlap": given["overlap"] or Overlap.UNKNOWN,
        }


class OutcomeForm(RefusableForm):
    """What was decided after listening, by whom and when; what was done, what was not, and what comes next."""

    mark_optional = False
    half = OUTCOME

    we_did = long_text(
        "We did", "What changed because of it, or will, with numbers and by when.", rows=6, required=False
    )
    unchanged = long_text("What did not change, and why", "Leave it empty if everything did.", required=False)
    decision = long_text("What was decided", "In plain words, with the reasons.", required=False)
    decided_by = forms.CharField(
        label="Who decided", max_length=120, required=False, help_text="For example: The Commissioner"
    )
    decided_on = day_field("Decided on", missing="Enter the day on which it was decided")
    decision_reference = forms.CharField(
        label="Reference of the decision record",
        max_length=60,
        required=False,
        help_text="For example: DR-2026-014",
    )
    decision_url = forms.CharField(
        label="Address of the decision record",
        max_length=300,
        required=False,
        help_text="It begins with https://, or with / for a page of this site.",
    )
    decision_move = forms.TypedChoiceField(
        label="The move of the activity that carries it out",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="It becomes a link to the activity’s story.",
    )
    next_stage = forms.ChoiceField(label="The next stage", choices=[("", "Not said"), *Stage.choices], required=False)
    next_words = long_text("What comes next", "The next step, who takes it, and when.", required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].required = False
        moves = consultation.activity.stage_changes.order_by("-sequence")
        offer(
            self.fields["decision_move"],
            choices=[("", "None"), *((move.sequence, move_words(move)) for move in moves)],
        )

    @classmethod
    def start(cls, consultation):
        """What the form shows first: the words as they are kept."""
        return {name: getattr(consultation, name) for name in OUTCOME}

    def words(self):
        """The cleaned words by field, as the domain takes them."""
        return {name: self.cleaned_data[name] for name in OUTCOME}


def move_words(move):
    """A move of an activity in words."""
    day = uk_date(move.moved_at.date())
    if not move.from_stage:
        return f"Began at {move.get_to_stage_display()}, {day}"
    return f"{move.get_from_stage_display()} to {move.get_to_stage_display()}, {day}"


class CorrectionForm(RefusableForm):
    """Why there is another edition: everybody reads it."""

    note = long_text(
        "What you correct, and why",
        "It is public, beside the date of the new edition.",
        rows=3,
        error_messages={"required": "Say what is corrected, and why. Everybody can read it"},
    )


class FeedbackCorrectionForm(FeedbackForm, CorrectionForm):
    """Other words for what people said, with the public note."""


class OutcomeCorrectionForm(OutcomeForm, CorrectionForm):
    """Other words for the outcome, with the public note."""


class PublishForm(RefusableForm):
    """One deliberate press, on the words that were read: `seen` is their fingerprint."""

    seen = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="I have read every answer, and the words name nobody",
        error_messages={"required": "Confirm that every answer was read and that the words name nobody"},
    )


class PublishOutcomeForm(RefusableForm):
    """One deliberate press, on the words that were read: `seen` is their fingerprint."""

    seen = forms.CharField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="This is what was decided, and those who decided have read what people said",
        error_messages={"required": "Confirm that this was decided, and that those who decided read what people said"},
    )
