"""What is counted, why and how: shared by an agreement's indicator and by a measure of the library."""

from django.db import models

from contracts.enums import Aggregation, Direction, IndicatorKind, MeasureType


class Meaning(models.Model):
    """What a measure means, apart from how good is good enough. Once figures hang on it, it changes only as a version.

    A rate is told for every `per`. `lag`: it tells of so many periods before the one it is given for. `breakdowns` are
    the groups by which it should be told (age band, district…), a list of words. `tables` ask for its parts with it, in
    numbers: up to two, as `contracts.domain.parts.checked_tables` gives them.
    """

    name = models.CharField(max_length=120)
    measure_type = models.CharField(max_length=10, choices=MeasureType, blank=True)
    why = models.TextField("why we ask", blank=True)
    how = models.TextField("how to count", blank=True)
    kind = models.CharField(max_length=20, choices=IndicatorKind)
    unit = models.CharField(max_length=40, blank=True, help_text="What is counted, in the plural: referrals, people.")
    numerator_words = models.CharField(max_length=120, blank=True, help_text="For example: contacted in time")
    denominator_words = models.CharField(max_length=120, blank=True, help_text="For example: due to be contacted")
    decimals = models.PositiveSmallIntegerField(default=0)
    per = models.PositiveIntegerField(default=1, help_text="Of a rate: for every how many.")
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.UP)
    aggregation = models.CharField(max_length=10, choices=Aggregation)
    is_rated = models.BooleanField(default=True)
    minimum_n = models.PositiveIntegerField(default=0)
    counts_people = models.BooleanField(default=False, help_text="Small numbers are withheld when it is published.")
    lag = models.PositiveSmallIntegerField(default=0)
    breakdowns = models.JSONField(default=list, blank=True)
    tables = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
