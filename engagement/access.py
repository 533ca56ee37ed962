"""The mechanism under every policy: a person's roles and organisations on a day. Ended memberships count nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from engagement.enums import OFFICE_ROLES, PROVIDER_ROLES, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from engagement.models import User

# What is kept on a user object: it lives for one request, and may stand behind a lazy one.
KEPT, CHOSEN = "_held_by_day", "_acts_for"


def local_date(at: datetime) -> date:
    """The Europe/London date of an aware moment."""
    return timezone.localtime(at).date()


def roles_of(user: User | AnonymousUser, *, on: date) -> frozenset[Role]:
    """The roles a person holds on a Europe/London date, as a frozenset of `Role` values. Nobody signed in: none.

    At a browser, of the organisations for which somebody acts only the one that they act for now counts (R-147).
    """
    now = acting_for(user, on=on)
    held = _held(user, on=on)
    return frozenset(role for role, organisation in held if role in OFFICE_ROLES or now in {None, organisation})


def _held(user: User | AnonymousUser, *, on: date) -> frozenset[tuple[Role, int]]:
    """Role and organisation of each membership in force on a day.

    Kept on the user object, which lives for one request, so that a page asks the database once.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    kept: dict[date, frozenset[tuple[Role, int]]] | None = getattr(user, KEPT, None)
    if kept is None:
        setattr(user, KEPT, kept := {})
    if on not in kept:
        rows = user.memberships.current(on=on).values_list("role", "organisation")
        kept[on] = frozenset((Role(role), organisation) for role, organisation in rows)
    return kept[on]


def provided_for(user: User | AnonymousUser, *, on: date) -> list[int]:
    """The keys of all organisations for which a person prepares or certifies on a day, whichever they act for now."""
    return sorted({organisation for role, organisation in _held(user, on=on) if role in PROVIDER_ROLES})


def act_for(user: User | AnonymousUser, organisation: int) -> None:
    """Says for which organisation somebody at a browser acts, if they act for several: 0 for none chosen yet.

    The door of the site calls it for every request. What runs without one narrows nothing.
    """
    setattr(user, CHOSEN, organisation)


def acting_for(user: User | AnonymousUser, *, on: date) -> int | None:
    """The key of the one organisation for which somebody acts now, or `None` where there is nothing to choose.

    Somebody of several organisations who has not chosen acts for the one that was entered first.
    """
    chosen: int | None = getattr(user, CHOSEN, None)
    if chosen is None:
        return None
    own = provided_for(user, on=on)
    if len(own) < 2:
        return None
    return chosen if chosen in own else own[0]


def has_role(user: User | AnonymousUser, *roles: Role, on: date) -> bool:
    """Whether a person holds any of these roles on a day."""
    return not roles_of(user, on=on).isdisjoint(roles)


def is_office(user: User | AnonymousUser, *, on: date) -> bool:
    """Whether a person works for the Commissioner's office on a day."""
    return has_role(user, *OFFICE_ROLES, on=on)


def organisations_of(user: User | AnonymousUser, *, on: date, roles: Collection[Role] | None = None) -> QuerySet[Any]:
    """Organisations for which a person acts on a day (in these roles only, when given), as a queryset.

    At a browser only the one that they act for now, of those that they do not work at.
    """
    memberships = apps.get_model("engagement", "Membership").objects.none()
    if user.is_authenticated and user.is_active:
        memberships = user.memberships.current(on=on)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    if (now := acting_for(user, on=on)) is not None:
        memberships = memberships.filter(Q(organisation=now) | Q(role__in=OFFICE_ROLES))
    return apps.get_model("engagement", "Organisation").objects.filter(pk__in=memberships.values("organisation"))
