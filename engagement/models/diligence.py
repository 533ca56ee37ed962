"""Due diligence: what the office checked of an organisation, and what the organisation sent to be checked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from engagement.enums import CheckKind, CheckOutcome, SentState
from engagement.models.organisation import Organisation


class KeptFile(models.Model):
    """A file in the row itself: nothing of it lies in a folder, and only a view that asks who is there gives it out."""

    file_name = models.CharField(max_length=100, blank=True)
    content = models.BinaryField(default=bytes)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class Check(KeptFile):
    """One check, never changed: the latest of its kind is what holds, those before are the history.

    `done_by` is who looked, who may be outside the office; `recorded_by` is who wrote it down. `due_on` is the last day
    on which it holds, or on which it is to be done again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=CheckKind)
    done_on = models.DateField()
    done_by = models.CharField(max_length=150)
    outcome = models.CharField(max_length=20, choices=CheckOutcome)
    words = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="check_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=CheckOutcome.values), name="check_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=CheckOutcome.SATISFACTORY) | ~Q(words=""), name="check_less_than_good_in_words"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "done_on"], name="check_latest")]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.organisation}"

    def get_absolute_url(self):
        return reverse("engagement:check-detail", args=[self.organisation.slug, CheckKind(self.kind).slug])


class SentDocument(KeptFile):
    """A renewed document that an organisation sent: it counts once the office has accepted it, as a `Check`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sent_documents")
    kind = models.CharField(max_length=20, choices=CheckKind)
    expires_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=SentState, default=SentState.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="sent_document_not_empty"),
            models.CheckConstraint(condition=Q(state__in=SentState.values), name="sent_document_state_known"),
            models.CheckConstraint(
                condition=~Q(state=SentState.RETURNED) | ~Q(reason=""), name="sent_document_returned_with_reason"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(state=SentState.WAITING), name="sent_document_one_waits"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, sent by {self.organisation}"

    def get_absolute_url(self):
        return reverse("engagement:sent-settle", args=[self.organisation.slug, self.pk])
