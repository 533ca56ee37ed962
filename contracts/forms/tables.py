"""The tables of parts that a measure asks for, as the office types them."""

from typing import Any

from django import forms

from contracts.domain.parts import LONGEST_NAME, NOT_KNOWN, TablesRefused, checked_tables
from contracts.enums import ADDED_UP

TABLE_BOXES = tuple(f"table_{number}_{what}" for number in (1, 2) for what in ("by", "groups", "overlap"))


def told_by(place):
    """By what a table tells the parts."""
    return forms.CharField(
        label=f"{place} table: by what?",
        required=False,
        max_length=LONGEST_NAME,
        help_text="For example District, or Type of crime. Leave empty for no such table.",
    )


def groups_of(place):
    """The groups of a table, one a line."""
    return forms.CharField(
        label=f"{place} table: its groups",
        required=False,
        help_text=f"One a line. “{NOT_KNOWN}” is always added.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def overlap_of(place):
    """Whether one thing may count in two groups."""
    return forms.BooleanField(
        label=f"{place} table: its groups may overlap",
        required=False,
        help_text="Somebody may belong to two of them, so the parts may add up to more than the total.",
    )


class TablesForm(forms.Form):
    """One or two tables. `read_tables` puts them into `cleaned_data["tables"]`, in place of their boxes."""

    fields: dict[str, Any]

    table_1_by, table_1_groups, table_1_overlap = told_by("First"), groups_of("First"), overlap_of("First")
    table_2_by, table_2_groups, table_2_overlap = told_by("Second"), groups_of("Second"), overlap_of("Second")

    def read_tables(self, cleaned):
        """The tables as they are kept; what is wrong stands beside its box."""
        if not set(TABLE_BOXES) <= set(self.fields):
            return
        kept = []
        for number in (1, 2):
            by, groups, overlap = (cleaned.pop(f"table_{number}_{what}", "") for what in ("by", "groups", "overlap"))
            if not by and not groups:
                continue
            wrong = wrong_table(by, cleaned.get("kind"))
            if wrong:
                self.add_error(f"table_{number}_by", wrong)
                continue
            try:
                kept = checked_tables([*kept, {"by": by, "groups": groups.splitlines(), "overlap": overlap}])
            except TablesRefused as refusal:
                self.add_error(f"table_{number}_groups", str(refusal))
        cleaned["tables"] = kept


def wrong_table(by, kind):
    """Why a measure of this kind cannot have this table; empty when it can."""
    if not by:
        return "Say by what the groups are told"
    return "Only a count, money or days can be asked for in parts" if kind and kind not in ADDED_UP else ""


def tables_as_typed(tables):
    """Kept tables as the boxes of the form."""
    typed = {}
    for number, table in enumerate(tables, start=1):
        typed |= {f"table_{number}_by": table["by"], f"table_{number}_overlap": table["overlap"]}
        typed[f"table_{number}_groups"] = lines_as_typed(table["groups"])
    return typed


def lines_as_typed(words):
    """A list of words as the lines of a box."""
    return "\n".join(words)
