"""What may go wrong with an agreement, and what has (R-088). The office's own: providers never see it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contracts.enums import RiskKind, RiskState
from contracts.models.agreement import Agreement
from engagement.enums import Fund

FROM_ONE_TO_FIVE = range(1, 6)


class RiskQuerySet(models.QuerySet):
    def open(self):
        """Still looked after."""
        return self.filter(state=RiskState.OPEN)


class Risk(models.Model):
    """A risk or an issue. `likelihood` and `impact` are 1 to 5; an issue has happened, so its likelihood is 5."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="risks")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=RiskKind)
    title = models.CharField(max_length=150)
    words = models.TextField(blank=True)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_risks")
    review_on = models.DateField()
    fund = models.CharField(max_length=20, choices=Fund)
    mitigation = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RiskState, default=RiskState.OPEN)
    version = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField()

    objects = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="risk_number_once"),
            models.CheckConstraint(condition=Q(kind__in=RiskKind.values), name="risk_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RiskState.values), name="risk_state_known"),
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="risk_one_fund"),
            models.CheckConstraint(condition=Q(likelihood__in=FROM_ONE_TO_FIVE), name="risk_likelihood_to_five"),
            models.CheckConstraint(condition=Q(impact__in=FROM_ONE_TO_FIVE), name="risk_impact_to_five"),
            models.CheckConstraint(condition=~Q(kind=RiskKind.ISSUE) | Q(likelihood=5), name="risk_issue_has_happened"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Its page. Needs `agreement` loaded."""
        return reverse("contracts:risk-detail", args=[self.agreement.reference, self.number])

    @property
    def score(self):
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class RiskChange(models.Model):
    """What a risk was changed to, by whom and why: `changes` maps a field to what it was and what it became."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField()
    reason = models.TextField(blank=True)

    def __str__(self):
        return f"{self.risk_id} at {self.at}"
