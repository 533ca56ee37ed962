"""Corrections in the words and items that pages take. Pure functions."""

from itertools import groupby

from consultations.domain.wordings import STANDARD
from engagement.domain.calendar import uk_time


def by_question(changes):
    """Changes under the question that they are of, as (its words, changes); what stands in many has none."""
    return [(text, list(own)) for (_, text), own in groupby(changes, key=lambda change: (change.question, change.text))]


def shown(corrections):
    """Corrections as `_corrections.html` takes them: when in words, the note, and the changes by question."""
    return [
        {"when": uk_time(one.made_at), "note": one.note, "groups": by_question(one.changes), "version": one.number}
        for one in corrections
    ]


def of_question(corrections, question, wording=STANDARD):
    """What was corrected in one question as somebody reads it, the newest first; corrections of others are left out."""
    own = [
        (one, [change for change in one.changes if change.question == question and change.wording == wording])
        for one in corrections
    ]
    return [
        {"when": uk_time(one.made_at), "note": one.note, "groups": [("", changes)]} for one, changes in own if changes
    ]
