"""What a provider tells with its figures: a narrative, files of evidence, and what it thinks of the office (R-148)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts import rules
from contracts.enums import Judged
from contracts.models.returns import KpiReturn


class Narrative(models.Model):
    """What went well in the period, what did not, and what is coming. `version` counts its saves."""

    kpi_return = models.OneToOneField(KpiReturn, on_delete=models.PROTECT, related_name="narrative")
    went_well = models.TextField(blank=True)
    did_not = models.TextField(blank=True)
    coming = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return f"Narrative of {self.kpi_return_id}"


class EvidenceFileQuerySet(models.QuerySet):
    def listed(self):
        """What a page shows of them, in the order in which they came, without what is in them."""
        return self.select_related("added_by").defer("content").order_by("added_at", "pk")


class EvidenceFile(models.Model):
    """A picture or a document that shows what stands behind a return. Who reads the return reads it; nobody else."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="files")
    caption = models.CharField(max_length=200)
    file_name = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="In bytes.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(file_name="") & Q(size__gt=0), name="evidence_file_is_named"),
        ]

    def __str__(self):
        return self.file_name


class FeedbackQuerySet(models.QuerySet):
    def readable_by(self, user, *, at):
        """What this person may read for the office: of returns that were sent."""
        return self.filter(rules.readable_feedback(user, at=at))

    def for_table(self):
        """With the rows a list shows, in one query."""
        return self.select_related("kpi_return__agreement__provider", "saved_by")


class Feedback(models.Model):
    """What a provider thinks of the office in a period: answered in time, asked in proportion, and what should change.

    Kept apart from the return: it is no part of what a certifier declares, and has its own readers.
    """

    kpi_return = models.OneToOneField(KpiReturn, on_delete=models.PROTECT, related_name="feedback")
    in_time = models.CharField(max_length=10, choices=Judged, blank=True)
    in_proportion = models.CharField(max_length=10, choices=Judged, blank=True)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                condition=Q(in_time__in=["", *Judged.values], in_proportion__in=["", *Judged.values]),
                name="feedback_judged_known",
            ),
        ]

    def __str__(self):
        return f"Feedback with {self.kpi_return_id}"
