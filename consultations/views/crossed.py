"""Tables of one question by another as a page draws them: a table, bars, a file. Pure functions over shown numbers."""

from consultations.domain.crossings import BY_CHANNEL
from consultations.views.figures import people, shown, yes_or_no

WAY = "the way the answer came in"


def crossed_of(results):
    """One figure a table of two, in the order in which they were chosen. Takes a `counting.Results`."""
    return [crossed(table) for table in results.crossings]


def crossed(table):
    """What the template `consultations/_crossed.html` needs for one `crossings.CrossResult`."""
    return {
        "anchor": anchor_of(table),
        "headline": headline(table),
        "sub": sub(table),
        "title": title_of(table),
        "heads": [cell.label for cell in table.lines[0].cells] if table.lines else [],
        "lines": [line_of(line) for line in table.lines],
        "bars": [bars_of(line) for line in table.lines if line.count is not None],
        "why": table.why,
        "withheld": table.withheld,
    }


def anchor_of(table):
    """The name of a table on its page, and of its file."""
    return f"table-{table.number}"


def title_of(table):
    """Both questions in words."""
    return f"{table.row_text} By {WAY if table.column == BY_CHANNEL else f'answers to “{table.column_text}”'}"


def headline(table):
    """The finding: of the answer that most people gave, where its largest share stands."""
    lines = [line for line in table.lines if line.count is not None]
    known = [(cell.percent, cell.label, line) for line in lines for cell in line.cells if cell.count is not None]
    if not known:
        return title_of(table)
    percent, label, line = max(known, key=lambda one: (one[2].count, one[0]))
    return f"{percent}% of those who said “{line.label}”: {label}"


def sub(table):
    """What the table is of."""
    more = " People could choose several." if table.several else ""
    return f"{title_of(table)}.{more} Shares are of each row."


def line_of(line):
    """A row of the table in words."""
    return {
        "label": line.label,
        "count": shown(line.count),
        "cells": [
            {
                "head": cell.label,
                "text": shown(cell.count) if cell.count is None else f"{cell.count:,} ({cell.percent}%)",
            }
            for cell in line.cells
        ],
    }


def bars_of(line):
    """The bars of one row, in the order of the columns."""
    return {
        "label": f"{line.label}: {people(line.count)}",
        "whole": line.count,
        "rows": [
            {
                "label": cell.label,
                "value": cell.count,
                "text": shown(cell.count) if cell.count is None else f"{cell.percent}% ({cell.count:,})",
            }
            for cell in line.cells
        ],
    }


def csv_rows(consultation, results, *, only=""):
    """Rows for the results file, one a cell: `part` is the answer in the row, `answered` how many gave it."""
    as_at = results.as_at.date()
    for table in results.crossings:
        if only not in {"", anchor_of(table)}:
            continue
        known = [consultation.reference, None, title_of(table), "TABLE"]
        if not table.lines:
            yield [*known, None, None, None, None, None, "yes", as_at]
        for line in table.lines:
            for cell in line.cells:
                withheld = yes_or_no(cell.count is None)
                yield [*known, line.label, cell.label, cell.count, cell.percent, line.count, withheld, as_at]
