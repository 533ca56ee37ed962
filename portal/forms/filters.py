"""Filters and searches: GET forms, every field optional. What cannot be understood is left out, never an error."""

from django import forms

from engagement.enums import Stage
from engagement.models import Priority


class ListFilter(forms.Form):
    """Words, stage and plan priority, for lists of activities and their documents."""

    use_required_attribute = False
    mark_optional = False

    q = forms.CharField(label="Words in the title or summary", max_length=100, required=False, strip=True)
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "Every stage"), *Stage.choices])

    def __init__(self, data):
        super().__init__(data)
        priorities = Priority.objects.select_related("plan").order_by("plan__fund", "number")
        self.fields["priority"] = forms.ModelChoiceField(
            label="Plan priority", required=False, empty_label="Every priority", queryset=priorities
        )

    def chosen(self):
        """The filters that were understood, as arguments for a listing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}

    @property
    def is_used(self):
        return any(self.chosen().values())


class SearchForm(forms.Form):
    """One box."""

    use_required_attribute = False
    mark_optional = False

    q = forms.CharField(label="Search plans, services and consultations", max_length=100, required=False)
