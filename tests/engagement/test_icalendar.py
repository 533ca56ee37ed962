"""Dates for people's own calendars."""

from datetime import UTC, date, datetime

from engagement.domain.calendar import at_5pm
from engagement.domain.icalendar import Appointment, calendar_file

CHANGED = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def test_moment_is_written_in_utc_in_summer_and_in_winter():
    summer = Appointment(uid="a", title="Closes", when=at_5pm(date(2026, 10, 16)), changed_at=CHANGED)
    winter = Appointment(uid="b", title="Closes", when=at_5pm(date(2026, 12, 4)), changed_at=CHANGED)

    lines = calendar_file(name="Dates", appointments=[summer, winter]).split("\r\n")

    starts = [line for line in lines if line.startswith("DTSTART")]
    assert starts == ["DTSTART:20261016T160000Z", "DTSTART:20261204T170000Z"]


def test_whole_day_ends_on_the_next():
    day = Appointment(uid="a", title="Results by", when=date(2026, 12, 31), changed_at=CHANGED)

    lines = calendar_file(name="Dates", appointments=[day]).split("\r\n")

    assert lines[lines.index("DTSTART;VALUE=DATE:20261231") + 1] == "DTEND;VALUE=DATE:20270101"


def test_text_is_escaped_and_long_lines_are_folded_between_characters():
    title = "Support, advice; and “safety”\r\nEND:VEVENT " + "é" * 60

    text = calendar_file(name="Dates", appointments=[Appointment("a", title, date(2026, 1, 2), CHANGED)])

    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines.count("END:VEVENT") == 1
    assert f"SUMMARY:Support\\, advice\\; and “safety”\\nEND:VEVENT {'é' * 60}\r\n" in text.replace("\r\n ", "")
