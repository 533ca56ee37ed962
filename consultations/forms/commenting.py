"""The forms with which people comment on a section of a draft. They clean; the domain says what is too long."""

from django import forms

from consultations.domain import commenting, tickets
from consultations.enums import Publication
from consultations.forms.cowriting import PUBLISH
from consultations.forms.preparing import RefusableForm, long_text, offer
from consultations.forms.receipts import CodeForm
from engagement.models import Organisation

SIGNED_PUBLISH = (*PUBLISH[:2], (Publication.NONE, "Not at all: only the office reads it"))


class CommentForm(RefusableForm):
    """What somebody without a name thinks of one section. `code` is drawn with the page and later takes it back."""

    mark_optional = False

    text = long_text(
        "Your comment",
        f"Say what should change, and why. Do not name anyone. At most {commenting.LONGEST:,} characters.",
        rows=7,
        error_messages={"required": "Write what you think of this section"},
    )
    publish = forms.ChoiceField(
        label="May we publish your comment?",
        help_text="We read it first, and take out names and places. Without a choice, only the office reads it.",
        required=False,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        if "publish" in self.fields:
            offer(self.fields["publish"], choices=[(one.value, one.label) for one in offered])

    def clean_code(self):
        """The code that the page was drawn with; a fresh one where it is no code."""
        try:
            return tickets.read_code(self.cleaned_data["code"])
        except tickets.CodeMistyped:
            return tickets.new_code()

    def words(self):
        """What was said, as the domain takes it."""
        return commenting.Words(self.cleaned_data["text"], self.cleaned_data["publish"])


class CommentCodeForm(CodeForm):
    """The reference that was shown when a comment was sent."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "code"
        ].help_text = "It has 12 letters and numbers, such as AB3-CD4-EF5-GH6. We showed it when you sent your comment."


class SignedCommentForm(CommentForm):
    """What an organisation says by name. `organisations` are those that this person signs for."""

    publish = forms.ChoiceField(
        label="May we publish your comment?",
        help_text="The office reads it with your name in any case, before anything is published.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether we may publish your comment"},
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="For which organisation do you sign?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the organisation that you sign for"},
    )
    declared = forms.BooleanField(
        label="I confirm: I may comment for this organisation, and these are its views",
        error_messages={"required": "Confirm that these are the views of your organisation"},
    )
    field_order = ("organisation", "text", "publish", "declared")

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, offered=(), **kwargs)
        offer(self.fields["publish"], choices=SIGNED_PUBLISH)
        offer(self.fields["organisation"], queryset=organisations)
