"""The documents of the activities: intentions, specifications, review outcomes, and one that waits for approval."""

from dataclasses import dataclass
from datetime import date, datetime

from engagement.domain.calendar import uk_date
from portal.demo import Demonstration
from portal.demo.pages import publish
from portal.models import ActivityPage, IntentionPage, ReviewPage, SpecificationPage


def plan_documents(demo: Demonstration) -> None:
    """Plans when each was written, published and announced."""
    for key, intention in INTENTIONS.items():
        demo.plan(demo.ago(intention.days), _intention, key)
    for key, specification in SPECIFICATIONS.items():
        demo.plan(demo.ago(specification.days), _specification, key)
    demo.plan(demo.ago(400), _review_of_the_first_year)
    demo.plan(demo.ago(255), _review_of_the_pilot)
    demo.plan(demo.ago(1), _review_waiting_for_approval)


@dataclass(frozen=True)
class Intention:
    """What is meant, for how much, in more words, and how many days ago it was published."""

    days: int
    lead: str
    value: str
    what: str


INTENTIONS = {
    "young": Intention(
        140,
        "We mean to pay for help that starts before the first offence, close to where young people already are.",
        "Up to £420,000 a year",
        "Places and times that young people choose, run by people they know, in all seven districts.",
    ),
    "abuse": Intention(
        250,
        "We mean to bring two services together into one, with one way in and no waiting list of its own.",
        "Up to £1.35 million a year",
        "Advice, safety planning and somebody beside you at court, by phone, online and in person.",
    ),
    "victims": Intention(
        1070,
        "We mean to have one point of contact for anybody affected by crime, from the first call on.",
        "About £640,000 a year",
        "A first call within two working days, and one person who stays with you until you need them no more.",
    ),
    "visits": Intention(
        1030,
        "We mean to visit the homes where a fire is most likely before there is one.",
        "About £200,000 a year",
        "A visit, working alarms and advice on the spot, for people whom the fire service cannot reach by itself.",
    ),
}


@dataclass(frozen=True)
class Specification:
    """What the service must do, as (heading, words) by section, and how many days ago it was published."""

    days: int
    lead: str
    purpose: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    draft: bool = False


SPECIFICATIONS = {
    "abuse": Specification(
        30,
        "What the new service must do for people who need support after domestic abuse or sexual violence.",
        purpose=(
            ("One service", "There is one way in, by phone, message, or through someone trusted."),
            ("Anyone", "The service is for anyone affected, whenever it happened."),
        ),
        outcomes=(
            ("People are safer", "People have a plan that works for them, and it is kept up to date."),
            ("People cope better", "People say so themselves, at the start and when they leave."),
        ),
        indicators=(
            (
                "First contact",
                "The provider makes first contact within 2 working days, by the way the person said is safe, and never "
                "leaves a message that names the service.",
                "90% or more, every quarter",
            ),
            ("Feeling safer", "Asked at the start and at the end.", "75% or more"),
        ),
        outputs=(("Places", "Sessions in all seven districts."),),
        draft=True,
    ),
    "victims": Specification(
        960,
        "What the service must do for anybody affected by crime in Avonmere.",
        purpose=(("One point of contact", "Whoever is referred has one name and one number."),),
        outcomes=(("People cope better", "People say so themselves, at the start and when they leave."),),
        indicators=(("First contact", "Within 2 working days of the referral.", "90% or more, every quarter"),),
        outputs=(("A phone line", "Open from 9am to 7pm on weekdays."),),
    ),
    "visits": Specification(
        940,
        "What a safe and well visit includes, and which homes come first.",
        purpose=(("Before the fire", "Visits go first to homes where a fire is most likely and hardest to escape."),),
        outcomes=(("Homes are safer", "Every home visited has an alarm that works."),),
        indicators=(("Homes at high risk", "Marked by the fire service beforehand.", "60% or more of all visits"),),
        outputs=(("Visits", "At least 1,500 visits a quarter."),),
    ),
}


def _under(demo: Demonstration, key: str) -> ActivityPage:
    return ActivityPage.objects.get(activity=demo.activities[key])


def _begins(demo: Demonstration, key: str) -> date:
    """When the service of an activity begins, or began."""
    return demo.first.starts_on if key in {"victims", "visits"} else demo.new_service_begins


def _intention(demo: Demonstration, key: str, *, at: datetime) -> None:
    meant = INTENTIONS[key]
    page = IntentionPage(
        title="Commissioning intention",
        lead=meant.lead,
        value=meant.value,
        starts=f"{_begins(demo, key):%B %Y}",
        body=_text("What we mean to fund", meant.what, "How we will decide", "We ask the people it is for first."),
        live=False,
    )
    publish(demo, _under(demo, key).add_child(instance=page), at=at, say="What we mean to fund, and why.")


def _text(*words: str) -> list[dict]:
    """Headings and paragraphs by turns, as blocks."""
    kinds = ("heading", "text") * (len(words) // 2)
    return [
        {"type": kind, "value": text if kind == "heading" else f"<p>{text}</p>"}
        for kind, text in zip(kinds, words, strict=True)
    ]


def _specification(demo: Demonstration, key: str, *, at: datetime) -> None:
    written, begins = SPECIFICATIONS[key], _begins(demo, key)
    fixed = not written.draft
    opening = _clause("The service begins", f"No later than {uk_date(begins)}.", fixed=True, on=begins.isoformat())
    sections = {
        "outcomes": [_clause(heading, text, fixed=fixed) for heading, text in written.outcomes],
        "indicators": [
            _clause(heading, text, fixed=fixed, target=target) for heading, text, target in written.indicators
        ],
        "outputs": [_clause(heading, text, fixed=True) for heading, text in written.outputs],
        "milestones": [opening],
    }
    purpose = {
        "title": "Purpose and people",
        "clauses": [_clause(heading, text, fixed=True) for heading, text in written.purpose],
    }
    page = SpecificationPage(
        title="Draft specification" if written.draft else "Specification",
        lead=written.lead,
        status="DRAFT" if written.draft else "FINAL",
        content=[
            {"type": "section", "value": purpose},
            *({"type": kind, "value": {"introduction": "", "clauses": kept}} for kind, kept in sections.items()),
        ],
        live=False,
    )
    say = f"{'The draft of what' if written.draft else 'What'} the service must do."
    publish(demo, _under(demo, key).add_child(instance=page), at=at, say=say)


def _clause(heading: str, text: str, *, fixed: bool, **more: str) -> dict:
    return {"heading": heading, "text": f"<p>{text}</p>", "openness": "FIXED" if fixed else "OPEN_TO_IDEAS", **more}


def _review_of_the_first_year(demo: Demonstration, *, at: datetime) -> None:
    page = ReviewPage(
        title="Review of the first year",
        number=1,
        outcome="CONTINUE",
        reviewed_on=at.date(),
        lead="Visits reach the number that was agreed, and people welcome them.",
        body=_text("What we found", "Nearly every home that was visited has an alarm that works."),
        intentions="<p>We will go on as agreed, and look more closely at who is visited.</p>",
        live=False,
    )
    publish(demo, _under(demo, "visits").add_child(instance=page), at=at, say="What the first year achieved.")


def _review_of_the_pilot(demo: Demonstration, *, at: datetime) -> None:
    page = ReviewPage(
        title="Review of the pilot",
        number=1,
        outcome="DECOMMISSION",
        reviewed_on=at.date(),
        lead="Nine of eleven schools excluded fewer pupils, and all eleven want to go on by themselves.",
        body=_text(
            "What we found",
            "Exclusions fell by a fifth in nine schools and stayed the same in two. Teachers said that the training "
            "was what mattered.",
        ),
        intentions="<p>We will not fund it again. The training pack is free for any school to use.</p>",
        live=False,
    )
    page = _under(demo, "restorative").add_child(instance=page)
    publish(demo, page, at=at, say="What the pilot showed, and what we will do.")


def _review_waiting_for_approval(demo: Demonstration, *, at: datetime) -> None:
    """The lead has written it and sent it; nobody of the Management Team has approved it yet."""
    page = ReviewPage(
        title="Review of two years of visits",
        number=2,
        outcome="IMPROVE",
        reviewed_on=at.date(),
        lead="Nearly every home has a working alarm after a visit. Too few of the homes visited were at high risk.",
        body=_text(
            "What we found",
            "Two in five visits went to homes where the risk was low, because people there are easier to reach.",
        ),
        intentions="<p>We mean to extend the agreement by a year, with a higher share of homes at high risk.</p>",
        live=False,
    )
    page = _under(demo, "visits").add_child(instance=page)
    page.save_revision(user=demo.people["lead"])
    page.get_workflow().start(page, demo.people["lead"])
