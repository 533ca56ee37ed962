"""Questions from providers about an activity, and answers that reach everyone engaged at the same moment.

What has been released is never changed: a correction is a further answer to the same question, with its reason.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from engagement import rules
from engagement.enums import Confidence, QuestionSource, QuestionState, Telling
from engagement.models.activity import Activity
from engagement.models.organisation import Organisation
from engagement.models.outbox import Delivery, Event

PEOPLE = settings.AUTH_USER_MODEL


class QuestionWindowQuerySet(models.QuerySet):
    def open(self, *, at):
        """Windows in which questions are taken now: from the opening moment up to, not including, the closing one."""
        return self.filter(opens_at__lte=at, closes_at__gt=at)

    def public(self):
        """Windows whose released answers anybody may read."""
        return self.filter(is_public=True, activity__published_at__isnull=False)


class QuestionWindow(models.Model):
    """A time in which providers ask about one thing. Answers are promised by `answers_by`."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="question_windows")
    number = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=120, help_text="For example: Draft specification 0.3")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    answers_by = models.DateTimeField()
    is_public = models.BooleanField(default=False)
    opened_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    extended_because = models.TextField(blank=True)
    closed_first_at = models.DateTimeField(null=True, blank=True, help_text="The closing moment before any extension.")

    objects = QuestionWindowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="question_window_number_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="question_window_closes_after_opening"
            ),
            models.CheckConstraint(condition=Q(answers_by__gte=F("closes_at")), name="question_window_answers_after"),
        ]

    def __str__(self):
        return self.about

    def takes_questions(self, *, at):
        """Whether a question may be asked at a moment."""
        return self.opens_at <= at < self.closes_at


class ClarificationQuerySet(models.QuerySet):
    def of_organisations_of(self, user, *, at):
        """Questions that this person's own organisations asked or are writing; nobody else's (A08)."""
        return self.filter(organisation__in=rules.asking_organisations(user, at=at))

    def waiting(self):
        """Questions for which the office has something to do before they can be released."""
        return self.filter(state=QuestionState.ASKED).exclude(confidence=Confidence.REFUSED)


class Clarification(models.Model):
    """One question, as it was asked. Who asked is for the office and the asker alone.

    `reference` stands in addresses, since a running number would tell how many others ask. `number` is given on
    release. `wording` of the first answer is what the others read.
    """

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    window = models.ForeignKey(QuestionWindow, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=QuestionSource)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="questions_asked"
    )
    asked_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=20, choices=QuestionState, default=QuestionState.DRAFT)
    asked_at = models.DateTimeField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=20, choices=Confidence, default=Confidence.NOT_ASKED)
    confidence_asked_because = models.TextField(blank=True)
    confidence_decided_because = models.TextField(blank=True)
    declined_because = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    settled_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["window", "number"], name="clarification_number_once"),
            models.CheckConstraint(
                condition=Q(state=QuestionState.RELEASED, number__isnull=False)
                | (~Q(state=QuestionState.RELEASED) & Q(number=None)),
                name="clarification_numbered_when_released",
            ),
            models.CheckConstraint(
                condition=Q(state=QuestionState.DRAFT) | Q(asked_at__isnull=False), name="clarification_asked_is_dated"
            ),
            models.CheckConstraint(
                condition=~Q(source=QuestionSource.PORTAL) | Q(organisation__isnull=False),
                name="clarification_asked_here_by_organisation",
            ),
            models.CheckConstraint(
                condition=~Q(confidence__in=[Confidence.ASKED, Confidence.ACCEPTED, Confidence.REFUSED])
                | ~Q(state__in=[QuestionState.ANSWERED, QuestionState.RELEASED]),
                name="clarification_in_confidence_never_released",
            ),
            models.CheckConstraint(
                condition=Q(state=QuestionState.MERGED, merged_into__isnull=False)
                | (~Q(state=QuestionState.MERGED) & Q(merged_into=None)),
                name="clarification_merged_into_one",
            ),
        ]

    def __str__(self):
        return f"Q{self.number}" if self.number else f"A question about {self.window_id}"

    def get_manage_url(self):
        return reverse("engagement:clarification-detail", args=[self.reference])


class Release(models.Model):
    """One act: these answers were given to these organisations, at this moment, by this person."""

    window = models.ForeignKey(QuestionWindow, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text="Of the texts as they were released; the log holds it as well.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["window", "number"], name="release_number_once")]

    def __str__(self):
        return f"Release {self.number}"


class AnswerQuerySet(models.QuerySet):
    def released(self):
        """Answers that have been given to everyone."""
        return self.filter(release__isnull=False)


class Answer(models.Model):
    """A question as everybody reads it, and its answer: the first, or a correction. Frozen by `release`."""

    question = models.ForeignKey(Clarification, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveSmallIntegerField(default=1)
    wording = models.TextField()
    section = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    reason = models.TextField(blank=True)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    written_at = models.DateTimeField()
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "version"], name="answer_version_once"),
            models.UniqueConstraint(fields=["question"], condition=Q(release=None), name="answer_one_unreleased"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="answer_correction_has_reason"),
        ]

    def __str__(self):
        return f"Answer {self.version} to {self.question_id}"


class Told(models.Model):
    """An organisation was given a release: with everyone, or on joining. `deliveries` are its people's messages."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="told")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="told_of_answers")
    telling = models.CharField(max_length=20, choices=Telling)
    at = models.DateTimeField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    deliveries = models.ManyToManyField(Delivery, related_name="+")

    class Meta:
        verbose_name_plural = "told"
        constraints = [models.UniqueConstraint(fields=["release", "organisation"], name="told_once_of_a_release")]

    def __str__(self):
        return f"{self.organisation_id} of {self.release_id}"


class ConflictOfInterest(models.Model):
    """An interest that somebody declared in an activity, and what is done about it. For the office alone."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="conflicts")
    declared_by = models.CharField("who declared it", max_length=150)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    declared_on = models.DateField()
    interest = models.TextField()
    mitigation = models.TextField()
    recorded_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("declared_on")), name="conflict_ends_after_declared"
            ),
        ]

    def __str__(self):
        return f"{self.declared_by}, {self.activity_id}"
