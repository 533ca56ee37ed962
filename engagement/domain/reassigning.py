"""Who is responsible for an activity passes to somebody else, with a reason and an entry in the log (R-080)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from engagement import rules
from engagement.access import has_role, local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.enums import Role, Stage
from engagement.models import Activity, User

PARTS = {Role.LEAD_COMMISSIONER: "lead_commissioner", Role.CONTRACT_MANAGER: "contract_manager"}


class ReassignmentRefused(Refused):
    """The activity cannot pass to this person; the message says why. `field` names the box, if one."""


def activities_of(person: User, part: Role) -> list[Activity]:
    """The activities for which a person answers in a part, but those that are closed. One query."""
    found = Activity.objects.filter(**{PARTS[part]: person}).exclude(stage=Stage.CLOSED)
    return list(found.order_by("title", "pk"))


@transaction.atomic
def reassign(
    *, activity: Activity, part: Role, seen: User, to: User, reason: str, actor: User, at: datetime
) -> Activity:
    """Another person answers for an activity from now on, as its Lead Commissioner or its Contract Manager.

    Raises `ReassignmentRefused` for anybody who does not manage the office's people, without a reason, when `to` does
    not hold the role today, and when somebody other than `seen` answers for it by now.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if not rules.reassigns_activities(actor, at=at):
        raise ReassignmentRefused("Only an administrator hands activities over.")
    if not reason.strip():
        raise ReassignmentRefused("Say why the activities pass to somebody else.", field="reason")
    if not has_role(to, part, on=local_date(at)):
        raise ReassignmentRefused(f"{to} is not {part.label} today.", field="to")
    if getattr(activity, f"{PARTS[part]}_id") != seen.pk:
        raise ReassignmentRefused(f"Somebody else answers for “{activity}” by now. Look again.")
    setattr(activity, PARTS[part], to)
    activity.save(update_fields=[PARTS[part]])
    log.record(
        action="activity.reassigned",
        subject=activity,
        actor=actor,
        at=at,
        activity=activity,
        summary=f"{part.label} of {activity.reference}: {to} follows {seen}. {reason.strip()}",
        data={"part": part, "from": seen.pk, "to": to.pk},
    )
    return activity
