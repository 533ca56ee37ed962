"""Hand-over between colleagues: somebody stops on a day, and what waits for them by name passes to a colleague.

What belongs to an organisation stays with it: its returns, its answers, its questions. What is a person's by name
passes at once, so that nothing waits for somebody who is about to go; whoever goes reads until the day (R-080, R-147).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from contracts.domain import handing
from contracts.models import Action, Risk
from engagement.access import is_office, local_date
from engagement.domain.organisations import end_membership
from engagement.domain.outbox import announce
from engagement.domain.reassigning import PARTS, activities_of, reassign
from engagement.domain.refused import Refused
from engagement.enums import Audience, EventKind, OrganisationKind, QuestionState, Role
from engagement.models import Activity, Clarification, Membership, Organisation, User
from portal.domain.rights import give_lead_rights
from portal.models import ActivityPage

OPEN_QUESTIONS = (QuestionState.DRAFT, QuestionState.ASKED, QuestionState.ANSWERED)


class HandOverRefused(Refused):
    """The work cannot pass like this; the message says why. `field` names the box, if one."""


@dataclass(frozen=True)
class Work:
    """What waits for a person by name in one role, and what stays with the organisation."""

    membership: Membership
    activities: list[Activity] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    returns: int = 0
    questions: int = 0

    @property
    def part(self) -> str:
        """The role as the log and the page call it."""
        return str(self.membership.get_role_display())

    @property
    def passes(self) -> int:
        """How many things pass to somebody."""
        return len(self.activities) + len(self.actions) + len(self.risks)

    @property
    def seen(self) -> str:
        """What was shown, so that nothing passes that nobody has looked at."""
        rows = (("activity", self.activities), ("action", self.actions), ("risk", self.risks))
        return ",".join(f"{kind}-{one.pk}" for kind, found in rows for one in found)

    @property
    def in_words(self) -> str:
        """ "2 activities, 1 action"."""
        counted = (
            (len(self.activities), "activity", "activities"),
            (len(self.actions), "action", "actions"),
            (len(self.risks), "risk", "risks"),
        )
        return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted if number)


def work_of(membership: Membership, *, on: date) -> Work:
    """What passes when a person stops in one role. Theirs by name stays theirs while they act in another role there."""
    person, organisation, role = membership.user, membership.organisation, Role(membership.role)
    activities = activities_of(person, role) if role in PARTS else []
    others: QuerySet[Membership] = Membership.objects.current(on=on).filter(user=person, organisation=organisation)
    if others.exclude(pk=membership.pk).exists():
        return Work(membership, activities)
    asked = Clarification.objects.filter(asked_by=person, organisation=organisation, state__in=OPEN_QUESTIONS)
    return Work(
        membership,
        activities,
        handing.actions_of(person, organisation),
        handing.risks_of(person, organisation),
        handing.returns_under_way(organisation),
        asked.count(),
    )


def colleagues_of(membership: Membership, *, on: date) -> list[User]:
    """To whom the work may pass: who acts for the organisation today and is not known to stop.

    Activities pass only to who has the same role.
    """
    staying: QuerySet[Membership] = Membership.objects.current(on=on).filter(
        organisation=membership.organisation, ends_on=None, user__is_active=True
    )
    if Role(membership.role) in PARTS:
        staying = staying.filter(role=membership.role)
    people = User.objects.filter(pk__in=staying.values("user")).exclude(pk=membership.user_id)
    return list(people.order_by("name", "pk"))


def agreements_left_alone(membership: Membership, *, on: date) -> int:
    """How many running agreements would have nobody who certifies for their provider from a day on."""
    organisation: Organisation = membership.organisation
    if membership.role != Role.CERTIFIER or organisation.kind == OrganisationKind.OFFICE:
        return 0
    others: QuerySet[Membership] = Membership.objects.current(on=on).filter(
        organisation=organisation, role=Role.CERTIFIER, user__is_active=True
    )
    if others.exclude(pk=membership.pk).exists():
        return 0
    return handing.running_agreements(organisation, on=on)


@transaction.atomic
def hand_over(
    *,
    membership: Membership,
    seen: str,
    to: User | None,
    ends_on: date | None,
    reason: str,
    confirmed: bool,
    actor: User,
    at: datetime,
) -> Work:
    """Ends a role on a day, if one is given, and passes the work that waits by name to a colleague, who is told.

    Where nobody can take the work the role may end all the same: who must go, goes, and the work passes afterwards.

    Raises `HandOverRefused` when a colleague could take the work and nobody does, when other work waits by now than was
    `seen`, when neither a day nor a colleague is given, and for the last certifier of an organisation whose agreements
    run: then the organisation invites another first, or the office confirms. `MembershipRefused` and
    `ReassignmentRefused` as the functions that it calls.
    """
    today = local_date(at)
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=membership.pk)
    )
    work = work_of(membership, on=today)
    _refuse(work, seen=seen, to=to, ends_on=ends_on, on=today)
    if ends_on:
        _refuse_last_certifier(membership, ends_on=ends_on, confirmed=confirmed, actor=actor, on=today)
    if to and work.passes:
        _pass_on(work, to=to, reason=reason, actor=actor, at=at)
    if ends_on:
        end_membership(membership=membership, ends_on=ends_on, actor=actor, at=at)
    return work


def _refuse(work: Work, *, seen: str, to: User | None, ends_on: date | None, on: date) -> None:
    if seen != work.seen:
        raise HandOverRefused("Other work waits for them by now than you saw. Look at the list again.")
    if to is None and ends_on is None:
        raise HandOverRefused("Enter the day on which the role ends, or choose who takes the work.", field="ends_on")
    if to is None and work.passes and colleagues_of(work.membership, on=on):
        raise HandOverRefused("Choose who takes the work.", field="to")
    if to is not None and to not in colleagues_of(work.membership, on=on):
        raise HandOverRefused(f"{to} cannot take this work.", field="to")
    if ends_on is None and not work.passes:
        raise HandOverRefused("There is nothing to hand over.", field="ends_on")


def _refuse_last_certifier(membership: Membership, *, ends_on: date, confirmed: bool, actor: User, on: date) -> None:
    alone = agreements_left_alone(membership, on=max(ends_on, on))
    if not alone:
        return
    counted = f"{alone} agreement{'' if alone == 1 else 's'}"
    words = f"{membership.organisation} would have {counted} and no certifier, and could send no return."
    if not is_office(actor, on=on):
        raise HandOverRefused(f"{words} Invite another certifier first, or ask the office.")
    if not confirmed:
        raise HandOverRefused(f"{words} Confirm that you want this.", field="confirmed")


def _pass_on(work: Work, *, to: User, reason: str, actor: User, at: datetime) -> None:
    person, organisation = work.membership.user, work.membership.organisation
    for activity in work.activities:
        part = Role(work.membership.role)
        reassign(activity=activity, part=part, seen=person, to=to, reason=reason, actor=actor, at=at)
    for page in ActivityPage.objects.filter(activity__in=work.activities).select_related("activity__lead_commissioner"):
        give_lead_rights(page=page, at=at)
    handing.pass_on(work=work.actions, to=to, actor=actor, at=at)
    handing.pass_on(work=work.risks, to=to, actor=actor, at=at)
    announce(
        key=f"handed-over:{work.membership.pk}:{at.isoformat()}",
        kind=EventKind.WORK_HANDED_OVER,
        audience=Audience.PEOPLE,
        people=[to],
        title=f"{person} hands over to you, for {organisation}: {work.in_words}"[:200],
        path=reverse("portal:dashboard"),
        at=at,
        payload=_counts(work),
    )


def _counts(work: Work) -> dict[str, Any]:
    return {"activities": len(work.activities), "actions": len(work.actions), "risks": len(work.risks)}
