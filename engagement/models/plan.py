"""The strategic plans that every activity serves (R-001, R-002)."""

from django.db import models
from django.db.models import F, Q

from engagement.enums import Fund


class StrategicPlan(models.Model):
    """A Police and Crime Plan or a Fire and Rescue Plan, while it is in force."""

    title = models.CharField(max_length=200, unique=True)
    fund = models.CharField("plan for", max_length=20, choices=Fund)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="plan_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.title


class Priority(models.Model):
    """One numbered priority of a plan."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="priorities")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "priorities"
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="priority_number_once_per_plan")]

    def __str__(self):
        return self.title
