"""The money of the invented agreements: where it comes from, and until when it is sure."""

from datetime import date, datetime
from decimal import Decimal

from contracts.domain import funding
from contracts.models import Agreement, GrantStream
from engagement.domain.periods import add_months
from portal.demo import Demonstration
from portal.demo.agreements import AGREEMENTS

CORE, VICTIMS, FIRE = "Core policing budget", "Ministry of Justice victims fund", "Core fire and rescue budget"
# Of each agreement, the streams with their parts of a hundred. The evening advice line waits for the rest of its money.
STREAMS = {
    "victims": {CORE: 55, VICTIMS: 45},
    "visits": {FIRE: 100},
    "court": {VICTIMS: 100},
    "advice": {CORE: 80},
}
FALLING = (Decimal(80), Decimal(65), Decimal(50), Decimal(40))


def plan_money(demo: Demonstration) -> None:
    """Plans who entered what the money of four agreements is made of, once they were signed."""
    for key, days in (("victims", 50), ("visits", 49), ("court", 48)):
        demo.plan(demo.ago(days, hour=16), _enter_lines, key)
    demo.plan(demo.now, _enter_lines, "advice")  # which may have been signed this very day
    demo.plan(demo.ago(44, hour=11), _set_dates)
    demo.plan(demo.ago(43, hour=11), _let_the_share_fall)


def agreement_of(key: str) -> Agreement:
    """One of the invented agreements, as it stands."""
    return Agreement.objects.select_related("activity", "provider").get(title=AGREEMENTS[key].title)


def _shared_out(agreement: Agreement, pounds: Decimal, years: list[date]) -> list[Decimal]:
    """An amount over the years of a term, by days and in whole pounds; the last year has what is left."""
    first, last = agreement.starts.earliest, agreement.ends.latest
    days = [(min(add_months(year, 12), last) - max(year, first)).days for year in years]
    parts = [Decimal(int(pounds * one / sum(days))) for one in days[:-1]]
    return [*parts, pounds - sum(parts)]


def _enter_lines(demo: Demonstration, key: str, *, at: datetime) -> None:
    agreement = agreement_of(key)
    years = funding.years_of(agreement, on=at.date())
    for name, share in STREAMS[key].items():
        amounts = _shared_out(agreement, Decimal(AGREEMENTS[key].pounds) * share / 100, years)
        for year, amount in zip(years, amounts, strict=True):
            funding.keep_line(
                agreement=agreement,
                stream=GrantStream.objects.get(name=name),
                year_starts_on=year,
                amount=amount,
                actor=demo.people["contracts"],
                at=at,
            )


def _set_dates(demo: Demonstration, *, at: datetime) -> None:
    """Support of victims may go on for a year and needs a decision soon; money for the visits is sure for a while."""
    manager, victims, visits = demo.people["contracts"], agreement_of("victims"), agreement_of("visits")
    funding.keep_limits(
        agreement=victims,
        funding_confirmed_to=None,
        extends_to=add_months(victims.ends.latest, 12),
        notice_by=demo.ahead(45),
        actor=manager,
        at=at,
    )
    funding.keep_limits(
        agreement=visits,
        funding_confirmed_to=demo.ahead(75),
        extends_to=None,
        notice_by=None,
        actor=manager,
        at=at,
    )


def _let_the_share_fall(demo: Demonstration, *, at: datetime) -> None:
    agreement = agreement_of("court")
    years = funding.years_of(agreement, on=at.date())
    shares = dict(zip(years, FALLING, strict=False))
    funding.keep_shares(agreement=agreement, shares=shares, actor=demo.people["contracts"], at=at)
