"""Who may do what with activities, parties, people, messages and the log: a yes or no, or the `Q` of a queryset.

`tests/architecture` holds every route to these policies, role by role.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from engagement.access import has_role, local_date, organisations_of
from engagement.enums import (
    ACCESS_REFUSED,
    CYCLE,
    PROVIDER_ROLES,
    PUBLIC_AUDIENCES,
    STAGE_MOVES,
    OrganisationKind,
    Role,
    Stage,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from engagement.models import Activity, Organisation, User

    Person: TypeAlias = User | AnonymousUser

NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)
LED_STAGES = (Stage.ANALYSE, Stage.PLAN, Stage.REVIEW)
ORGANISATION_READERS = (
    Role.LEAD_COMMISSIONER,
    Role.CONTRACT_MANAGER,
    Role.MANAGEMENT,
    Role.COMMISSIONER,
    Role.SPECIALIST,
    Role.AUDITOR,
)
MANAGED_STAGES = (Stage.DO, Stage.REVIEW, Stage.DECOMMISSIONING)


def reads_draft_activities(user: Person, *, at: datetime) -> bool:
    """Whether a person reads every activity, published or not."""
    return has_role(user, Role.INVOLVEMENT, Role.MANAGEMENT, Role.COMMISSIONER, Role.AUDITOR, on=local_date(at))


def led_activities(user: Person, *, at: datetime) -> Q:
    """Activities of which this person is Lead Commissioner today (R-120)."""
    return Q(lead_commissioner=user) if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)) else NOTHING


def managed_activities(user: Person, *, at: datetime) -> Q:
    """Activities of which this person is Contract Manager today (R-121)."""
    return Q(contract_manager=user) if has_role(user, Role.CONTRACT_MANAGER, on=local_date(at)) else NOTHING


def own_activities(user: Person, *, at: datetime) -> Q:
    """Activities that are this person's own, as Lead Commissioner or as Contract Manager."""
    return led_activities(user, at=at) | managed_activities(user, at=at)


def movable_activities(user: Person, *, at: datetime) -> Q:
    """Activities this person may move: the lead from Analyse, Plan and Review; the manager always, to de-commission."""
    return (led_activities(user, at=at) & Q(stage__in=LED_STAGES)) | managed_activities(user, at=at)


def moves_open_to(user: Person, activity: Activity, *, at: datetime) -> list[Stage]:
    """The stages to which this person may move this activity now, in the order of the cycle."""
    stage = Stage(activity.stage)
    day = local_date(at)
    leads = activity.lead_commissioner_id == user.pk and has_role(user, Role.LEAD_COMMISSIONER, on=day)
    manages = activity.contract_manager_id == user.pk and has_role(user, Role.CONTRACT_MANAGER, on=day)
    moves = set()
    if (leads and stage in LED_STAGES) or (manages and stage in MANAGED_STAGES):
        moves |= STAGE_MOVES[stage] - {Stage.DECOMMISSIONING}
    if manages and Stage.DECOMMISSIONING in STAGE_MOVES[stage]:
        moves.add(Stage.DECOMMISSIONING)
    if manages and stage == Stage.DECOMMISSIONING:
        moves |= set(CYCLE)  # the domain allows only the one it came from
    return [stage for stage in Stage if stage in moves]


def reassigns_activities(user: Person, *, at: datetime) -> bool:
    """Whether a person makes others responsible for activities: whoever manages the people of the office (R-080)."""
    return has_role(user, Role.ADMINISTRATOR, on=local_date(at))


def makes_activities(user: Person, *, at: datetime) -> bool:
    """Whether a person may begin an activity."""
    return has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at))


def settles_messages(user: Person, *, at: datetime) -> bool:
    """Whether a person sees messages in doubt and decides what becomes of them."""
    return has_role(user, Role.INVOLVEMENT, Role.ADMINISTRATOR, on=local_date(at))


def reads_whole_log(user: Person, *, at: datetime) -> bool:
    """Whether a person reads all of the audit log. Administrators read it as well: it never holds response text."""
    return has_role(user, Role.MANAGEMENT, Role.AUDITOR, Role.ADMINISTRATOR, on=local_date(at))


def writes_pages(user: Person, *, at: datetime) -> bool:
    """Whether a person writes pages and specifications in the CMS."""
    return has_role(user, Role.INVOLVEMENT, Role.LEAD_COMMISSIONER, on=local_date(at))


def writable_activities(user: Person, *, at: datetime) -> Q:
    """Activities whose words and money this person changes: the lead always, the manager once they are published."""
    return led_activities(user, at=at) | (managed_activities(user, at=at) & Q(published_at__isnull=False))


def engaging_activities(user: Person, *, at: datetime) -> Q:
    """Activities to which this person may engage organisations: the Involvement Team's all, the others' own."""
    if has_role(user, Role.INVOLVEMENT, on=local_date(at)):
        return EVERYTHING
    return own_activities(user, at=at)


def reads_addresses(user: Person, *, at: datetime) -> bool:
    """Whether a person may read a follower's e-mail address, to put right what went wrong with a message."""
    return has_role(user, Role.INVOLVEMENT, on=local_date(at))


def readable_log(user: Person, *, at: datetime) -> Q:
    """Log entries this person may read: all, those of their own activities, or what they did themselves (R-152).

    Who was refused what is for auditors and administrators alone: it says something of a colleague.
    """
    day = local_date(at)
    if has_role(user, Role.AUDITOR, Role.ADMINISTRATOR, on=day):
        return EVERYTHING
    return _log_of_acts(user, at=at) & ~Q(action=ACCESS_REFUSED)


def _log_of_acts(user: Person, *, at: datetime) -> Q:
    day = local_date(at)
    if reads_whole_log(user, at=at):
        return EVERYTHING
    entries = NOTHING
    if has_role(user, Role.LEAD_COMMISSIONER, on=day):
        entries |= Q(activity__lead_commissioner=user)
    if has_role(user, Role.CONTRACT_MANAGER, on=day):
        entries |= Q(activity__contract_manager=user)
    if has_role(user, Role.INVOLVEMENT, on=day):
        entries |= Q(actor=user)
    return entries


def organisations_with_managed_people(user: Person, *, at: datetime) -> Q:
    """Organisations whose people this person lists, invites and lets go.

    An administrator: all. A certifier: their own. A contract manager: those engaged in activities they manage.
    """
    day = local_date(at)
    if has_role(user, Role.ADMINISTRATOR, on=day):
        return EVERYTHING
    organisations = NOTHING
    if has_role(user, Role.CERTIFIER, on=day):
        own = organisations_of(user, on=day, roles=[Role.CERTIFIER])
        organisations |= Q(pk__in=own.values("pk"))
    if has_role(user, Role.CONTRACT_MANAGER, on=day):
        organisations |= Q(engaged_in__activity__contract_manager=user, engaged_in__left_at=None) & ~Q(
            kind=OrganisationKind.OFFICE
        )
    return organisations


def kept_organisations(user: Person, *, at: datetime) -> Q:
    """Organisations whose particulars and checks this person keeps: a contract manager all but the office.

    An agreement is signed with one that may be engaged in nobody's activity; and what was checked holds for everybody.
    """
    if has_role(user, Role.ADMINISTRATOR, on=local_date(at)):
        return EVERYTHING
    return ~Q(kind=OrganisationKind.OFFICE) if has_role(user, Role.CONTRACT_MANAGER, on=local_date(at)) else NOTHING


def readable_organisations(user: Person, *, at: datetime) -> Q:
    """Organisations whose particulars and checks this person reads: the office's readers all, others their own."""
    day = local_date(at)
    if has_role(user, Role.ADMINISTRATOR, on=day):
        return EVERYTHING
    if has_role(user, *ORGANISATION_READERS, on=day):
        return ~Q(kind=OrganisationKind.OFFICE)
    if not has_role(user, *PROVIDER_ROLES, on=day):
        return NOTHING
    return Q(pk__in=organisations_of(user, on=day, roles=PROVIDER_ROLES).values("pk"))


def organisations_checked(user: Person, *, at: datetime) -> Q:
    """Organisations whose checks this person reads for the office, with every word of them: never a provider."""
    return ~Q(kind=OrganisationKind.OFFICE) if checks_organisations(user, at=at) else NOTHING


def checks_organisations(user: Person, *, at: datetime) -> bool:
    """Whether a person reads for the office what was checked of organisations."""
    return has_role(user, Role.ADMINISTRATOR, *ORGANISATION_READERS, on=local_date(at))


def organisations_sending(user: Person, *, at: datetime) -> Q:
    """Organisations for which this person sends documents to be checked: their own."""
    return Q(pk__in=organisations_of(user, on=local_date(at), roles=PROVIDER_ROLES).values("pk"))


def reads_organisations(user: Person, *, at: datetime) -> bool:
    """Whether there is a list of organisations for this person, empty or not."""
    return has_role(user, Role.ADMINISTRATOR, *ORGANISATION_READERS, *PROVIDER_ROLES, on=local_date(at))


def readable_events(user: Person, *, at: datetime) -> Q:
    """Events whose words this person may read on the office's pages: those for everyone, and private ones of their own
    activities. They tell of returns, so only those who read every return read all (Management Team, auditors).
    """
    if has_role(user, Role.MANAGEMENT, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    events = Q(audience__in=PUBLIC_AUDIENCES)
    if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        events |= Q(activity__lead_commissioner=user)
    if has_role(user, Role.CONTRACT_MANAGER, on=local_date(at)):
        events |= Q(activity__contract_manager=user)
    return events


def registers_organisations(user: Person, *, at: datetime) -> bool:
    """Whether a person enters new organisations."""
    return has_role(user, Role.ADMINISTRATOR, Role.CONTRACT_MANAGER, on=local_date(at))


def works_with_activities(user: Person, *, at: datetime) -> bool:
    """Whether there is a list of activities for this person to work with, empty or not."""
    return reads_draft_activities(user, at=at) or has_role(
        user, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, on=local_date(at)
    )


def reads_log(user: Person, *, at: datetime) -> bool:
    """Whether there is a log for this person to read, empty or not."""
    own = has_role(user, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, Role.INVOLVEMENT, on=local_date(at))
    return own or reads_whole_log(user, at=at)


def activities_with_questions_read(user: Person, *, at: datetime) -> Q:
    """Activities whose questions from providers this person reads for the office, with who asked."""
    if has_role(user, Role.INVOLVEMENT, Role.MANAGEMENT, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    return own_activities(user, at=at)


def activities_with_answers_released(user: Person, *, at: datetime) -> Q:
    """Activities of which this person releases what others wrote: their own, the Management Team's all."""
    if has_role(user, Role.MANAGEMENT, on=local_date(at)):
        return EVERYTHING
    return own_activities(user, at=at)


def reads_questions(user: Person, *, at: datetime) -> bool:
    """Whether there is a list of questions from providers for this person in the office, empty or not."""
    return has_role(
        user,
        Role.INVOLVEMENT,
        Role.MANAGEMENT,
        Role.AUDITOR,
        Role.LEAD_COMMISSIONER,
        Role.CONTRACT_MANAGER,
        on=local_date(at),
    )


def asks_questions(user: Person, *, at: datetime) -> bool:
    """Whether there is a list of activities on which this person's organisations may ask, empty or not."""
    return has_role(user, *PROVIDER_ROLES, on=local_date(at))


def asking_organisations(user: Person, *, at: datetime) -> QuerySet[Organisation]:
    """The organisations for which this person asks and reads answers today: never the office."""
    return organisations_of(user, on=local_date(at), roles=PROVIDER_ROLES)
