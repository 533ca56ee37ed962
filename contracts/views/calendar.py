"""When an agreement reports, more time for a return, and the reminders of the office."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from contracts import rules
from contracts.domain import calendars, schedule
from contracts.domain.agreements import AgreementRefused
from contracts.domain.extensions import extend_return
from contracts.domain.moves import ReturnRefused
from contracts.domain.reminding import ReminderRefused, keep_rule
from contracts.domain.standing import Act
from contracts.enums import Frequency
from contracts.forms.calendar import CONTRACT, YEAR, CalendarForm, ExtensionForm, ReminderForm, SetPeriodForm
from contracts.models import ReminderRule, SetPeriod
from contracts.views.agreements import OneAgreement
from contracts.views.office import ActOnReturn
from engagement.access import local_date
from engagement.domain.calendar import uk_date

SHOWN = 4


def coming_returns(agreement, *, at):
    """The next periods of an agreement, each with when its return is due."""
    prefetch_related_objects([agreement], "calendars", "set_periods")
    calendar, today = schedule.calendar_of(agreement), local_date(at)
    return [
        (period, schedule.due_at(period, working_days=schedule.working_days_for(agreement, period)))
        for period in calendar.coming(today, number=SHOWN)
        if schedule.touches_term(agreement, period)
    ]


class AgreementCalendar(OneAgreement, TemplateView):
    """How often an agreement reports, what was decided when, and the returns that come next."""

    template_name = "contracts/office/agreement_calendar.html"

    def get_context_data(self, **kwargs):
        decided = [
            (row, calendars.calendar_words(row)) for row in self.agreement.calendars.select_related("decided_by")
        ]
        may_write = type(self.agreement).objects.writable_by(self.request.user, at=self.now)
        return super().get_context_data(
            decided=list(reversed(decided)),
            coming=coming_returns(self.agreement, at=self.now),
            by_hand=self.agreement.set_periods.select_related("set_by"),
            today=local_date(self.now),
            may_write=may_write.filter(pk=self.agreement.pk).exists() and not self.agreement.is_recorded,
            **kwargs,
        )


class WriteCalendar(OneAgreement):
    """What the Contract Manager decides about when an agreement reports."""

    request: HttpRequest
    allowed = "writable_by"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.agreement.is_recorded:
            raise Http404

    def leave(self, words):
        messages.success(self.request, words)
        return redirect("contracts:agreement-calendar", self.agreement.reference)


class ChangeCalendar(WriteCalendar, FormView):
    """Another frequency, from the next period on."""

    form_class = CalendarForm
    template_name = "contracts/office/agreement_calendar_change.html"

    def get_initial(self):
        last = self.agreement.calendars.last()
        frequency = last.frequency if last else Frequency.QUARTERLY
        of_year = not last or (last.counted_from.month, last.counted_from.day) == (4, 1)
        days = last.due_working_days if last else None
        return {"frequency": frequency, "counted": YEAR if of_year else CONTRACT, "due_working_days": days}

    def get_context_data(self, **kwargs):
        first = calendars.applies_from(self.agreement, on=local_date(self.now))
        return super().get_context_data(first=first, **kwargs)

    def form_valid(self, form):
        said = form.cleaned_data
        try:
            row = calendars.change_calendar(
                agreement=self.agreement,
                frequency=said["frequency"],
                from_contract=said["counted"] == CONTRACT,
                due_working_days=said["due_working_days"],
                reason=said["reason"],
                actor=self.request.user,
                at=self.now,
            )
        except AgreementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.leave(f"Changed, from {uk_date(row.applies_from)} on.")


class AddPeriod(WriteCalendar, FormView):
    """One more return, for days that are set by hand."""

    form_class = SetPeriodForm
    template_name = "contracts/office/agreement_period.html"

    def form_valid(self, form):
        try:
            row = calendars.set_period(
                agreement=self.agreement, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except AgreementRefused as refusal:
            form.add_error("last_day", str(refusal))
            return self.form_invalid(form)
        return self.leave(f"A return is asked for when {row.period.label} is over.")


class DropPeriod(WriteCalendar, View):
    """Takes back a period that was set by hand and is not over: a button on the calendar."""

    def get(self, request, *args, **kwargs):
        return redirect("contracts:agreement-calendar", self.agreement.reference)

    def post(self, request, *args, **kwargs):
        row = SetPeriod.objects.filter(agreement=self.agreement, pk=kwargs["pk"]).first()
        if row is None:
            return self.get(request)
        try:
            calendars.drop_period(row=row, actor=request.user, at=self.now)
        except AgreementRefused as refusal:
            messages.error(request, str(refusal))
            return self.get(request)
        return self.leave(f"No return is asked for {row.period.label}.")


class ExtendReturn(ActOnReturn, FormView):
    """More time for a return that has not been sent."""

    allowed, in_time, does = "checked_by", "extendable_by", Act.EXTEND
    form_class = ExtensionForm
    template_name = "contracts/office/return_extend.html"

    def get_initial(self):
        return {"seen_due": self.kpi_return.due_at.isoformat()}

    def form_valid(self, form):
        try:
            extension = extend_return(
                kpi_return=self.kpi_return, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except ReturnRefused as refusal:
            form.add_error("until", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"It is now due {schedule.due_words(extension.due_at)}. The provider is told.")
        return redirect(self.kpi_return.get_office_url())


class ReminderList(TemplateView):
    """Every reminder of a return that was not sent: when, to whom, and what it says."""

    template_name = "contracts/office/reminder_list.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        if not rules.reads_office_lists(self.request.user, at=now):
            raise Http404
        may_write = rules.sets_reminders(self.request.user, at=now)
        return super().get_context_data(reminders=ReminderRule.objects.all(), may_write=may_write, **kwargs)


class KeepReminder(FormView):
    """A new reminder, or another day, other words or silence for one."""

    form_class = ReminderForm
    template_name = "contracts/office/reminder_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.sets_reminders(request.user, at=self.now):
            raise Http404
        self.rule = get_object_or_404(ReminderRule, pk=kwargs["pk"]) if "pk" in kwargs else None

    def get_initial(self):
        if self.rule is None:
            return {"is_on": True}
        return {name: getattr(self.rule, name) for name in ("days", "sent_to", "words", "is_on")}

    def get_context_data(self, **kwargs):
        return super().get_context_data(rule=self.rule, **kwargs)

    def form_valid(self, form):
        try:
            keep_rule(rule=self.rule, actor=self.request.user, at=self.now, **form.cleaned_data)
        except ReminderRefused as refusal:
            form.add_error("days", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Kept. It counts from the next morning on.")
        return redirect("contracts:reminder-list")
