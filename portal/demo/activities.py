"""Two plans and six activities, one at each stage, with their history, money and followers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engagement.domain.activities import add_funding, begin_activity, move_stage, publish_activity
from engagement.domain.calendar import Quarter
from engagement.domain.parties import confirm_follow, engage_organisation, request_follow
from engagement.enums import Fund, Stage
from engagement.models import Priority, StrategicPlan
from portal.demo import Demonstration, at_hour
from portal.demo.pages import make_hub

PLANS = (
    (
        "Police and Crime Plan",
        Fund.POLICING,
        ("Supporting victims", "Preventing harm at home", "Keeping young people safe", "Safer streets"),
    ),
    ("Fire and Rescue Plan", Fund.FIRE, ("Safer homes", "Ready to respond")),
)
AGREEMENT_BEGINS = 0  # in place of days ago, for a move on the day on which the activity's agreement began


@dataclass(frozen=True)
class Work:
    """An activity: what it is, its yearly pounds, how many days ago it began, and where it moved since, and why."""

    title: str
    summary: str
    serves: tuple[str, ...]
    fund: Fund
    stream: str
    pounds: int
    began: int
    moves: tuple[tuple[int, Stage, str], ...] = ()


ACTIVITIES = {
    "young": Work(
        "Keeping young people out of trouble",
        "We are finding out what helps young people in Avonmere before things go wrong, and what is missing near them.",
        ("Keeping young people safe",),
        Fund.POLICING,
        "Early intervention fund",
        420_000,
        150,
    ),
    "abuse": Work(
        "Support after domestic abuse and sexual violence",
        "A new service for people in Avonmere who need advice, safety planning or someone beside them through the "
        "justice process.",
        ("Supporting victims", "Preventing harm at home"),
        Fund.POLICING,
        "Victims grant",
        1_350_000,
        260,
        ((150, Stage.PLAN, "We know what people need. Now we plan how to meet it."),),
    ),
    "victims": Work(
        "Victim support and navigation",
        "One point of contact for anybody affected by crime in Avonmere, from the first call to the last day in court.",
        ("Supporting victims",),
        Fund.POLICING,
        "Victims grant",
        640_000,
        1080,
        (
            (1000, Stage.PLAN, "People told us what a first call should be like."),
            (AGREEMENT_BEGINS, Stage.DO, "The agreement with Brightway begins."),
        ),
    ),
    "visits": Work(
        "Safe and well visits",
        "Visits to homes where a fire is most likely, with smoke alarms fitted and advice given on the spot.",
        ("Safer homes",),
        Fund.FIRE,
        "Prevention budget",
        310_000,
        1050,
        (
            (980, Stage.PLAN, "Most fires in homes start where nobody has checked the alarm."),
            (AGREEMENT_BEGINS, Stage.DO, "Visits begin, by Harbourlight."),
            (60, Stage.REVIEW, "Two years of visits are behind us: did they reach the right homes?"),
        ),
    ),
    "marshals": Work(
        "Night-time street marshals",
        "Marshals in two town centres at weekends. The pilot ends, and we are planning what follows.",
        ("Safer streets",),
        Fund.POLICING,
        "Safer streets grant",
        95_000,
        700,
        (
            (640, Stage.PLAN, "Two town centres asked for help at weekends."),
            (560, Stage.DO, "Marshals are out on Fridays and Saturdays."),
            (120, Stage.DECOMMISSIONING, "The grant ends, and calls to the police did not fall."),
        ),
    ),
    "restorative": Work(
        "Restorative conversations in schools",
        "A pilot in eleven schools. It has closed, and what we learned is here to read.",
        ("Keeping young people safe",),
        Fund.POLICING,
        "Innovation fund",
        60_000,
        1090,
        (
            (1040, Stage.PLAN, "Eleven schools want to try it."),
            (960, Stage.DO, "Training begins in eleven schools."),
            (330, Stage.REVIEW, "The pilot has run for as long as we said."),
            (240, Stage.DECOMMISSIONING, "Schools now run it themselves, without public money."),
            (180, Stage.CLOSED, "Everything that the exit plan asked for is done."),
        ),
    ),
}

# Activity, address, whether messages must not name the subject, days ago.
FOLLOWERS = (
    ("victims", "m.osei@people.example", False, 1040),
    ("visits", "p.larch@people.example", False, 900),
    ("abuse", "k.winter@people.example", True, 200),
    ("abuse", "m.osei@people.example", False, 170),
    ("young", "youth.forum@people.example", False, 110),
)
ENGAGED = (("victims", "brightway", 1010), ("visits", "harbourlight", 970), ("abuse", "brightway", 140))


def plan_activities(demo: Demonstration) -> None:
    """Enters the plans; plans how each activity began, who follows it, and the way it has come."""
    _enter_plans(demo)
    for key, work in ACTIVITIES.items():
        demo.plan(demo.ago(work.began), _begin, key)
        for days, stage, reason in work.moves:
            began = at_hour(demo.first.starts_on, 9)
            demo.plan(began if days == AGREEMENT_BEGINS else demo.ago(days, hour=15), _move, key, stage, reason)
    for key, email, topic_free, days in FOLLOWERS:
        demo.plan(demo.ago(days, hour=12), _follow, key, email, topic_free)
    for key, organisation, days in ENGAGED:
        demo.plan(demo.ago(days, hour=12), _engage, key, organisation)


def _enter_plans(demo: Demonstration) -> None:
    year = Quarter.containing(demo.today).year - 1
    for title, fund, names in PLANS:
        plan = StrategicPlan.objects.create(
            title=f"{title} {year} to {year + 4}", fund=fund, starts_on=date(year, 4, 1), ends_on=date(year + 4, 4, 1)
        )
        for number, name in enumerate(names, start=1):
            Priority.objects.create(plan=plan, number=number, title=name)


def _begin(demo: Demonstration, key: str, *, at: datetime) -> None:
    """An activity begins, with its money, and is published with its page."""
    work, lead = ACTIVITIES[key], demo.people["lead"]
    activity = begin_activity(
        title=work.title,
        summary=work.summary,
        area="All of Avonmere",
        priorities=list(Priority.objects.filter(title__in=work.serves)),
        lead_commissioner=lead,
        contract_manager=demo.people["contracts"],
        actor=lead,
        at=at,
    )
    year = Quarter.containing(demo.today).year
    add_funding(
        activity=activity,
        fund=work.fund,
        stream=work.stream,
        amount=Decimal(work.pounds),
        starts_on=date(year, 4, 1),
        ends_on=date(year + 1, 4, 1),
        actor=lead,
        at=at,
    )
    demo.activities[key] = publish_activity(activity=activity, actor=demo.people["management"], at=at)
    make_hub(demo, key, at=at)


def _move(demo: Demonstration, key: str, stage: Stage, reason: str, *, at: datetime) -> None:
    activity = demo.activities[key]
    by_manager = stage in {Stage.DECOMMISSIONING, Stage.CLOSED, Stage.REVIEW}
    change = move_stage(
        activity=activity,
        seen_stage=activity.stage,
        to_stage=stage,
        reason=reason,
        actor=demo.people["contracts" if by_manager else "lead"],
        at=at,
    )
    demo.activities[key] = change.activity


def _follow(demo: Demonstration, key: str, email: str, topic_free: bool, *, at: datetime) -> None:
    party = request_follow(activity=demo.activities[key], email=email, topic_free=topic_free, at=at)
    confirm_follow(party=party, at=at)


def _engage(demo: Demonstration, key: str, organisation: str, *, at: datetime) -> None:
    engage_organisation(
        activity=demo.activities[key],
        organisation=demo.organisations[organisation],
        actor=demo.people["involvement"],
        at=at,
    )
