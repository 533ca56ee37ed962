"""When an agreement reports, by when, and who is reminded: all of it from a date on, and kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.enums import Frequency, ReminderTo
from contracts.models.agreement import Agreement
from contracts.models.returns import KpiReturn
from engagement.domain.periods import Period, Rhythm, financial_year_of


class MonitoringCalendar(models.Model):
    """How often an agreement reports from a date on, and counted from when. Without one: by financial quarter.

    `due_working_days` after the end of a period its return falls due; empty means as the office has set.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="calendars")
    applies_from = models.DateField()
    frequency = models.PositiveSmallIntegerField(choices=Frequency)
    counted_from = models.DateField()
    due_working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["applies_from"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "applies_from"], name="calendar_once_a_day"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="calendar_frequency_known"),
            models.CheckConstraint(
                condition=Q(due_working_days=None) | Q(due_working_days__gte=1, due_working_days__lte=120),
                name="calendar_due_in_reason",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_has_reason"),
        ]

    def __str__(self):
        return f"{self.get_frequency_display()} from {self.applies_from}"

    @property
    def rhythm(self):
        """As the arithmetic of periods takes it."""
        return Rhythm(self.frequency, self.counted_from, self.applies_from)


class SetPeriod(models.Model):
    """A period whose dates were set by hand for one agreement: a review half way, a final report."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="set_periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    why = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "starts_on", "ends_on"], name="set_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="set_period_in_order"),
            models.CheckConstraint(condition=~Q(why=""), name="set_period_has_why"),
        ]

    def __str__(self):
        return self.period.label

    @property
    def period(self):
        """As the arithmetic of periods takes it."""
        return Period(self.starts_on, self.ends_on, financial_year_of(self.starts_on))


class Extension(models.Model):
    """More time for one return: the only thing that moves a due date. Never changed, never deleted."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="extensions")
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["granted_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("was_due_at")), name="extension_gives_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self):
        return f"{self.kpi_return_id} until {self.due_at}"


class ReminderRule(models.Model):
    """One reminder of returns that were not sent: so many working days before (negative) or after they fall due."""

    days = models.SmallIntegerField()
    sent_to = models.CharField(max_length=20, choices=ReminderTo)
    words = models.CharField(max_length=300, blank=True)
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ["days", "sent_to"]
        constraints = [
            models.UniqueConstraint(fields=["days", "sent_to"], name="reminder_once_a_day"),
            models.CheckConstraint(condition=Q(sent_to__in=ReminderTo.values), name="reminder_to_known"),
            models.CheckConstraint(condition=Q(days__gte=-60, days__lte=120), name="reminder_days_in_reason"),
        ]

    def __str__(self):
        return f"{self.days} working days, {self.get_sent_to_display()}"

    @property
    def when_words(self):
        """How its day stands to the due date: `is due in 3 working days`, `is due today`."""
        if self.days == 0:
            return "is due today"
        count = f"{abs(self.days)} working day{'' if abs(self.days) == 1 else 's'}"
        return f"is due in {count}" if self.days < 0 else f"is {count} overdue"
