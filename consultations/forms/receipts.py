"""The small forms round an answer: where to send a link, under which reference answers are, who wants to hear more."""

from django import forms

from consultations.domain import tickets
from consultations.forms.preparing import offer


class SendForm(forms.Form):
    """The last question before sending: what we may do with words of one's own. Nothing chosen is a no."""

    mark_optional = False
    publish = forms.ChoiceField(
        label="May we publish what you wrote in your own words?",
        help_text="We take out names and places first. What you chose from a list is only counted.",
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["publish"], choices=[(one.value, one.label) for one in offered])


class AddressForm(forms.Form):
    """An e-mail address, used once in this request and not kept."""

    mark_optional = False
    email = forms.EmailField(
        label="E-mail address",
        help_text="Use an address that only you read. We send one message and do not keep the address. "
        "In an hour we send at most six to one address.",
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like name@example.com",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "width": "two-thirds", "spellcheck": "false"}),
    )


class ReceiptMailForm(AddressForm):
    """Where to send a note that answers have come in."""

    with_code = forms.BooleanField(
        label="Put my reference in the e-mail",
        help_text="Whoever reads the e-mail can then see, change or withdraw your answers.",
        required=False,
    )


class OutcomeForm(AddressForm):
    """Somebody who wants to hear what came of it. The address waits sealed, apart from any answer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "Use an address that only you read. It is kept apart from your answers."


class ReturnForm(forms.Form):
    """The code that was shown when somebody saved their answers to come back later."""

    mark_optional = False
    code = forms.CharField(
        label="Your code",
        help_text="It has 12 letters and numbers, such as AB3-CD4-EF5-GH6. We showed it when you saved your answers.",
        error_messages={"required": "Enter your code"},
        widget=forms.TextInput(
            attrs={"width": "20", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self):
        try:
            return tickets.read_code(self.cleaned_data["code"], name="code")
        except tickets.CodeMistyped as problem:
            raise forms.ValidationError(str(problem)) from problem


class CodeForm(forms.Form):
    """The reference that was shown when the answers were sent."""

    mark_optional = False
    code = forms.CharField(
        label="Your reference",
        help_text="It has 12 letters and numbers, such as AB3-CD4-EF5-GH6. We showed it when you sent your answers.",
        error_messages={"required": "Enter your reference"},
        widget=forms.TextInput(
            attrs={"width": "20", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self):
        try:
            return tickets.read_code(self.cleaned_data["code"])
        except tickets.CodeMistyped as problem:
            raise forms.ValidationError(str(problem)) from problem


class CopyForm(CodeForm):
    """The reference, and in which words to read what was sent."""

    wording = forms.ChoiceField(label="In which words?", required=False, widget=forms.RadioSelect)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        if offered:
            words = [(one.code, one.own_name if one.language else one.title) for one in offered]
            offer(self.fields["wording"], choices=[("", "Standard"), *words])
        else:
            del self.fields["wording"]
