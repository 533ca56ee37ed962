"""What the invented agreements are made of: the law they were procured by, who else is in them, and lots."""

from datetime import datetime
from decimal import Decimal

from contracts.domain import duties, parties, procurement
from contracts.enums import Regime
from contracts.models import Agreement
from portal.demo import Demonstration
from portal.demo.agreements import AGREEMENTS

# Of the contracts; what is a grant or in-house says so by its kind.
REGIMES = {"victims": Regime.LIGHT_TOUCH, "counsel": Regime.BELOW_THRESHOLD}


def plan_making(demo: Demonstration) -> None:
    """Plans when it was recorded: for each contract after it was signed."""
    for key in REGIMES:
        demo.plan(demo.ago(50), _record_procurement, key)
    demo.plan(demo.ago(48), _name_everybody)


def _agreement(key: str) -> Agreement:
    found = Agreement.objects.select_related("activity", "provider")
    return found.get(title=AGREEMENTS[key].title)


def _record_procurement(demo: Demonstration, key: str, *, at: datetime) -> None:
    """The large contract is under earlier law where it was signed before the Act."""
    agreement = _agreement(key)
    regime = duties.regime_of(agreement) or REGIMES[key]
    procurement.record_procurement(agreement=agreement, regime=regime, actor=demo.people["contracts"], at=at)


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
