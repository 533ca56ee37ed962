"""The commissioning activity: the one thing on which every page, consultation and agreement hangs."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from engagement import rules
from engagement.enums import Fund, Stage
from engagement.models.plan import Priority


class ActivityQuerySet(models.QuerySet):
    def published(self):
        """Activities the public may read about."""
        return self.exclude(published_at=None)

    def visible_to(self, user, *, at):
        """Activities that this person may open: what is published, and for the office also what is in draft."""
        if rules.reads_draft_activities(user, at=at):
            return self
        own = rules.own_activities(user, at=at)
        return self.filter(Q(published_at__isnull=False) | own)

    def manageable_by(self, user, *, at):
        """Activities whose management page this person may open: all of them, or their own."""
        return self if rules.reads_draft_activities(user, at=at) else self.filter(rules.own_activities(user, at=at))

    def movable_by(self, user, *, at):
        """Activities that this person may move to another stage, by their role and where it stands (R-120, R-121)."""
        return self.filter(rules.movable_activities(user, at=at))

    def writable_by(self, user, *, at):
        """Activities whose words and money this person may change."""
        return self.filter(rules.writable_activities(user, at=at))

    def engageable_by(self, user, *, at):
        """Activities to which this person may engage organisations."""
        return self.filter(rules.engaging_activities(user, at=at))

    def questions_read_by(self, user, *, at):
        """Activities whose questions from providers this person reads for the office."""
        return self.filter(rules.activities_with_questions_read(user, at=at))

    def answered_by(self, user, *, at):
        """Activities on which this person answers providers' questions: those they run."""
        return self.filter(rules.own_activities(user, at=at))

    def released_by(self, user, *, at):
        """Activities of which this person releases answers that others wrote."""
        return self.filter(rules.activities_with_answers_released(user, at=at))

    def with_funds(self):
        """Adds `policing_amount` and `fire_amount`, each a sum of its own fund's lines only (R-022), in pounds."""
        return self.annotate(
            policing_amount=Sum("funding_lines__amount", filter=Q(funding_lines__fund=Fund.POLICING)),
            fire_amount=Sum("funding_lines__amount", filter=Q(funding_lines__fund=Fund.FIRE)),
        )


class Activity(models.Model):
    """One piece of commissioning, on its way round the cycle."""

    reference = models.CharField(max_length=20, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    summary = models.TextField(help_text="One or two plain sentences: what, for whom, from when.")
    area = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.ANALYSE)
    priorities = models.ManyToManyField(Priority, related_name="activities")
    lead_commissioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activities_led"
    )
    contract_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="activities_managed"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="activity_stage_known"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(published_at__gte=F("created_at")),
                name="activity_published_after_made",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/activities/{self.slug}/"

    def get_manage_url(self):
        return reverse("engagement:activity-manage", args=[self.slug])


class FundingLine(models.Model):
    """Money for an activity: one stream, one fund, one period. `amount` is pounds; the period is half-open."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="funding_lines")
    fund = models.CharField(max_length=20, choices=Fund)
    stream = models.CharField(max_length=120, help_text="For example: Victims grant 2026 to 2029")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="funding_line_one_fund"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="funding_line_not_negative"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="funding_line_ends_after_start"),
        ]

    def __str__(self):
        return f"{self.stream}, {self.get_fund_display()}"

    @property
    def last_day(self):
        """The last day that the money is for, as people say it."""
        return self.ends_on - timedelta(days=1)


class StageChange(models.Model):
    """One move of an activity from a stage to another. Never changed, never deleted."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="stage_changes")
    sequence = models.PositiveIntegerField()
    from_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=20, choices=Stage)
    reason = models.TextField(blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "sequence"], name="stage_change_sequence_once"),
            models.CheckConstraint(condition=~Q(from_stage=F("to_stage")), name="stage_change_moves"),
        ]

    def __str__(self):
        return f"{self.activity.reference}: {self.get_to_stage_display()}"
