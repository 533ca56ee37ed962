"""What the office types about a document of an agreement."""

from django import forms

from contracts.enums import DocumentKind
from contracts.forms.asked import RefusedBeside
from engagement.domain.received import BEGINNINGS, LARGEST
from engagement.forms.dates import DayField

READING = [("yes", "The office and the provider"), ("no", "The office only")]


def file_field(label):
    return forms.FileField(
        label=label,
        help_text=f"At most {LARGEST >> 20} MB: {', '.join(BEGINNINGS)}.",
        error_messages={"required": "Choose a file", "empty": "Choose a file that is not empty"},
    )


def expiry_field():
    return DayField(
        label="Until when does it hold?",
        name="The last day",
        required=False,
        help_text="Of an insurance or a policy: its last day. For example, 31 3 2027",
    )


class ShareForm(RefusedBeside):
    """Who reads a document."""

    shared = forms.TypedChoiceField(
        label="Who reads it?",
        choices=READING,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who reads it"},
    )
    withheld_because = forms.CharField(
        label="Why does the provider not read it?",
        required=False,
        max_length=300,
        help_text="Leave it empty when the provider reads it. Only the office reads this reason.",
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
        error_messages={"max_length": "It must be 300 characters or fewer"},
    )


class DocumentForm(ShareForm):
    """A new document with its first version."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=DocumentKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    title = forms.CharField(
        label="Title",
        max_length=150,
        help_text="For example “Public liability, 2026 to 2027”.",
        error_messages={"required": "Enter a title", "max_length": "Use at most 150 characters"},
    )
    file = file_field("The file")
    expires_on = expiry_field()

    field_order = ("kind", "title", "file", "expires_on", "shared", "withheld_because")


class VersionForm(RefusedBeside):
    """A newer version."""

    file = file_field("The newer file")
    expires_on = expiry_field()
    seen = forms.IntegerField(widget=forms.HiddenInput)
