"""What an agreement's money is made of: a part for each grant stream and financial year (R-022)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from contracts import rules
from contracts.models.agreement import Agreement
from engagement.domain.calendar import Quarter
from engagement.enums import Fund


class GrantStream(models.Model):
    """Where money comes from, in the office's own words. It belongs to one fund and never to both (R-022).

    A stream that is no longer open is offered for no new line; lines that have it keep it.
    """

    name = models.CharField(max_length=120)
    fund = models.CharField(max_length=20, choices=Fund)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "name"], name="grant_stream_name_once_a_fund"),
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="grant_stream_one_fund"),
        ]

    def __str__(self):
        return self.name


class AllocationQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Funding lines of the agreements that this person looks after for the office."""
        return self.filter(agreement__in=Agreement.objects.filter(rules.looked_after_agreements(user, at=at)))

    def for_table(self):
        """With the rows a table shows, in the order of the years."""
        return self.select_related("stream").order_by("year_starts_on", "stream__name", "pk")


class Allocation(models.Model):
    """A funding line: so many pounds of an agreement's value out of one stream in one financial year.

    `year_starts_on` is its 1 April. The stream is of the agreement's own fund.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="allocations")
    stream = models.ForeignKey(GrantStream, on_delete=models.PROTECT, related_name="allocations")
    year_starts_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "stream", "year_starts_on"], name="allocation_once_a_stream_and_year"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lt=10**12), name="allocation_amount_positive"),
            models.CheckConstraint(
                condition=Q(year_starts_on__month=4, year_starts_on__day=1), name="allocation_of_a_financial_year"
            ),
        ]

    def __str__(self):
        return f"{self.stream}, {self.year}"

    @property
    def year(self):
        """The financial year, for example `2026-27`."""
        return Quarter.containing(self.year_starts_on).financial_year


class PublicShare(models.Model):
    """How much of what a service costs is public money in one financial year: a percentage, 0 to 100."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="public_shares")
    year_starts_on = models.DateField()
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "year_starts_on"], name="public_share_once_a_year"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="public_share_is_a_percentage"),
        ]

    def __str__(self):
        return f"{self.percent}% in {Quarter.containing(self.year_starts_on).financial_year}"
