"""Narrowing the public register."""

from django import forms
from django.db.models import Q

from contracts.enums import AgreementKind
from engagement.enums import Fund, Sector


class RegisterFilter(forms.Form):
    """Words, fund, kind and sector; every box may stay empty. What cannot be read narrows nothing."""

    mark_optional = False

    words = forms.CharField(
        label="Search", required=False, max_length=100, help_text="Title, provider, activity or reference."
    )
    fund = forms.ChoiceField(label="Fund", required=False, choices=[("", "Both funds"), *Fund.choices])
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *AgreementKind.choices])

    sector = forms.ChoiceField(
        label="Sector of the provider", required=False, choices=[("", "Every sector"), *Sector.choices]
    )

    def narrow(self, agreements):
        """The agreements that match what was chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for name in ("fund", "kind"):
            if chosen.get(name):
                agreements = agreements.filter(**{name: chosen[name]})
        if chosen.get("sector"):
            agreements = agreements.filter(provider__sector=chosen["sector"])
        for word in chosen.get("words", "").split()[:8]:
            agreements = agreements.filter(
                Q(title__icontains=word)
                | Q(reference__icontains=word)
                | Q(provider__name__icontains=word)
                | Q(activity__title__icontains=word)
            )
        return agreements
