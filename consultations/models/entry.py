"""Answers on paper, by phone, in letters and at events, typed in by the office and checked by a second person.

Who typed and who checked is said of the batch, by date. A sheet waits sealed until its batch is checked; then it is
deleted, and what it said stands in a response that remembers no batch (docs/decisions/0016).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations.enums import BatchState, Channel
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField

MOST_SHEETS = 500


class EntryBatch(models.Model):
    """Sheets that came in one way, from one place, on one day. `left_out` were blank or could not be read."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="entry_batches")
    number = models.PositiveIntegerField()
    channel = models.CharField(max_length=20, choices=Channel)
    wording = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=120)
    held_on = models.DateField()
    sheets = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    left_out_reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=BatchState, default=BatchState.TYPING)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_on = models.DateField(null=True, blank=True)
    checked_sheets = models.PositiveIntegerField(default=0)
    differing_sheets = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=dict)
    entered = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "entry batches"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="entry_batch_number_once"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="entry_batch_channel_known"),
            models.CheckConstraint(condition=~Q(channel=Channel.ONLINE), name="entry_batch_not_online"),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="entry_batch_state_known"),
            models.CheckConstraint(condition=Q(sheets__gte=1, sheets__lte=MOST_SHEETS), name="entry_batch_size_sane"),
            models.CheckConstraint(
                condition=Q(left_out=0) | ~Q(left_out_reason=""), name="entry_batch_left_out_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("typed_by")), name="entry_batch_checked_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.CHECKED) | Q(checked_by__isnull=False, checked_on__isnull=False),
                name="entry_batch_checked_says_by_whom",
            ),
        ]

    def __str__(self):
        return f"Batch {self.number}: {self.get_channel_display().lower()}, {self.place}"


class EntrySheet(models.Model):
    """One sheet of a batch that is not yet checked, sealed under the office's key: what was read first, and second.

    `number` is written on the sheet, so that whoever checks finds it. Deleted when the batch is checked.
    """

    key = RandomKeyField()
    batch = models.ForeignKey(EntryBatch, on_delete=models.CASCADE, related_name="entry_sheets")
    number = models.PositiveIntegerField()
    first = models.BinaryField()
    second = models.BinaryField(null=True)
    drawn = models.BooleanField(default=False)
    settled = models.BooleanField(default=False)
    differs = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="entry_sheet_once_per_batch")]

    def __str__(self):
        return f"Sheet {self.number}"
