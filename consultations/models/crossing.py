"""Which tables of one question by another are published with the results."""

from django.db import models
from django.db.models import F, Q

from consultations.models.consultation import Consultation


class Crossing(models.Model):
    """A table that was chosen: the answers to one question, by those to another or by the way they came in.

    `row` is the key of a question, `column` too, or the word of `domain.crossings` for the way.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="crossings")
    row = models.CharField(max_length=20)
    column = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "row", "column"], name="crossing_once_per_consultation"),
            models.CheckConstraint(condition=~Q(row=F("column")), name="crossing_of_two"),
        ]

    def __str__(self):
        return f"{self.row} by {self.column}"
