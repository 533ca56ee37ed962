"""Which words come up in what people wrote, counted: a place to begin a codeframe from, never a finding."""

from django.db import models

from consultations.models.consultation import Consultation


class TermListQuerySet(models.QuerySet):
    def waiting(self):
        """Asked for, and not counted by the worker yet."""
        return self.filter(wanted=True)


class TermList(models.Model):
    """The words and phrases of the texts to one question that come up most: `terms` as [term, texts with it].

    Never a term that fewer texts than the threshold hold. It has neither day nor author: `texts` says what was counted.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="term_lists")
    question = models.CharField(max_length=20)
    texts = models.PositiveIntegerField(default=0)
    terms = models.JSONField(default=list)
    wanted = models.BooleanField("asked for and not counted yet", default=True)

    objects = TermListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "question"], name="term_list_once_per_question"),
            models.CheckConstraint(condition=~models.Q(question=""), name="term_list_of_a_question"),
        ]

    def __str__(self):
        return f"Terms in {self.texts} texts"
