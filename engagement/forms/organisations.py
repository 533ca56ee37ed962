"""Organisations and the people who act for them."""

from contextlib import contextmanager
from typing import Any

from django import forms
from django.db.models import Q

from engagement.domain import particulars
from engagement.enums import OrganisationKind, Role, Sector, Size
from engagement.forms.refused import RefusedBeside

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


class OrganisationForm(RefusedBeside):
    """A new organisation, or another's particulars: provider, partner, police, fire, council. The office is there."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "Enter its name", "max_length": "The name can have at most 200 characters"},
    )
    kind = forms.ChoiceField(
        label="What it is to us",
        choices=[choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.OFFICE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is to us"},
    )
    sector = forms.ChoiceField(
        label="Sector",
        choices=[choice for choice in Sector.choices if choice[0] != Sector.UNKNOWN],
        help_text="The public reads it in the register of agreements.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose its sector"},
    )
    is_vcse = forms.TypedChoiceField(
        label="Is it a voluntary, community or social enterprise (VCSE)?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="A charity is one. So is a community interest company, which may be of the private sector.",
        error_messages={"required": "Choose whether it is a VCSE"},
    )
    size = forms.ChoiceField(
        label="Size",
        choices=[(Size.UNKNOWN, "Not known"), *(choice for choice in Size.choices if choice[0] != Size.UNKNOWN)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose its size, or “Not known”"},
    )
    charity_number = forms.CharField(
        label="Charity number",
        required=False,
        max_length=20,
        help_text="6 or 7 digits, such as 1190041. In Scotland it begins with SC, in Northern Ireland with NIC.",
        widget=forms.TextInput(attrs={"width": "10"}),
    )
    company_number = forms.CharField(
        label="Company number",
        required=False,
        max_length=20,
        help_text="8 characters, such as 01234567 or OC123456.",
        widget=forms.TextInput(attrs={"width": "10"}),
    )

    def __init__(self, *args, organisation=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if organisation and organisation.kind == OrganisationKind.OFFICE:
            self.fields["kind"].choices = [(OrganisationKind.OFFICE.value, OrganisationKind.OFFICE.label)]

    def clean_name(self):
        """One line, since it stands in mails; and one that no other organisation goes by."""
        name = " ".join(self.cleaned_data["name"].split())
        with beside():
            particulars.refuse_name(name, but=self.organisation)
        return name

    def clean_charity_number(self):
        with beside():
            return particulars.charity_number_of(self.cleaned_data["charity_number"])

    def clean_company_number(self):
        with beside():
            return particulars.company_number_of(self.cleaned_data["company_number"])


@contextmanager
def beside():
    """Turns what the domain refuses into the error of the box that is being cleaned."""
    try:
        yield
    except particulars.ParticularsRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


class OrganisationFilter(forms.Form):
    """Which organisations the list shows; every box may stay empty."""

    mark_optional = False
    q = forms.CharField(label="Name or number", required=False, max_length=80)
    sector = forms.ChoiceField(label="Sector", required=False, choices=[("", "Every sector"), *Sector.choices])
    vcse = forms.ChoiceField(
        label="VCSE", required=False, choices=[("", "All"), ("yes", "VCSE only"), ("no", "Others only")]
    )

    def narrow(self, organisations):
        """The organisations that match what was chosen; what cannot be read narrows nothing."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if words := chosen.get("q"):
            named = Q(name__icontains=words) | Q(charity_number=words) | Q(company_number__iexact=words)
            organisations = organisations.filter(named)
        if chosen.get("sector"):
            organisations = organisations.filter(sector=chosen["sector"])
        if chosen.get("vcse"):
            organisations = organisations.filter(is_vcse=chosen["vcse"] == "yes")
        return organisations
