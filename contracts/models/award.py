"""How a provider was chosen: by which criteria, with what result and value, who decided and by which authority."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.enums import DecidedAs, HowChosen
from contracts.models.agreement import Agreement


class AwardQuerySet(models.QuerySet):
    def holding(self):
        """The record that holds of each agreement."""
        newest = Award.objects.filter(agreement=models.OuterRef("agreement")).order_by("-number").values("number")
        return self.filter(number=models.Subquery(newest[:1]))

    def public(self):
        """Of agreements on the register, the record that holds."""
        return self.holding().filter(agreement__in=Agreement.objects.registered())


class Award(models.Model):
    """One record of the choice (R-008, R-071, R-072, R-138). Never changed: a new one follows, and the latest holds.

    `criteria` are `{"name", "weight", "score"}`: weights in percent, 100 together; the score of the one chosen in
    percent of what could be had, or none. `decided_by` is a post, never a person. `value_words` and `options_words` are
    the office's own; all else but the scores and the tender is public.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="awards")
    number = models.PositiveSmallIntegerField()
    how = models.CharField(max_length=20, choices=HowChosen)
    bids_received = models.PositiveSmallIntegerField(null=True, blank=True)
    criteria = models.JSONField(default=list, blank=True)
    moderated = models.CharField(max_length=300, blank=True)
    value_words = models.TextField()
    options_words = models.TextField(blank=True)
    decided_as = models.CharField(max_length=20, choices=DecidedAs)
    decided_by = models.CharField(max_length=150)
    authority = models.CharField(max_length=300, blank=True)
    decided_on = models.DateField()
    letters_sent_on = models.DateField(null=True, blank=True)
    tender_reference = models.CharField(max_length=100, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="award_number_once"),
            models.CheckConstraint(condition=Q(how__in=HowChosen.values), name="award_how_known"),
            models.CheckConstraint(condition=Q(decided_as__in=DecidedAs.values), name="award_decided_as_known"),
            models.CheckConstraint(
                condition=Q(decided_as=DecidedAs.COMMISSIONER) | ~Q(authority=""), name="award_officer_has_authority"
            ),
            models.CheckConstraint(
                condition=Q(letters_sent_on=None) | Q(letters_sent_on__gte=F("decided_on")),
                name="award_letters_after_decision",
            ),
        ]

    def __str__(self):
        return f"{self.get_how_display()}, decided by {self.decided_by}"

    @property
    def total_score(self):
        """The score of the one chosen over all criteria in percent, weighted; `None` unless each has a score."""
        if not self.criteria or any(one["score"] is None for one in self.criteria):
            return None
        return sum(one["weight"] * one["score"] for one in self.criteria) / 100
