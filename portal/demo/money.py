"""The money of the invented agreements: where it comes from, until when it is sure, and what is paid."""

from datetime import date, datetime
from decimal import Decimal

from contracts.domain import funding, payments, variations
from contracts.models import Agreement, Allocation, GrantStream, Payment, Variation
from engagement.domain.periods import Period, add_months, financial_year_of
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
    demo.plan(demo.ago(47, hour=11), _plan_payments)
    demo.plan(demo.ago(46, hour=11), _propose_first)
    demo.plan(demo.ago(45, hour=15), _approve_first)
    demo.plan(demo.ago(4, hour=10), _propose_second)
    demo.plan(demo.ago(44, hour=11), _set_dates)
    demo.plan(demo.ago(42, hour=11), _propose_more_visits)
    demo.plan(demo.ago(40, hour=12), _decide_more_visits)
    demo.plan(demo.ago(38, hour=14), _agree_to_more_visits)
    demo.plan(demo.ago(12, hour=11), _propose_extension)
    demo.plan(demo.ago(8, hour=12), _decide_extension)
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


def _plan_payments(demo: Demonstration, *, at: datetime) -> None:
    """A payment a quarter for victims' support, from one that is due to one that waits for a return; one late grant."""
    manager, victims, visits = demo.people["contracts"], agreement_of("victims"), agreement_of("visits")
    line = _line_of(victims, at.date())
    quarter = Period.of_quarter(demo.latest)
    for due_on, after in ((at.date(), None), (demo.ago(4).date(), None), (demo.ahead(40), quarter)):
        payments.plan_payment(
            agreement=victims,
            allocation=line,
            due_on=due_on,
            amount=Decimal(40_000),
            after=after,
            actor=manager,
            at=at,
        )
    payments.plan_payment(
        agreement=visits,
        allocation=_line_of(visits, at.date()),
        due_on=demo.ago(46).date(),
        amount=Decimal(25_000),
        actor=manager,
        at=at,
    )


def _line_of(agreement: Agreement, day: date) -> Allocation:
    lines = Allocation.objects.filter(agreement=agreement, year_starts_on=financial_year_of(day))
    return lines.order_by("-amount")[0]


def _payment(key: str, number: int) -> Payment:
    return Payment.objects.select_related("agreement").get(agreement=agreement_of(key), number=number)


def _propose(demo: Demonstration, key: str, number: int, pounds: int, *, at: datetime) -> None:
    payments.propose_payment(
        payment=_payment(key, number),
        amount=Decimal(pounds),
        paid_on=at.date(),
        reference=f"INV {2200 + number}",
        actor=demo.people["contracts"],
        at=at,
    )


def _propose_first(demo: Demonstration, *, at: datetime) -> None:
    invoice = {"payment": _payment("victims", 1), "invoice_on": at.date()}
    payments.record_invoice(actor=demo.people["contracts"], at=at, **invoice)
    _propose(demo, "victims", 1, 38_500, at=at)


def _approve_first(demo: Demonstration, *, at: datetime) -> None:
    payment = _payment("victims", 1)
    payments.decide_payment(payment=payment, approve=True, words="", actor=demo.people["management"], at=at)


def _propose_second(demo: Demonstration, *, at: datetime) -> None:
    _propose(demo, "victims", 2, 40_000, at=at)


def _variation(key: str, number: int) -> Variation:
    return Variation.objects.select_related("agreement").get(agreement=agreement_of(key), number=number)


def _propose_more_visits(demo: Demonstration, *, at: datetime) -> None:
    variations.propose(
        agreement=agreement_of("visits"),
        what="Two more visitors for the villages in the north, until the end of the agreement.",
        why="Twice as many people there asked for a visit as was planned.",
        public_words="Two more visitors go to the villages in the north, where more people asked than was planned.",
        value_change=Decimal(36_000),
        actor=demo.people["contracts"],
        at=at,
    )


def _decide_more_visits(demo: Demonstration, *, at: datetime) -> None:
    words, actor = "The money is in this year's budget.", demo.people["management"]
    variations.decide(variation=_variation("visits", 1), approve=True, words=words, actor=actor, at=at)


def _agree_to_more_visits(demo: Demonstration, *, at: datetime) -> None:
    actor = demo.people["other_certifier"]
    variations.answer(variation=_variation("visits", 1), agree=True, words="We are glad to.", actor=actor, at=at)


def _propose_extension(demo: Demonstration, *, at: datetime) -> None:
    """A year more for the court service, which its provider has still to agree to."""
    court = agreement_of("court")
    variations.propose(
        agreement=court,
        what="One more year, on the terms that hold now.",
        why="Courts sit longer than anybody had planned for.",
        value_change=Decimal(16_000),
        new_ends=add_months(court.ends.latest, 12),
        actor=demo.people["contracts"],
        at=at,
    )


def _decide_extension(demo: Demonstration, *, at: datetime) -> None:
    words, actor = "It has shown what it can do.", demo.people["management"]
    variations.decide(variation=_variation("court", 1), approve=True, words=words, actor=actor, at=at)
