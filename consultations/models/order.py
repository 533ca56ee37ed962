"""What a person has decided to publish, and the worker carries out because very many answers have to be counted."""

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices

from consultations.models.consultation import Consultation


class Ordered(TextChoices):
    """What is to be published."""

    RESULTS = "RESULTS", "The results"
    RECOUNT = "RECOUNT", "The numbers, counted again"


class PublicationOrderQuerySet(models.QuerySet):
    def waiting(self):
        """Given and not carried out yet. One that was refused waits for nobody: a person gives it anew."""
        return self.filter(refusal="")


class PublicationOrder(models.Model):
    """One person's act, until it is done: then the row goes. `seen` is the fingerprint of the words they published.

    `refusal` says why it could not be done.
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.CASCADE, related_name="publication_order")
    act = models.CharField(max_length=10, choices=Ordered)
    note = models.TextField(blank=True)
    seen = models.CharField(max_length=32)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    refusal = models.TextField(blank=True)

    objects = PublicationOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Ordered.values), name="publication_order_act_known"),
            models.CheckConstraint(
                condition=~Q(act=Ordered.RECOUNT) | ~Q(note=""), name="publication_order_recount_says_why"
            ),
        ]

    def __str__(self):
        return Ordered(self.act).label
