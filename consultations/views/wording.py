"""A consultation in the words and items that the site's components take. Pure functions: no query, no clock."""

from django.conf import settings
from django.urls import reverse

from consultations.domain.routes import length_of_path
from consultations.enums import OPEN_STATES, REPORTED_STATES, Channel, Happening, IdentityMode, QuestionKind, State
from engagement.access import local_date
from engagement.domain.calendar import LONDON, clock_words, uk_date, uk_time
from engagement.domain.icalendar import Appointment

ACTION_WORDS = {
    "open": "Check and open",
    "extend": "Extend",
    "add": "Add an update",
    "correct": "Correct the words",
    "close": "Close early",
    "suspend": "Pause",
    "resume": "Resume",
    "withdraw": "Withdraw",
    "feedback": "Write what people said",
    "publish": "Publish the results",
    "outcome": "Write the outcome",
    "publish-outcome": "Publish the outcome",
    "correct-feedback": "Correct what people said",
    "correct-outcome": "Correct the outcome",
    "recount": "Count again",
    "promises": "Promises",
    "late": "Say that it is late",
}
NOT_NOW = {
    "extend": "it cannot be extended",
    "add": "nothing can be added to its page",
    "correct": "its words cannot be corrected",
    "close": "it cannot be closed early",
    "suspend": "it cannot be paused",
    "resume": "it cannot be resumed",
    "withdraw": "it cannot be withdrawn",
    "feedback": "what people said cannot be written",
    "outcome": "its outcome cannot be written",
    "publish-outcome": "its outcome cannot be published",
    "correct-feedback": "there is nothing to correct",
    "correct-outcome": "there is nothing to correct",
    "recount": "there is nothing to count again",
    "promises": "nothing is promised",
    "late": "nobody waits for an answer",
}

WAYS = {
    Channel.PAPER: "On paper",
    Channel.PHONE: "By phone",
    Channel.EMAIL: "By e-mail",
    Channel.LETTER: "By letter",
    Channel.EVENT: "Come and talk to us",
}


def days_left(consultation, *, at):
    """Days until closing in words: "4 days left", "Closes today"."""
    days = (local_date(consultation.closes_at) - local_date(at)).days
    return {0: "Closes today", 1: "1 day left"}.get(days, f"{days} days left")


def length_words(questions):
    """How many questions people are asked: "7 questions", "4 to 7 questions, depending on your answers"."""
    fewest, most = length_of_path(questions, {})
    if fewest != most:
        return f"{fewest} to {most} questions, depending on your answers"
    return "1 question" if most == 1 else f"{most} questions"


def asks_for_files(questions):
    """Whether any of these questions asks for files, which people are told before they start."""
    return any(question.kind == QuestionKind.FILE for question in questions)


def lines(text):
    """The lines of a text that somebody wrote one point a line, without bullets of their own."""
    return [line for raw in text.splitlines() if (line := raw.strip().lstrip("-•*").strip())]


PROMISES = {
    IdentityMode.OPEN_ANONYMOUS: "You do not give your name. We cannot tell who gave which answer, and nobody can find "
    "out later.",
    IdentityMode.INVITED_ANONYMOUS: "Your code does not say who you are. We know that it was used, not what was "
    "answered with it, and nobody can find out later.",
    IdentityMode.ORGANISATIONS: "Organisations answer this, and their answers are named. The office reads who answered "
    "what. Each organisation chooses whether its answers are published with its name, without it, or not at all.",
}


# The notice where organisations answer by name: what stands in the office's own notice holds for people without one.
NAMED_PRIVACY = (
    "We ask because the law makes us obtain views before the Commissioner decides: a public task (UK GDPR, article"
    " 6(1)(e)).",
    "We keep who of an organisation wrote and changed each answer, who signed it and when, and which interests it"
    " declared. Its own people and our Involvement Team read that. Until a certifier signs, the office sees only that"
    " the organisation has begun.",
    "With the results we publish what the organisation chose: its answers with its name and interests, its answers"
    " without its name, or nothing of them. The names of its people are not published.",
    "Until this closes, a certifier can take the answer back: we then delete what was signed. What nobody signed is"
    " deleted two weeks after closing. Signed answers are kept as long as the decision can be challenged, as our"
    " retention schedule says.",
)


def promise(consultation):
    """What people are promised about their name, in their own terms."""
    return PROMISES[consultation.identity_mode]


def grace(consultation):
    """Until when those who have started can still send, in a sentence, or nothing."""
    if not consultation.grace:
        return ""
    return f"If you have started before it closes, you can still send until {uk_time(consultation.ends_at)}."


def way(way, *, at):
    """One way to answer beside the form: its name, what to do, where, when, and whether that is over."""
    when = uk_time(way.starts_at) if way.starts_at else ""
    if way.ends_at:
        when = f"{uk_date(local_date(way.starts_at))}, {clock(way.starts_at)} to {clock(way.ends_at)}"
    over = bool(way.starts_at) and (way.ends_at or way.starts_at) <= at
    return {"name": WAYS[way.channel], "words": way.words, "contact": way.contact, "when": when, "over": over}


def clock(moment):
    """The UK time of day of a moment in words."""
    return clock_words(moment.astimezone(LONDON))


def updates(events):
    """What happened to a public consultation, the newest first, for the `timeline` component."""
    return [
        {
            **entry(local_date(event.at), event.get_kind_display(), ""),
            "text": " ".join(filter(None, [moved(event), event.reason])),
        }
        for event in events
    ]


def moved(event):
    """From when to when the closing moved, in words, or nothing."""
    if event.closes_after is None or event.closes_after == event.closed_before:
        return ""
    if event.kind == Happening.CLOSED_EARLY:
        return f"It was to close {uk_time(event.closed_before)}."
    return f"It now closes {uk_time(event.closes_after)} instead of {uk_time(event.closed_before)}."


def points(consultation, *, state):
    """What was written one point a line, as lists. Ways to answer are left out once nobody can answer."""
    over = state in {State.CLOSED, State.WITHDRAWN} | REPORTED_STATES
    return {
        "other_ways": [] if over else lines(consultation.other_ways),
        "can_change": lines(consultation.can_change),
        "settled": lines(consultation.settled),
    }


def lead(consultation, *, at, answered=""):
    """The line under the title: (bold words, the rest), by state. `answered` says how many did, once it is over."""
    state = consultation.state(at=at)
    closes, opens = uk_time(consultation.closes_at), uk_time(consultation.opens_at)
    if state in OPEN_STATES:
        return f"Closes {closes}.", f"{days_left(consultation, at=at)}."
    if state == State.SUSPENDED:
        return f"Paused on {uk_date(local_date(consultation.suspended_at))}.", "Nobody can answer just now."
    if state in {State.OPENING_SOON, State.DRAFT}:
        return f"Opens {opens}.", f"Closes {closes}."
    if state == State.WITHDRAWN:
        return f"Withdrawn at {uk_time(consultation.withdrawn_at)}.", ""
    return f"Closed {closes}.", f"{answered}." if answered else ""


def card(consultation, *, at):
    """An entry of the public list, for the `cards` component."""
    state = consultation.state(at=at)
    url = consultation.get_absolute_url()
    words = {
        "title": consultation.title,
        "url": url,
        "ask": consultation.summary,
        "tag": state,
        "audience": consultation.audience,
    }
    if state in OPEN_STATES:
        return {
            **words,
            "days": days_left(consultation, at=at),
            "when": f"Closes {uk_time(consultation.closes_at)}",
            "minutes": f"About {consultation.minutes} minutes",
            "action": "Give your views",
            "action_url": url,
            "action_about": f"on {consultation.title}",
        }
    if state == State.OPENING_SOON:
        return {**words, "when": f"Opens {uk_time(consultation.opens_at)}"}
    if state == State.SUSPENDED:
        return {**words, "when": f"Paused {uk_date(local_date(consultation.suspended_at))}"}
    if state in REPORTED_STATES:
        published = uk_time(consultation.outcome_published_at or consultation.results_published_at)
        return {**words, "when": f"Published {published}", "ask": consultation.finding or consultation.summary}
    if state == State.WITHDRAWN:
        return {**words, "when": f"Withdrawn {uk_time(consultation.withdrawn_at)}"}
    due = uk_date(consultation.response_due_on)
    return {**words, "when": f"Closed {uk_time(consultation.closes_at)}", "ask": f"We publish what you said by {due}."}


def thread(consultation, here="Consultation"):
    """The stations of the thread that this package knows."""
    url = consultation.get_absolute_url()
    published = bool(consultation.results_published_at)
    results = reverse("consultations:consultation-results", args=[consultation.slug]) if published else None
    stations = [
        ("Draft specification", consultation.specification_path or None),
        ("Consultation", url),
        ("Results", results),
        ("Decision", f"{url}#decision" if consultation.outcome_published_at else None),
    ]
    if not consultation.specification_path:
        stations = stations[1:]
    return [{"name": name, "url": address, "current": name == here} for name, address in stations]


def follow_words(state):
    """What following brings from here on, or nothing when all has been said."""
    return {
        State.OPENING_SOON: "We tell you when it opens, before it closes, and what came of it.",
        State.OPEN: "We tell you if anything changes, a week before it closes, and what came of it.",
        State.CLOSING_SOON: "We tell you if anything changes, and what came of it.",
        State.SUSPENDED: "We tell you when it goes on.",
        State.CLOSED: "We tell you what came of it.",
        State.RESULTS_PUBLISHED: "We tell you what was decided.",
    }.get(state, "")


def steps(consultation, *, at, meetings=()):
    """What happens next and what has happened, in the order of the dates, for the `timeline` component.

    `meetings` are the ways to answer that have a day of their own.

    A decision stands here from the moment the outcome is public: until then it is the office's own.
    """
    entries = [step(way.starts_at, f"{WAYS[way.channel]}: {way.contact}", way.words, at=at) for way in meetings]
    entries.append(step(consultation.closes_at, "It closes", "We read every answer.", at=at, passed="It closed"))
    if published := consultation.results_published_at:
        url = reverse("consultations:consultation-results", args=[consultation.slug])
        told = entry(published, "We published what you said", "")
        entries.append({**told, "kind": "voice", "url": url})
    if answered := consultation.outcome_published_at:
        if consultation.decided_on:
            decided = entry(consultation.decided_on, "It was decided", f"By {consultation.decided_by}.")
            entries.append({**decided, "kind": "decision"})
        return [*entries, {**entry(answered, "We published what we decided", ""), "kind": "decision"}]
    late = "This is late. " if consultation.response_due_on < local_date(at) else ""
    promise = f"{late}With what we will change, what we will not, and why."
    title = "We publish what we decided" if published else "We publish what you said"
    entries.append({**entry(consultation.response_due_on, title, promise), "kind": "voice", "future": True})
    return entries


def step(moment, title, text, *, at, passed=""):
    """A dated step; once passed it has its own title and says no more of what will be."""
    over = moment <= at
    words = entry(moment, passed if over and passed else title, "" if over else text)
    return {**words, "future": not over}


def entry(day, title, text):
    """A timeline entry of a day or a moment."""
    return {"date": day, "title": title, "text": text, "kind": "step"}


def glance(consultation, answered, *, at, groups=()):
    """Key facts beside the overview. `answered` is how many have answered, in words, or nothing."""
    state = consultation.state(at=at)
    dates = reverse("consultations:consultation-dates", args=[consultation.slug])
    rows = [
        {"term": "Who it is for", "value": consultation.audience},
        {"term": "We ask", "value": "; ".join(asked.get_group_display() for asked in groups)},
        {"term": "The law makes us ask", "value": consultation.get_statutory_kind_display()},
        {"term": "Opened" if at >= consultation.opens_at else "Opens", "value": uk_time(consultation.opens_at)},
        {"term": "Answered so far" if state in OPEN_STATES else "Answered", "value": answered},
        {"term": "Reference", "value": consultation.reference},
        {"term": "Contact", "value": consultation.contact or settings.OFFICE_EMAIL},
    ]
    if state in OPEN_STATES or state == State.OPENING_SOON:
        rows.append({"term": "Dates", "value": "Add the closing date to a calendar", "url": dates})
    return rows


def office_facts(consultation, *, at):
    """Key facts beside the office's page of a consultation."""
    version, first = consultation.version, consultation.first_closes_at
    pinned = f"{consultation.specification_title}, version {consultation.specification_version}"
    return [
        {"term": "Activity", "value": consultation.activity.title},
        {"term": "Opens" if at < consultation.opens_at else "Opened", "value": uk_time(consultation.opens_at)},
        {"term": "Closes" if at < consultation.closes_at else "Closed", "value": uk_time(consultation.closes_at)},
        {"term": "First announced to close", "value": uk_time(first) if first else ""},
        {"term": "Why it moved", "value": consultation.dates_reason},
        {"term": "Questionnaire", "value": str(version or consultation.questionnaire)},
        {"term": "About", "value": pinned if consultation.specification_path else ""},
        {"term": "Identity", "value": consultation.get_identity_mode_display()},
        {"term": "For people at risk", "value": "Yes: exit button, neutral titles" if consultation.sensitive else "No"},
        {"term": "Lead Commissioner", "value": str(consultation.activity.lead_commissioner)},
    ]


def closing_date(consultation, *, address):
    """The closing date for a person's own calendar. A sensitive consultation names no topic there (R-150, P13)."""
    title = f"Closing date: {consultation.title}"
    text = f"Give your views before {uk_time(consultation.closes_at)}."
    if consultation.sensitive:
        title, text = f"Date from {settings.OFFICE_PLACE}: {consultation.reference}", ""
    return Appointment(
        uid=f"consultation-{consultation.pk}-closes@{settings.OFFICE_EMAIL.partition('@')[2]}",
        title=title,
        when=consultation.closes_at,
        changed_at=consultation.published_at,
        url=address,
        text=text,
    )


def meeting(consultation, way, *, address):
    """An event at which people can answer, for a person's own calendar. A sensitive consultation names no topic."""
    title = f"{consultation.title}: {way.contact}"
    if consultation.sensitive:
        title = f"Date from {settings.OFFICE_PLACE}: {consultation.reference}"
    return Appointment(
        uid=f"consultation-{consultation.pk}-way-{way.pk}@{settings.OFFICE_EMAIL.partition('@')[2]}",
        title=title,
        when=way.starts_at,
        changed_at=consultation.published_at,
        url=address,
        text="" if consultation.sensitive else f"{way.words}. {way.contact}",
    )


def not_now(consultation, *, act, at):
    """Why an act cannot be done to a consultation as it stands, in a sentence; nothing when it can."""
    state = consultation.state(at=at)
    return "" if act in offered(consultation, state) else f"{standing(consultation, at=at)}, so {NOT_NOW[act]}."


def standing(consultation, *, at):
    """Where a consultation stands, without a full stop, for those who come too early or too late to do something."""
    state = consultation.state(at=at)
    if state in OPEN_STATES:
        return f"This is open until {uk_time(consultation.closes_at)}"
    return {
        State.DRAFT: lambda: "This is still a draft",
        State.OPENING_SOON: lambda: f"This opens {uk_time(consultation.opens_at)}",
        State.SUSPENDED: lambda: f"This was paused {uk_time(consultation.suspended_at)}",
        State.CLOSED: lambda: f"This closed {uk_time(consultation.closes_at)}",
        State.RESULTS_PUBLISHED: lambda: f"The results were published {uk_time(consultation.results_published_at)}",
        State.OUTCOME_PUBLISHED: lambda: f"The outcome was published {uk_time(consultation.outcome_published_at)}",
        State.WITHDRAWN: lambda: f"This was withdrawn {uk_time(consultation.withdrawn_at)}",
    }[state]()


def offered(consultation, state):
    """The acts on a public consultation that its state allows, the likeliest first."""
    known = {
        State.OPENING_SOON: ["add", "correct", "extend", "suspend", "withdraw"],
        State.SUSPENDED: ["resume", "add", "correct", "close", "withdraw"],
        State.CLOSED: ["feedback", "publish", "outcome", "promises", "late", "withdraw"],
        State.RESULTS_PUBLISHED: ["outcome", "promises", "publish-outcome", "late", "correct-feedback", "recount"],
        State.OUTCOME_PUBLISHED: ["promises", "correct-feedback", "correct-outcome", "recount"],
    }
    return (
        ["extend", "add", "correct", "suspend", "close", "withdraw"] if state in OPEN_STATES else known.get(state, [])
    )


def actions(consultation, *, state, runs):
    """What somebody who runs a public consultation can do now: (words, address), the likeliest first."""
    names = offered(consultation, state) if runs else []
    reference = [consultation.reference]
    return [(ACTION_WORDS[name], reverse(f"consultations:manage-{name}", args=reference)) for name in names]
