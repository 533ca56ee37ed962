"""Who may write, approve, read and announce pages. Each policy gives a yes or no, or the `Q` of a queryset.

The rows "page or specification, draft" and "live" of interfaces.md are the source. Wagtail's own permissions carry the
same rights inside its admin: the role's group for everybody's pages, one group for each activity's Lead Commissioner.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from engagement.access import has_role, local_date
from engagement.enums import CMS_ROLES, Role
from engagement.models import Activity, User
from engagement.rules import own_activities

READERS_OF_ALL_DRAFTS = (Role.INVOLVEMENT, Role.MANAGEMENT, Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR)


def opens_cms(user: Any, *, at: datetime) -> bool:
    """Whether a person may open Wagtail's admin at all. Providers and respondents never do."""
    return bool(user.is_authenticated and has_role(user, *CMS_ROLES, on=local_date(at)))


def reads_drafts_of(user: User, *, at: datetime) -> Q | None:
    """Activities whose draft pages this person may read, as a `Q`; `None` means every draft, of activities or not."""
    if has_role(user, *READERS_OF_ALL_DRAFTS, on=local_date(at)):
        return None
    return own_activities(user, at=at)


def reads_drafts(user: Any, *, at: datetime) -> bool:
    """Whether a person reads drafts of anything."""
    roles = (*READERS_OF_ALL_DRAFTS, Role.LEAD_COMMISSIONER, Role.CONTRACT_MANAGER)
    return bool(user.is_authenticated and has_role(user, *roles, on=local_date(at)))


def writes_all_pages(user: User, *, at: datetime) -> bool:
    """Whether a person writes the pages of every activity, and those of none."""
    return bool(has_role(user, Role.INVOLVEMENT, on=local_date(at)))


def writes_documents_of(user: User, activity: Activity, *, at: datetime) -> bool:
    """Whether a person writes the pages of an activity: the Involvement Team all, the Lead Commissioner their own."""
    if writes_all_pages(user, at=at):
        return True
    leads = has_role(user, Role.LEAD_COMMISSIONER, on=local_date(at))
    return bool(leads and activity.lead_commissioner_id == user.pk)


def approves(user: Any, *, at: datetime) -> bool:
    """Whether a person approves what others wrote."""
    return bool(has_role(user, Role.MANAGEMENT, on=local_date(at)))


def reads_reports(user: Any, *, at: datetime) -> bool:
    """Whether a person reads Wagtail's reports, which name who changed what (security row W11)."""
    return bool(has_role(user, Role.MANAGEMENT, Role.ADMINISTRATOR, on=local_date(at)))
