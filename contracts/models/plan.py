"""Plans that both sides agree: to get ready (R-073, R-074), to get better (R-084), and for its end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contracts import rules
from contracts.enums import PlanKind, PlanOutcome, Rag, Side
from contracts.models.agreement import Agreement
from contracts.models.returns import Figure


class ActionPlanQuerySet(models.QuerySet):
    def open(self):
        """Not closed."""
        return self.filter(closed_at=None)

    def visible_to(self, user, *, at):
        """Plans that this person may open: for the office, or as the provider."""
        return self.filter(rules.readable_by_both_sides(user, at=at))


class ActionPlan(models.Model):
    """A plan with milestones or actions. `version` counts every change of what is to be agreed, never of progress.

    `figure` is the rated figure that an improvement plan was opened for. `rag` overrides what the dates say.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=PlanKind)
    aim = models.TextField()
    because = models.TextField(blank=True)
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    version = models.PositiveIntegerField(default=1)
    rag = models.CharField(max_length=10, choices=Rag, blank=True)
    rag_reason = models.TextField(blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=PlanOutcome, blank=True)
    outcome_words = models.TextField(blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(kind=PlanKind.MOBILISATION, closed_at=None),
                name="plan_one_open_mobilisation",
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(kind=PlanKind.EXIT, closed_at=None), name="plan_one_open_exit"
            ),
            models.CheckConstraint(condition=Q(kind__in=PlanKind.values), name="plan_kind_known"),
            models.CheckConstraint(condition=Q(rag="") | ~Q(rag_reason=""), name="plan_override_has_reason"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
                name="plan_closed_with_outcome",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self):
        """Its page, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:plan-detail", args=[self.agreement.reference, self.number])


class PlanReview(models.Model):
    """That an exit plan was looked at, when, and what was found. Never changed."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    words = models.TextField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self):
        return f"{self.plan_id}, looked at on {self.held_on}"


class PlanStamp(models.Model):
    """One side's word that it agrees to one version of a plan. A later version is not agreed by it."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="stamps")
    version = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "version", "side"], name="plan_stamp_once_per_side"),
            models.UniqueConstraint(fields=["plan", "version", "by"], name="plan_stamp_not_by_one_for_both"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="plan_stamp_side_known"),
        ]

    def __str__(self):
        return f"{self.get_side_display()} agrees to version {self.version}"
