"""Agreements and their returns: published over eight quarters, and accepted, submitted, queried, due, overdue."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from contracts.domain import agreements, calendars, evidence, feedback, narrating, publishing, returns, schedule
from contracts.domain.entries import Entry
from contracts.domain.figures import SavedEntry, owed, save_figures
from contracts.enums import AgreementKind, Frequency
from contracts.models import Indicator, KpiReturn
from contracts.models.measure import MeasureVersion
from engagement.domain.calendar import Quarter, add_working_days
from engagement.domain.periods import Calendar, Period, Rhythm, add_months
from engagement.enums import Fund
from engagement.models import User
from portal.demo import QUARTERS, Demonstration, at_hour
from portal.demo.measures import ADVICE, COLLECTION, CONTACT, COUNSEL, COURT, ROUNDS, VICTIMS, VISITS, Measure
from portal.demo.told import TOLD, pdf_of

# Working days after a quarter's end on which things happen.
OPENED, FILLED, SENT, ASKED, ACCEPTED, PUBLISHED = 1, 7, 9, 12, 14, 17


@dataclass(frozen=True)
class Agreed:
    """An agreement of an activity: with whom, what kind, how much for three years, and what it measures."""

    activity: str
    provider: str
    title: str
    kind: AgreementKind
    fund: Fund
    pounds: int
    measures: tuple[Measure, ...]
    preparer: str
    certifier: str
    frequency: Frequency = Frequency.QUARTERLY
    from_contract: bool = False


AGREEMENTS = {
    "victims": Agreed(
        "victims", "brightway", "Victim support and navigation", AgreementKind.CONTRACT, Fund.POLICING, 1_920_000,
        VICTIMS, "preparer", "certifier",
    ),
    "visits": Agreed(
        "visits", "harbourlight", "Safe and well visits by Harbourlight", AgreementKind.GRANT, Fund.FIRE, 600_000,
        VISITS, "other", "other_certifier",
    ),
    "court": Agreed(
        "victims", "brightway", "Someone beside you in court", AgreementKind.GRANT, Fund.POLICING, 48_000,
        COURT, "preparer", "certifier",
    ),
    "advice": Agreed(
        "victims", "brightway", "Evening advice line", AgreementKind.GRANT, Fund.POLICING, 30_000,
        ADVICE, "preparer", "certifier",
    ),
    "rounds": Agreed(
        "victims", "harbourlight", "Evening rounds in the square", AgreementKind.GRANT, Fund.POLICING, 18_000,
        ROUNDS, "other", "other_certifier", Frequency.MONTHLY,
    ),
    "counsel": Agreed(
        "victims", "brightway", "Counselling by telephone", AgreementKind.CONTRACT, Fund.POLICING, 90_000,
        COUNSEL, "preparer", "certifier", Frequency.QUARTERLY, from_contract=True,
    ),
    "contact": Agreed(
        "victims", "police", "Keeping people told", AgreementKind.IN_HOUSE, Fund.POLICING, 60_000,
        CONTACT, "", "", Frequency.HALF_YEARLY,
    ),
}  # fmt: skip


def plan_agreements(demo: Demonstration) -> None:
    """Plans who signed what when, and how the quarters went by, up to the one that ended last."""
    latest = demo.latest
    for key, first in (("victims", demo.first), ("visits", demo.first), ("court", latest.previous())):
        signed = at_hour(add_working_days(first.starts_on, -20), 11)
        demo.plan(signed, _sign, key, first.starts_on)
    for place in range(QUARTERS + 1):
        quarter = demo.first.back(-place)
        demo.plan(_after(demo, quarter, OPENED, 8), _open_quarter, quarter)
        _plan_return(demo, "victims", quarter, place, published=place < QUARTERS)
        if place < QUARTERS - (not _is_overdue(demo, latest)):
            _plan_return(demo, "visits", quarter, place, published=True)
    _plan_return(demo, "court", latest.previous(), 0)
    demo.plan(demo.ago(3, hour=11), _accept, "court", latest.previous())
    _plan_return(demo, "court", latest, 1, sent=max(_after(demo, latest, SENT, 16), demo.ago(2, hour=16)))
    demo.plan(max(_after(demo, latest, ASKED, 11), demo.ago(4, hour=11)), _query, latest)
    _plan_newcomer(demo, latest)
    _plan_other_calendars(demo)


def _is_overdue(demo: Demonstration, quarter: Quarter) -> bool:
    """Whether a return that was opened in time and not sent is overdue by now."""
    return schedule.due_at(Period.of_quarter(quarter)) <= demo.now


def _after(demo: Demonstration, quarter: Quarter, working_day: int, hour: int) -> datetime:
    """That working day after a quarter. While not all of them have come, as far along as the time that has passed."""
    last = quarter.ends_on - timedelta(days=1)
    if at_hour(add_working_days(last, PUBLISHED), 17) <= demo.now:
        return at_hour(add_working_days(last, working_day), hour)
    begun = at_hour(quarter.ends_on, 0)
    return begun + (demo.now - begun) * working_day / (PUBLISHED + 1)


def _plan_return(
    demo: Demonstration,
    key: str,
    quarter: Quarter,
    place: int,
    *,
    published: bool = False,
    sent: datetime | None = None,
) -> None:
    demo.plan(_after(demo, quarter, FILLED, 14), _fill, key, quarter, place)
    demo.plan(sent or _after(demo, quarter, SENT, 16), _send, key, quarter)
    if published:
        demo.plan(_after(demo, quarter, ACCEPTED, 11), _accept, key, quarter)
        demo.plan(_after(demo, quarter, PUBLISHED, 10), _publish, key, quarter)


def _plan_newcomer(demo: Demonstration, latest: Quarter) -> None:
    """An agreement that was entered late: its first return has just been opened, and is half filled in."""
    begun = at_hour(latest.ends_on, 0)
    moments = [demo.ago(6, hour=11), demo.ago(2, hour=8), demo.ago(1, hour=15)]
    if moments[0] < _after(demo, latest, ACCEPTED, 11):
        moments = [begun + (demo.now - begun) * part for part in (0.8, 0.85, 0.95)]
    signed, opened, filled = moments
    demo.plan(signed, _sign, "advice", latest.starts_on)
    demo.plan(opened, _open_quarter, latest)
    demo.plan(filled, _begin_filling, latest)


def _plan_other_calendars(demo: Demonstration) -> None:
    """A grant that reports every month, a contract by quarters of its own, and the police every half-year."""
    months = Rhythm(Frequency.MONTHLY, date(2000, 4, 1))
    begun, half = demo.latest.starts_on, Rhythm(Frequency.HALF_YEARLY, date(2000, 4, 1)).whole(demo.today).starts_on
    own = add_months(demo.today.replace(day=15), -5)
    for key, first in (("rounds", begun), ("counsel", own), ("contact", half)):
        demo.plan(at_hour(add_working_days(first, -20), 12), _sign, key, first)
    ended = Calendar((months,)).ended(after=begun, by=demo.today)
    for place, period in enumerate(ended):
        _plan_period(demo, "rounds", period, place, whole=period != ended[-1])
    for period in Calendar((Rhythm(Frequency.QUARTERLY, own),)).ended(after=own, by=demo.today):
        _plan_period(demo, "counsel", period, 0, whole=True)


def _plan_period(demo: Demonstration, key: str, period: Period, place: int, *, whole: bool) -> None:
    """A period from its opening to its publication, or one that has just been opened."""

    def after(working_days: int, hour: int) -> datetime:
        return at_hour(add_working_days(period.last_day, working_days), hour)

    if after(OPENED, 8) > demo.now:
        return
    demo.plan(after(OPENED, 8), _open_period, period)
    if whole:
        demo.plan(after(FILLED, 14), _fill, key, period, place)
        demo.plan(after(SENT, 16), _send, key, period)
        demo.plan(after(ACCEPTED, 11), _accept, key, period)
        demo.plan(after(PUBLISHED, 10), _publish, key, period)


def _open_period(demo: Demonstration, period: Period, *, at: datetime) -> None:
    schedule.open_quarter(period=period, at=at)


def _sign(demo: Demonstration, key: str, starts_on: date, *, at: datetime) -> None:
    agreed, actor = AGREEMENTS[key], demo.people["contracts"]
    agreement = agreements.enter_agreement(
        activity=demo.activities[agreed.activity],
        provider=demo.organisations[agreed.provider],
        title=agreed.title,
        kind=agreed.kind,
        fund=agreed.fund,
        value=Decimal(agreed.pounds),
        starts=starts_on,
        ends=starts_on.replace(year=starts_on.year + 3) - timedelta(days=1),
        actor=actor,
        at=at,
    )
    for order, measure in enumerate(agreed.measures):
        library = MeasureVersion.objects.filter(measure__collection=COLLECTION, measure__code=measure.of_library)
        agreements.add_indicator(
            agreement=agreement,
            order=order,
            measure_version=library.first() if measure.of_library else None,
            actor=actor,
            at=at,
            **measure.facts(),
        )
    if agreed.from_contract or agreed.frequency != Frequency.QUARTERLY:
        calendars.change_calendar(
            agreement=agreement,
            frequency=agreed.frequency,
            from_contract=agreed.from_contract,
            due_working_days=None,
            reason="As the two sides agreed.",
            actor=actor,
            at=at,
        )
    agreements.sign_agreement(agreement=agreement, signed_on=min(at.date(), starts_on), actor=actor, at=at)


def _open_quarter(demo: Demonstration, quarter: Quarter, *, at: datetime) -> None:
    schedule.open_quarter(period=Period.of_quarter(quarter), at=at)


def _return_of(key: str, quarter: Quarter | Period) -> KpiReturn:
    found = KpiReturn.objects.select_related("agreement__activity", "agreement__provider")
    return found.get(agreement__title=AGREEMENTS[key].title, quarter=quarter.code)


def _fill(demo: Demonstration, key: str, quarter: Quarter | Period, place: int, *, at: datetime) -> None:
    """Every figure, with a sentence where it is off its target."""
    kpi_return, agreed = _return_of(key, quarter), AGREEMENTS[key]
    indicators = {indicator.code: indicator for indicator in kpi_return.agreement.indicators.all()}
    entries = [
        SavedEntry(indicators[measure.code], _entry(measure, place, indicators[measure.code]), completed=True)
        for measure in agreed.measures
    ]
    save_figures(kpi_return=kpi_return, entries=entries, actor=demo.people[agreed.preparer], at=at)
    if key in TOLD and quarter == demo.latest:
        _tell(kpi_return, key, actor=demo.people[agreed.preparer], at=at)


def _tell(kpi_return: KpiReturn, key: str, *, actor: User, at: datetime) -> None:
    """What the figures do not tell, a case study in the latest return, and what the provider thinks of the office."""
    told = TOLD[key]
    narrating.save_narrative(kpi_return=kpi_return, words=told.narrative, seen_version=0, actor=actor, at=at)
    feedback.give_feedback(
        kpi_return=kpi_return,
        in_time=told.in_time,
        in_proportion=told.in_proportion,
        words=told.change,
        seen_version=0,
        actor=actor,
        at=at,
    )
    if told.case_study:
        evidence.add_file(
            kpi_return=kpi_return,
            caption="How one person found her way back to work (a case study)",
            file_name="case-study.pdf",
            content=pdf_of(told.case_study),
            actor=actor,
            at=at,
        )


def _entry(measure: Measure, place: int, indicator: Indicator) -> Entry:
    figure = measure.figures[place]
    if isinstance(figure, tuple):
        entry = Entry(numerator=Decimal(figure[0]), denominator=Decimal(figure[1]))
    else:
        entry = Entry(value=Decimal(figure), parts=measure.parts(figure))
    if not owed(indicator, entry):
        return entry
    return replace(entry, commentary=measure.behind)


def _send(demo: Demonstration, key: str, quarter: Quarter | Period, *, at: datetime) -> None:
    kpi_return, certifier = _return_of(key, quarter), demo.people[AGREEMENTS[key].certifier]
    returns.submit_return(kpi_return=kpi_return, seen_version=kpi_return.version, actor=certifier, at=at)


def _accept(demo: Demonstration, key: str, quarter: Quarter | Period, *, at: datetime) -> None:
    kpi_return, actor = _return_of(key, quarter), demo.people["contracts"]
    returns.accept_return(kpi_return=kpi_return, seen_submission=kpi_return.submissions, actor=actor, at=at)


def _publish(demo: Demonstration, key: str, quarter: Quarter | Period, *, at: datetime) -> None:
    """The ratings, with all of the provider's words."""
    words = {measure.code for measure in AGREEMENTS[key].measures}
    actor = demo.people["management"]
    publishing.publish_ratings(kpi_return=_return_of(key, quarter), words=words, actor=actor, at=at)


def _query(demo: Demonstration, quarter: Quarter, *, at: datetime) -> None:
    kpi_return = _return_of("victims", quarter)
    returns.query_line(
        figure=kpi_return.figures.get(indicator__code="V4"),
        question="One more person waited than last quarter. Is that the evening list, or something new?",
        seen_submission=kpi_return.submissions,
        actor=demo.people["contracts"],
        at=at,
    )


def _begin_filling(demo: Demonstration, quarter: Quarter, *, at: datetime) -> None:
    kpi_return = _return_of("advice", quarter)
    indicator = kpi_return.agreement.indicators.get(code="L1")
    entry = _entry(ADVICE[0], 0, indicator)
    save_figures(
        kpi_return=kpi_return,
        entries=[SavedEntry(indicator, entry, completed=True)],
        actor=demo.people["preparer"],
        at=at,
    )
