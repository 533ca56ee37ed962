"""What is public after closing, in the words and items that the site's components take. Pure functions."""

from consultations.enums import Approach, Overlap, RevisionKind
from consultations.views import figures, themes
from engagement.access import local_date
from engagement.domain.calendar import uk_date, uk_time
from engagement.enums import Stage


def report(edition, *, consultation, move=None, late=""):
    """What `consultations/_report.html` needs of one `editions.Edition`: two blocks, each with its own date.

    `move` is the stage move that carries the decision out; `late` says so when the answer is overdue.
    """
    feedback, outcome = edition.feedback, edition.outcome
    return {
        "edition": edition,
        "finding": feedback["finding"] or "What people said",
        "heard": {
            "asked": feedback["we_asked"],
            "said": feedback["you_said"],
            "did": outcome.get("we_did") or late or awaited(consultation),
        },
        "feedback": feedback,
        "feedback_rows": feedback_rows(edition, counted=not consultation.is_named),
        "outcome": outcome,
        "outcome_rows": outcome_rows(outcome, activity=consultation.activity, move=move) if outcome else [],
    }


def awaited(consultation):
    """What stands where the office's answer will, until it is public."""
    due = uk_date(consultation.response_due_on)
    return f"We are deciding. We will say what we decided, and what we will do, by {due}."


def late_words(notice):
    """Why the answer is late and when it comes; without a notice, that we have not said so yet."""
    if notice is None:
        return "We have not kept to our date, and have not said why yet. We are sorry."
    return f"{notice.explanation} We now expect to answer by {uk_date(notice.expected_on)}."


def feedback_rows(edition, *, counted=True):
    """Who was asked and who answered, as (key, value) rows for a summary list. Organisations are named, not counted."""
    feedback = edition.feedback
    counted = counted and edition.results
    rows = [
        ("We asked people", asked_words(feedback["asked_by"], feedback["asked_also"])),
        ("Who answered", f"{figures.channel_words(edition.results)}." if counted else ""),
        ("One person, one answer?", f"{Overlap(feedback['overlap']).label}." if counted else ""),
        ("What people wrote", themes.method_words(edition.results.coding) if counted else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def asked_words(asked_by, asked_also):
    """How many were asked in each way. Numbers of different ways are never added up: one person may be in several."""
    ways = [f"{asked_by[way]:,} {way.label}" for way in Approach if asked_by.get(way)]
    return "; ".join([*ways, *([asked_also] if asked_also else [])])


def outcome_rows(outcome, *, activity, move=None):
    """By whom, when and where it was decided, and what comes next, as rows for a summary list."""
    day, stage = outcome["decided_on"], outcome["next_stage"]
    record = outcome["decision_reference"] or ("The decision record" if outcome["decision_url"] else "")
    moved = (
        f"{activity.title} moved to “{move.get_to_stage_display()}” on {uk_date(local_date(move.moved_at))}"
        if move
        else ""
    )
    rows = [
        {"key": "Decided by", "value": outcome["decided_by"]},
        {"key": "Decided on", "value": uk_date(day) if day else ""},
        {"key": "Decision record", "value": record, "url": outcome["decision_url"]},
        {"key": "What it led to", "value": moved, "url": f"{activity.get_absolute_url()}#story"},
        {"key": "Next stage", "value": Stage(stage).label if stage else ""},
    ]
    return [row for row in rows if row["value"]]


def told(edition):
    """The notice above a report: (title, words)."""
    published = uk_time(edition.results_published_at)
    if edition.outcome_published_at is None:
        return "Results published", f"We published what people said at {published}."
    return "Outcome published", f"We published what we decided at {uk_time(edition.outcome_published_at)}."


def editions_listed(revisions, *, consultation):
    """Every edition for the `docs` component, newest first. `revisions` come without their content."""
    return [
        {
            "name": f"Edition {revision.number}",
            "url": f"{consultation.get_absolute_url()}editions/{revision.number}/",
            "meta": uk_time(revision.published_at),
            "note": revision.note or RevisionKind(revision.kind).label,
        }
        for revision in revisions
    ]
