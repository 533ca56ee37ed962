"""Words put right in questions that people are answering already: said in public, with the moment and the reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.models.consultation import Consultation
from consultations.models.questionnaire import QuestionnaireVersion


class Correction(models.Model):
    """From this moment a consultation asked the same in other words: `version` in place of `replaces`. Never changed.

    Only words differ between the two: every answer to one is an answer to the other (`domain.versions`).
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="corrections")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="corrections")
    replaces = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(help_text="Shown to the public.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="correction_says_what_changed")]

    def __str__(self):
        return self.note
