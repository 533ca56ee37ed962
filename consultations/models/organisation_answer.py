"""What organisations answer by name: what their people write together, and what a certifier signs.

Nothing here is near an answer without a name: no column leads from one to the other, and the database refuses a row
here for a consultation that promises anonymity (`guards`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations import rules
from consultations.enums import Publication
from consultations.models.consultation import Consultation
from consultations.models.questionnaire import QuestionnaireVersion
from engagement.models import Organisation


class OrganisationDraft(models.Model):
    """One organisation's answer to one consultation while it is written. `number` counts what was kept."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="organisation_drafts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "organisation"], name="organisation_draft_once"),
        ]

    def __str__(self):
        return f"The unsigned answer of {self.organisation}"


class OrganisationEntry(models.Model):
    """The answer to one question as it was kept last, by whom and when. `values` is as `domain.frozen` describes."""

    draft = models.ForeignKey(OrganisationDraft, on_delete=models.CASCADE, related_name="entries")
    question = models.CharField(max_length=20)
    values = models.JSONField(default=list)
    number = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "organisation entries"
        constraints = [models.UniqueConstraint(fields=["draft", "question"], name="organisation_entry_once")]

    def __str__(self):
        return f"The answer to {self.question}"


class OrganisationAnswerQuerySet(models.QuerySet):
    def standing(self):
        """Those that count: the last that an organisation signed, unless it has taken it back."""
        return self.filter(replaced=False, withdrawn_at=None)

    def current(self):
        """The last that each organisation signed, taken back or not."""
        return self.filter(replaced=False)

    def readable_by(self, user, *, at):
        """What the office reads of organisations: what they signed, for those who read answers."""
        return self.current() if rules.reads_responses(user, at=at) else self.none()


class OrganisationAnswer(models.Model):
    """What a certifier signed for an organisation, word for word. The last one stands until it is taken back.

    `draft_number` is that of the draft that was signed. What is taken back is emptied; its reason stays.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="organisation_answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=15, unique=True)
    draft_number = models.PositiveIntegerField()
    answers = models.JSONField(default=dict, blank=True)
    interests = models.JSONField(default=list, blank=True)
    interest_words = models.TextField(blank=True)
    publication = models.CharField(max_length=12, choices=Publication, default=Publication.NONE)
    declaration = models.TextField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True)

    objects = OrganisationAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "organisation", "number"], name="organisation_answer_numbered"
            ),
            models.UniqueConstraint(
                fields=["consultation", "organisation"],
                condition=Q(replaced=False),
                name="organisation_answer_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(publication__in=Publication.values), name="organisation_publication_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, answers={}) & ~Q(withdrawn_reason="")),
                name="organisation_answer_withdrawn_whole",
            ),
        ]

    def __str__(self):
        return f"The answer of {self.organisation}"
