"""What became of agreements: one that was ended with its notice, and a past figure that was put right in public."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from contracts.domain import agreements, closing, funding, payments, plans, procurement, progress, restating
from contracts.domain.figures import entry_of
from contracts.enums import AgreementKind, Regime, RestatementReason
from contracts.models import ActionPlan, Agreement, Ending, Figure, GrantStream, Restatement
from engagement.domain.periods import financial_year_of
from engagement.enums import Fund
from portal.demo import Demonstration
from portal.demo.agreements import AGREEMENTS

ALARMS = "Smoke alarms and fittings for home visits"
FOUND = 12  # calls that stood on another sheet
QUARTERS_BACK = 3


def plan_ends(demo: Demonstration) -> None:
    """Plans the life of a contract for goods that was done before its term ran out, and a figure that was put right."""
    for days, act in (
        (170, _sign),
        (169, _record_procurement),
        (150, _pay),
        (26, _propose_end),
        (24, _decide_end),
        (21, _close_exit_plan),
        (11, _record_notice),
        (19, _ask_to_put_right),
        (17, _put_right),
    ):
        demo.plan(demo.ago(days, hour=11), act)


def _alarms() -> Agreement:
    return Agreement.objects.select_related("activity", "provider").get(title=ALARMS)


def _sign(demo: Demonstration, *, at: datetime) -> None:
    manager, starts = demo.people["contracts"], at.date()
    agreement = agreements.enter_agreement(
        activity=demo.activities["visits"],
        provider=demo.organisations["harbourlight"],
        title=ALARMS,
        kind=AgreementKind.CONTRACT,
        fund=Fund.FIRE,
        value=Decimal(312_000),
        starts=starts,
        ends=starts + timedelta(days=364),
        actor=manager,
        at=at,
    )
    agreements.sign_agreement(agreement=agreement, signed_on=starts, actor=manager, at=at)


def _record_procurement(demo: Demonstration, *, at: datetime) -> None:
    procurement.record_procurement(agreement=_alarms(), regime=Regime.FULL, actor=demo.people["contracts"], at=at)


def _pay(demo: Demonstration, *, at: datetime) -> None:
    """All of it, once everything was delivered."""
    agreement, manager = _alarms(), demo.people["contracts"]
    line = funding.keep_line(
        agreement=agreement,
        stream=GrantStream.objects.get(name="Core fire and rescue budget"),
        year_starts_on=financial_year_of(at.date()),
        amount=Decimal(312_000),
        actor=manager,
        at=at,
    )
    facts = {"amount": Decimal(312_000), "actor": manager, "at": at}
    planned = payments.plan_payment(agreement=agreement, allocation=line, due_on=at.date(), **facts)
    asked = payments.propose_payment(payment=planned, paid_on=at.date(), reference="INV 2190", **facts)
    payments.decide_payment(payment=asked, approve=True, words="", actor=demo.people["management"], at=at)


def _propose_end(demo: Demonstration, *, at: datetime) -> None:
    closing.propose(
        agreement=_alarms(),
        kind="COMPLETED",
        ends_on=demo.ago(21).date(),
        why="Every alarm is delivered and the last box is counted. Nothing more is ordered under it.",
        public_words="All 9,000 alarms were delivered, seven months before the end of the term.",
        actor=demo.people["contracts"],
        at=at,
    )


def _ending() -> Ending:
    return Ending.objects.select_related("agreement").get(agreement__title=ALARMS)


def _decide_end(demo: Demonstration, *, at: datetime) -> None:
    words, actor = "Counted and paid. There is nothing left to keep it open for.", demo.people["management"]
    closing.decide(ending=_ending(), approve=True, words=words, actor=actor, at=at)


def _close_exit_plan(demo: Demonstration, *, at: datetime) -> None:
    manager, plan = demo.people["contracts"], ActionPlan.objects.get(agreement=_alarms(), kind="EXIT")
    for action in plan.actions.all():
        said = "It was a delivery: nobody moves, and nobody is handed over."
        progress.update_action(action=action, state="DROPPED", words=said, actor=manager, at=at)
    words = "The stock is ours, and the list of it is filed."
    plans.close_plan(plan=plan, outcome="ACHIEVED", words=words, actor=manager, at=at)


def _record_notice(demo: Demonstration, *, at: datetime) -> None:
    closing.record_notice(
        ending=_ending(),
        noticed_on=at.date(),
        notice_number="2026/S 000-048117",
        notice_url="https://notices.example/048117",
        actor=demo.people["contracts"],
        at=at,
    )


def _ask_to_put_right(demo: Demonstration, *, at: datetime) -> None:
    """A sheet of calls had been left out three quarters ago; the rating of that quarter changes."""
    figure = Figure.objects.select_related("indicator", "kpi_return").get(
        kpi_return__agreement__title=AGREEMENTS["victims"].title,
        kpi_return__quarter=demo.latest.back(QUARTERS_BACK).code,
        indicator__code="V2",
    )
    entry = entry_of(figure)
    restating.ask_restatement(
        figure=figure,
        entry=replace(entry, numerator=(entry.numerator or Decimal(0)) + FOUND),
        reason=RestatementReason.COUNTED_WRONG,
        words="Calls of the Saturday desk stood on a sheet of their own, which nobody added.",
        public_note="Twelve people whom the Saturday desk had reached in time were left out.",
        seen_version=figure.version,
        actor=demo.people["certifier"],
        at=at,
    )


def _put_right(demo: Demonstration, *, at: datetime) -> None:
    asked = Restatement.objects.select_related("figure__kpi_return").get()
    restating.approve_restatement(restatement=asked, actor=demo.people["management"], at=at)
