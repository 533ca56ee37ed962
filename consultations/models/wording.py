"""Other words for the same questions: Easy Read, for young people, another language."""

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey

from consultations.enums import Language, WordingKind
from consultations.models.questionnaire import Question, Questionnaire


class WordingQuerySet(models.QuerySet):
    def called(self, code):
        """The wordings that have this name in addresses and drafts."""
        kinds = [kind for kind in WordingKind if kind != WordingKind.LANGUAGE and code_of(kind) == code]
        return self.filter(Q(kind__in=kinds) | Q(kind=WordingKind.LANGUAGE, language=code))


def code_of(kind):
    """The name of a wording that is no other language."""
    return kind.lower().replace("_", "-")


class Wording(models.Model):
    """A wording that a questionnaire offers beside the standard one. All its words must be there before it opens.

    `words` holds what stands in many questions, such as “I do not know”, by the names of `domain.wordings`.
    """

    questionnaire = ParentalKey(Questionnaire, on_delete=models.CASCADE, related_name="wordings")
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(max_length=20, choices=WordingKind, default=WordingKind.EASY_READ)
    language = models.CharField(max_length=10, choices=Language, blank=True)
    words = models.JSONField(default=dict, blank=True, editable=False)

    sort_order_field = "sort_order"

    objects = WordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "kind", "language"], name="wording_once_per_questionnaire"
            ),
            models.CheckConstraint(condition=Q(kind__in=WordingKind.values), name="wording_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=WordingKind.LANGUAGE, language__in=Language.values)
                | (~Q(kind=WordingKind.LANGUAGE) & Q(language="")),
                name="wording_language_where_it_has_one",
            ),
        ]

    def __str__(self):
        return self.get_language_display() if self.language else self.get_kind_display()

    @property
    def code(self):
        """Its name in addresses and drafts: "easy-read", "young", "pl"."""
        return self.language or code_of(self.kind)


class QuestionWording(models.Model):
    """One question in one wording. `words` are by the names of `domain.wordings`; `standard` is what they stand for.

    When the question's own words change later, `standard` tells that these were written for others.
    """

    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="wordings")
    words = models.JSONField(default=dict)
    standard = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wording", "question"], name="question_worded_once")]

    def __str__(self):
        return f"{self.question} ({self.wording})"
