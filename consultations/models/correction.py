"""Changes to questions that people are answering already: said in public, with the day and the reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.models.consultation import Consultation
from consultations.models.questionnaire import QuestionnaireVersion


class Correction(models.Model):
    """From this moment a consultation asked another version of its questions. Earlier answers keep the words they had.

    `structural` when more than words changed: something can be answered that could not before, or no longer can.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="corrections")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="corrections")
    structural = models.BooleanField(default=False)
    note = models.TextField(help_text="Shown to the public.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="correction_says_what_changed")]

    def __str__(self):
        return self.note
