"""What the invented agreements are made of: the law they were procured by."""

from datetime import datetime

from contracts.domain import duties, procurement
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


def _agreement(key: str) -> Agreement:
    found = Agreement.objects.select_related("activity", "provider")
    return found.get(title=AGREEMENTS[key].title)


def _record_procurement(demo: Demonstration, key: str, *, at: datetime) -> None:
    """The large contract is under earlier law where it was signed before the Act."""
    agreement = _agreement(key)
    regime = duties.regime_of(agreement) or REGIMES[key]
    procurement.record_procurement(agreement=agreement, regime=regime, actor=demo.people["contracts"], at=at)
