"""A day asked for in three boxes, day, month and year, as GOV.UK's date input does. What was typed is never lost."""

from calendar import month_abbr, month_name
from datetime import date

from django import forms
from django.utils.text import get_text_list

PARTS = ("day", "month", "year")
YEARS = range(1900, 2200)
MONTHS = {
    **{name.casefold(): number for number, name in enumerate(month_name) if name},
    **{name.casefold(): number for number, name in enumerate(month_abbr) if name},
}


class DayInput(forms.MultiWidget):
    """The three boxes. The form renderer draws them from their names: `starts_day`, `starts_month`, `starts_year`."""

    def __init__(self, attrs=None):
        super().__init__({part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in PARTS}, attrs)

    def decompress(self, value):
        """A date as what would have been typed for it."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class DayField(forms.Field):
    """A day. `name` begins its errors: "The first day must include a month". A month may be typed as a word.

    An error knows which boxes are wrong (`params["parts"]`), so that the page marks those and leads to the first.
    """

    widget = DayInput

    def __init__(self, *, name="", **kwargs):
        super().__init__(**kwargs)
        self.name = name or str(self.label or "The date")

    def to_python(self, value):
        if not isinstance(value, (list, tuple)):
            return value
        typed = dict(zip(PARTS, (str(part or "").strip() for part in value), strict=True))
        if not any(typed.values()):
            return None
        if missing := self.missing(typed):
            self.refuse(f"must include a {get_text_list(missing, 'and')}", missing)
        return self.day_of({part: self.number(part, text) for part, text in typed.items() if text})

    def missing(self, typed):
        """The parts that were left empty and may not be, when some are filled in."""
        return [part for part in PARTS if not typed[part]]

    def number(self, part, text):
        """A part as a number; refuses what cannot be one, saying which."""
        if part == "month" and text.casefold() in MONTHS:
            return MONTHS[text.casefold()]
        digits = text.isascii() and text.isdecimal()
        if part == "year" and not (digits and len(text) == 4):
            self.refuse("must have a year of 4 numbers, such as 2027", [part])
        if not digits or (part == "month" and not 1 <= int(text) <= 12) or (part == "day" and not 1 <= int(text) <= 31):
            self.refuse("must be a real date", [part])
        if part == "year" and int(text) not in YEARS:
            self.refuse(f"must be in a year from {YEARS[0]} to {YEARS[-1]}", [part])
        return int(text)

    def day_of(self, parts):
        """The day that the numbers make."""
        try:
            return date(parts["year"], parts["month"], parts["day"])
        except ValueError:
            return self.refuse("must be a real date", PARTS)

    def refuse(self, what, parts):
        """Raises the error of these boxes."""
        raise forms.ValidationError(f"{self.name} {what}", code="invalid", params={"parts": tuple(parts)})
