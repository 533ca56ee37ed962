"""What was agreed on the day an agreement was signed, kept as it was: it is judged by this later (R-090)."""

from django.db import models

from contracts.models.agreement import Agreement


class SignedTerms(models.Model):
    """The terms of an agreement as both sides signed them; never changed after (R-070, R-090).

    `terms` holds plain values, as `contracts.domain.terms.terms_of` makes them: amounts in pounds and targets as text.
    """

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="signed_terms")
    terms = models.JSONField()
    kept_at = models.DateTimeField()

    def __str__(self):
        return f"{self.agreement} as it was signed"
