"""What a consultation needs before it opens: who is asked, in which ways, who signed it off, and no election near."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations.enums import AskedGroup, Channel, SignOffOutcome
from consultations.models.consultation import Consultation

OFFERED = [channel for channel in Channel if channel != Channel.ONLINE]  # online is always offered


class Asked(models.Model):
    """One group that a consultation is for."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="asked")
    group = models.CharField(max_length=20, choices=AskedGroup)

    class Meta:
        verbose_name_plural = "asked"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "group"], name="asked_once_per_consultation"),
            models.CheckConstraint(condition=Q(group__in=AskedGroup.values), name="asked_group_known"),
        ]
        indexes = [models.Index(fields=["group", "consultation"], name="asked_group")]

    def __str__(self):
        return self.get_group_display()


class Way(models.Model):
    """One way to answer beside the form on this site: paper, telephone, e-mail, letter, or an event with its place."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="ways")
    channel = models.CharField("way", max_length=20, choices=[(one.value, one.label) for one in OFFERED])
    words = models.CharField(max_length=200, help_text="What to do, or what happens there.")
    contact = models.CharField("number, address or place", max_length=200)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=OFFERED), name="way_channel_offered"),
            models.CheckConstraint(
                condition=~Q(channel=Channel.EVENT) | Q(starts_at__isnull=False), name="way_event_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="way_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()}: {self.contact}"


class SignOff(models.Model):
    """A second person was asked to look at a draft, and what they said. `digest` is what they signed, word for word."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="sign_offs")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, choices=SignOffOutcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(outcome=""), name="sign_off_one_waits_per_consultation"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *SignOffOutcome.values]), name="sign_off_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="sign_off_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=SignOffOutcome.SENT_BACK) | ~Q(reason=""), name="sign_off_sent_back_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=SignOffOutcome.SIGNED_OFF) | (~Q(digest="") & ~Q(decided_by=F("asked_by"))),
                name="sign_off_by_a_second_person",
            ),
        ]

    def __str__(self):
        return f"Sign-off of {self.consultation_id}"


class ElectionPeriod(models.Model):
    """A pre-election period: nothing new is opened from its first day up to and including polling day."""

    name = models.CharField(max_length=80, help_text="For example: Local elections 2027")
    starts_on = models.DateField("first day")
    polling_on = models.DateField("polling day")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(polling_on__gte=F("starts_on")), name="election_polls_after_it_starts"),
            models.UniqueConstraint(fields=["name"], name="election_name_once"),
        ]

    def __str__(self):
        return self.name
