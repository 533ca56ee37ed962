"""The library of measures: one definition for everybody who counts the same thing, version by version (R-012)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts.enums import AGGREGATIONS
from contracts.models.meaning import Meaning
from contracts.models.target import PLACES, Aim


class Measure(models.Model):
    """A measure of the library, by its set (`collection`) and its code in it."""

    collection = models.CharField(max_length=60)
    code = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "code"], name="measure_once_per_collection")]

    def __str__(self):
        return f"{self.code} of {self.collection}"

    def get_absolute_url(self):
        """Its page in the library."""
        return reverse("contracts:measure-detail", args=[self.pk])


class MeasureVersionQuerySet(models.QuerySet):
    def approved(self):
        """Versions that agreements may take."""
        return self.filter(approved_at__isnull=False)

    def newest(self):
        """The newest approved version of each measure, by set and code."""
        newer = MeasureVersion.objects.approved().filter(
            measure=models.OuterRef("measure"), number__gt=models.OuterRef("number")
        )
        found = self.approved().filter(~models.Exists(newer)).select_related("measure")
        return found.order_by("measure__collection", "measure_id")


class MeasureVersion(Meaning, Aim):
    """One version of a measure. Its aim is what is usual, for agreements to begin from; they agree their own.

    A draft may be written again until the Management Team approves it; an approved version never changes.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=300, blank=True, help_text="What is new in it, and why.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeasureVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="measure_version_once"),
            models.UniqueConstraint(
                fields=["measure"], condition=Q(approved_at=None), name="measure_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")), name="measure_approved_by_another"
            ),
            models.CheckConstraint(condition=Q(decimals__lte=PLACES), name="measure_decimals_kept"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(note=""), name="measure_later_version_says_what_is_new"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind, aggregation__in=[way.value for way in ways]) for kind, ways in AGGREGATIONS.items()),
                    _connector=Q.OR,
                ),
                name="measure_aggregation_fits_kind",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.measure_id}, version {self.number})"

    @property
    def is_draft(self):
        """Whether it still waits for approval."""
        return self.approved_at is None
