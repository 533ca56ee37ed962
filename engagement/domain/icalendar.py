"""Dates that people take into their own calendar: an iCalendar file (RFC 5545), read by every calendar program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75


@dataclass(frozen=True)
class Appointment:
    """One date. `when` is an aware moment, or a `date` for a whole day. The same `uid` replaces the last one.

    `tentative`: it may still move, and calendars show it as such.
    """

    uid: str
    title: str
    when: datetime | date
    changed_at: datetime
    url: str = ""
    text: str = ""
    tentative: bool = False


def calendar_file(*, name: str, appointments: Iterable[Appointment]) -> str:
    """The text of a calendar file with these dates. Serve it as `text/calendar; charset=utf-8`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Commissioning portal//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for appointment in appointments:
        lines += _event(appointment)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(appointment: Appointment) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{_escaped(appointment.uid)}", f"DTSTAMP:{_moment(appointment.changed_at)}"]
    if isinstance(appointment.when, datetime):
        lines.append(f"DTSTART:{_moment(appointment.when)}")
        lines.append(f"DTEND:{_moment(appointment.when)}")
    else:
        lines.append(f"DTSTART;VALUE=DATE:{appointment.when:%Y%m%d}")
        lines.append(f"DTEND;VALUE=DATE:{appointment.when + timedelta(days=1):%Y%m%d}")
    lines.append(f"SUMMARY:{_escaped(appointment.title)}{' (provisional)' if appointment.tentative else ''}")
    if appointment.tentative:
        lines.append("STATUS:TENTATIVE")
    if appointment.text:
        lines.append(f"DESCRIPTION:{_escaped(appointment.text)}")
    if appointment.url:
        lines.append(f"URL:{appointment.url}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _moment(moment: datetime) -> str:
    """A moment in UTC, so that no time zone table is needed and both clock changes are right."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """The line cut to 75 octets a piece, never inside a character."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_OCTETS - (1 if pieces else 0):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
