"""Who answered, as pages and files show it. Pure functions: every number was let through by disclosure control."""

from consultations.views.figures import NO_NUMBERS, people, shown, table_rows, yes_or_no

CSV_HEADER = ["reference", "table", "group", "crossed_with", "answer", "count", "percent", "withheld", "as_at"]


def profile_context(profile):
    """What the template `consultations/_profile.html` needs; nothing when there is no profile."""
    if profile is None:
        return {"profile": None}
    return {
        "profile": profile,
        "profile_lead": lead(profile),
        "profile_figures": [figure_of(group) for group in profile.groups],
        "profile_crossings": [crossing_of(crossed) for crossed in profile.crossings],
    }


def lead(profile):
    """How many told us about themselves."""
    if profile.people is None:
        return f"Fewer than {profile.threshold} people answered these questions, so we show nothing more."
    return f"{people(profile.people)} answered at least one of these questions."


def figure_of(group):
    """One equality question: a finding, bars, a table."""
    known = group.answered is not None
    return {
        "anchor": f"about-{group.key.lower()}",
        "title": group.title,
        "question": group.question,
        "headline": f"{group.title}: {finding(group.rows) if known else NO_NUMBERS.lower()}",
        "sub": f"{group.question} {people(group.answered)} answered." if known else group.question,
        "bars": [
            {
                "label": row.label,
                "value": row.count,
                "text": shown(row.count) if row.count is None else f"{row.percent}% ({row.count:,})",
            }
            for row in group.rows
        ]
        if known
        else [],
        "rows": table_rows(group.rows),
        "whole": group.answered,
        "empty": not known,
    }


def finding(rows):
    """What most people said, of what may be shown."""
    known = [row for row in rows if row.count is not None]
    top = max((row.count for row in known), default=0)
    best = [row for row in known if row.count == top]
    if not best:
        return NO_NUMBERS.lower()
    names = " and ".join(f"“{row.label}”" for row in best)
    return f"{best[0].percent}%{' each' if len(best) > 1 else ''} said {names}"


def crossing_of(crossed):
    """One declared table in words: rows of the group with a cell for each column."""
    return {
        "caption": f"{crossed.title}, and “{crossed.across}”",
        "title": crossed.title,
        "columns": crossed.columns,
        "lines": [
            {
                "label": line.label,
                "cells": [
                    {"count": shown(cell.count), "percent": "" if cell.count is None else f"{cell.percent}%"}
                    for cell in line.cells
                ],
            }
            for line in crossed.lines
        ],
    }


def csv_rows(consultation, profile):
    """Rows of the file under `CSV_HEADER`: how many, each question, then each declared table row by row."""
    as_at = profile.as_at.date()
    ref = consultation.reference
    withheld = yes_or_no(profile.people is None)
    yield [ref, "People who answered these questions", None, None, None, profile.people, None, withheld, as_at]
    for group in profile.groups:
        for row in group.rows:
            hidden = yes_or_no(row.count is None)
            yield [ref, group.title, row.label, None, None, row.count, row.percent, hidden, as_at]
    for crossed in profile.crossings:
        for line in crossed.lines:
            for cell in line.cells:
                hidden = yes_or_no(cell.count is None)
                known = [cell.label, cell.count, cell.percent, hidden, as_at]
                yield [ref, crossed.title, line.label, crossed.across, *known]


def plan_words(asked):
    """What was declared, as rows of a summary list."""
    crossings = [f"{asked.title_of(first)}, and “{asked.title_of(second)}”" for first, second in asked.crossings]
    return [
        {"key": "Questions", "value": ", ".join(one.title for one in asked.characteristics)},
        {"key": "What for", "value": asked.purpose},
        {"key": "Condition", "value": asked.condition},
        {"key": "Tables", "value": "\n".join(crossings) or "None"},
    ]
