"""The mechanism under every policy: a person's roles and organisations on a day. Ended memberships count nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils import timezone

from engagement.enums import OFFICE_ROLES, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from engagement.models import User


def local_date(at: datetime) -> date:
    """The Europe/London date of an aware moment."""
    return timezone.localtime(at).date()


def roles_of(user: User | AnonymousUser, *, on: date) -> frozenset[Role]:
    """The roles a person holds on a Europe/London date, as a frozenset of `Role` values. Nobody signed in: none.

    Kept on the user object, which lives for one request, so that a page asks the database once.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    kept: dict[date, frozenset[Role]] = user.__dict__.setdefault("_roles_by_day", {})
    if on not in kept:
        kept[on] = frozenset(Role(role) for role in user.memberships.current(on=on).values_list("role", flat=True))
    return kept[on]


def has_role(user: User | AnonymousUser, *roles: Role, on: date) -> bool:
    """Whether a person holds any of these roles on a day."""
    return not roles_of(user, on=on).isdisjoint(roles)


def is_office(user: User | AnonymousUser, *, on: date) -> bool:
    """Whether a person works for the Commissioner's office on a day."""
    return has_role(user, *OFFICE_ROLES, on=on)


def organisations_of(user: User | AnonymousUser, *, on: date, roles: Collection[Role] | None = None) -> QuerySet[Any]:
    """Organisations for which a person acts on a day (in these roles only, when given), as a queryset."""
    memberships = apps.get_model("engagement", "Membership").objects.none()
    if user.is_authenticated and user.is_active:
        memberships = user.memberships.current(on=on)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    return apps.get_model("engagement", "Organisation").objects.filter(pk__in=memberships.values("organisation"))
