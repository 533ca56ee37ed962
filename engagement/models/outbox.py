"""What happened and who was told. The table is the queue: Celery only shortens the wait."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from engagement import rules
from engagement.enums import PUBLIC_AUDIENCES, Audience, DeliveryStatus, EventKind
from engagement.models.activity import Activity
from engagement.models.organisation import Organisation
from engagement.models.party import EngagedParty


class EventQuerySet(models.QuerySet):
    def public(self):
        """Events that stand on timelines and in feeds: those for everyone engaged, of published activities."""
        return self.filter(audience=Audience.EVERYONE, activity__published_at__isnull=False)

    def of_public_things(self):
        """Events whose address anybody may open: public ones, and reminders of what is public."""
        return self.filter(audience__in=PUBLIC_AUDIENCES, activity__published_at__isnull=False)

    def readable_by(self, user, *, at):
        """Events whose words this person may read: those for everyone, and what the office and providers tell apart."""
        return self.filter(rules.readable_events(user, at=at))


class Event(models.Model):
    """Something happened, once. It carries its own title and address, since what it tells of lives upstairs."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=30, choices=EventKind)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    audience = models.CharField(max_length=20, choices=Audience)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    about = models.CharField(
        max_length=20, blank=True, help_text="The one consultation that it is about, by reference."
    )
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    path = models.CharField(max_length=300)
    sensitive = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    payload = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=Audience.ORGANISATION) | Q(organisation__isnull=False),
                name="event_for_organisation_names_it",
            ),
            models.CheckConstraint(condition=Q(path__startswith="/"), name="event_path_on_this_site"),
        ]

    def __str__(self):
        return self.title

    @property
    def outline(self):
        """What to call it before people who settle its messages: of a private event only its kind."""
        return self.title if self.audience in PUBLIC_AUDIENCES else self.get_kind_display()


class DeliveryQuerySet(models.QuerySet):
    def due(self, *, at):
        """Queued, and not waiting for a later try."""
        return self.filter(status=DeliveryStatus.QUEUED, not_before__lte=at)

    def in_doubt(self):
        """Handed to the mail server with an unknown end: a person decides."""
        return self.filter(status=DeliveryStatus.IN_DOUBT)

    def troubled(self):
        """What a person should look at: in doubt, or refused for good."""
        return self.filter(status__in=[DeliveryStatus.IN_DOUBT, DeliveryStatus.REFUSED])


class Delivery(models.Model):
    """One message about one event to one address: recorded once, never sent twice by the machine, never lost."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    party = models.ForeignKey(EngagedParty, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    address = models.EmailField()
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=20, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint("event", Lower("address"), name="delivery_once_per_event_and_address"),
            models.CheckConstraint(
                condition=~Q(status=DeliveryStatus.CLAIMED) | Q(claimed_at__isnull=False),
                name="delivery_claim_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["status", "not_before"], name="delivery_queue")]

    def __str__(self):
        return f"{self.event} to {self.address}"
