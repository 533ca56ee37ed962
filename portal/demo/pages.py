"""The hubs of the six activities: why, what is happening now, what is expected and when."""

from datetime import datetime

from portal.demo import Demonstration
from portal.domain.publishing import announce_document, publish_page
from portal.models import ActivityIndexPage, ActivityPage

# Why we are doing this, by activity.
WHY = {
    "young": "Four in ten young people who were cautioned last year had never met a youth worker. We are asking what "
    "would have helped, and who was missing.",
    "abuse": "Four in ten people referred last year were passed between services before they got help. We want one way "
    "in, and shorter waits. The two agreements of today run until the new service begins.",
    "victims": "People told us that two working days is the most they would want to wait for a first call. Brightway "
    "provides the service, and its figures are published every quarter.",
    "visits": "Most people who die in a house fire are over 65 and live alone. A visit and a working alarm are what "
    "prevents it best.",
    "marshals": "A national grant paid for the pilot. We said at the start what would have to change for it to go on, "
    "and it did not.",
    "restorative": "Eleven schools tried restorative conversations instead of exclusion. All of them now run them "
    "without our money.",
}

WITHHELD = "It names the places where people shelter."


def make_hub(demo: Demonstration, key: str, *, at: datetime) -> None:
    """Writes the page of an activity and publishes it: one person wrote it, another approves."""
    hub = ActivityPage(
        activity=demo.activities[key], why=f"<p>{WHY[key]}</p>", live=False, **_where_it_stands(demo, key)
    )
    publish(demo, ActivityIndexPage.objects.get().add_child(instance=hub), at=at)


def _where_it_stands(demo: Demonstration, key: str) -> dict:
    """What is happening now, what is expected and when, and the evidence, of one activity."""
    begins = f"{demo.new_service_begins:%B %Y}"
    facts: dict[str, dict] = {
        "young": {
            "now": "asking what helps",
            "expected_plan": f"from {demo.ahead(90):%B %Y}",
            "expected_do": f"from {begins}",
            "ahead": [_coming(f"{demo.ahead(100):%B %Y}", "We publish what you said")],
        },
        "abuse": {
            "now": "testing the draft specification",
            "expected_do": f"from {begins}",
            "runs": f"{begins}, for three years",
            "evidence": [_withheld("NEEDS_ASSESSMENT", "Needs assessment", demo.ago(255))],
            "ahead": [
                _coming(f"{demo.ahead(90):%B %Y}", "We publish what you said, and what we will change"),
                _coming(begins, "The new service begins"),
            ],
        },
        "victims": {"now": "in its third year", "runs": "Three years, and may be extended by one"},
        "visits": {"now": "looking at two years of visits"},
        "marshals": {"now": "planning what follows"},
        "restorative": {},
    }
    return facts[key]


def _coming(when: str, what: str) -> dict:
    return {"type": "step", "value": {"when": when, "what": what}}


def _withheld(kind: str, name: str, dated: datetime) -> dict:
    value = {"kind": kind, "name": name, "version": "1", "dated": dated.date().isoformat(), "withheld": WITHHELD}
    return {"type": "item", "value": value}


def publish(demo: Demonstration, page, *, at: datetime, say: str = "") -> None:
    """The Lead Commissioner wrote it and Management approves; with `say` everybody engaged is told."""
    page = publish_page(page=page, author=demo.people["lead"], approver=demo.people["management"], at=at)
    if say:
        announce_document(page=page, summary=say, actor=demo.people["lead"], at=at)
