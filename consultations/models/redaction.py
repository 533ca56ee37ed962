"""What may be shown of a text: its words with parts taken out, approved by a second person, and quoted behind themes.

Rows hang on anonymous answers: they have random keys, no day while answers come in, and are written anew every night
with the answers. Whoever changes or withdraws an answer takes them along: what was approved was another text.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations import rules
from consultations.enums import PUBLISHABLE
from consultations.models.analysis import Reading, Theme
from consultations.models.keys import RandomKeyField
from consultations.models.response import Answer


class RedactionQuerySet(models.QuerySet):
    def approved(self):
        """What a second person approved to be shown."""
        return self.filter(approved_by__isnull=False, withheld=False)

    def waiting(self):
        """What somebody redacted, and nobody else has looked at."""
        return self.filter(approved_by=None, sent_back="")

    def publishable(self):
        """What may be quoted: approved, of a settled response whose writer lets us publish their words."""
        return self.approved().filter(answer__response__settled=True, answer__response__publication__in=PUBLISHABLE)

    def of(self, consultation, *, question="", theme=None):
        """Those of a consultation; narrowed to a question (key), or to texts that count under a theme (number)."""
        found = self.filter(answer__response__consultation=consultation)
        if question:
            found = found.filter(answer__question=question)
        if theme:
            under = Reading.objects.filter(counts=True, codings__theme__number=theme)
            found = found.filter(answer__in=under.values("answer"))
        return found

    def readable_by(self, user, *, at):
        """What this person may read of what people wrote, redacted: all, or of their own activities as lead."""
        return self.approved().filter(rules.read_redactions(user, at=at), answer__response__settled=True)


class Redaction(models.Model):
    """The words of one text without what could tell who wrote it, or whom it accuses. The original stays in its place.

    `parts` are what was taken out, as [first character, character after the last, reason]: never the words themselves.
    """

    key = RandomKeyField()
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="redaction")
    text = models.TextField(blank=True)
    parts = models.JSONField(default=list)
    withheld = models.BooleanField("nothing of it can be shown", default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(null=True, blank=True)
    sent_back = models.CharField("why it was sent back", max_length=300, blank=True)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(withheld=True) | ~Q(text=""), name="redaction_shows_something"),
            models.CheckConstraint(condition=Q(withheld=False) | Q(text=""), name="redaction_withheld_shows_nothing"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")), name="redaction_seen_by_two"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(sent_back=""), name="redaction_approved_or_sent_back"
            ),
        ]

    def __str__(self):
        return "A text, redacted"

    @property
    def state(self):
        """Where it stands, as a code of the site's tags."""
        if self.approved_by_id:
            return "WITHHELD" if self.withheld else "APPROVED"
        return "SENT_BACK" if self.sent_back else "TO_APPROVE"


class Quote(models.Model):
    """A redacted text that stands for what people say under a theme."""

    key = RandomKeyField()
    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="quotes")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="quotes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["redaction", "theme"], name="quote_once_per_theme")]

    def __str__(self):
        return "A quote"
