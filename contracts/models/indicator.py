"""Indicators: what is counted, why, how, and from where on it is good enough (R-012, R-013, R-077)."""

from django.db import models
from django.db.models import F, Q

from contracts.enums import AGGREGATIONS, Aggregation, Direction, IndicatorKind
from contracts.models.agreement import Agreement

DIGITS, PLACES = 14, 4


class IndicatorQuerySet(models.QuerySet):
    def asked_in(self, quarter):
        """The versions that a return of this quarter (`2026-27 Q2`) asks for, in the order of the return."""
        return self.filter(Q(until_quarter="") | Q(until_quarter__gt=quarter), from_quarter__lte=quarter).order_by(
            "order", "code", "version"
        )

    def current(self):
        """The latest version of each, in the order of the return."""
        return self.filter(until_quarter="").order_by("order", "code")


class Indicator(models.Model):
    """One version of one measure of one agreement. Once it has figures it is frozen: a change is a new version.

    Percentages are 0 to 100, money is pounds. With more is better: Good from `target` up, Approaching down to
    `target - approaching_by`, Requires improvement down to `target - improvement_by`, below that Inadequate; with less
    is better the other way up. A percentage of fewer than `minimum_n` is Other. Not rated: context only.
    `from_quarter` and `until_quarter` are a half-open run of quarter codes; empty means without end.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    from_quarter = models.CharField(max_length=10, blank=True)
    until_quarter = models.CharField(max_length=10, blank=True)
    group = models.CharField(max_length=80, blank=True, help_text="The heading it stands under in the return.")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    why = models.TextField("why we ask", blank=True)
    how = models.TextField("how to count", blank=True)
    kind = models.CharField(max_length=20, choices=IndicatorKind)
    unit = models.CharField(max_length=40, blank=True, help_text="What is counted, in the plural: referrals, people.")
    numerator_words = models.CharField(max_length=120, blank=True, help_text="For example: contacted in time")
    denominator_words = models.CharField(max_length=120, blank=True, help_text="For example: due to be contacted")
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.UP)
    aggregation = models.CharField(max_length=10, choices=Aggregation)
    is_rated = models.BooleanField(default=True)
    target = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    approaching_by = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    improvement_by = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    minimum_n = models.PositiveIntegerField(default=0)
    counts_people = models.BooleanField(default=False, help_text="Small numbers are withheld when it is published.")

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code", "version"], name="indicator_version_once"),
            models.UniqueConstraint(
                fields=["agreement", "code"], condition=Q(until_quarter=""), name="indicator_one_current_version"
            ),
            models.CheckConstraint(
                condition=Q(until_quarter="") | Q(until_quarter__gt=F("from_quarter")),
                name="indicator_quarters_in_order",
            ),
            models.CheckConstraint(condition=Q(decimals__lte=PLACES), name="indicator_decimals_kept"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="indicator_direction_known"),
            models.CheckConstraint(
                condition=Q(is_rated=False)
                | Q(
                    target__isnull=False,
                    approaching_by__gte=0,
                    improvement_by__gte=F("approaching_by"),
                ),
                name="indicator_rated_has_bands",
            ),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind, aggregation__in=[way.value for way in ways]) for kind, ways in AGGREGATIONS.items()),
                    _connector=Q.OR,
                ),
                name="indicator_aggregation_fits_kind",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name_and_code(self):
        """What it measures, with its code after: "Waiting over 6 weeks (V4)"."""
        return f"{self.name} ({self.code})"
