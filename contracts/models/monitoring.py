"""How closely an agreement is looked after: the office's dated scheme of tiers, and each decision made by it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from contracts.enums import ReviewOutcome
from contracts.models.agreement import Agreement

WEIGHTS = ("size", "risk", "length", "users", "substitutes", "profile")
MOST = 100


def _weight(words):
    return models.PositiveSmallIntegerField(words, default=1, validators=[MaxValueValidator(10)])


class TierSchemeQuerySet(models.QuerySet):
    def in_force(self, *, on):
        """The schemes that have begun by a day, the one that holds first."""
        return self.filter(starts_on__lte=on).order_by("-starts_on")


class TierScheme(models.Model):
    """How tiers are proposed from `starts_on` until a later scheme begins. Earlier decisions keep the scheme they had.

    Weights are 0 to 10. `large_from`, `middling_from` are pounds a year; `long_from`, `medium_from` are months of term.
    `pounds_per_item` is the office's norm: no more than one data item a year for each so many pounds of yearly value.
    """

    starts_on = models.DateField(unique=True)
    size = _weight("yearly value")
    risk = _weight("risk")
    length = _weight("length of the term")
    users = _weight("vulnerability of the people served")
    substitutes = _weight("how hard it is to replace")
    profile = _weight("public profile")
    large_from = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    middling_from = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    long_from = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    medium_from = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    pounds_per_item = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TierSchemeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(large_from__gt=F("middling_from")), name="scheme_large_above_middling"),
            models.CheckConstraint(condition=Q(long_from__gt=F("medium_from")), name="scheme_long_above_medium"),
            models.CheckConstraint(condition=Q(pounds_per_item__gte=1), name="scheme_norm_positive"),
            models.CheckConstraint(
                condition=Q(size__gte=1)
                | Q(risk__gte=1)
                | Q(length__gte=1)
                | Q(users__gte=1)
                | Q(substitutes__gte=1)
                | Q(profile__gte=1),
                name="scheme_weighs_something",
            ),
        ]

    def __str__(self):
        return f"The scheme from {self.starts_on}"


class Tier(models.Model):
    """A tier in the office's own word, from so many points of 100 on, and how an agreement of it is looked after."""

    scheme = models.ForeignKey(TierScheme, on_delete=models.PROTECT, related_name="tiers")
    name = models.CharField(max_length=30)
    points_from = models.PositiveSmallIntegerField(validators=[MaxValueValidator(MOST)])
    returns_a_year = models.PositiveSmallIntegerField()
    meetings_a_year = models.PositiveSmallIntegerField()
    visits_a_year = models.PositiveSmallIntegerField()
    open_book = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "points_from"], name="tier_begins_once"),
            models.UniqueConstraint(fields=["scheme", "name"], name="tier_name_once"),
            models.CheckConstraint(condition=Q(points_from__lte=MOST), name="tier_points_of_hundred"),
            models.CheckConstraint(condition=Q(returns_a_year__in=[1, 2, 4, 12]), name="tier_returns_by_calendar"),
        ]

    def __str__(self):
        return self.name


class MonitoringPlan(models.Model):
    """A decision how an agreement is looked after, with what was proposed and why. Never changed: a new one follows.

    `answers` are those to the questions that no record answers; `why` the sentences of the proposal, word for word.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="monitoring_plans")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    points = models.PositiveSmallIntegerField()
    proposed = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField()
    returns_a_year = models.PositiveSmallIntegerField()
    meetings_a_year = models.PositiveSmallIntegerField()
    visits_a_year = models.PositiveSmallIntegerField()
    open_book = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why it differs from what was proposed.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="monitoring_plan_number_once"),
            models.CheckConstraint(condition=Q(points__lte=MOST), name="monitoring_plan_points_of_hundred"),
            models.CheckConstraint(
                condition=Q(tier=F("proposed")) | ~Q(reason=""), name="monitoring_plan_override_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(returns_a_year__in=[1, 2, 4, 12]), name="monitoring_plan_returns_by_calendar"
            ),
        ]

    def __str__(self):
        return f"Monitoring plan {self.number} of {self.agreement_id}"


class AnnualReview(models.Model):
    """What was concluded of an agreement at the end of a financial year (R-089, R-146). `year` is `2026-27`."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="annual_reviews")
    year = models.CharField(max_length=7)
    held_on = models.DateField()
    outcome = models.CharField(max_length=20, choices=ReviewOutcome)
    words = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "year"], name="annual_review_once_a_year"),
            models.CheckConstraint(condition=Q(outcome__in=ReviewOutcome.values), name="annual_review_outcome_known"),
        ]

    def __str__(self):
        return f"{self.agreement_id}, {self.year}"
