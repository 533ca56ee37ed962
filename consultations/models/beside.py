"""What stands beside the individual answers and is never added to them: voices of many."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.enums import Channel, CollectiveKind
from consultations.models.consultation import Consultation


class CollectiveResponse(models.Model):
    """A petition, a campaign of like messages, or the answer of a group: recorded as what it is.

    `people` are signatures, messages, or people spoken for. Nobody can tell how many of them answered too.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="collective_responses")
    kind = models.CharField(max_length=20, choices=CollectiveKind)
    title = models.CharField(max_length=120)
    from_whom = models.CharField(max_length=120)
    people = models.PositiveIntegerField()
    channel = models.CharField(max_length=20, choices=Channel)
    received_on = models.DateField()
    summary = models.TextField()
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CollectiveKind.values), name="collective_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="collective_channel_known"),
            models.CheckConstraint(condition=Q(people__gte=1), name="collective_speaks_for_somebody"),
            models.UniqueConstraint(fields=["consultation", "kind", "title"], name="collective_once"),
        ]

    def __str__(self):
        return self.title
