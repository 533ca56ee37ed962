"""The audit log: append-only, each entry sealed with the one before it (R-152)."""

from django.conf import settings
from django.db import models

from engagement import rules
from engagement.models.activity import Activity
from engagement.models.organisation import Organisation


class LogHead(models.Model):
    """The single row whose lock gives entries their order. It repeats the last hash, so that a cut-off tail shows."""

    last_sequence = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="log_head_single_row")]

    def __str__(self):
        return f"Log head at {self.last_sequence}"


class LogEntryQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Entries that this person may read."""
        return self.filter(rules.readable_log(user, at=at))


class LogEntry(models.Model):
    """Who did what to which thing, when. `hash` seals this entry's words and the previous entry's hash."""

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="log_entries"
    )
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    summary = models.CharField(max_length=300)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="log_entries")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="log_entries"
    )
    data = models.JSONField(default=dict, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="log_subject")]

    def __str__(self):
        return f"{self.sequence} {self.action}"
