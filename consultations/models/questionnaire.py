"""What is asked: a questionnaire that can be edited, and its versions, which never change."""

import secrets

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from consultations.enums import QuestionKind

TEXT_LIMIT = 4000


def new_short_key():
    """A short name for a question or choice that stays while its words and its place change."""
    return secrets.token_hex(4)


class Questionnaire(ClusterableModel):
    """Questions in an order, written by the office. Consultations ask frozen versions of it."""

    title = models.CharField(max_length=120, unique=True, help_text="For the office: respondents do not see it.")
    reusable = models.BooleanField(
        "all its questions are in the question bank",
        default=False,
        help_text="Colleagues can then copy any of its questions into their own questionnaires.",
    )

    def __str__(self):
        return self.title


class Question(ClusterableModel):
    """One question. Everything is optional to answer unless the office says otherwise."""

    questionnaire = ParentalKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    key = models.SlugField(max_length=20, default=new_short_key)
    kind = models.CharField(max_length=20, choices=QuestionKind, default=QuestionKind.SINGLE)
    text = models.CharField("question", max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    evidence_title = models.CharField(
        max_length=120, blank=True, help_text="For example: What the draft says (section 4.2)"
    )
    evidence = models.TextField(
        blank=True, help_text="What a person needs to know to answer, such as the draft's words."
    )
    required = models.BooleanField("must be answered", default=False)
    dont_know = models.BooleanField("offer “I do not know”", default=True)
    prefer_not = models.BooleanField("offer “I prefer not to say”", default=False)
    max_length = models.PositiveIntegerField(
        "most characters", default=TEXT_LIMIT, help_text="For answers in own words."
    )
    section = models.CharField(
        "section that begins here",
        max_length=120,
        blank=True,
        help_text="Its title stands above this question and those that follow, until the next section begins.",
    )
    other = models.BooleanField("offer “Other”, with room to say what", default=False)
    places = models.PositiveSmallIntegerField(
        "how many to rank", null=True, blank=True, help_text="For example 3 for a top three. Empty for all of them."
    )
    minimum = models.DecimalField("smallest", max_digits=14, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField("largest", max_digits=14, decimal_places=2, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(
        "decimal places", default=0, help_text="0 for whole numbers. Money has two in any case."
    )
    unit = models.CharField(max_length=20, blank=True, help_text="Stands behind the box, for example: miles")
    bands = models.CharField(
        "count in bands that begin at",
        max_length=200,
        blank=True,
        help_text="For example 0, 10, 50. Only numbers of people in each band are ever shown, never one answer.",
    )
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    files_reason = models.CharField(
        "why files are needed",
        max_length=300,
        blank=True,
        help_text="For the office. Those who sign the consultation off read it: a picture can show who somebody is.",
    )
    reusable = models.BooleanField("in the question bank", default=False)
    taken_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="taken"
    )

    sort_order_field = "sort_order"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="question_key_once_per_questionnaire"),
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind_known"),
            models.CheckConstraint(condition=Q(max_length__gte=1, max_length__lte=10_000), name="question_length_sane"),
            models.CheckConstraint(condition=Q(decimals__lte=2), name="question_decimals_sane"),
        ]

    def __str__(self):
        return self.text


class Choice(models.Model):
    """One answer offered to a question. Its key stays when its words are corrected."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    key = models.SlugField(max_length=40, default=new_short_key)
    label = models.CharField(max_length=200)
    hint = models.CharField(max_length=200, blank=True)

    sort_order_field = "sort_order"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="choice_key_once_per_question")]

    def __str__(self):
        return self.label


class Statement(models.Model):
    """One statement of a question that asks about several on the same scale. Its key stays as its words change."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="statements")
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    key = models.SlugField(max_length=20, default=new_short_key)
    label = models.CharField("statement", max_length=200)

    sort_order_field = "sort_order"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="statement_key_once_per_question")]

    def __str__(self):
        return self.label


class VersionIsFrozen(Exception):
    """A questionnaire version was about to be changed. It never is: make another version."""


class QuestionnaireVersion(models.Model):
    """A questionnaire as it was asked. `content` is read through `consultations.domain.questionnaires.questions_of`."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once_per_questionnaire"),
        ]

    def __str__(self):
        return f"{self.questionnaire}, version {self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise VersionIsFrozen(f"{self} is frozen.")
        super().save(*args, **kwargs)
