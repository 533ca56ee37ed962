"""Who may do what with the calendars of agreements, due dates, reminders and periods: the rest of `matrix.py`."""

from tests.architecture.matrix import DRAFT, LIVE, NOBODY, OFFICE_READERS, OWN_PROVIDER, READERS_OF_RETURN, row

READERS = f"{READERS_OF_RETURN} commissioner specialist"
MANAGERS = "manager other_manager"

CALENDAR = [
    row("contracts:office-return-csv", get=OFFICE_READERS),
    row("contracts:office-return-dates", get=MANAGERS),
    row("contracts:reminder-list", get=OFFICE_READERS),
    row("contracts:reminder-add", get="management", post="management"),
    row("contracts:reminder-edit", "reminder.pk", get="management", post="management"),
    row("contracts:round-list", get="management"),
    row("contracts:round-order", "accepted_return.quarter", get="management", post="management"),
    row("contracts:round-order", "'1999-00 Q1'", get=NOBODY, post=NOBODY),
    row("contracts:round-csv", "accepted_return.quarter", get="management"),
    row("contracts:round-detail", "round.pk", get="management"),
    row("contracts:agreement-calendar", LIVE, get=f"{OWN_PROVIDER} {READERS}"),
    row("contracts:agreement-calendar", DRAFT, get=READERS),
    row("contracts:calendar-change", LIVE, get="manager", post="manager"),
    row("contracts:calendar-change", DRAFT, get="manager", post="manager"),
    row("contracts:period-add", LIVE, get="manager", post="manager"),
    row("contracts:period-drop", LIVE, "set_period.pk", get="manager", post="manager"),
    row("contracts:period-drop", DRAFT, "set_period.pk", get="manager", post="manager"),
    row("contracts:return-extend", LIVE, "due_return.reference", get="manager", post="manager"),
    row("contracts:return-extend", LIVE, "accepted_return.reference", get="manager", post="manager"),
    row("contracts:return-extend", DRAFT, "due_return.reference", get=NOBODY, post=NOBODY),
]
