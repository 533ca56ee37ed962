"""How a side's agreement is looked after: what the office writes about it for itself."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.domain import (
    closing,
    consequences,
    documents,
    exits,
    funding,
    governance,
    meetings,
    monitoring,
    parties,
    payments,
    plans,
    progress,
    risks,
    variations,
)
from contracts.models import Agreement, AgreementParty, Ending, GrantStream, Rung, Tier
from tests.factories.engagement import NOW, OrganisationFactory

ANSWERS = {"risk": "HIGH", "users": "HIGH", "substitutes": "HIGH", "profile": "HIGH"}


def look_after(world, one, agreement):
    """A monitoring plan that differs from what was proposed, with the reason."""
    keep, own = world.register, {"row": "care of an agreement", "owner": one.name}
    monitoring.decide_plan(
        agreement=agreement,
        answers=ANSWERS,
        seen_number=0,
        tier=Tier.objects.get(name="Bronze"),
        reason=f"Because {keep.words('why a tier differs', **own)}.",
        actor=one.manager,
        at=NOW,
    )
    divide(world, one, agreement)
    one.plan = improve(world, one, agreement)
    steer(world, one, agreement)
    file_papers(world, one, agreement)
    punish(world, one, agreement)
    oversee(world, one, agreement)
    fund(world, one, agreement)
    vary(world, one, agreement)
    get_ready(world, one, agreement)


def steer(world, one, agreement):
    """Who steers it, and what was found when its exit plan was looked at: both sides read it."""
    keep, own = world.register, {"row": "plan of an agreement", "owner": one.name}
    shared = {"actor": one.manager, "at": NOW}
    for place in (1, 2):
        governance.arrange(
            agreement=agreement,
            seen_number=place - 1,
            body=keep.words(f"board that steers, {place}", **own),
            chair=keep.words(f"chair of the board, {place}", **own),
            meetings_a_year=4,
            escalation=f"Then {keep.words(f'where it goes when nobody agrees, {place}', **own)}.",
            **shared,
        )
    plan = exits.open_exit_plan(agreement=agreement, **shared)
    found = keep.words("what was found in an exit plan", **own)
    exits.review_exit_plan(plan=plan, held_on=NOW.date(), words=f"We {found}.", **shared)


def file_papers(world, one, agreement):
    """A document that its provider reads, and one that it does not."""
    for is_shared, row in ((True, "plan of an agreement"), (False, "care of an agreement")):
        keep, own = world.register, {"row": row, "owner": one.name}
        what = "shared" if is_shared else "withheld"
        documents.add_document(
            agreement=agreement,
            kind="OTHER",
            title=f"Paper {keep.words(f'title of a document, {what}', **own)}",
            file_name="paper.txt",
            content=f"Paper {keep.words(f'file of a document, {what}', **own)}".encode(),
            shared=is_shared,
            withheld_because="" if is_shared else keep.words("why a document is withheld", **own),
            actor=one.manager,
            at=NOW,
        )


def divide(world, one, agreement):
    """Who else is in it, with shares that are not public; its lots are."""
    keep, own = world.register, {"row": "agreement, live", "owner": one.name}
    shared = {"agreement": agreement, "actor": one.manager, "at": NOW}
    parties.keep_party(
        organisation=OrganisationFactory(name=f"Friends of {one.name}"),
        role="SUBCONTRACTOR",
        share_percent=Decimal(5),
        starts_on=NOW.date(),
        **shared,
    )
    AgreementParty.objects.create(
        agreement=agreement,
        number=2,
        organisation=OrganisationFactory(name=f"Council beside {one.name}"),
        role="CO_COMMISSIONER",
        share_pounds=keep.count("share of a co-commissioner", **own),
        starts_on=NOW.date(),
    )
    title = keep.words("title of a lot", row="agreement, on the register", owner=one.name)
    parties.keep_lot(number=1, title=f"Lot {title}", **shared)


def improve(world, one, agreement):
    """A plan for both sides to read, with an action, what was said of it, and a file."""
    keep, own = world.register, {"row": "plan of an agreement", "owner": one.name}
    plan = plans.open_plan(
        agreement=agreement,
        kind="IMPROVEMENT",
        aim=f"Until {keep.words('aim of a plan', **own)}.",
        because=f"Since {keep.words('cause of a plan', **own)}.",
        actor=one.manager,
        at=NOW,
    )
    one.action = plans.add_action(
        plan=plan,
        words=f"Do {keep.words('action of a plan', **own)}",
        side="PROVIDER",
        due_on=(NOW + timedelta(days=7)).date(),
        actor=one.manager,
        at=NOW,
    )
    one.evidence_of_action = progress.update_action(
        action=one.action,
        state="ON_TRACK",
        words=f"We {keep.words('what was said of an action', **own)}.",
        file_name="rota.txt",
        content=f"Rota {keep.words('file of an action', **own)}".encode(),
        actor=one.preparer,
        at=NOW,
    )
    return plan


def get_ready(world, one, agreement):
    """A milestone to which both sides agreed: the public reads the words for it, the sides the others."""
    plan_words, public = (
        {"row": row, "owner": one.name} for row in ("plan of an agreement", "agreement, on the register")
    )
    keep, shared = world.register, {"actor": one.manager, "at": NOW}
    plan = plans.open_plan(agreement=agreement, kind="MOBILISATION", aim="Ready in time.", **shared)
    plans.add_action(
        plan=plan,
        words=f"Do {keep.words('milestone of a plan', **plan_words)}",
        public_words=f"See {keep.words('milestone for the public', **public)}",
        kind="MILESTONE",
        side="PROVIDER",
        due_on=NOW.date(),
        **shared,
    )
    for actor in (one.manager, one.certifier):
        plan.refresh_from_db()
        plans.agree(plan=plan, seen_version=plan.version, actor=actor, at=NOW)


def punish(world, one, agreement):
    """A notice, which its provider reads and has appealed against; a termination that nobody has decided on."""
    consequences.attach_ladder(agreement=agreement, clause="Clause 14", actor=one.manager, at=NOW)
    for name, row in (("Notice", "plan of an agreement"), ("Termination", "care of an agreement")):
        keep, own = world.register, {"row": row, "owner": one.name}
        step = consequences.propose(
            agreement=agreement,
            rung=Rung.objects.get(name=name),
            known_on=NOW.date(),
            reason=f"They {keep.words(f'reason of a {name}', **own)}.",
            evidence=f"We {keep.words(f'evidence of a {name}', **own)}.",
            out_of_order="People were in danger.",
            actor=one.manager,
            at=NOW,
        )
        if name == "Notice":
            words = f"But {keep.words('appeal', **own)}."
            consequences.appeal(consequence=step, words=words, actor=one.certifier, at=NOW)


def oversee(world, one, agreement):
    """A risk, which no provider reads; a meeting that is shared, and one that is not."""
    keep = world.register
    private, shared = ({"row": f"{row} of an agreement", "owner": one.name} for row in ("care", "plan"))
    risks.enter_risk(
        agreement=agreement,
        kind="RISK",
        title=f"That {keep.words('title of a risk', **private)}",
        words=keep.words("what may come of a risk", **private),
        mitigation=keep.words("what is done about a risk", **private),
        likelihood=3,
        impact=4,
        owner=one.manager,
        review_on=(NOW - timedelta(days=1)).date(),
        fund="POLICING",
        actor=one.manager,
        at=NOW,
    )
    for is_shared, own in ((True, shared), (False, private)):
        what = "shared" if is_shared else "private"
        meetings.record_meeting(
            agreement=agreement,
            kind="REVIEW",
            held_on=NOW.date(),
            minutes=f"They {keep.words(f'minutes, {what}', **own)}.",
            decisions=f"We {keep.words(f'decision of a meeting, {what}', **own)}.",
            shared=is_shared,
            attendances={one.provider: keep.words(f"who came to a meeting, {what}", **own)},
            actor=one.manager,
            at=NOW,
        )


def fund(world, one, agreement):
    """A funding line, which no provider reads; a payment that the public reads, and words that it does not."""
    amount = world.register.count(
        "amount of a funding line", row="care of an agreement", owner=one.name, between=(50, 99)
    )
    one.funding_line = funding.keep_line(
        agreement=agreement,
        stream=GrantStream.objects.get(name="Core policing budget"),
        year_starts_on=funding.years_of(agreement, on=NOW.date())[0],
        amount=amount,
        actor=one.manager,
        at=NOW,
    )
    keep, own = world.register, {"row": "plan of an agreement", "owner": one.name}
    shared = {"agreement": agreement, "allocation": one.funding_line, "actor": one.manager, "at": NOW}
    public = {"row": "agreement, on the register", "owner": one.name}
    paid = keep.count("amount of a payment", between=(10, 49), **public)
    planned = payments.plan_payment(due_on=NOW.date(), amount=Decimal(7), **shared)
    day = {"paid_on": NOW.date(), "reference": f"Run {keep.words('reference of a payment', **own)}"}
    asked = payments.propose_payment(payment=planned, amount=paid, actor=one.manager, at=NOW, **day)
    private = keep.words("why a payment is approved", row="care of an agreement", owner=one.name)
    management = world.people["management"]
    payments.decide_payment(payment=asked, approve=True, words=f"As {private}.", actor=management, at=NOW)
    back = keep.words("why money comes back", row="care of an agreement", owner=one.name)
    day["reference"] = "Letter 1"
    payments.take_back(kind="CLAWBACK", amount=Decimal(5), reason=f"For {back}.", **shared, **day)


def vary(world, one, agreement):
    """A variation that waits for the provider, which reads what and why, and not what the office said deciding it."""
    keep, own = world.register, {"row": "plan of an agreement", "owner": one.name}
    proposed = variations.propose(
        agreement=agreement,
        what=f"So {keep.words('what a variation changes', **own)}.",
        why=f"Since {keep.words('why a variation is made', **own)}.",
        value_change=keep.count("change of the value", between=(50, 99), **own),
        ground="ADDITIONAL",
        actor=one.manager,
        at=NOW,
    )
    private = keep.words("why a variation is approved", row="care of an agreement", owner=one.name)
    Agreement.objects.filter(pk=agreement.pk).update(regime="LIGHT_TOUCH")
    management = world.people["management"]
    variations.decide(variation=proposed, approve=True, words=f"As {private}.", actor=management, at=NOW)


def finish(world, one, agreements):
    """An end in force, of which the public reads what is for it; and one that is proposed, which the office reads."""
    keep = world.register
    care, plan = ({"row": f"{row} of an agreement", "owner": one.name} for row in ("care", "plan"))
    public = {"row": "agreement, on the register", "owner": one.name}
    made = closing.propose(
        agreement=agreements.published,
        kind="MUTUAL",
        ends_on=date(2028, 1, 31),
        why=f"Since {keep.words('why an agreement ends', **plan)}.",
        public_words=f"And {keep.words('what the public reads of an end', **public)}.",
        actor=one.manager,
        at=NOW,
    )
    private = keep.words("why an end is approved", **care)
    management = world.people["management"]
    closing.decide(ending=made, approve=True, words=f"As {private}.", actor=management, at=NOW)
    Ending.objects.create(
        agreement=agreements.live,
        number=1,
        kind="OFFICE",
        ends_on=date(2028, 1, 31),
        why=f"Since {keep.words('why an end is proposed', **care)}.",
        public_words=f"And {keep.words('what the public may read later of an end', **care)}.",
        proposed_by=one.manager,
        proposed_at=NOW,
    )
