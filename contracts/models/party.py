"""Who else is in an agreement, with which share and how long, and the lots that it is divided into (R-005, R-006)."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from contracts.enums import PROVIDING, PartyRole
from contracts.models.agreement import Agreement
from engagement.models import Organisation


class PartyQuerySet(models.QuerySet):
    def current(self, *, on):
        """In the agreement on a day: from `starts_on`, up to but not including `ends_on`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class AgreementParty(models.Model):
    """An organisation in an agreement beside its lead provider and its commissioner. It opens no page to anybody.

    Its share is a percentage from 0 to 100 or pounds over the whole term, or is not said: of the delivery for whoever
    provides, of the money for whoever commissions. From `starts_on`, up to but not including `ends_on`.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    number = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreement_parts")
    role = models.CharField(max_length=20, choices=PartyRole)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    share_pounds = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="party_number_once"),
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="party_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__gt=0, share_percent__lte=100),
                name="party_share_of_hundred",
            ),
            models.CheckConstraint(
                condition=Q(share_pounds=None) | Q(share_pounds__gt=0, share_pounds__lt=10**12),
                name="party_pounds_finite",
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_pounds=None), name="party_share_in_one_measure"
            ),
        ]

    def __str__(self):
        return f"{self.organisation} ({self.get_role_display().lower()})"

    @property
    def provides(self):
        """Whether it delivers a part; else it commissions one."""
        return self.role in PROVIDING

    @property
    def last_day(self):
        """The last day on which it is a party; nothing while no end is known."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


class Lot(models.Model):
    """A part that was awarded by itself: its number and title, its pounds over the whole term, and who delivers it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="lots")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="lots_provided"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="lot_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="lot_numbered_from_one"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0, value__lt=10**12), name="lot_value_finite"
            ),
        ]

    def __str__(self):
        return f"Lot {self.number}: {self.title}"
