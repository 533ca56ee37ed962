"""What the office says after closing: what people said, and apart from it what was decided and done (R-060)."""

from django.db import models
from django.db.models import F, Q

from consultations.enums import Overlap
from engagement.enums import Stage


class Outcome(models.Model):
    """Two halves, each with its own day of publication. Until that day the words are the office's own.

    `asked_by` maps `Approach` codes to numbers of people. `decision_move` is the number, in the activity's history, of
    the move to another stage that carries the decision out.
    """

    results_published_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(null=True, blank=True)
    finding = models.CharField(
        max_length=160, blank=True, help_text="The finding in one sentence: the heading of the results."
    )
    we_asked = models.TextField(blank=True)
    asked_by = models.JSONField(default=dict, blank=True)
    asked_also = models.CharField("other ways of asking, not counted", max_length=200, blank=True)
    overlap = models.CharField(max_length=20, choices=Overlap, default=Overlap.UNKNOWN)
    you_said = models.TextField(blank=True)
    stance_question = models.CharField("question that asks for or against", max_length=20, blank=True)
    stance_for = models.JSONField(default=list, blank=True)
    stance_against = models.JSONField(default=list, blank=True)
    limits = models.TextField("what the answers cannot tell", blank=True)
    method = models.TextField("how the answers were read", blank=True)

    outcome_published_at = models.DateTimeField(null=True, blank=True)
    we_did = models.TextField(blank=True)
    unchanged = models.TextField("what did not change, and why", blank=True)
    decision = models.TextField("what was decided", blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decision_reference = models.CharField(max_length=60, blank=True)
    decision_url = models.CharField("address of the decision record", max_length=300, blank=True)
    decision_move = models.PositiveIntegerField(null=True, blank=True)
    next_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    next_words = models.TextField("what comes next", blank=True)

    class Meta:
        abstract = True


OUTCOME_CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(results_published_at=None) | Q(results__isnull=False, results_published_at__gte=F("closes_at")),
        name="consultation_results_after_closing",
    ),
    models.CheckConstraint(
        condition=Q(outcome_published_at=None)
        | Q(results_published_at__isnull=False, outcome_published_at__gte=F("results_published_at")),
        name="consultation_outcome_after_results",
    ),
    models.CheckConstraint(
        condition=Q(decision="") | (~Q(decided_by="") & Q(decided_on__isnull=False)),
        name="consultation_decision_says_who_and_when",
    ),
    models.CheckConstraint(condition=Q(overlap__in=Overlap.values), name="consultation_overlap_known"),
]
