"""Organisations and the people who act for them."""

from typing import Any

from django import forms
from django.utils.text import slugify

from engagement.enums import OrganisationKind, Role
from engagement.models import Organisation

ROLE_HINTS = {
    Role.PREPARER: "Fills in and saves returns.",
    Role.CERTIFIER: "Also submits returns with a declaration, answers queries, and manages these people.",
}


class InvitationForm(forms.Form):
    """A name, an address and a role in this organisation."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        widget=forms.TextInput(attrs={"width": "20"}),
        error_messages={"required": "Enter their full name", "max_length": "The name can have at most 150 characters"},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Their own, at work. They sign in with it.",
        widget=forms.EmailInput(attrs={"width": "20"}),
        error_messages={
            "required": "Enter their e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like name@example.com",
        },
    )
    role = forms.ChoiceField(label="What they do", error_messages={"required": "Choose what they do"})

    fields: dict[str, Any]

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in Role if role in roles]
        hints = {role.value: words for role, words in ROLE_HINTS.items() if role in roles}
        self.fields["role"].widget = forms.RadioSelect(attrs={"choice_hints": hints}, choices=choices)
        self.fields["role"].choices = choices

    def clean_name(self):
        """One line: the name stands in the text of a mail."""
        return " ".join(self.cleaned_data["name"].split())


class OrganisationForm(forms.ModelForm):
    """A new organisation: provider, partner, police, fire, council. The office is there already."""

    fields: dict[str, Any]

    class Meta:
        model = Organisation
        fields = ["name", "kind", "charity_number", "company_number"]
        labels = {"kind": "What it is to us"}
        widgets = {
            "kind": forms.RadioSelect,
            "charity_number": forms.TextInput(attrs={"width": "10"}),
            "company_number": forms.TextInput(attrs={"width": "10"}),
        }
        error_messages = {
            "name": {"required": "Enter its name", "unique": "There is an organisation with this name already"},
            "kind": {"required": "Choose what it is to us"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.OFFICE
        ]

    def clean_name(self):
        """One line, since it stands in mails; and one that no other organisation goes by."""
        name = " ".join(self.cleaned_data["name"].split())
        if not slugify(name) or Organisation.objects.filter(slug=slugify(name)[:80]).exists():
            raise forms.ValidationError("There is an organisation with this name, or one very like it, already")
        return name
