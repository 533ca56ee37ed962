"""The end of an agreement: proposed, decided, and the notice that the law asks for (R-089)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import SETTLED_ENDINGS, EndingKind, EndingState
from contracts.models.agreement import Agreement
from contracts.models.consequence import Consequence
from contracts.models.partial_date import PartialDateField


class EndingQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Ends this person may read: the office all, a provider its own once they are in force."""
        office = Q(agreement__in=Agreement.objects.looked_after_by(user, at=at))
        return self.filter(rules.readable_by_both_sides(user, at=at) & (office | Q(state=EndingState.IN_FORCE)))

    def standing(self):
        """Proposed or in force: an agreement has one such end."""
        return self.filter(state__in=[EndingState.PROPOSED, EndingState.IN_FORCE])

    def public(self):
        """What the public may know of: in force, of agreements on the register."""
        return self.filter(state=EndingState.IN_FORCE, agreement__in=Agreement.objects.registered())

    def for_table(self):
        """With the rows a page shows, in one query."""
        people = ("proposed_by", "decided_by", "consequence__rung")
        return self.select_related("agreement__activity__contract_manager", "agreement__provider", *people)


class Ending(models.Model):
    """How an agreement ends. `ends_on` is its last day; `was_ends` the one it had before.

    `why` is for the two sides, `public_words` are what the public reads. `noticed_on`, `notice_number` and `notice_url`
    say when, under which number and where the contract termination notice was published.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="endings")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=EndingKind)
    ends_on = models.DateField()
    was_ends = PartialDateField(null=True, blank=True)
    why = models.TextField()
    public_words = models.TextField(blank=True)
    consequence = models.ForeignKey(
        Consequence, on_delete=models.PROTECT, null=True, blank=True, related_name="endings"
    )
    state = models.CharField(max_length=20, choices=EndingState, default=EndingState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_words = models.TextField(blank=True)
    noticed_on = models.DateField(null=True, blank=True)
    notice_number = models.CharField(max_length=40, blank=True)
    notice_url = models.URLField(max_length=500, blank=True)

    objects = EndingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="ending_number_once"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(state__in=[EndingState.PROPOSED, EndingState.IN_FORCE]),
                name="ending_one_stands",
            ),
            models.CheckConstraint(condition=Q(state__in=EndingState.values), name="ending_state_known"),
            models.CheckConstraint(condition=Q(kind__in=EndingKind.values), name="ending_kind_known"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="ending_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=EndingState.IN_FORCE)
                | Q(decided_by__isnull=False)
                | Q(kind__in=sorted(SETTLED_ENDINGS)),
                name="ending_in_force_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EndingKind.CONSEQUENCE) | Q(consequence__isnull=False),
                name="ending_by_a_step_names_it",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.ends_on}"

    def get_absolute_url(self):
        """The page of the agreement's end, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:ending", args=[self.agreement.reference])
