"""Meetings about an agreement: who came, what was said and decided (R-088)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contracts.enums import MeetingKind
from contracts.models.agreement import Agreement
from engagement.models import Organisation


class Meeting(models.Model):
    """A meeting that was held. `decisions` are lines of text; what is to be done is an `Action`.

    `shared` lets the provider read it; what is not shared is the office's own note.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=MeetingKind)
    held_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    minutes = models.TextField()
    decisions = models.TextField(blank=True)
    shared = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="meeting_kind_known"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self):
        """Its page. Needs `agreement` loaded."""
        return reverse("contracts:meeting-detail", args=[self.agreement.reference, self.number])


class Attendance(models.Model):
    """Who came to a meeting for one organisation."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    names = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="attendance_once_per_organisation")
        ]

    def __str__(self):
        return f"{self.organisation_id}: {self.names}"
