"""Who may do what with consultations and answers. Each policy gives a yes or no, or the `Q` of a queryset.

The table "Who may do what, in which state" is the source. What people wrote is for the Involvement Team alone.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from engagement.access import has_role, is_office, local_date, organisations_of
from engagement.enums import PROVIDER_ROLES, Role

NOTHING = Q(pk__in=[])
QUESTIONNAIRE_ROLES = (Role.INVOLVEMENT, Role.LEAD_COMMISSIONER)
WATCHING_ROLES = (
    Role.INVOLVEMENT,
    Role.LEAD_COMMISSIONER,
    Role.CONTRACT_MANAGER,
    Role.MANAGEMENT,
    Role.COMMISSIONER,
    Role.AUDITOR,
)
EVERYTHING = Q(pk__isnull=False)


def runs_consultations(user: Any, *, at: datetime) -> bool:
    """Whether a person opens, extends, closes and publishes consultations: the Involvement Team."""
    return has_role(user, Role.INVOLVEMENT, on=local_date(at))


def reads_responses(user: Any, *, at: datetime) -> bool:
    """Whether a person reads what people wrote."""
    return has_role(user, Role.INVOLVEMENT, on=local_date(at))


def reads_equality(user: Any, *, at: datetime) -> bool:
    """Whether a person sees who answered, in counts, before the results are public: never those who decide (PSED)."""
    return has_role(user, Role.INVOLVEMENT, on=local_date(at))


def enters_answers(user: Any, *, at: datetime) -> bool:
    """Whether a person enters answers that came in other ways than online: the Involvement Team, who may read them."""
    return has_role(user, Role.INVOLVEMENT, on=local_date(at))


def hears_of(user: Any, *, at: datetime, way: str = "") -> Q:
    """Consultations of which a person reads what people wrote once it is redacted: all for the Involvement Team, own
    ones for a Lead Commissioner. `way` leads to the consultation from what is filtered, and ends in two underscores.
    """
    if reads_responses(user, at=at):
        return EVERYTHING
    if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        return Q(**{f"{way}activity__lead_commissioner": user})
    return NOTHING


def disposed_consultations(user: Any, *, at: datetime) -> Q:
    """Consultations of which a person says what becomes of comments on the draft: own ones, as Lead Commissioner."""
    return Q(activity__lead_commissioner=user) if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)) else NOTHING


def read_redactions(user: Any, *, at: datetime) -> Q:
    """Redacted texts that a person reads."""
    return hears_of(user, at=at, way="answer__response__consultation__")


def watches_all(user: Any, *, at: datetime) -> bool:
    """Whether a person follows every consultation, drafts and unpublished counts included."""
    return has_role(user, Role.INVOLVEMENT, Role.MANAGEMENT, Role.AUDITOR, on=local_date(at))


def own_consultations(user: Any, *, at: datetime) -> Q:
    """Consultations of activities that are this person's own, as Lead Commissioner or as Contract Manager."""
    own = NOTHING
    if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        own |= Q(activity__lead_commissioner=user)
    if has_role(user, Role.CONTRACT_MANAGER, on=local_date(at)):
        own |= Q(activity__contract_manager=user)
    return own


def watches_consultations(user: Any, *, at: datetime) -> bool:
    """Whether a person has a place among the office's pages on consultations: all, their own, or none yet."""
    return has_role(user, *WATCHING_ROLES, on=local_date(at))


def consultable_activities(user: Any, *, at: datetime) -> Q:
    """Activities on which a person may draft a consultation: any (Involvement Team), their own (Lead Commissioner)."""
    if runs_consultations(user, at=at):
        return Q()
    return Q(lead_commissioner=user) if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)) else NOTHING


def watched_consultations(user: Any, *, at: datetime) -> Q:
    """Consultations whose staff page and counts a person sees: all, own ones, or (the Commissioner) public ones."""
    if watches_all(user, at=at):
        return EVERYTHING
    watched = own_consultations(user, at=at)
    if has_role(user, Role.COMMISSIONER, on=local_date(at)):
        watched |= Q(published_at__isnull=False)
    return watched


def writable_consultations(user: Any, *, at: datetime) -> Q:
    """Drafts a person may write: all of them for the Involvement Team, their own for a Lead Commissioner."""
    if runs_consultations(user, at=at):
        return EVERYTHING
    if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        return Q(activity__lead_commissioner=user)
    return NOTHING


def signable_consultations(user: Any, *, at: datetime) -> Q:
    """Drafts a person may sign off: any for Management, their own for a Lead Commissioner; never what they wrote."""
    signable = NOTHING
    if has_role(user, Role.MANAGEMENT, on=local_date(at)):
        signable = EVERYTHING
    elif has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        signable = Q(activity__lead_commissioner=user)
    return signable if signable == NOTHING else signable & ~Q(written_by=user)


def previewed_consultations(user: Any, *, at: datetime) -> Q:
    """Consultations whose questions a person goes through as respondents will: who writes them, who signs them off."""
    signs = has_role(user, Role.MANAGEMENT, on=local_date(at))
    return EVERYTHING if signs else writable_consultations(user, at=at)


def keeps_elections(user: Any, *, at: datetime) -> bool:
    """Whether a person keeps the calendar of pre-election periods."""
    return has_role(user, Role.INVOLVEMENT, Role.MANAGEMENT, on=local_date(at))


def overrides_elections(user: Any, *, at: datetime) -> bool:
    """Whether a person may let a consultation open in a pre-election period."""
    return has_role(user, Role.MANAGEMENT, on=local_date(at))


def writes_questionnaires(user: Any, *, at: datetime) -> bool:
    """Whether a person writes questionnaires."""
    return has_role(user, *QUESTIONNAIRE_ROLES, on=local_date(at))


def attested_consultations(user: Any, *, at: datetime) -> Q:
    """Consultations of which this person, as one who decides, attests to having read what people said.

    The Commissioner: all public ones. A Lead Commissioner: those of their own activities.
    """
    attested = NOTHING
    if has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at)):
        attested |= Q(activity__lead_commissioner=user, published_at__isnull=False)
    if has_role(user, Role.COMMISSIONER, on=local_date(at)):
        attested |= Q(published_at__isnull=False)
    return attested


def keepable_promises(user: Any, *, at: datetime) -> Q:
    """Promises on which a person acts: all (Involvement Team), or those they own while they work for the office."""
    if runs_consultations(user, at=at):
        return EVERYTHING
    return Q(owner=user) if is_office(user, on=local_date(at)) else NOTHING


def hands_out_codes(user: Any, *, at: datetime) -> bool:
    """Whether there is a list of codes that this person's organisation hands out, empty or not."""
    return has_role(user, *PROVIDER_ROLES, on=local_date(at))


def handed_out_batches(user: Any, *, at: datetime) -> Q:
    """Batches of codes of organisations for which this person acts."""
    own = organisations_of(user, on=local_date(at), roles=PROVIDER_ROLES)
    return Q(organisation__in=own) if hands_out_codes(user, at=at) else NOTHING


def makeable_batches(user: Any, *, at: datetime) -> Q:
    """Batches whose sheet a person makes for their organisation: the office never sees these codes."""
    if not has_role(user, Role.CERTIFIER, on=local_date(at)):
        return NOTHING
    return Q(organisation__in=organisations_of(user, on=local_date(at), roles=[Role.CERTIFIER]), office_makes=False)


def answers_by_name(user: Any, *, at: datetime) -> bool:
    """Whether there is a list of what this person's organisations answer by name, empty or not."""
    return has_role(user, *PROVIDER_ROLES, on=local_date(at))


def answering_organisations(user: Any, *, at: datetime) -> Any:
    """The organisations whose answers this person writes with their colleagues, as a queryset."""
    return organisations_of(user, on=local_date(at), roles=PROVIDER_ROLES)


def signing_organisations(user: Any, *, at: datetime) -> Any:
    """The organisations whose answers this person signs and takes back, as a certifier."""
    return organisations_of(user, on=local_date(at), roles=[Role.CERTIFIER])
