"""Indicators: what is counted, why, how, and from where on it is good enough (R-012, R-013, R-077)."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Prefetch, Q

from contracts.enums import AGGREGATIONS, NEVER_RATED, AskedEvery, Direction, ToleranceUnit
from contracts.models.agreement import Agreement
from contracts.models.meaning import Meaning
from contracts.models.measure import MeasureVersion
from contracts.models.target import DIGITS, PLACES, Aim, Target


class IndicatorQuerySet(models.QuerySet):
    def asked_in(self, period):
        """The versions that a return of this period asks for, in the order of the return (`Indicator.is_asked_in`)."""
        begun = Q(asked_from=None) | Q(asked_from__lte=period.starts_on)
        going_on = Q(asked_until=None) | Q(asked_until__gt=period.starts_on)
        often = Q(asked_every__in=[every for every in AskedEvery if falls_in(every, period)])
        asked = self.filter(begun, going_on, often)
        return asked.as_of(period.starts_on).order_by("order", "code", "version")

    def as_of(self, day):
        """With the target in force on a day, and whether it is still gathering its baseline. One query more."""
        in_force = Target.objects.filter(from_date__lte=day).order_by("-from_date")
        baseline = ExpressionWrapper(Q(rated_from__gt=day), output_field=models.BooleanField())
        return self.annotate(in_baseline=baseline).prefetch_related(
            Prefetch("targets", queryset=in_force, to_attr="targets_in_force")
        )

    def current(self):
        """The latest version of each, in the order of the return."""
        return self.filter(asked_until=None).order_by("order", "code")


def falls_in(every, period):
    """Whether what is asked for every so many months is asked for in a period: so many of its year end with it."""
    return every == AskedEvery.RETURN or bool(period.months_done and period.months_done % every == 0)


class Indicator(Meaning, Aim):
    """One version of one measure of one agreement. With figures its meaning is frozen: changing it makes a version.

    Percentages are 0 to 100, money is pounds, a rate is `per` so many. The target it starts with is its own, later ones
    are `targets`. A figure resting on fewer than `minimum_n` is Other. Not rated: context only, and before `rated_from`
    while its baseline is gathered. A movement beyond `tolerance` since the last figure asks for words. Its meaning may
    come from the library (`measure_version`).
    Returns that begin from `asked_from` on and before `asked_until` ask for it; empty means without end. `asked_every`
    leaves it out of some of them: a yearly measure is asked for in the return that ends the year.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    asked_from = models.DateField(null=True, blank=True)
    asked_until = models.DateField(null=True, blank=True)
    asked_every = models.PositiveSmallIntegerField(choices=AskedEvery, default=AskedEvery.RETURN)
    group = models.CharField(max_length=80, blank=True, help_text="The heading it stands under in the return.")
    order = models.PositiveSmallIntegerField(default=0)
    measure_version = models.ForeignKey(
        MeasureVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    weight = models.PositiveSmallIntegerField(default=1, help_text="Among equals, heavier ones are shown first.")
    baseline = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    rated_from = models.DateField(null=True, blank=True)
    tolerance = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    tolerance_in = models.CharField(max_length=10, choices=ToleranceUnit, default=ToleranceUnit.PERCENT)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code", "version"], name="indicator_version_once"),
            models.UniqueConstraint(
                fields=["agreement", "code"], condition=Q(asked_until=None), name="indicator_one_current_version"
            ),
            models.CheckConstraint(
                condition=Q(asked_until=None) | Q(asked_from=None) | Q(asked_until__gt=F("asked_from")),
                name="indicator_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(asked_every__in=AskedEvery.values), name="indicator_asked_every_known"),
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
            models.CheckConstraint(
                condition=Q(is_rated=False)
                | Q(direction=Direction.RANGE, high__gte=F("target"))
                | Q(~Q(direction=Direction.RANGE), high=None),
                name="indicator_range_has_two_edges",
            ),
            models.CheckConstraint(
                condition=Q(is_rated=False) | ~Q(kind__in=sorted(NEVER_RATED)), name="indicator_words_are_not_rated"
            ),
            models.CheckConstraint(condition=Q(per__gte=1, weight__gte=1), name="indicator_per_and_weight_counted"),
            models.CheckConstraint(condition=Q(tolerance=None) | Q(tolerance__gte=0), name="indicator_tolerance_real"),
        ]

    def __str__(self):
        return self.name

    @property
    def name_and_code(self):
        """What it measures, with its code after: "Waiting over 6 weeks (V4)"."""
        return f"{self.name} ({self.code})"

    def is_asked_in(self, period):
        """The same rule as `asked_in`, for one that is loaded."""
        begun = self.asked_from is None or self.asked_from <= period.starts_on
        going_on = self.asked_until is None or self.asked_until > period.starts_on
        return begun and going_on and falls_in(self.asked_every, period)
