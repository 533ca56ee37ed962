"""Codes that let people into a closed group. No row belongs to a code, and none says when or for what it was used."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations import rules
from consultations.models.consultation import Consultation
from engagement.models import Organisation

LEAST, MOST = 10, 1000


class CodeBatchQuerySet(models.QuerySet):
    def handed_out_by(self, user, *, at):
        """Batches of organisations for which this person acts: they hand the codes out."""
        return self.filter(rules.handed_out_batches(user, at=at))

    def makeable_by(self, user, *, at):
        """Batches whose sheet this person may make: the organisation's own, by a certifier, and nobody else."""
        return self.filter(rules.makeable_batches(user, at=at))


class CodeBatch(models.Model):
    """Codes for one organisation, or for the office itself, to hand out. They are worth nothing after closing.

    `unused` and `used` are sorted sets of keyed hashes, one to a line; the codes themselves are shown once and are kept
    nowhere. Hashes move from one set to the other. `used_number` stays when both sets are emptied, after closing.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="code_batches")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=80)
    size = models.PositiveSmallIntegerField()
    office_makes = models.BooleanField("the office makes the sheet", default=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_reason = models.CharField(max_length=200, blank=True)
    unused = models.TextField(blank=True)
    used = models.TextField(blank=True)
    used_number = models.PositiveSmallIntegerField(default=0)

    objects = CodeBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "code batches"
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=LEAST, size__lte=MOST), name="code_batch_size_sane"),
            models.CheckConstraint(
                condition=Q(office_makes=True) | Q(organisation__isnull=False), name="code_batch_has_a_maker"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(voided_reason=""), name="code_batch_voided_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=False) | Q(unused="", used="", used_number=0), name="code_batch_made_first"
            ),
        ]

    def __str__(self):
        return self.label
