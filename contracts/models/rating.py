"""Ratings, each with the sentence that explains it, and their publication as a frozen snapshot."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.enums import RatingWord
from contracts.models.agreement import Agreement
from contracts.models.indicator import DIGITS, PLACES
from contracts.models.returns import Figure, KpiReturn


class Rating(models.Model):
    """What an accepted figure was rated, and why. `word` is empty for what is not rated (context, not given).

    `value` is the figure as it is published: rounded half up to the indicator's decimals. `computed_from` holds the
    counts, target and bands of that moment.
    """

    figure = models.OneToOneField(Figure, on_delete=models.PROTECT, related_name="rating")
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    word = models.CharField(max_length=30, choices=RatingWord, blank=True)
    sentence = models.CharField(max_length=300)
    computed_from = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(word__in=["", *RatingWord.values]), name="rating_word_known"),
        ]

    def __str__(self):
        return self.sentence


class PublicationQuerySet(models.QuerySet):
    def public(self):
        """Published ratings of published activities."""
        return self.filter(agreement__activity__published_at__isnull=False)


class Publication(models.Model):
    """The ratings of one agreement and period as the public reads them.

    `snapshot` is written by `contracts.domain.publishing.snapshot_of`, with small numbers already withheld. Only a
    restatement changes it (`revised_at`), and every edition there was is kept (`Edition`).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="publications")
    kpi_return = models.OneToOneField(KpiReturn, on_delete=models.PROTECT, related_name="publication")
    quarter = models.CharField("period", max_length=24)
    snapshot = models.JSONField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()
    revised_at = models.DateTimeField(null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "quarter"], name="publication_once_per_quarter"),
        ]

    def __str__(self):
        return f"{self.agreement_id}, {self.quarter}"
