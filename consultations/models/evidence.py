"""Evidence files: everything that shows how a consultation was held, packed once, read by those who watch it."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.enums import EvidenceState
from consultations.models.consultation import Consultation

UNFINISHED = (EvidenceState.WAITING, EvidenceState.MAKING)
CLAIM_LOST_AFTER = timedelta(minutes=10)  # far beyond what making one takes


class EvidenceFileQuerySet(models.QuerySet):
    def readable_by(self, user, *, at):
        """Files of consultations whose staff page this person may open: one policy for both."""
        return self.filter(consultation__in=Consultation.objects.watchable_by(user, at=at))

    def to_make(self, *, at):
        """Asked for and not made, or left half made by a worker that died."""
        return self.filter(
            Q(state=EvidenceState.WAITING) | Q(state=EvidenceState.MAKING, claimed_at__lt=at - CLAIM_LOST_AFTER)
        )


class EvidenceFile(models.Model):
    """One ZIP, made by the worker. The same facts give the same bytes; `sha256` is of the whole file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="evidence_files")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=EvidenceState, default=EvidenceState.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    parts_made = models.PositiveIntegerField(default=0)
    parts_in_all = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EvidenceState.values), name="evidence_state_known"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(state__in=UNFINISHED), name="evidence_made_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=EvidenceState.READY) | Q(content__isnull=False, made_at__isnull=False),
                name="evidence_ready_is_there",
            ),
        ]

    def __str__(self):
        return f"Evidence of {self.consultation_id}, asked for {self.asked_at}"
