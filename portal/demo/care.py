"""How the invented agreements are looked after: tiers, a service that gets ready, one that was put right, risks."""

from datetime import datetime, timedelta

from contracts.domain import consequences, meetings, monitoring, plans, progress, risks
from contracts.models import Action, ActionPlan, Agreement, Consequence, Meeting, Risk, Rung, Tier
from engagement.domain.calendar import add_working_days
from portal.demo import Demonstration, at_hour
from portal.demo.agreements import AGREEMENTS

LEVELS = {
    "victims": ("HIGH", "HIGH", "HIGH", "HIGH"),
    "visits": ("MIDDLE", "MIDDLE", "LOW", "MIDDLE"),
    "court": ("MIDDLE", "HIGH", "MIDDLE", "LOW"),
}
QUIET_ROOM = "Every court has a quiet room to wait in"
ADVOCATES = "Two people are in post and trained"
ROTA = "Fill both posts on the first-contact desk"
HELP = "Share the referral desk's call times each Monday"


def plan_care(demo: Demonstration) -> None:
    """Plans two stories: of the court service getting ready, and of first contact that was late two years ago."""
    for key in LEVELS:
        demo.plan(demo.ago(60), _decide, key)
    begins = demo.latest.previous().starts_on
    demo.plan(at_hour(add_working_days(begins, -15), 10), _get_ready)
    demo.plan(at_hour(add_working_days(begins, -2), 15), _report_ready)
    demo.plan(demo.ago(9, hour=14), _report_late)
    poor = demo.first.next().ends_on  # after the second of two poor quarters
    for days, act in (
        (25, _give_notice),
        (29, _appeal),
        (36, _decide_appeal),
        (40, _improve),
        (65, _do),
        (130, _close),
    ):
        demo.plan(at_hour(add_working_days(poor, days), 11), act)
    demo.plan(demo.ago(80), _enter_risks)
    demo.plan(demo.ago(21), _change_risk)
    demo.plan(demo.ago(15, hour=16), _meet)


def _agreement(key: str) -> Agreement:
    found = Agreement.objects.select_related("activity", "provider")
    return found.get(title=AGREEMENTS[key].title)


def _decide(demo: Demonstration, key: str, *, at: datetime) -> None:
    """The tier proposed; but for the court service, of which more is asked than its size would have."""
    answers = dict(zip(("risk", "users", "substitutes", "profile"), LEVELS[key], strict=True))
    more = {}
    if key == "court":
        more = {
            "tier": Tier.objects.get(name="Gold"),
            "reason": "It is new, and people rely on it on the hardest day. We look closely for the first year.",
        }
    monitoring.decide_plan(
        agreement=_agreement(key), answers=answers, seen_number=0, actor=demo.people["contracts"], at=at, **more
    )


def _agree(demo: Demonstration, plan: ActionPlan, *, at: datetime) -> None:
    """Both sides agree to the plan as it stands."""
    for who in ("contracts", "certifier"):
        version = ActionPlan.objects.get(pk=plan.pk).version
        plans.agree(plan=plan, seen_version=version, actor=demo.people[who], at=at)


def _get_ready(demo: Demonstration, *, at: datetime) -> None:
    """A mobilisation plan; part of it goes on once the service runs."""
    manager, begins = demo.people["contracts"], demo.latest.previous().starts_on
    plan = plans.open_plan(
        agreement=_agreement("court"),
        kind="MOBILISATION",
        aim="From the first day of term, nobody who asks goes to court alone.",
        actor=manager,
        at=at,
    )
    for words, side, kind, due_on, public_words in (
        (ADVOCATES, "PROVIDER", "MILESTONE", begins - timedelta(days=1), "Two people are there to go with you"),
        ("We introduce the service to the court's own staff", "OFFICE", "SUPPORT", demo.ahead(12), ""),
        (QUIET_ROOM, "PROVIDER", "MILESTONE", demo.ahead(25), QUIET_ROOM),
    ):
        day = {"due_on": due_on, "actor": manager, "at": at}
        plans.add_action(plan=plan, words=words, side=side, kind=kind, public_words=public_words, **day)
    _agree(demo, plan, at=at)


def _say(demo: Demonstration, words: str, state: str, said: str, who: str, *, at: datetime) -> None:
    progress.update_action(
        action=Action.objects.get(words=words), state=state, words=said, actor=demo.people[who], at=at
    )


def _report_ready(demo: Demonstration, *, at: datetime) -> None:
    _say(demo, ADVOCATES, "DONE", "Both began on Monday, and passed the court's own training.", "preparer", at=at)


def _report_late(demo: Demonstration, *, at: datetime) -> None:
    said = "Two courts have a room. The third is being rebuilt, and offers us a corridor."
    _say(demo, QUIET_ROOM, "AT_RISK", said, "preparer", at=at)


def _give_notice(demo: Demonstration, *, at: datetime) -> None:
    agreement, manager = _agreement("victims"), demo.people["contracts"]
    consequences.attach_ladder(agreement=agreement, clause="Clause 14 and schedule 3", actor=manager, at=at)
    consequences.propose(
        agreement=agreement,
        rung=Rung.objects.get(name="Notice"),
        known_on=at.date(),
        reason="First contact within two working days was far below 90% for two quarters running.",
        evidence="The ratings of both quarters: inadequate, then requires improvement.",
        actor=manager,
        at=at,
    )


def _appeal(demo: Demonstration, *, at: datetime) -> None:
    words = "Referrals came without a phone number for five weeks. We could not ring people whom we could not reach."
    consequences.appeal(consequence=Consequence.objects.get(), words=words, actor=demo.people["certifier"], at=at)


def _decide_appeal(demo: Demonstration, *, at: datetime) -> None:
    consequences.decide_appeal(
        consequence=Consequence.objects.get(),
        outcome="PARTLY",
        words="The five weeks are taken out. Without them it was still below what was agreed, so the notice stands.",
        actor=demo.people["management"],
        at=at,
    )


def _improve(demo: Demonstration, *, at: datetime) -> None:
    manager = demo.people["contracts"]
    plan = plans.open_plan(
        agreement=_agreement("victims"),
        kind="IMPROVEMENT",
        because="First contact within two working days: inadequate, then requires improvement.",
        aim="Nine of ten people are reached within two working days, in each quarter.",
        actor=manager,
        at=at,
    )
    due_on = add_working_days(at.date(), 30)
    again = add_working_days(due_on, 40)
    plans.add_action(plan=plan, words=ROTA, side="PROVIDER", due_on=due_on, recheck_on=again, actor=manager, at=at)
    plans.add_action(plan=plan, words=HELP, side="OFFICE", kind="SUPPORT", due_on=due_on, actor=manager, at=at)
    _agree(demo, plan, at=at)


def _do(demo: Demonstration, *, at: datetime) -> None:
    _say(demo, ROTA, "DONE", "Both posts are filled, and a third person stands in.", "certifier", at=at)
    _say(demo, HELP, "DONE", "Sent each Monday since then.", "contracts", at=at)


def _close(demo: Demonstration, *, at: datetime) -> None:
    manager = demo.people["contracts"]
    action = Action.objects.get(words=ROTA)
    progress.recheck(action=action, result="The next quarter was four points better.", actor=manager, at=at)
    plans.close_plan(
        plan=ActionPlan.objects.get(kind="IMPROVEMENT"),
        outcome="PARTLY",
        words="Clearly better, and not yet nine of ten. We go on looking at it each quarter.",
        actor=manager,
        at=at,
    )
    words = "It has been better for two quarters."
    consequences.lift(consequence=Consequence.objects.get(), words=words, actor=manager, at=at)


def _enter_risks(demo: Demonstration, *, at: datetime) -> None:
    manager = demo.people["contracts"]
    for title, likelihood, impact, review_on, mitigation in (
        ("Experienced advocates leave for better pay", 3, 4, demo.ahead(30), "Pay is compared each spring."),
        ("Agreement ends before the next one is signed", 2, 5, demo.ago(3).date(), "We begin 18 months before."),
    ):
        risks.enter_risk(
            agreement=_agreement("victims"),
            kind="RISK",
            title=title,
            words="",
            likelihood=likelihood,
            impact=impact,
            mitigation=mitigation,
            owner=manager,
            review_on=review_on,
            fund="POLICING",
            actor=manager,
            at=at,
        )


def _change_risk(demo: Demonstration, *, at: datetime) -> None:
    risks.change_risk(
        risk=Risk.objects.select_related("agreement").get(number=1),
        seen_version=1,
        likelihood=4,
        reason="Two have given notice this quarter.",
        actor=demo.people["contracts"],
        at=at,
    )


def _meet(demo: Demonstration, *, at: datetime) -> None:
    agreement, manager = _agreement("victims"), demo.people["contracts"]
    meeting = meetings.record_meeting(
        agreement=agreement,
        kind="REVIEW",
        held_on=at.date(),
        place="Brightway, evening room",
        minutes="Waiting times have a second evening list now. Two advocates have given notice.",
        decisions="A third evening begins next quarter\nPosts are advertised before people leave",
        shared=True,
        attendances={
            demo.organisations["office"]: "Tomasz Bell, Amara Lindqvist",
            demo.organisations["brightway"]: "Jo Okonkwo, Priya Nair",
        },
        actor=manager,
        at=at,
    )
    meeting = Meeting.objects.select_related("agreement").get(pk=meeting.pk)
    for words, side, due_on in (
        ("Advertise both posts", "PROVIDER", demo.ahead(6)),
        ("Ask finance whether the third evening fits this year", "OFFICE", demo.ago(4).date()),
    ):
        plans.add_action(meeting=meeting, words=words, side=side, due_on=due_on, actor=manager, at=at)
