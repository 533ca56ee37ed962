"""Variations of an agreement: proposed, decided, agreed by the provider, and only then in force (R-026, R-089)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import ModificationGround, VariationState
from contracts.models.agreement import Agreement
from contracts.models.partial_date import PartialDateField


class VariationQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Variations this person may read: the office all, a provider its own once the office has decided for them."""
        office = Q(agreement__in=Agreement.objects.looked_after_by(user, at=at))
        known = Q(state__in=[VariationState.APPROVED, VariationState.IN_FORCE, VariationState.REFUSED])
        return self.filter(rules.readable_by_both_sides(user, at=at) & (office | known))

    def open(self):
        """Not in force and not given up."""
        return self.filter(state__in=[VariationState.PROPOSED, VariationState.APPROVED])

    def in_force(self):
        """Agreed by both sides."""
        return self.filter(state=VariationState.IN_FORCE)

    def public(self):
        """What the public may know of: in force, of agreements on the register."""
        return self.in_force().filter(agreement__in=Agreement.objects.registered())

    def for_table(self):
        """With the rows a page shows, in one query."""
        people = ("proposed_by", "decided_by", "answered_by")
        return self.select_related("agreement__activity__contract_manager", "agreement__provider", *people)


class Variation(models.Model):
    """A change of what was agreed. `value_change` is pounds, negative where it falls; `new_ends` the new last day.

    `was_value` and `was_ends` are as they were when it was proposed; nothing else changes them while it is open, since
    an agreement has one open variation at a time. `ground` is the paragraph of Schedule 8 that the office relies on.
    `public_words` are what the public reads of it; `what` and `why` are for the two sides. `notice_on` is when the
    contract change notice was published.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="variations")
    number = models.PositiveSmallIntegerField()
    what = models.TextField()
    why = models.TextField()
    public_words = models.TextField(blank=True)
    value_change = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    new_ends = models.DateField(null=True, blank=True)
    was_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    was_ends = PartialDateField(null=True, blank=True)
    changes_scope = models.BooleanField(default=False)
    ground = models.CharField(max_length=20, choices=ModificationGround, blank=True)
    state = models.CharField(max_length=20, choices=VariationState, default=VariationState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_words = models.TextField(blank=True)
    notice_on = models.DateField(null=True, blank=True)
    notice_url = models.URLField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_words = models.TextField(blank=True)

    objects = VariationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="variation_number_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=[VariationState.PROPOSED, VariationState.APPROVED]),
                name="variation_one_open",
            ),
            models.CheckConstraint(condition=Q(state__in=VariationState.values), name="variation_state_known"),
            models.CheckConstraint(
                condition=Q(ground="") | Q(ground__in=ModificationGround.values), name="variation_ground_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="variation_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=VariationState.IN_FORCE)
                | Q(decided_by__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="variation_in_force_agreed_by_both",
            ),
        ]

    def __str__(self):
        return f"Variation {self.number}"

    def get_absolute_url(self):
        """Its page, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:variation-detail", args=[self.agreement.reference, self.number])

    @property
    def is_open(self):
        """Whether it still waits for somebody."""
        return self.state in {VariationState.PROPOSED, VariationState.APPROVED}

    @property
    def new_value(self):
        """The value with it, in pounds; nothing where none is known."""
        return None if self.was_value is None else self.was_value + self.value_change
