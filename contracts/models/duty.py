"""The amounts that the law sets, each for one purpose and from a date on: the law changes them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.enums import AmountPurpose


class StatutoryAmount(models.Model):
    """So many pounds, VAT included, from a day on, for one purpose.

    The latest of its purpose that has begun by a day holds on it. Never changed and never deleted: a new one follows.
    `source` names the law; `checked_on` is when somebody last held the amount against it, empty where nobody has.
    """

    purpose = models.CharField(max_length=20, choices=AmountPurpose, default=AmountPurpose.INDICATORS)
    applies_from = models.DateField()
    pounds = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=200)
    checked_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "applies_from"], name="statutory_amount_once_a_day"),
            models.CheckConstraint(
                condition=Q(purpose__in=AmountPurpose.values), name="statutory_amount_purpose_known"
            ),
            models.CheckConstraint(condition=Q(pounds__gt=0, pounds__lt=10**12), name="statutory_amount_finite"),
            models.CheckConstraint(condition=~Q(source=""), name="statutory_amount_has_source"),
        ]

    def __str__(self):
        return f"£{self.pounds:,.0f} from {self.applies_from}"
