"""Themes, and what people wrote put under them. Rows hang on anonymous answers: see docs/decisions on coding.

What is written while answers still come in has neither a day nor an order, and is written anew every night with the
answers themselves (`domain.settling`): the moment of a reading would tell which answers had come by then.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from consultations.enums import Position, Round
from consultations.models.consultation import Consultation
from consultations.models.keys import RandomKeyField
from consultations.models.response import Answer

WHOLE = ""  # the question of a theme that serves every question


class Codeframe(models.Model):
    """The themes of one consultation. Its first version is a draft until the consultation closes, and is then kept."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, primary_key=True, related_name="codeframe"
    )
    version = models.PositiveIntegerField(default=1)

    def __str__(self):
        return f"Codeframe of {self.consultation_id}, version {self.version}"


class CodeframeVersion(models.Model):
    """Why there is another version of a codeframe, and how many codings moved with it."""

    codeframe = models.ForeignKey(Codeframe, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=300)
    moved = models.PositiveIntegerField(default=0)
    made_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codeframe", "number"], name="codeframe_version_once"),
            models.CheckConstraint(condition=Q(number__gt=1), name="codeframe_version_follows_the_first"),
        ]

    def __str__(self):
        return f"Version {self.number}: {self.change}"


class ThemeQuerySet(models.QuerySet):
    def in_use(self):
        """Themes that texts can be put under: accepted by a person, and not merged into another."""
        return self.filter(suggested=False, merged_into=None)

    def suggestions(self):
        """What the machine proposed and nobody has accepted: no finding, and nothing is coded with it."""
        return self.filter(suggested=True)

    def serving(self, question):
        """Themes for the texts of one question, by its key: its own, and those of every question."""
        return self.filter(question__in=[WHOLE, question])


class Theme(models.Model):
    """One thing that people say. `number` is its name in files; its words hold since version `since`."""

    codeframe = models.ForeignKey(Codeframe, on_delete=models.PROTECT, related_name="themes")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=80)
    definition = models.TextField(blank=True)
    position = models.CharField(max_length=12, choices=Position, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    suggested = models.BooleanField(default=False)
    since = models.PositiveIntegerField(default=1)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    ended = models.PositiveIntegerField(null=True, blank=True, help_text="The first version without it.")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codeframe", "number"], name="theme_number_once_per_codeframe"),
            models.UniqueConstraint(
                "codeframe", "question", Lower("name"), condition=Q(merged_into=None), name="theme_name_once"
            ),
            models.CheckConstraint(condition=Q(position__in=["", *Position.values]), name="theme_position_known"),
            models.CheckConstraint(condition=~Q(name=""), name="theme_has_a_name"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="theme_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(merged_into=None, ended=None) | Q(merged_into__isnull=False, ended__isnull=False),
                name="theme_ends_when_merged",
            ),
        ]

    def __str__(self):
        return self.name


class PastWording(models.Model):
    """A theme's words as they were in earlier versions, the last of them `until`: codings made then meant these."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="past_wordings")
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    definition = models.TextField(blank=True)
    position = models.CharField(max_length=12, choices=Position, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theme", "since"], name="past_wording_once_per_version"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="past_wording_in_order"),
        ]

    def __str__(self):
        return f"{self.name}, until version {self.until}"


class Reading(models.Model):
    """A person has read one text and said under which themes it falls, or that there is nothing to code.

    `counts` marks the reading that results are made of: the first, until an agreed one takes its place.
    """

    key = RandomKeyField()
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="readings")
    round = models.CharField(max_length=6, choices=Round, default=Round.FIRST)
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    nothing = models.BooleanField("nothing to code", default=False)
    counts = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "round"], name="reading_once_per_round"),
            models.UniqueConstraint(fields=["answer"], condition=Q(counts=True), name="reading_that_counts_once"),
            models.CheckConstraint(condition=Q(round__in=Round.values), name="reading_round_known"),
            models.CheckConstraint(
                condition=Q(counts=False) | ~Q(round=Round.SECOND), name="reading_second_never_counts"
            ),
        ]

    def __str__(self):
        return self.get_round_display()


class Coding(models.Model):
    """A reading put a text under a theme."""

    key = RandomKeyField()
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="codings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="codings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "theme"], name="coding_once_per_reading")]

    def __str__(self):
        return f"Under {self.theme_id}"


class CodingSample(models.Model):
    """Texts drawn by lot for a second, blind reading, once the consultation has closed."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="coding_samples")
    size = models.PositiveIntegerField()
    drawn_from = models.PositiveIntegerField()
    drawn_on = models.DateField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=F("drawn_from")), name="coding_sample_of_what_there_is"
            )
        ]

    def __str__(self):
        return f"{self.size} of {self.drawn_from} texts"


class SampledText(models.Model):
    """A text that two people read, the second without seeing what the first made of it."""

    key = RandomKeyField()
    sample = models.ForeignKey(CodingSample, on_delete=models.CASCADE, related_name="texts")
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="sampled")

    def __str__(self):
        return "A text that two people read"
