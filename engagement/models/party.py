"""Engaged parties: who has asked, or is entitled, to hear what becomes of an activity (R-086, R-151)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from engagement.enums import PartyKind
from engagement.models.activity import Activity
from engagement.models.organisation import Organisation


class EngagedPartyQuerySet(models.QuerySet):
    def hearing_of(self, about):
        """Parties that hear of everything, and those that asked to hear of this one consultation."""
        return self.listening().filter(about__in={"", about})

    def listening(self):
        """Parties that have confirmed and have not left."""
        return self.filter(confirmed_at__isnull=False, left_at=None)


class EngagedParty(models.Model):
    """An address or an organisation that hears of an activity. An address counts once its owner has confirmed it."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=20, choices=PartyKind)
    email = models.EmailField("e-mail address", blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="engaged_in"
    )
    about = models.CharField(
        max_length=20, blank=True, help_text="Hears of this one consultation only, by its reference."
    )
    about_title = models.CharField(max_length=120, blank=True)
    topic_free = models.BooleanField(
        default=False, help_text="Messages name no topic in subject, preview or address: for people who may be at risk."
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = EngagedPartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "engaged parties"
        constraints = [
            models.CheckConstraint(
                condition=(Q(email="") & Q(organisation__isnull=False)) | (~Q(email="") & Q(organisation=None)),
                name="party_address_or_organisation",
            ),
            models.UniqueConstraint(
                "activity", Lower("email"), "about", condition=~Q(email=""), name="party_address_once_per_activity"
            ),
            models.UniqueConstraint(
                fields=["activity", "organisation"],
                condition=Q(organisation__isnull=False),
                name="party_organisation_once_per_activity",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.activity_id}"

    @property
    def subject(self):
        """What this party follows, by its title: one consultation, or the activity."""
        return self.about_title or self.activity.title

    @property
    def subject_reference(self):
        """What this party follows, by its reference."""
        return self.about or self.activity.reference
