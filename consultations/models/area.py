"""The areas of the office and how many people live in each: what numbers of answers are compared with."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Area(models.Model):
    """A district, ward or other part of the office's area, by the name that people choose as an answer."""

    name = models.CharField(max_length=200)
    population = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="area_name_once"),
            models.CheckConstraint(condition=Q(population__gt=0), name="area_has_people"),
        ]

    def __str__(self):
        return self.name
