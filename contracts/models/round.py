"""Ratings of a whole period that one person publishes together, and what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contracts.enums import RoundState
from contracts.models.returns import KpiReturn


class PublicationRoundQuerySet(models.QuerySet):
    def waiting(self):
        """Ordered, and not all of it done."""
        return self.filter(finished_at=None)


class PublicationRound(models.Model):
    """One person's act: the ratings of every return of a period (`quarter` is its code) that was ready just then."""

    quarter = models.CharField("period", max_length=24)
    label = models.CharField(max_length=80)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PublicationRoundQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ordered_at"], name="round_by_time")]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("contracts:round-detail", args=[self.pk])


class RoundReturn(models.Model):
    """One return of a round. `seen_version` is the return as it was when the person decided; `refusal` says why not."""

    round = models.ForeignKey(PublicationRound, on_delete=models.CASCADE, related_name="items")
    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="rounds")
    seen_version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.WAITING)
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "kpi_return"], name="round_return_once"),
            models.UniqueConstraint(
                fields=["kpi_return"], condition=Q(state="WAITING"), name="round_return_waits_in_one_round"
            ),
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_return_state_known"),
            models.CheckConstraint(
                condition=Q(state="REFUSED") | Q(refusal=""), name="round_return_says_why_only_if_not"
            ),
        ]

    def __str__(self):
        return f"{self.kpi_return_id} in {self.round_id}"
