"""Due dates for people's own calendars: of returns that are open, and of those that will be asked for."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from contracts.domain.schedule import calendar_of, due_at, due_words, reference_of, touches_term, working_days_for
from contracts.enums import ReturnState
from contracts.models import Agreement, KpiReturn
from engagement.access import local_date
from engagement.domain.calendar import is_provisional
from engagement.domain.icalendar import Appointment

AHEAD = 4


def due_dates(
    returns: Iterable[KpiReturn], agreements: Iterable[Agreement], *, office: bool, at: datetime
) -> list[Appointment]:
    """When open returns fall due, and those of each agreement's next periods. What is provisional is tentative.

    A coming return has the `uid` it will have once it is open, so that a calendar replaces the one by the other.
    Returns with `agreement` loaded, agreements from `contracts.domain.schedule.with_calendars`.
    """
    dates = [
        Appointment(
            uid=f"return-{kpi_return.reference}",
            title=f"Return due: {kpi_return.agreement.title}, {kpi_return.period.label}",
            when=kpi_return.due_at,
            changed_at=kpi_return.opened_at,
            url=settings.BASE_URL + (kpi_return.get_office_url() if office else kpi_return.get_absolute_url()),
            text=f"Due {due_words(kpi_return.due_at)}. {kpi_return.reference}",
            tentative=kpi_return.is_provisional,
        )
        for kpi_return in returns
        if kpi_return.state == ReturnState.DUE
    ]
    names = "contracts:office-return-list" if office else "contracts:return-list"
    link = settings.BASE_URL + reverse(names)
    coming = [one for agreement in agreements for one in _coming(agreement, link, today=local_date(at), at=at)]
    return sorted([*dates, *coming], key=lambda appointment: (appointment.when, appointment.uid))


def _coming(agreement: Agreement, link: str, *, today: date, at: datetime) -> list[Appointment]:
    found = []
    for period in calendar_of(agreement).coming(today, number=AHEAD):
        if not touches_term(agreement, period):
            continue
        due = due_at(period, working_days=working_days_for(agreement, period))
        found.append(
            Appointment(
                uid=f"return-{reference_of(agreement, period)}",
                title=f"Return due: {agreement.title}, {period.label}",
                when=due,
                changed_at=at,
                url=link,
                text=f"Due {due_words(due)}. It opens on the day after {period.label} ends.",
                tentative=is_provisional(local_date(due)),
            )
        )
    return found
