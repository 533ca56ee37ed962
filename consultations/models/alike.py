"""Answers so alike that one person may have sent several, or many the words of one: found, judged, never deleted.

Rows hang on anonymous answers: random keys, no order, nothing that says who answered or when. They are looked for once
nobody can answer any more. What people decide about a group, and why, stands on the group (docs/decisions/0021).
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, IntegerChoices, Q, TextChoices

from consultations import rules
from consultations.models.beside import CollectiveResponse
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField
from consultations.models.response import Response

CLAIM_LOST_AFTER = timedelta(minutes=30)  # far beyond what a hundred thousand answers take


class SearchState(TextChoices):
    """How far looking for answers that are alike has come."""

    WAITING = "WAITING", "Waiting for the worker"
    LOOKING = "LOOKING", "Looking"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Could not be finished"


class Strength(IntegerChoices):
    """How strongly the answers themselves speak for one sender, or one template. The strongest first."""

    STRONG = 1, "Strong"
    FAIR = 2, "Fair"
    WEAK = 3, "Weak"


class Verdict(TextChoices):
    """What a person decided about a group."""

    KEEP_ALL = "KEEP_ALL", "All are kept"
    KEEP_ONE = "KEEP_ONE", "One is kept, the others are left out"
    CAMPAIGN = "CAMPAIGN", "A campaign: all are kept, and said to be in its words"


class Grounds(TextChoices):
    """Why: one choice that says both what is done and on what grounds. `VERDICTS` has what is done."""

    DIFFERENT = "DIFFERENT", "Keep all: different people may well have written this"
    CHANCE = "CHANCE", "Keep all: alike by chance"
    SENT_TWICE = "SENT_TWICE", "Keep one: sent more than once, it seems by mistake"
    TWO_WAYS = "TWO_WAYS", "Keep one: came in two ways, such as online and on paper"
    COPIES = "COPIES", "Keep one: copies, beyond what chance explains"
    CAMPAIGN = "CAMPAIGN", "Record as a campaign: many people sent the same words, and each is counted"


VERDICTS = {
    Grounds.DIFFERENT: Verdict.KEEP_ALL,
    Grounds.CHANCE: Verdict.KEEP_ALL,
    Grounds.SENT_TWICE: Verdict.KEEP_ONE,
    Grounds.TWO_WAYS: Verdict.KEEP_ONE,
    Grounds.COPIES: Verdict.KEEP_ONE,
    Grounds.CAMPAIGN: Verdict.CAMPAIGN,
}


class AlikeSearchQuerySet(models.QuerySet):
    def to_do(self, *, at):
        """Asked for; or left half way by a worker that died."""
        lost = Q(state=SearchState.LOOKING, claimed_at__lt=at - CLAIM_LOST_AFTER)
        return self.filter(Q(state=SearchState.WAITING) | lost)


class AlikeSearch(models.Model):
    """Looking for answers that are alike: by the worker at closing, and again when somebody asks for it."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="alike_search"
    )
    state = models.CharField(max_length=20, choices=SearchState, default=SearchState.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = AlikeSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "alike searches"
        constraints = [models.CheckConstraint(condition=Q(state__in=SearchState.values), name="alike_search_known")]

    def __str__(self):
        return f"Looking for answers alike in {self.consultation_id}"

    @property
    def in_work(self):
        """Whether the worker has it, or will."""
        return self.state in {SearchState.WAITING, SearchState.LOOKING}


class AlikeGroupQuerySet(models.QuerySet):
    def readable_by(self, user, *, at):
        """Groups whose texts this person may read: the Involvement Team."""
        return self if rules.reads_responses(user, at=at) else self.none()

    def to_judge(self):
        """Nobody has judged it, or more answers like these were found since."""
        return self.filter(Q(verdict="") | Q(grown__gt=0))


class AlikeGroup(models.Model):
    """Responses that are alike, by what they say alone. `evidence` is a `domain.likeness.Evidence`.

    `grown` is how many were found since it was judged: somebody has to look at those.
    """

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="alike_groups")
    strength = models.PositiveSmallIntegerField(choices=Strength)
    size = models.PositiveIntegerField()
    evidence = models.JSONField(default=dict)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    grown = models.PositiveIntegerField(default=0)

    objects = AlikeGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(strength__gte=1, strength__lte=3), name="alike_strength_known"),
            models.CheckConstraint(condition=Q(verdict="") | Q(verdict__in=Verdict.values), name="alike_verdict_known"),
            models.CheckConstraint(condition=Q(size__gte=2), name="alike_takes_two"),
            models.CheckConstraint(condition=Q(grown=0) | ~Q(verdict=""), name="alike_grows_once_judged"),
        ]

    def __str__(self):
        return f"{self.size} answers alike"


class AlikeMember(models.Model):
    """One response of a group, and whether it is left out of the counts. It is in one group at most."""

    key = RandomKeyField()
    group = models.ForeignKey(AlikeGroup, on_delete=models.CASCADE, related_name="members")
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="alike")
    left_out = models.BooleanField(default=False)

    def __str__(self):
        return "An answer like others"


class AlikeJudgement(models.Model):
    """What somebody decided about a group, why, and of how many answers. The last one holds; a second person's may."""

    group = models.ForeignKey(AlikeGroup, on_delete=models.CASCADE, related_name="judgements")
    number = models.PositiveIntegerField()
    grounds = models.CharField(max_length=12, choices=Grounds)
    words = models.CharField(max_length=500)
    campaign = models.ForeignKey(
        CollectiveResponse, on_delete=models.PROTECT, null=True, blank=True, related_name="alike_judgements"
    )
    size = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)
    judged_on = models.DateField()
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="alike_judgement_once"),
            models.CheckConstraint(condition=Q(grounds__in=Grounds.values), name="alike_grounds_known"),
            models.CheckConstraint(condition=~Q(words=""), name="alike_judged_with_words"),
            models.CheckConstraint(condition=Q(left_out__lt=F("size")), name="alike_one_is_kept"),
            models.CheckConstraint(
                condition=Q(grounds=Grounds.CAMPAIGN, campaign__isnull=False)
                | (~Q(grounds=Grounds.CAMPAIGN) & Q(campaign=None)),
                name="alike_campaign_is_recorded",
            ),
        ]

    def __str__(self):
        return self.get_grounds_display()
