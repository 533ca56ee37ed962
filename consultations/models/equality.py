"""Equality questions: what is asked is declared before opening; of what people say only counts are kept (ADR 14).

No row here belongs to a person. A part says one thing of one table, and two parts of one person have nothing in common.
"""

from django.db import models
from django.db.models import Q

from consultations.enums import SpecialCondition
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField


class EqualityPlan(models.Model):
    """Which equality questions a consultation asks, what for, and which tables will be made of the answers.

    `characteristics` are keys of `domain.characteristics`; `crossings` are pairs of sides such as
    `["about.AGE", "answer.q1"]`. `frozen` holds the words and labels as they were when the consultation opened.
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="equality_plan"
    )
    characteristics = models.JSONField(default=list)
    crossings = models.JSONField(default=list, blank=True)
    purpose = models.TextField("what we need it for")
    condition = models.CharField("condition of article 9", max_length=20, choices=SpecialCondition)
    frozen = models.JSONField(null=True, blank=True)
    results = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="equality_plan_says_what_for"),
            models.CheckConstraint(
                condition=Q(condition__in=SpecialCondition.values), name="equality_plan_condition_known"
            ),
        ]

    def __str__(self):
        return f"Equality questions of {self.consultation_id}"


class EqualityPart(models.Model):
    """One person more in one cell of one table, sealed under the office's key, until ten people wait."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="equality_parts")
    sealed = models.BinaryField()

    def __str__(self):
        return "One more in a count"


class EqualityMark(models.Model):
    """A browser has sent its equality answers: the hash of a random number of its own. Thrown away every night."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="equality_marks")
    mark = models.CharField(max_length=64, unique=True)

    def __str__(self):
        return "Sent once"


class EqualityCount(models.Model):
    """How many people said what, by table and cell. It moves when ten people or more have come, and at closing."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="equality_count"
    )
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    def __str__(self):
        return f"Equality counts of {self.consultation_id}"
