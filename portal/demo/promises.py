"""What was promised when the oldest consultation was answered: one kept, one late with its reason, one to come."""

from datetime import date, datetime

from consultations.domain import attesting, promising
from consultations.enums import Reading
from consultations.models import Consultation, Promise
from engagement.access import local_date
from portal.demo import Demonstration

KEPT = "publish every quarter how often the first call came in time"
LATE = "ask ten people a year whether the first call was safe for them"
OPEN = "put a safe way to get in touch on every referral form"


def read_results(demo: Demonstration, title: str, *, at: datetime) -> None:
    """The Commissioner says what was read before deciding."""
    consultation = Consultation.objects.get(title=title)
    readings = [Reading.RESULTS, Reading.SUMMARY]
    attesting.attest(consultation=consultation, edition=1, readings=readings, actor=demo.people["pfcc"], at=at)


def promise(demo: Demonstration, title: str, *, at: datetime) -> None:
    """Three promises, in the register before the outcome is public."""
    consultation = Consultation.objects.select_related("activity").get(title=title)
    days: dict[str, date] = {KEPT: local_date(demo.ago(100)), LATE: local_date(demo.ago(20)), OPEN: demo.ahead(24)}
    for words, due_on in days.items():
        promising.make_promise(
            consultation=consultation,
            words=words,
            owner=demo.people["involvement" if words == LATE else "contracts"],
            due_on=due_on,
            actor=demo.people["involvement"],
            at=at,
        )


def keep_first(demo: Demonstration, *, at: datetime) -> None:
    """The first is kept, with evidence that everybody can open."""
    kept = {"kept_on": local_date(at), "evidence": "The first quarter is on the page of performance."}
    promising.keep_promise(
        promise=Promise.objects.get(words=KEPT),
        **kept,
        evidence_url="/performance/",
        seen=0,
        actor=demo.people["contracts"],
        at=at,
    )


def explain_second(demo: Demonstration, *, at: datetime) -> None:
    """The second is late, and the office says why."""
    promising.explain_lateness(
        promise=Promise.objects.get(words=LATE),
        reason="Seven people have told us so far. We did not want to ask more of them than they offered.",
        seen=0,
        actor=demo.people["involvement"],
        at=at,
    )
