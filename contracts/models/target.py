"""How good is good enough, from which day on: apart from what is counted (R-013, R-077)."""

from django.db import models
from django.db.models import F, Q

DIGITS, PLACES = 14, 4


class Aim(models.Model):
    """A target with its distances, as an indicator has it from the start and as each later target replaces it.

    With more or less is better: Good at `target`, Approaching as far off as `approaching_by`, Requires improvement as
    far off as `improvement_by`, further off Inadequate. Between two values: Good from `target` to `high`, and the same
    distances on both sides. `bands` are there only where an agreement has more or other steps than these: a list of
    `{"label", "distance", "word"}`, nearest first, the last without a distance; the two distances then repeat edges.
    """

    target = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    high = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    approaching_by = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    improvement_by = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    bands = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True


class Target(Aim):
    """A target that replaces the one before from a day on, until the next: a new target is no new definition.

    A phased target has a row for each period. A return is held against the target in force on its period's first day.
    """

    indicator = models.ForeignKey("contracts.Indicator", on_delete=models.PROTECT, related_name="targets")
    from_date = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "from_date"], name="target_once_from_a_day"),
            models.CheckConstraint(
                condition=Q(target__isnull=False, approaching_by__gte=0, improvement_by__gte=F("approaching_by")),
                name="target_has_bands",
            ),
            models.CheckConstraint(condition=Q(high=None) | Q(high__gte=F("target")), name="target_edges_in_order"),
        ]

    def __str__(self):
        return f"{self.indicator_id} from {self.from_date}"
