"""A draft and its checklist in the words and items that the site's components take. Pure functions."""

from django.urls import reverse

from consultations.domain.readiness import Principle, unmet

# The page on which what a check names is mended; everything else is on the page of words and dates.
PAGES = {
    "formative_statement": "statements",
    "information_statement": "statements",
    "consideration_statement": "statements",
    "support_contacts": "safety",
    "equality": "equality",
    "safeguarding": "safeguarding",
}
PARTS = {
    "edit": ("What you ask, and when", "Words, questions, groups, dates"),
    "statements": ("Why this is fair", "What is open, what people are told, how views are weighed"),
    "safety": ("Safety and privacy", "Exit button, quiet messages, support, privacy notice"),
}


def by_principle(checks):
    """The checklist in the order of the principles, as (title, checks); principles without a check are left out."""
    grouped = [(one.label, [check for check in checks if check.principle == one]) for one in Principle]
    return [(title, own) for title, own in grouped if own]


def tasks(consultation, *, checks, given, asked, writes, runs, about_people=False):
    """A draft's way to its opening, for the `task_list` component. `about_people`: equality questions are declared."""
    missing = {PAGES.get(check.field, "edit") for check in unmet(checks)}

    def address(name):
        return reverse(f"consultations:manage-{name}", args=[consultation.reference])

    rows = [
        {
            "title": title,
            "hint": hint,
            "url": address(name) if writes else "",
            "status": "IN_PROGRESS" if name in missing else "COMPLETED",
        }
        for name, (title, hint) in PARTS.items()
    ]
    offline = any("Other ways" in check.name and check.met for check in checks)
    rows.append(
        {
            "title": "Ways to answer",
            "hint": "Phone, paper, e-mail, letter, events",
            "url": address("ways") if writes else "",
            "status": "COMPLETED" if offline else "NOT_STARTED",
        }
    )
    rows.append(
        {
            "title": "Equality questions",
            "hint": "Asked after the answers, all optional; which tables are made",
            "url": address("equality") if writes else "",
            "status": "IN_PROGRESS" if "equality" in missing else "COMPLETED" if about_people else "NOT_STARTED",
        }
    )
    if told := next((check for check in checks if check.field == "safeguarding"), None):
        rows.append(
            {
                "title": "Who is told of danger",
                "hint": told.detail if told.met else "Two people of the Involvement Team",
                "url": address("safeguarding") if runs else "",
                "status": "COMPLETED" if told.met else "IN_PROGRESS" if told.must else "NOT_STARTED",
            }
        )
    ready = not unmet(checks)
    rows.append(
        {
            "title": "Sign-off by a second person",
            "hint": signature(given, asked),
            "url": address("ask") if writes and (ready or asked) and not given else "",
            "status": "COMPLETED" if given else "IN_PROGRESS" if asked else "NOT_STARTED" if ready else "CANNOT_START",
        }
    )
    rows.append(
        {
            "title": "Open it",
            "hint": "The Involvement Team makes it public",
            "url": address("open") if runs and given else "",
            "status": "NOT_STARTED" if given else "CANNOT_START",
        }
    )
    return rows


def signature(given, asked):
    """Where the signature stands, in a few words."""
    if given:
        return f"Signed off by {given.decided_by}"
    return f"Waiting for {asked.asked_of}" if asked else "Lead Commissioner or Management Team"
