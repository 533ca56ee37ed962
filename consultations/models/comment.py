"""What people say of one numbered section of a draft document (R-059), and what the office makes of it (R-060).

A comment keeps the section as it was read: number, heading, digest of its words, version. No column joins it to a
person; where organisations answer by name, a signature beside it does. Comments and what was decided about them have
random keys and no moment, and are written anew every night with the answers: see docs/decisions/0004 and 0019.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextChoices

from consultations import rules
from consultations.enums import PUBLISHABLE, Publication
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField
from engagement.models import Organisation


class Moderated(TextChoices):
    """What a person of the office decided about a comment."""

    PUBLISHED = "PUBLISHED", "Published"
    HELD_BACK = "HELD_BACK", "Not published"
    PRIVATE = "PRIVATE", "Read, for the office only"


class WhyHeldBack(TextChoices):
    """Why a comment is not published. The public reads how many for each reason, and never whose."""

    PERSONAL = "PERSONAL", "Personal details"
    ACCUSES = "ACCUSES", "Accuses somebody"
    ABUSIVE = "ABUSIVE", "Abusive or unlawful"
    OFF_TOPIC = "OFF_TOPIC", "Off topic"
    ADVERTISING = "ADVERTISING", "Advertising"


class Disposition(TextChoices):
    """What becomes of what people said about a section."""

    ACCEPTED = "ACCEPTED", "Accepted"
    PARTLY_ACCEPTED = "PARTLY_ACCEPTED", "Partly accepted"
    NOT_ACCEPTED = "NOT_ACCEPTED", "Not accepted"


class CommentQuerySet(models.QuerySet):
    def settled(self):
        """Comments that readers may see: ten or more joined together, or it was over."""
        return self.filter(settled=True)

    def readable_by(self, user, *, at):
        """Comments whose own words this person may read: settled ones, for the Involvement Team alone."""
        return self.settled() if rules.reads_responses(user, at=at) else self.none()

    def public(self):
        """What a person of the office has published, of those who let us."""
        return self.filter(moderation__decision=Moderated.PUBLISHED, publication__in=PUBLISHABLE)

    def held_back(self):
        """What a person of the office decided not to publish, with a reason."""
        return self.filter(moderation__decision=Moderated.HELD_BACK)


class Comment(models.Model):
    """What somebody wrote about one section. `part` is the id of its block; `digest` is of the words they read."""

    key = RandomKeyField()
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comments")
    version = models.CharField(max_length=20)
    part = models.CharField(max_length=40)
    number = models.CharField(max_length=10)
    heading = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    publication = models.CharField(max_length=12, choices=Publication, default=Publication.NONE)
    receipt_hash = models.CharField(max_length=64)
    settled = models.BooleanField(default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "receipt_hash"], name="comment_receipt_once"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(condition=Q(publication__in=Publication.values), name="comment_publication_known"),
        ]
        indexes = [models.Index(fields=["consultation", "part"], name="comment_by_part")]

    def __str__(self):
        return f"A comment on {self.number}"


class SignedComment(models.Model):
    """Which organisation made a comment, and which certifier signed it. Only where organisations answer by name."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="signature")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    def __str__(self):
        return f"Signed for {self.organisation}"


class CommentTheme(models.Model):
    """What several comments on one section come to, and what becomes of it: accepted, in part, or not, with why."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comment_themes")
    part = models.CharField(max_length=40)
    number = models.CharField(max_length=10)
    heading = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=120)
    disposition = models.CharField(max_length=20, choices=Disposition, blank=True)
    why = models.TextField(blank=True)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "part", "name"], name="comment_theme_once"),
            models.CheckConstraint(
                condition=Q(disposition__in=["", *Disposition.values]), name="comment_theme_disposition_known"
            ),
            models.CheckConstraint(
                condition=Q(disposition="", disposed_by=None, disposed_at=None)
                | (~Q(disposition="") & ~Q(why="") & Q(disposed_by__isnull=False, disposed_at__isnull=False)),
                name="comment_theme_disposed_with_why",
            ),
        ]

    def __str__(self):
        return self.name


class PastDisposition(models.Model):
    """What the public read of a theme before other words took its place. It stays readable beside them."""

    theme = models.ForeignKey(CommentTheme, on_delete=models.PROTECT, related_name="past_dispositions")
    disposition = models.CharField(max_length=20, choices=Disposition)
    why = models.TextField()
    said_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values), name="past_comment_disposition_known"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("said_at")), name="past_comment_disposition_in_order"),
        ]

    def __str__(self):
        return f"{self.get_disposition_display()}, until {self.until}"


class Moderation(models.Model):
    """What a person of the office decided about one comment, and under which theme it counts.

    `text` is what the public reads: the comment less `parts`, which are as in a `Redaction`, never words. The day is
    kept only once it is over.
    """

    key = RandomKeyField()
    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="moderation")
    decision = models.CharField(max_length=12, choices=Moderated)
    text = models.TextField(blank=True)
    parts = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=12, choices=WhyHeldBack, blank=True)
    words = models.CharField(max_length=300, blank=True)
    theme = models.ForeignKey(CommentTheme, on_delete=models.PROTECT, null=True, blank=True, related_name="moderations")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Moderated.values), name="moderation_decision_known"),
            models.CheckConstraint(
                condition=(Q(decision=Moderated.PUBLISHED) & ~Q(text=""))
                | (~Q(decision=Moderated.PUBLISHED) & Q(text="")),
                name="moderation_shows_what_is_published",
            ),
            models.CheckConstraint(
                condition=(Q(decision=Moderated.HELD_BACK, reason__in=WhyHeldBack.values) & ~Q(words=""))
                | (~Q(decision=Moderated.HELD_BACK) & Q(reason="", words="")),
                name="moderation_held_back_with_reason",
            ),
        ]

    def __str__(self):
        return self.get_decision_display()


class MovedPart(models.Model):
    """Where a section that was commented on stands in a later version, or that it is gone (`now_number` is empty)."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="moved_parts")
    part = models.CharField(max_length=40)
    number = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    now_part = models.CharField(max_length=40, blank=True)
    now_number = models.CharField(max_length=10, blank=True)
    now_heading = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "part", "version"], name="moved_part_once_per_version"),
        ]

    def __str__(self):
        return f"{self.number} in version {self.version}"
