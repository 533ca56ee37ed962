"""What the invented office does with what providers say: a measure for everybody, and a rating set by two people."""

from datetime import datetime

from contracts.domain import ladders, library, overriding
from contracts.enums import RatingWord
from contracts.models import Figure, Override
from contracts.models.measure import MeasureVersion
from engagement.domain.calendar import add_working_days
from engagement.domain.periods import add_months
from portal.demo import Demonstration, at_hour
from portal.demo.agreements import AGREEMENTS
from portal.demo.measures import COLLECTION, COURT, recommended

CODE = "E1"
PATIENT = 28  # days to put things right after a notice


def plan_reviewed(demo: Demonstration) -> None:
    """Plans a measure of the library before the first agreement takes it, an override, and a ladder to come."""
    begun = add_working_days(demo.first.starts_on, -40)
    demo.plan(at_hour(begun, 10), _write_measure)
    demo.plan(at_hour(begun, 15), _approve_measure)
    demo.plan(demo.ago(3, hour=14), _propose_override)
    demo.plan(demo.ago(2, hour=15), _confirm_override)
    demo.plan(demo.ago(13, hour=12), _write_ladder)


def _write_measure(demo: Demonstration, *, at: datetime) -> None:
    facts = recommended(CODE, ()).facts()
    meaning = {name: value for name, value in facts.items() if name not in {"code", "group", "asked_every", "weight"}}
    library.write_version(collection=COLLECTION, code=CODE, actor=demo.people["contracts"], at=at, **meaning)


def _approve_measure(demo: Demonstration, *, at: datetime) -> None:
    version = MeasureVersion.objects.get(measure__collection=COLLECTION, measure__code=CODE)
    library.approve_version(version=version, seen_at=version.written_at, actor=demo.people["management"], at=at)


def _propose_override(demo: Demonstration, *, at: datetime) -> None:
    figure = Figure.objects.select_related("kpi_return", "indicator").get(
        kpi_return__agreement__title=AGREEMENTS["court"].title,
        kpi_return__quarter=demo.latest.previous().code,
        indicator__code=COURT[0].code,
    )
    overriding.propose_override(
        figure=figure,
        word=RatingWord.GOOD,
        because="The court was closed for three weeks after a flood. Nobody who asked went there alone.",
        actor=demo.people["contracts"],
        at=at,
    )


def _confirm_override(demo: Demonstration, *, at: datetime) -> None:
    overriding.decide_override(
        override=Override.objects.select_related("figure__kpi_return").get(),
        confirm=True,
        words="The dates are those of the court's own notice.",
        actor=demo.people["management"],
        at=at,
    )


def _write_ladder(demo: Demonstration, *, at: datetime) -> None:
    """The same steps, with time to put things right after a notice, from the first day of a month to come."""
    names = ("name", "words", "needs_decision", "notice_days", "appeal_days", "withholds")
    today = ladders.rungs_of(ladders.ladder_on(at.date()))
    rungs = [{name: getattr(rung, name) for name in names} for rung in today]
    rungs[0]["notice_days"] = PATIENT
    ladders.write_ladder(
        starts_on=add_months(demo.today.replace(day=1), 2),
        reason="Providers asked for time to put things right before the next step.",
        rungs=rungs,
        actor=demo.people["management"],
        at=at,
    )
