"""What is said when a document is announced."""

from django import forms


class AnnounceForm(forms.Form):
    """The one or two sentences under the title of the message."""

    summary = forms.CharField(
        label="What should people know?",
        help_text="One or two plain sentences. The title and the link are added for you.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 400}),
        error_messages={"required": "Say in a sentence what people will find"},
    )
