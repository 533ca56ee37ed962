"""Ratings, each with the sentence that explains it, and their publication as a frozen snapshot."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.urls import reverse

from contracts import rules
from contracts.enums import OverrideState, RatingWord
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


class OverrideQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Those that this person may read: of the office, who reads ratings before they are published."""
        return self.filter(rules.readable_overrides(user, at=at))

    def decidable_by(self, user, *, at):
        """Those that this person decides now: never their own."""
        return self.filter(rules.decidable_overrides(user, at=at))

    def standing(self):
        """Those that count, or may come to: confirmed, or waiting for a decision."""
        return self.filter(state__in=[OverrideState.PROPOSED, OverrideState.CONFIRMED])

    def confirmed(self):
        """Those that hold: two people gave the word."""
        return self.filter(state=OverrideState.CONFIRMED, ended_at=None)

    def of_agreements(self, agreements):
        """Those of figures of these agreements, each with its rating and the two people."""
        found = self.filter(figure__kpi_return__agreement__in=agreements)
        return found.select_related("figure__rating", "proposed_by", "decided_by")

    def for_table(self):
        """With the rows a page shows, in one query."""
        figure = ("figure__indicator", "figure__kpi_return__agreement__activity", "figure__rating")
        return self.select_related(*figure, "proposed_by", "decided_by")


class Override(models.Model):
    """Another word for a rating than the computed one, proposed with a reason and confirmed by a second person.

    The computed word stays beside it. `because` is published with the rating. Put right, a figure is rated anew, and
    the override no longer holds (`ended_at`).
    """

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="overrides")
    state = models.CharField(max_length=10, choices=OverrideState, default=OverrideState.PROPOSED)
    computed = models.CharField(max_length=30, choices=RatingWord)
    word = models.CharField(max_length=30, choices=RatingWord)
    because = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_as = models.CharField(max_length=80, blank=True)
    decision_words = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure"],
                condition=Q(state__in=[OverrideState.PROPOSED, OverrideState.CONFIRMED]),
                name="override_one_standing",
            ),
            models.CheckConstraint(condition=Q(state__in=OverrideState.values), name="override_state_known"),
            models.CheckConstraint(
                condition=Q(word__in=RatingWord.values, computed__in=RatingWord.values) & ~Q(word=F("computed")),
                name="override_of_another_word",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="override_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[OverrideState.CONFIRMED, OverrideState.DECLINED])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="override_decided_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=OverrideState.VOID, ended_at__isnull=False)
                | ~Q(state=OverrideState.VOID) & Q(ended_at=None),
                name="override_void_is_dated",
            ),
        ]

    def __str__(self):
        return f"Override {self.pk} of {self.figure_id}"

    def get_absolute_url(self):
        """Its page, for the office."""
        return reverse("contracts:override-detail", args=[self.pk])

    @property
    def holds(self):
        """Whether it is confirmed, so that its word is the rating."""
        return self.state == OverrideState.CONFIRMED

    @property
    def sentence(self):
        """For example: `Computed: Inadequate. Overridden to Good by the Commissioner, because …`."""
        start = f"Computed: {self.get_computed_display()}."
        if not self.holds:
            return f"{start} {self.proposed_by} proposes {self.get_word_display()}, because: {self.because}"
        return f"{start} Overridden to {self.get_word_display()} by {self.decided_as}, because: {self.because}"


class PublicationQuerySet(models.QuerySet):
    def public(self):
        """Published ratings of published activities."""
        return self.filter(agreement__activity__published_at__isnull=False)


def given(word):
    """How often a snapshot gives a word, kept by the database beside it: a sum or an order reads no snapshot."""
    counted = Cast(KeyTextTransform(str(word), KeyTransform("tally", "snapshot")), models.IntegerField())
    return models.GeneratedField(expression=counted, output_field=models.IntegerField(null=True), db_persist=True)


class Publication(models.Model):
    """The ratings of one agreement and period as the public reads them.

    `snapshot` is written by `contracts.domain.publishing.snapshot_of`, with small numbers already withheld. Only a
    restatement changes it (`revised_at`), and every edition there was is kept (`Edition`).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="publications")
    kpi_return = models.OneToOneField(KpiReturn, on_delete=models.PROTECT, related_name="publication")
    quarter = models.CharField("period", max_length=24)
    snapshot = models.JSONField()
    good = given(RatingWord.GOOD)
    approaching = given(RatingWord.APPROACHING)
    requires_improvement = given(RatingWord.REQUIRES_IMPROVEMENT)
    inadequate = given(RatingWord.INADEQUATE)
    other = given(RatingWord.OTHER)
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
