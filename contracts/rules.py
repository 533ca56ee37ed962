"""Who may do what with agreements, returns and ratings, in which state. Each policy is the `Q` of a queryset.

The table of `interfaces.md` ("Who may do what, in which state") is the source. Providers read and write what is their
organisation's today; of the office, the activity's own Lead Commissioner and Contract Manager, and those with a right
to read all. The Involvement Team and administrators read the public register only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import F, Q

from contracts.enums import WRITABLE_STATES, ConsequenceState, OverrideState, RestatementState, ReturnState, Side
from engagement.access import has_role, local_date, organisations_of
from engagement.enums import PROVIDER_ROLES, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from engagement.models import User

    Person: TypeAlias = User | AnonymousUser

PROPOSED = "PROPOSED"
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


def looked_after_agreements(user: Person, *, at: datetime) -> Q:
    """Agreements whose care the office reads: tier, risks, meetings. What `readable_agreements` gives, no provider."""
    if has_role(user, Role.MANAGEMENT, Role.COMMISSIONER, Role.SPECIALIST, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    return _led(user, at=at, activity="activity") | _managed(user, at=at, activity="activity")


def _looked_after(user: Person, *, at: datetime, agreement: str) -> Q:
    """Rows of agreements whose care the office reads; `agreement` is the path from the row."""
    if has_role(user, Role.MANAGEMENT, Role.COMMISSIONER, Role.SPECIALIST, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    activity = f"{agreement}__activity"
    return _led(user, at=at, activity=activity) | _managed(user, at=at, activity=activity)


def readable_documents(user: Person, *, at: datetime) -> Q:
    """Documents a person may open: all for the office; a provider's own, where they are shared."""
    own = Q(shared=True, agreement__signed_on__isnull=False)
    return _looked_after(user, at=at, agreement="agreement") | (
        own & _provided(user, at=at, provider="agreement__provider")
    )


def readable_by_both_sides(user: Person, *, at: datetime) -> Q:
    """Rows of an agreement (plans, payments, variations) for the office, and for the provider once it is signed."""
    own = Q(agreement__signed_on__isnull=False) & _provided(user, at=at, provider="agreement__provider")
    return _looked_after(user, at=at, agreement="agreement") | own


def readable_meetings(user: Person, *, at: datetime) -> Q:
    """Meetings a person may read: for the office, or as the provider where the minutes are shared."""
    shared = Q(shared=True, agreement__signed_on__isnull=False)
    return _looked_after(user, at=at, agreement="agreement") | (
        shared & _provided(user, at=at, provider="agreement__provider")
    )


def readable_actions(user: Person, *, at: datetime) -> Q:
    """Actions a person may open: all for the office; a provider's those of its plans, and its own from meetings."""
    own = Q(agreement__signed_on__isnull=False) & (Q(plan__isnull=False) | Q(side=Side.PROVIDER))
    return _looked_after(user, at=at, agreement="agreement") | (
        own & _provided(user, at=at, provider="agreement__provider")
    )


def updatable_actions(user: Person, *, at: datetime) -> Q:
    """Actions of which a person says how far they are: as Contract Manager all; their own; their organisation's."""
    named = Q(owner=user) if user.is_authenticated else NOTHING
    provided = Q(side=Side.PROVIDER) & _provided(user, at=at, provider="agreement__provider")
    acts = _managed(user, at=at, activity="agreement__activity") | named | provided
    return readable_actions(user, at=at) & acts


def own_actions(user: Person, *, at: datetime) -> Q:
    """Actions that wait for this person: theirs by name; where nobody is named, those of their side."""
    if not user.is_authenticated:
        return NOTHING
    office = Q(side=Side.OFFICE) & _managed(user, at=at, activity="agreement__activity")
    provider = Q(side=Side.PROVIDER) & _provided(user, at=at, provider="agreement__provider")
    return (Q(owner=user) & readable_actions(user, at=at)) | (Q(owner=None) & (office | provider))


def agreed_plans(user: Person, *, at: datetime) -> Q:
    """Plans to which a person agrees for the provider: as its certifier, of an agreement that is signed."""
    certified = _provided(user, at=at, provider="agreement__provider", roles=[Role.CERTIFIER])
    return Q(agreement__signed_on__isnull=False) & certified


def readable_consequences(user: Person, *, at: datetime) -> Q:
    """Consequences a person may read: all for the office; a provider's own once they are in force."""
    own = Q(agreement__signed_on__isnull=False, state__in=[ConsequenceState.IN_FORCE, ConsequenceState.LIFTED])
    return _looked_after(user, at=at, agreement="agreement") | (
        own & _provided(user, at=at, provider="agreement__provider")
    )


def decidable_proposals(user: Person, *, at: datetime) -> Q:
    """What a person decides: as Management Team or Commissioner, and proposed by somebody else.

    Consequences, payments and variations alike, which all wait in the state `PROPOSED`.
    """
    if not decides(user, at=at):
        return NOTHING
    return Q(state=PROPOSED) & _by_another(user, "proposed_by")


def certified_by_provider(user: Person, *, at: datetime) -> Q:
    """Rows of an agreement of whose provider a person is certifier: who appeals, and who agrees, when it is time."""
    return _provided(user, at=at, provider="agreement__provider", roles=[Role.CERTIFIER])


def appealable_consequences(user: Person, *, at: datetime) -> Q:
    """Consequences against which a person appeals now: in force, in time and not appealed."""
    waiting = Q(state=ConsequenceState.IN_FORCE, appealed_at=None, appeal_by__gte=local_date(at))
    return waiting & certified_by_provider(user, at=at)


def decidable_appeals(user: Person, *, at: datetime) -> Q:
    """Appeals that a person decides: as Management Team or Commissioner, and not what they decided before."""
    if not decides(user, at=at):
        return NOTHING
    waiting = Q(appealed_at__isnull=False, appeal_outcome="", state=ConsequenceState.IN_FORCE)
    return waiting & _by_another(user, "decided_by") & _by_another(user, "proposed_by")


def decides(user: Person, *, at: datetime) -> bool:
    """Whether a person decides for the office what others propose: money, changes, and what withholds or ends."""
    return has_role(user, Role.MANAGEMENT, Role.COMMISSIONER, on=local_date(at))


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


def readable_overrides(user: Person, *, at: datetime) -> Q:
    """Overrides of ratings a person may read: who decides them, the auditor, and who looks after the activity."""
    if has_role(user, Role.MANAGEMENT, Role.COMMISSIONER, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    path = "figure__kpi_return__agreement__activity"
    return _managed(user, at=at, activity=path) | _led(user, at=at, activity=path)


def decidable_overrides(user: Person, *, at: datetime) -> Q:
    """Overrides that a person decides: as Management Team or Commissioner, proposed by somebody else, waiting."""
    if not decides(user, at=at):
        return NOTHING
    return Q(state=OverrideState.PROPOSED) & _by_another(user, "proposed_by")


def overridable_returns(user: Person, *, at: datetime) -> Q:
    """Returns of which a person may propose another rating: as Contract Manager, accepted and not yet published."""
    return checked_returns(user, at=at) & Q(state=ReturnState.ACCEPTED, publication=None)


def writes_measures(user: Person, *, at: datetime) -> bool:
    """Whether a person writes measures of the library: whoever leads or manages activities."""
    return has_role(user, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER, on=local_date(at))


def approves_measures(user: Person, *, at: datetime) -> bool:
    """Whether a person approves what others have written for the library."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


def provided_returns(user: Person, *, at: datetime) -> Q:
    """Returns of the organisations for which a person reports today, in every state: those of the provider's pages."""
    return _provided(user, at=at, provider="agreement__provider")


def writable_returns(user: Person, *, at: datetime) -> Q:
    """Returns whose figures a person may write: their organisation's, due or queried."""
    return _provided(user, at=at, provider="agreement__provider") & Q(state__in=WRITABLE_STATES)


def judged_returns(user: Person, *, at: datetime) -> Q:
    """Returns with which a person may say what they think of the office: their organisation's, until accepted."""
    return provided_returns(user, at=at) & ~Q(state=ReturnState.ACCEPTED)


def readable_feedback(user: Person, *, at: datetime) -> Q:
    """Feedback a person reads for the office, once the return was sent: all as Management Team; as Contract Manager
    that of the activity's own agreements."""
    sent = Q(kpi_return__submissions__gt=0)
    if reads_all_feedback(user, at=at):
        return sent
    return sent & _managed(user, at=at, activity="kpi_return__agreement__activity")


def reads_all_feedback(user: Person, *, at: datetime) -> bool:
    """Whether a person reads what all providers think of the office."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


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


def extendable_returns(user: Person, *, at: datetime) -> Q:
    """Returns to which a person may give more time: as Contract Manager, while they are due."""
    return checked_returns(user, at=at) & Q(state=ReturnState.DUE)


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


def restatable_returns(user: Person, *, at: datetime) -> Q:
    """Accepted returns of which a person may ask to put a figure right: its certifier, or its Contract Manager."""
    theirs = certified_returns(user, at=at) | checked_returns(user, at=at)
    return theirs & Q(state=ReturnState.ACCEPTED)


def decided_restatements(user: Person, *, at: datetime) -> Q:
    """Restatements that a person decides when it is time: Management all of them; of Contract Managers the activity's
    own what the provider asked for, any other what a Contract Manager asked for. Nobody decides their own."""
    day = local_date(at)
    if has_role(user, Role.MANAGEMENT, on=day):
        return _by_another(user, "asked_by")
    if not has_role(user, Role.CONTRACT_MANAGER, on=day):
        return NOTHING
    managed = _managed(user, at=at, activity="figure__kpi_return__agreement__activity")
    of_manager = Q(asked_by=F("figure__kpi_return__agreement__activity__contract_manager"))
    return (managed | of_manager) & _by_another(user, "asked_by")


def decidable_restatements(user: Person, *, at: datetime) -> Q:
    """The same, while nobody has decided."""
    return decided_restatements(user, at=at) & Q(state=RestatementState.ASKED)


def readable_restatements(user: Person, *, at: datetime) -> Q:
    """Restatements a person may read: who decides them, the auditor, and who looks after the return or provides it."""
    if has_role(user, Role.MANAGEMENT, Role.AUDITOR, on=local_date(at)):
        return EVERYTHING
    path = "figure__kpi_return__agreement"
    theirs = _managed(user, at=at, activity=f"{path}__activity") | _led(user, at=at, activity=f"{path}__activity")
    return theirs | _provided(user, at=at, provider=f"{path}__provider") | decided_restatements(user, at=at)


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


def settles_schemes(user: Person, *, at: datetime) -> bool:
    """Whether a person changes the scheme of tiers, the ladder of consequences and the amounts of the law."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


def keeps_streams(user: Person, *, at: datetime) -> bool:
    """Whether a person keeps the list of grant streams that money comes from."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


def sets_reminders(user: Person, *, at: datetime) -> bool:
    """Whether a person decides who is reminded of returns, and when."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


def publishes_ratings(user: Person, *, at: datetime) -> bool:
    """Whether a person publishes ratings."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))
