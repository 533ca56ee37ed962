"""The amounts at which a statutory duty begins, each from a date on: the law changes them."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class StatutoryAmount(models.Model):
    """Over so many pounds, from a day on, a public contract carries the duty to set and publish indicators.

    The latest that has begun by a day holds on it. Never changed and never deleted: a new one follows.
    """

    applies_from = models.DateField(unique=True)
    pounds = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pounds__gt=0, pounds__lt=10**12), name="statutory_amount_finite"),
            models.CheckConstraint(condition=~Q(source=""), name="statutory_amount_has_source"),
        ]

    def __str__(self):
        return f"£{self.pounds:,.0f} from {self.applies_from}"
