"""What the invented agreements are made of: the law they were procured by, who is in them, who steers them."""

from datetime import datetime
from decimal import Decimal

from contracts.domain import awards, duties, exits, governance, parties, procurement
from contracts.enums import Regime
from contracts.models import ActionPlan, Agreement
from engagement.domain.calendar import add_working_days
from portal.demo import Demonstration
from portal.demo.agreements import AGREEMENTS

# Of the contracts; what is a grant or in-house says so by its kind.
REGIMES = {"victims": Regime.LIGHT_TOUCH, "counsel": Regime.BELOW_THRESHOLD}


BOARDS = {
    "victims": ("Victim services board", "The office's head of commissioning", 4),
    "visits": ("Prevention meeting of both sides", "The fire service's head of prevention", 2),
}


CHOSEN = {
    "victims": {
        "how": "OPEN",
        "bids_received": 4,
        "criteria": [
            {"name": "How people are helped", "weight": 50, "score": 84},
            {"name": "How it is run and kept safe", "weight": 20, "score": 75},
            {"name": "Social value", "weight": 10, "score": 90},
            {"name": "Price", "weight": 20, "score": 71},
        ],
        "moderated": "Three assessors, each alone first; moderated by the head of procurement",
        "value_words": "The third lowest price of four. The two below could not staff evenings in coastal towns.",
        "options_words": "Money passed on to districts was looked at: five small teams would cost a fifth more.",
        "decided_as": "COMMISSIONER",
        "authority": "Decision record, published",
        "tender_reference": "AV-VS-01",
    },
    "rounds": {
        "how": "GRANTS",
        "bids_received": 7,
        "criteria": [
            {"name": "What residents asked for", "weight": 60, "score": 80},
            {"name": "Cost", "weight": 40, "score": 65},
        ],
        "value_words": "Volunteers do two thirds of the hours.",
        "decided_as": "OFFICER",
        "decided_by": "Head of commissioning",
        "authority": "Scheme of delegation, paragraph 4.2: grants of up to £25,000",
    },
}  # fmt: skip


def plan_making(demo: Demonstration) -> None:
    """Plans when it was recorded: for each contract after it was signed."""
    for key in REGIMES:
        demo.plan(demo.ago(50), _record_procurement, key)
    demo.plan(demo.ago(48), _name_everybody)
    demo.plan(demo.ago(200), _look_at_exit_plan)
    for key in CHOSEN:
        demo.plan(demo.ago(49), _record_award, key)
    for key in BOARDS:
        demo.plan(demo.ago(47), _steer, key)


def _agreement(key: str) -> Agreement:
    found = Agreement.objects.select_related("activity", "provider")
    return found.get(title=AGREEMENTS[key].title)


def _record_procurement(demo: Demonstration, key: str, *, at: datetime) -> None:
    """The large contract is under earlier law where it was signed before the Act."""
    agreement = _agreement(key)
    regime = duties.regime_of(agreement) or REGIMES[key]
    procurement.record_procurement(agreement=agreement, regime=regime, actor=demo.people["contracts"], at=at)


def _record_award(demo: Demonstration, key: str, *, at: datetime) -> None:
    """From the papers of the time: decided some weeks before it was signed, everybody told a week later."""
    agreement = _agreement(key)
    signed = agreement.signed_on.earliest if agreement.signed_on else at.date()
    awards.record_award(
        agreement=agreement,
        seen_number=0,
        decided_on=add_working_days(signed, -20),
        letters_sent_on=add_working_days(signed, -15),
        actor=demo.people["contracts"],
        at=at,
        **CHOSEN[key],
    )


def _name_everybody(demo: Demonstration, *, at: datetime) -> None:
    """A subcontractor who delivers one of two lots, and a council that pays a fifth."""
    agreement, begins = _agreement("victims"), demo.first.starts_on
    shared = {"agreement": agreement, "actor": demo.people["contracts"], "at": at}
    for key, role, percent in (("tidewater", "SUBCONTRACTOR", 25), ("council", "CO_COMMISSIONER", 20)):
        parties.keep_party(
            organisation=demo.organisations[key], role=role, share_percent=Decimal(percent), starts_on=begins, **shared
        )
    for number, title, key, pounds in (
        (1, "Anybody who was harmed by crime", "brightway", 1_440_000),
        (2, "Children and young people", "tidewater", 480_000),
    ):
        parties.keep_lot(number=number, title=title, provider=demo.organisations[key], value=Decimal(pounds), **shared)


def _steer(demo: Demonstration, key: str, *, at: datetime) -> None:
    body, chair, meetings_a_year = BOARDS[key]
    governance.arrange(
        agreement=_agreement(key),
        seen_number=0,
        body=body,
        chair=chair,
        meetings_a_year=meetings_a_year,
        escalation="To the head of commissioning and the provider's director, who decide together within ten days.",
        actor=demo.people["contracts"],
        at=at,
    )


def _look_at_exit_plan(demo: Demonstration, *, at: datetime) -> None:
    """The plan of the large contract is looked at; the one of the visits waits to be."""
    exits.review_exit_plan(
        plan=ActionPlan.objects.get(agreement=_agreement("victims"), kind="EXIT"),
        held_on=at.date(),
        words="It could be handed over by it. The list of staff is a year old and is asked for again.",
        actor=demo.people["contracts"],
        at=at,
    )
