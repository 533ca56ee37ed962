"""What people answer. No column here joins an answer to a person, and none will: see docs/decisions/0004.

`tests/consultations/test_anonymity.py` holds the list of every column of these tables; a new one fails the build.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations import rules
from consultations.enums import PUBLISHABLE, Channel, Publication
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField
from consultations.models.questionnaire import QuestionnaireVersion


class Draft(models.Model):
    """Answers not yet sent, sealed under a key that only the respondent's browser and link hold.

    `number` counts what has been kept, for compare-and-swap. The day is enough to throw away what is abandoned.
    """

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="drafts")
    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    number = models.PositiveIntegerField(default=0)
    touched_on = models.DateField()

    def __str__(self):
        return "An unfinished answer"


class ResponseQuerySet(models.QuerySet):
    def settled(self):
        """Responses that the counts shown while it is open already hold: at least ten joined at a time."""
        return self.filter(settled=True)

    def publishable(self):
        """Settled responses whose words their writers let us publish. Whatever is quoted comes from these."""
        return self.settled().filter(publication__in=PUBLISHABLE)

    def readable_by(self, user, *, at):
        """Responses whose texts this person may read: settled ones, for the Involvement Team alone."""
        return self.settled() if rules.reads_responses(user, at=at) else self.none()


class Response(models.Model):
    """One finished answer. `received_on` is kept only for days that ten or more share (see `domain.settling`)."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="responses")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="responses")
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.ONLINE)
    received_on = models.DateField(null=True)
    receipt_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001  unique, and answers on paper have none
    settled = models.BooleanField(default=False)
    publication = models.CharField(max_length=12, choices=Publication, default=Publication.NONE)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="response_channel_known"),
            models.CheckConstraint(condition=Q(publication__in=Publication.values), name="response_publication_known"),
            models.UniqueConstraint(fields=["consultation", "receipt_hash"], name="response_receipt_once"),
        ]

    def __str__(self):
        return "An answer"


class AnswerQuerySet(models.QuerySet):
    def texts_readable_by(self, user, *, at):
        """What people wrote in settled responses, for those who may read it: the Involvement Team."""
        if not rules.reads_responses(user, at=at):
            return self.none()
        return self.filter(response__settled=True).exclude(text="")


class Answer(models.Model):
    """One choice, or one text, in a response. What was not answered has no row.

    A choice is the key of what was offered. `OTHER` carries the person's own words in `text`. A statement on a scale is
    "statement=choice", a ranked thing "thing=place". A figure or date stands in `text`, its band in `choice`.
    """

    key = RandomKeyField()
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20)
    choice = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(choice="", text=""), name="answer_says_something"),
            models.UniqueConstraint(fields=["response", "question", "choice"], name="answer_choice_once"),
        ]

    def __str__(self):
        return f"An answer to {self.question}"


class RunningCount(models.Model):
    """Counts as staff see them while it is open. They move only when ten or more responses have come or gone."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="running_count"
    )
    responses = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    def __str__(self):
        return f"Counts of {self.responses} answers"


class OutcomeRequest(models.Model):
    """Somebody who answered wants to hear what came of it. Sealed under the office's key, never beside a response."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="outcome_requests")
    sealed = models.BinaryField()

    def __str__(self):
        return "A request to hear the outcome"


class ResponseBatch(models.Model):
    """A file of answers from elsewhere, entered once. The responses themselves do not say which file they came in."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="batches")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    responses = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "response batches"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "digest"], name="batch_once_per_consultation"),
        ]

    def __str__(self):
        return self.name
