"""A form that takes what the domain says no with."""

from typing import Any

from django import forms


class RefusedBeside(forms.Form):
    """Puts the domain's refusal beside the box that it names, or above the form."""

    fields: dict[str, Any]

    def refuse(self, refusal):
        """Takes a refusal whose `field` may name a box."""
        field = getattr(refusal, "field", "")
        self.add_error(field if field in self.fields else None, str(refusal))
