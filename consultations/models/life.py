"""What happened to a consultation once it was public. Rows are added and never changed: people have read them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.enums import Happening
from consultations.models.consultation import Consultation

MOVED = (Happening.EXTENDED, Happening.CLOSED_EARLY)


class ConsultationEvent(models.Model):
    """A dated update on the public page. The closing times are those before and after, where it moved."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Happening)
    at = models.DateTimeField()
    reason = models.TextField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_before = models.DateTimeField(null=True, blank=True)
    closes_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Happening.values), name="consultation_event_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="consultation_event_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind__in=MOVED) | Q(closed_before__isnull=False, closes_after__isnull=False),
                name="consultation_event_moves_from_to",
            ),
        ]
        indexes = [models.Index(fields=["consultation", "at"], name="consultation_event_order")]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.consultation_id})"
