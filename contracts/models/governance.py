"""Who steers an agreement: the board or meeting, how often, who chairs, and what is done when it goes no further."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.agreement import Agreement


class GovernanceArrangement(models.Model):
    """How an agreement is steered, as both sides agreed. Never changed: a new one follows, and the latest holds."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="governance")
    number = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=150)
    chair = models.CharField(max_length=150)
    meetings_a_year = models.PositiveSmallIntegerField()
    escalation = models.TextField()
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="governance_number_once"),
            models.CheckConstraint(
                condition=Q(meetings_a_year__gte=1, meetings_a_year__lte=52), name="governance_meets_at_least_yearly"
            ),
        ]

    def __str__(self):
        return self.body
