"""A date as precisely as it is known: a year, a month of a year, or a day. What is not known is not invented."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from engagement.domain.calendar import uk_date


@dataclass(frozen=True)
class PartialDate:
    """`text` is ISO: `2024`, `2024-05` or `2024-05-12`. Anything else raises `ValueError`, in words.

    Compare with `earliest` and `latest`, which say what is being assumed: 2024 may begin before or after May 2024.
    """

    text: str

    def __post_init__(self):
        parts = self.text.split("-")
        shape = [len(part) for part in parts]
        if shape not in ([4], [4, 2], [4, 2, 2]) or not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValueError(f"“{self.text}” is not a year, a month or a date such as 2024, 2024-05 or 2024-05-12.")
        try:
            date(*(int(part) for part in (*parts, "01", "01")[:3]))
        except ValueError:
            raise ValueError(f"“{self.text}” is not a date in the calendar.") from None

    @classmethod
    def of(cls, value):
        """From a date, ISO text or another partial date; `None` and empty text stay unknown (`None`)."""
        if value is None or value == "":
            return None
        if isinstance(value, cls):
            return value
        return cls(value.isoformat() if isinstance(value, date) else str(value).strip())

    @property
    def earliest(self):
        """The first day it can mean."""
        return date(*(int(part) for part in (*self.text.split("-"), "01", "01")[:3]))

    @property
    def latest(self):
        """The last day it can mean."""
        first = self.earliest
        if len(self.text) == 4:
            return date(first.year, 12, 31)
        if len(self.text) == 7:
            return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
        return first

    def __str__(self):
        first = self.earliest
        return {4: f"{first.year}", 7: f"{first:%B %Y}"}.get(len(self.text), uk_date(first))


if TYPE_CHECKING:
    TextField = models.CharField["PartialDate | date | str | None", "PartialDate | None"]
else:
    TextField = models.CharField


class PartialDateField(TextField):
    """Keeps a `PartialDate` as its ISO text, so that the database sorts by the earliest day it can mean."""

    description = "A date as precisely as it is known"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return PartialDate.of(value)

    def to_python(self, value):
        try:
            return PartialDate.of(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def get_prep_value(self, value):
        known = PartialDate.of(value)
        return known.text if known else None

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj)) or ""
