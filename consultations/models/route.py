"""Where a question leads when its answer is like this, as its author writes it."""

from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey

from consultations.enums import RouteWhen
from consultations.models.questionnaire import Question


class Route(models.Model):
    """One way on from a question. Without any, the next question follows.

    Questions and choices are named by their keys, not pointed at: a route to something that is gone has to be seen and
    mended by its author, and would vanish silently with the row.
    """

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="routes")
    sort_order = models.PositiveIntegerField(default=0, editable=False)
    when = models.CharField(max_length=20, choices=RouteWhen, default=RouteWhen.CHOSEN)
    choices = models.JSONField("answers", default=list, blank=True)
    goal = models.CharField("go to", max_length=20)

    sort_order_field = "sort_order"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(when__in=RouteWhen.values), name="route_when_known")]

    def __str__(self):
        return f"{self.get_when_display()}: {self.goal}"
