"""Agreements of every kind: with whom, for which activity, out of which fund (R-005 to R-007, R-022, R-026)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from contracts import rules
from contracts.enums import AgreementKind, Regime
from contracts.models.partial_date import PartialDateField
from engagement.enums import Fund
from engagement.models import Activity, Organisation


class AgreementQuerySet(models.QuerySet):
    def live(self):
        """Signed or otherwise agreed by both sides."""
        return self.filter(signed_on__isnull=False)

    def registered(self):
        """What the public register holds: live agreements of published activities, and facts recorded from a source."""
        return self.filter(rules.LIVE, activity__published_at__isnull=False)

    def running(self, *, on, until=None):
        """Live agreements whose term includes a date, or any day up to and including `until`.

        A year or a month alone is read generously, as all of it; an end that is not known has not come.
        """
        day = on.isoformat()
        unended = Q(ends=None) | Q(ends__gte=day) | Q(ends=day[:7]) | Q(ends=day[:4])
        return self.live().filter(unended, Q(starts=None) | Q(starts__lte=(until or on).isoformat()))

    def visible_to(self, user, *, at):
        """Agreements whose page of the office, or whose returns of the provider, this person may open."""
        return self.filter(rules.readable_agreements(user, at=at))

    def writable_by(self, user, *, at):
        """Agreements that this person may change: those of activities they manage (R-080)."""
        return self.filter(rules.managed_agreements(user, at=at))

    def looked_after_by(self, user, *, at):
        """Agreements whose care this person reads for the office."""
        return self.filter(rules.looked_after_agreements(user, at=at))

    def for_table(self):
        """With the rows a list shows, in one query."""
        return self.select_related("activity", "provider", "awarding_organisation")


class Agreement(models.Model):
    """A contract, grant, service level agreement, in-house agreement or devolved budget.

    `value` is in pounds over the whole term, empty when not known. Dates are as precise as they are known. An
    agreement is live once signed (or, without a contract, agreed by both sides), and stays so after it has ended.
    `provider` is empty, and `provider_note` says what the source says, where a source names nobody. `regime` is empty
    until somebody records it. `legal_estimate` is the value as procurement law counts it, where that is not `value`.
    """

    reference = models.CharField(max_length=20, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="agreements")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="agreements_provided"
    )
    provider_note = models.CharField(max_length=300, blank=True)
    awarding_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_awarded",
        help_text="Empty when it is this office.",
    )
    kind = models.CharField(max_length=20, choices=AgreementKind)
    fund = models.CharField(max_length=20, choices=Fund)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    signed_on = PartialDateField(null=True, blank=True)
    starts = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True, help_text="The last day, month or year.")
    ended_on = models.DateField(
        null=True,
        blank=True,
        help_text="Its last day, once its end is recorded; it may still be to come.",
    )
    funding_confirmed_to = models.DateField(null=True, blank=True, help_text="The last day for which money is sure.")
    extends_to = models.DateField(null=True, blank=True, help_text="The last day to which it may be extended.")
    notice_by = models.DateField(null=True, blank=True, help_text="By when either side is told what comes after it.")
    legal_power = models.CharField(max_length=200, blank=True)
    regime = models.CharField(max_length=20, choices=Regime, blank=True)
    is_framework = models.BooleanField(default=False)
    legal_estimate = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    indicators_unsuitable = models.CharField(
        max_length=300, blank=True, help_text="Why indicators cannot assess it, where the office has decided so."
    )
    sensitive = models.BooleanField(
        default=False,
        help_text="About sexual violence or children: the higher threshold withholds small numbers.",
    )
    source_url = models.URLField(max_length=500, blank=True, help_text="Where a recorded fact was published.")
    source_identifier = models.CharField(
        max_length=200, blank=True, help_text="Of the notice that a recorded fact was taken from."
    )
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"),
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="agreement_one_fund"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0, value__lt=10**12), name="agreement_value_finite"
            ),
            models.CheckConstraint(condition=Q(regime="") | Q(regime__in=Regime.values), name="agreement_regime_known"),
            models.CheckConstraint(
                condition=Q(legal_estimate=None) | Q(legal_estimate__gte=0, legal_estimate__lt=10**12),
                name="agreement_estimate_finite",
            ),
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | ~Q(provider_note="") | ~Q(source_url=""),
                name="agreement_provider_or_why_not",
            ),
            models.UniqueConstraint(
                fields=["source_identifier"], condition=~Q(source_identifier=""), name="agreement_notice_once"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("contracts:agreement-detail", args=[self.reference])

    @property
    def is_live(self):
        """Signed, so that returns are asked for."""
        return self.signed_on is not None

    @property
    def is_recorded(self):
        """Copied from a public source rather than kept here: no returns are asked for."""
        return bool(self.source_url) and not self.is_live

    def get_register_url(self):
        """Its page of the public register."""
        return reverse("contracts:register-detail", args=[self.reference])

    def get_performance_url(self):
        """The public page of its published ratings."""
        return f"/performance/{self.slug}/"
