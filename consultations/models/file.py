"""Files of answers from elsewhere, between their upload and the report; and how columns were matched, to use again."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations import rules
from consultations.enums import FileState
from consultations.models.consultation import Consultation

CLAIM_LOST_AFTER = timedelta(minutes=30)  # far beyond what checking or entering the largest file takes


class AnswerFileQuerySet(models.QuerySet):
    def shown_to(self, user, *, at):
        """One's own files, and of colleagues' the reports of those that were entered."""
        own_or_entered = Q(uploaded_by=user.pk) | Q(state=FileState.ENTERED)
        return self.filter(own_or_entered) if rules.enters_answers(user, at=at) else self.none()

    def waiting(self, *, at):
        """Whose time has not run out."""
        return self.filter(Q(state=FileState.ENTERED) | Q(expires_at__gt=at))

    def to_work_on(self, *, at):
        """Asked to be checked or entered; or left half way by a worker that died."""
        lost = Q(claimed_at__lt=at - CLAIM_LOST_AFTER)
        return self.filter(
            Q(state__in=[FileState.TO_CHECK, FileState.TO_ENTER])
            | Q(lost, state__in=[FileState.CHECKING, FileState.ENTERING])
        )


class AnswerFile(models.Model):
    """One file. `content` is CSV, gone with its name once entered; what stays is the report: numbers and headings.

    `match` is a `domain.matching.Match`. `report` has `rows`, `channels`, `answered`, `dropped`, `problems`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answer_files")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    file_name = models.CharField(max_length=100, blank=True)
    content = models.BinaryField(null=True)
    match = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=FileState, default=FileState.MATCHING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    entered_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="answer_file_state_known"),
            models.CheckConstraint(
                condition=~Q(state=FileState.ENTERED) | Q(content=None, file_name="", entered_at__isnull=False),
                name="answer_file_gone_once_entered",
            ),
            models.CheckConstraint(
                condition=Q(state=FileState.ENTERED) | Q(content__isnull=False), name="answer_file_there_until_entered"
            ),
        ]

    def __str__(self):
        return self.file_name or f"A file entered on {self.entered_at:%d/%m/%Y}"


class SavedMatch(models.Model):
    """How the columns of one kind of file are matched, kept under a name for the next file of that kind."""

    name = models.CharField(max_length=60, unique=True)
    match = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "saved matches"

    def __str__(self):
        return self.name
