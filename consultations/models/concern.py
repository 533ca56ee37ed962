"""Texts that suggest present danger, and what was done about them. Rows hang on anonymous answers: see ADR 18.

A concern points at one text and keeps no moment of its own. What people did about it has a day: a record of
safeguarding without days is worthless. When the text is withdrawn or changed, the record stays, and the text is gone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations import rules
from consultations.enums import ConcernOutcome, ConcernReason
from consultations.models.comment import Comment
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField
from consultations.models.response import Answer


class Safeguarding(models.Model):
    """Who is told at once when something that was written suggests danger, and who when they are away."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="safeguarding"
    )
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "safeguarding"
        constraints = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="safeguarding_names_two_people"),
        ]

    def __str__(self):
        return f"{self.first}, then {self.second}"


class ConcernQuerySet(models.QuerySet):
    def waiting(self):
        """Concerns that nobody has closed."""
        return self.filter(outcome="")

    def readable_by(self, user, *, at):
        """Concerns that this person may open: those who read what people wrote, all of them."""
        return self if rules.reads_responses(user, at=at) else self.none()


class Concern(models.Model):
    """Something in a text may mean that somebody is in danger. `suggested` by its words, or passed on by a reader."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="concerns")
    answer = models.OneToOneField(Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="concern")
    comment = models.OneToOneField(Comment, on_delete=models.SET_NULL, null=True, blank=True, related_name="concern")
    reason = models.CharField(max_length=12, choices=ConcernReason)
    suggested = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=ConcernOutcome, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=ConcernReason.values), name="concern_reason_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *ConcernOutcome.values]), name="concern_outcome_known"),
        ]

    def __str__(self):
        return self.get_reason_display()


class ConcernAct(models.Model):
    """What somebody of the office did about a concern, and on which day. Never changed."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="acts")
    words = models.TextField()
    outcome = models.CharField(max_length=12, choices=ConcernOutcome, blank=True)
    done_on = models.DateField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="concern_act_says_what_was_done"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ConcernOutcome.values]), name="concern_act_outcome_known"
            ),
        ]

    def __str__(self):
        return self.words
