"""Narrowing the audit log."""

from datetime import timedelta

from django import forms
from django.db.models import Q

from engagement.forms.dates import DayField


class LogFilterForm(forms.Form):
    """Filters by GET. Empty ones let everything through."""

    mark_optional = False

    text = forms.CharField(label="Words", required=False, widget=forms.TextInput(attrs={"width": "20"}))
    reference = forms.CharField(
        label="Activity reference", required=False, widget=forms.TextInput(attrs={"width": "10"})
    )
    since = DayField(label="From", name="The first day", required=False)
    until = DayField(label="To", name="The last day", required=False)

    def narrow(self, entries):
        """The entries that match; all of them while the form has errors."""
        if not self.is_valid():
            return entries
        wanted, condition = self.cleaned_data, Q()
        if wanted["text"]:
            words = wanted["text"]
            condition &= Q(summary__icontains=words) | Q(action__icontains=words) | Q(actor__name__icontains=words)
        if wanted["reference"]:
            condition &= Q(activity__reference__iexact=wanted["reference"].strip())
        if wanted["since"]:
            condition &= Q(at__date__gte=wanted["since"])
        if wanted["until"]:
            condition &= Q(at__date__lt=wanted["until"] + timedelta(days=1))
        return entries.filter(condition)
