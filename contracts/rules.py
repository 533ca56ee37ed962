"""Who may do what with agreements, returns and ratings, in which state. Each policy is the `Q` of a queryset.

The table of `interfaces.md` ("Who may do what, in which state") is the source. Providers read and write what is their
organisation's today; of the office, the activity's own Lead Commissioner and Contract Manager, and those with a right
to read all. The Involvement Team and administrators read the public register only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from contracts.enums import WRITABLE_STATES, ReturnState
from engagement.access import has_role, local_date, organisations_of
from engagement.enums import PROVIDER_ROLES, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from engagement.models import User

    Person: TypeAlias = User | AnonymousUser

NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)
LIVE = Q(signed_on__isnull=False) | ~Q(source_url="")
OFFICE_READERS = (
    Role.LEAD_COMMISSIONER,
    Role.CONTRACT_MANAGER,
    Role.MANAGEMENT,
    Role.COMMISSIONER,
    Role.SPECIALIST,
    Role.AUDITOR,
)


def _led(user: Person, *, at: datetime, activity: str) -> Q:
    """Rows of activities of which a person is Lead Commissioner; `activity` is the path from the row."""
    leads = has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at))
    return Q(**{f"{activity}__lead_commissioner": user}) if leads else NOTHING


def _managed(user: Person, *, at: datetime, activity: str) -> Q:
    """Rows of activities of which a person is Contract Manager."""
    manages = has_role(user, Role.CONTRACT_MANAGER, on=local_date(at))
    return Q(**{f"{activity}__contract_manager": user}) if manages else NOTHING


def _provided(user: Person, *, at: datetime, provider: str, roles: Iterable[Role] = PROVIDER_ROLES) -> Q:
    """Rows of the organisations for which a person acts today in these roles."""
    day = local_date(at)
    if not has_role(user, *roles, on=day):
        return NOTHING
    return Q(**{f"{provider}__in": organisations_of(user, on=day, roles=list(roles))})


def readable_agreements(user: Person, *, at: datetime) -> Q:
    """Agreements a person may open: drafts within the office only, live ones also by their provider."""
    day = local_date(at)
    if has_role(user, Role.MANAGEMENT, Role.COMMISSIONER, Role.SPECIALIST, Role.AUDITOR, on=day):
        return EVERYTHING
    seen = _led(user, at=at, activity="activity") | _managed(user, at=at, activity="activity")
    return seen | (Q(signed_on__isnull=False) & _provided(user, at=at, provider="provider"))


def managed_agreements(user: Person, *, at: datetime) -> Q:
    """Agreements a person may change: those of activities of which they are Contract Manager (R-080)."""
    return _managed(user, at=at, activity="activity")


def activities_for_agreements(user: Person, *, at: datetime) -> Q:
    """Activities for which a person may enter an agreement: those of which they are Contract Manager."""
    manages = has_role(user, Role.CONTRACT_MANAGER, on=local_date(at))
    return Q(contract_manager=user) if manages else NOTHING


def readable_returns(user: Person, *, at: datetime) -> Q:
    """Returns a person may open, as provider or for the office."""
    return office_returns(user, at=at) | provided_returns(user, at=at)


def office_returns(user: Person, *, at: datetime) -> Q:
    """Returns a person opens for the office: all, their own, or only accepted ones (Commissioner, specialists)."""
    day = local_date(at)
    if has_role(user, Role.MANAGEMENT, Role.AUDITOR, on=day):
        return EVERYTHING
    seen = _led(user, at=at, activity="agreement__activity") | _managed(user, at=at, activity="agreement__activity")
    if has_role(user, Role.COMMISSIONER, Role.SPECIALIST, on=day):
        seen |= Q(state=ReturnState.ACCEPTED)
    return seen


def reads_unpublished_ratings(user: Person, *, at: datetime) -> bool:
    """Whether a person who may open an accepted return reads its ratings before they are published.

    Everyone but specialists, who read a return for its figures and money.
    """
    return has_role(user, *(set(Role) - {Role.SPECIALIST}), on=local_date(at))


def provided_returns(user: Person, *, at: datetime) -> Q:
    """Returns of the organisations for which a person reports today, in every state: those of the provider's pages."""
    return _provided(user, at=at, provider="agreement__provider")


def writable_returns(user: Person, *, at: datetime) -> Q:
    """Returns whose figures a person may write: their organisation's, due or queried."""
    return _provided(user, at=at, provider="agreement__provider") & Q(state__in=WRITABLE_STATES)


def certified_returns(user: Person, *, at: datetime) -> Q:
    """Returns that a person declares when it is time, whatever state they are in: as certifier of the provider."""
    return _provided(user, at=at, provider="agreement__provider", roles=[Role.CERTIFIER])


def submittable_returns(user: Person, *, at: datetime) -> Q:
    """Returns a person may declare, and whose queries they may answer: as certifier of the provider, due or queried."""
    return certified_returns(user, at=at) & Q(state__in=WRITABLE_STATES)


def checked_returns(user: Person, *, at: datetime) -> Q:
    """Returns that a person checks for the office when it is time, whatever state they are in: as Contract Manager."""
    return _managed(user, at=at, activity="agreement__activity")


def rated_returns(user: Person, *, at: datetime) -> Q:
    """Returns whose ratings a person publishes when it is time, whatever state they are in: as Management Team."""
    return EVERYTHING if publishes_ratings(user, at=at) else NOTHING


def queryable_returns(user: Person, *, at: datetime) -> Q:
    """Returns of which a person may query a line: as Contract Manager, submitted or queried on another line."""
    return checked_returns(user, at=at) & Q(state__in=[ReturnState.SUBMITTED, ReturnState.QUERIED])


def acceptable_returns(user: Person, *, at: datetime) -> Q:
    """Returns a person may accept: as Contract Manager, submitted by somebody else."""
    submitted = checked_returns(user, at=at) & Q(state=ReturnState.SUBMITTED)
    return submitted & _by_another(user, "submitted_by")


def publishable_returns(user: Person, *, at: datetime) -> Q:
    """Returns whose ratings a person may publish: as Management Team, accepted by somebody else, not yet published."""
    if not publishes_ratings(user, at=at):
        return NOTHING
    ready = Q(state=ReturnState.ACCEPTED, publication=None, agreement__activity__published_at__isnull=False)
    return ready & _by_another(user, "accepted_by")


def _by_another(user: Person, field: str) -> Q:
    """Four eyes: whoever did the last step does not do this one."""
    return Q(**{field: None}) | ~Q(**{field: user.pk})


def makes_agreements(user: Person, *, at: datetime) -> bool:
    """Whether a person may enter an agreement, for an activity that they manage."""
    return has_role(user, Role.CONTRACT_MANAGER, on=local_date(at))


def reads_office_lists(user: Person, *, at: datetime) -> bool:
    """Whether a person of the office opens the lists of agreements and returns; which rows, the querysets say."""
    return has_role(user, *OFFICE_READERS, on=local_date(at))


def reads_agreements(user: Person, *, at: datetime) -> bool:
    """Whether a person opens the list of agreements: for the office, or for their own organisation."""
    return has_role(user, *OFFICE_READERS, *PROVIDER_ROLES, on=local_date(at))


def publishes_ratings(user: Person, *, at: datetime) -> bool:
    """Whether a person publishes ratings."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))
