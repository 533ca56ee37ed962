"""Promises in the words and items that the site's components and files take. Pure functions."""

from django.urls import reverse

from consultations.enums import LATE, PromiseAct
from engagement.access import local_date
from engagement.domain.calendar import uk_date

CSV_HEADER = [
    "reference",
    "promise",
    "standing",
    "due_on",
    "kept_on",
    "kept_by",
    "reason",
    "evidence",
    "evidence_url",
    "consultation",
    "activity",
]
ACTS = {
    "keep": "Say that it is kept",
    "change": "Change it",
    "explain": "Say why it is late",
    "hand-over": "Give it to another person",
    "drop": "Say that it will not be kept",
}


def row(promise, *, on):
    """A promise as the templates list it."""
    return {"promise": promise, "standing": promise.standing(on=on), "when": when(promise), "note": note(promise)}


def when(promise):
    """Its day in words: kept, or due."""
    return f"Kept on {uk_date(promise.kept_on)}" if promise.kept_on else f"By {uk_date(promise.due_on)}"


def note(promise):
    """What stands under a promise: how we know, or why it is not as promised."""
    return promise.evidence or promise.reason


def facts(promise, *, owner=""):
    """Key facts beside a promise. `owner` is the name, for the office."""
    rows = [
        ("Reference", promise.reference, ""),
        ("Promised on", uk_date(local_date(promise.made_at)), ""),
        ("Due", uk_date(promise.due_on), ""),
        ("Kept by", f"{owner}, {promise.owner_words}" if owner else promise.owner_words, ""),
        ("After", promise.consultation.title, promise.consultation.get_absolute_url()),
        ("Activity", promise.consultation.activity.title, promise.consultation.activity.get_absolute_url()),
    ]
    return [{"term": term, "value": value, "url": url} for term, value, url in rows]


def story(promise, changes):
    """All that happened to a promise, newest first, for the `timeline` component. `changes` are in their order.

    What was promised first stands in the first change of words: `words` and `due_on` of a change are those before it.
    """
    reworded = [change for change in changes if change.act == PromiseAct.CHANGED]
    first = reworded[0] if reworded else promise
    made = {"date": local_date(promise.made_at), "title": "Promised", "kind": "decision"}
    entries = [{**made, "text": f"We will {first.words}, by {uk_date(first.due_on)}."}]
    for change in changes:
        text = change.note
        if change.act == PromiseAct.CHANGED:
            later = next((one for one in reworded if one.number > change.number), promise)
            text = f"Now: we will {later.words}, by {uk_date(later.due_on)}. {change.note}"
        kind = "decision" if change.act in {PromiseAct.KEPT, PromiseAct.DROPPED} else "step"
        day = local_date(change.changed_at)
        entries.append({"date": day, "title": change.get_act_display(), "text": text.strip(), "kind": kind})
    return entries[::-1]


def actions(promise, *, standing):
    """What can be done about a promise now: (words, address), the likeliest first."""
    if not promise.is_open:
        return []
    names = [name for name in ACTS if name != "explain" or standing == LATE]
    return [(ACTS[name], reverse(f"consultations:promise-{name}", args=[promise.reference])) for name in names]


def csv_row(promise, *, standing):
    """A promise under `CSV_HEADER`."""
    return [
        promise.reference,
        promise.words,
        standing,
        promise.due_on,
        promise.kept_on,
        promise.owner_words,
        promise.reason,
        promise.evidence,
        promise.evidence_url,
        promise.consultation.reference,
        promise.consultation.activity.reference,
    ]
