"""Organisations and who acts for them, from when until when (R-147; security rows A10, T12)."""

from datetime import date, datetime

from django.contrib.auth.models import Group
from django.db import transaction

from engagement.access import local_date, roles_of
from engagement.domain import accounts, log
from engagement.enums import OFFICE_ROLES, PROVIDER_ROLES, USUAL_SECTORS, OrganisationKind, Role, Sector, Size
from engagement.models import Membership, Organisation, User


class MembershipRefused(Exception):
    """The membership cannot be given or ended like this; the message says why."""


@transaction.atomic
def register_organisation(
    *,
    name: str,
    slug: str,
    kind: OrganisationKind,
    actor: User | None,
    at: datetime,
    sector: Sector | None = None,
    is_vcse: bool | None = None,
    size: Size = Size.UNKNOWN,
    charity_number: str = "",
    company_number: str = "",
) -> Organisation:
    """Enters an organisation: provider, partner, police, fire, council, or the office itself (once).

    A file that is imported knows no sector: then it is the one that follows from `kind`, if any does (R-006).
    """
    organisation = Organisation.objects.create(
        name=name,
        slug=slug,
        kind=kind,
        sector=sector or USUAL_SECTORS.get(kind, Sector.UNKNOWN),
        is_vcse=is_vcse,
        size=size,
        charity_number=charity_number,
        company_number=company_number,
    )
    log.record(
        action="organisation.registered",
        subject=organisation,
        actor=actor,
        at=at,
        organisation=organisation,
        summary=f"{name} was entered as {organisation.get_kind_display().lower()}.",
    )
    return organisation


def roles_in(organisation: Organisation) -> frozenset[Role]:
    """The roles there are in an organisation: the office's in the office, a provider's in all others."""
    return OFFICE_ROLES if organisation.kind == OrganisationKind.OFFICE else PROVIDER_ROLES


@transaction.atomic
def give_membership(
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    starts_on: date,
    actor: User | None,
    at: datetime,
    ends_on: date | None = None,
) -> Membership:
    """Lets a person act for an organisation in a role, from a date, until (not including) `ends_on`.

    Office roles belong to the office and provider roles to the others: otherwise `MembershipRefused`; so it is when the
    person has this role there already.
    """
    if role not in roles_in(organisation):
        raise MembershipRefused(f"{organisation} has no {Role(role).label}.")
    held = user.memberships.current(on=starts_on).filter(organisation=organisation, role=role)
    if held.exists():
        raise MembershipRefused(f"{user} is already {Role(role).label} of {organisation}.")
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, starts_on=starts_on, ends_on=ends_on
    )
    sync_groups(user=user, on=local_date(at))
    log.record(
        action="membership.given",
        subject=membership,
        actor=actor,
        at=at,
        organisation=organisation,
        summary=f"{user} acts for {organisation} as {membership.get_role_display()}.",
        data={"role": role},
    )
    return membership


@transaction.atomic
def invite(*, organisation: Organisation, name: str, email: str, role: Role, actor: User, at: datetime) -> Membership:
    """Lets the owner of an address act for an organisation from today; makes the person when there is none.

    Says the same whether the address was known (T06). The caller sends the e-mail afterwards. Raises
    `MembershipRefused` as `give_membership` does, and in one and the same sentence for an account that is switched off
    and for somebody who would then act for the office and for those whom it pays.
    """
    user, _ = accounts.person_at(email=email, name=name)
    if not user.is_active or roles_of(user, on=local_date(at)) - roles_in(organisation):
        raise MembershipRefused("This address cannot be invited here. Ask the office.")
    return give_membership(
        user=user, organisation=organisation, role=Role(role), starts_on=local_date(at), actor=actor, at=at
    )


@transaction.atomic
def end_membership(*, membership: Membership, ends_on: date, actor: User, at: datetime) -> Membership:
    """Ends a membership on a date: from that day on it counts nowhere, and when that is today, sessions end with it.

    Raises `MembershipRefused` for a day before it began, one in the past, or when it has ended already.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=membership.pk)
    )
    today = local_date(at)
    if membership.ends_on and membership.ends_on <= today:
        raise MembershipRefused(f"{membership.user} has already stopped acting for {membership.organisation}.")
    if ends_on < max(membership.starts_on, today):
        raise MembershipRefused("A membership can end today or later, and not before it began.")
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    if ends_on <= today:
        sync_groups(user=membership.user, on=today)
        accounts.end_sessions(user=membership.user)
    log.record(
        action="membership.ended",
        subject=membership,
        actor=actor,
        at=at,
        organisation=membership.organisation,
        summary=f"{membership.user} no longer acts for {membership.organisation} as {membership.get_role_display()}.",
        data={"ends_on": ends_on.isoformat()},
    )
    return membership


def sync_groups(*, user: User, on: date) -> None:
    """Puts a person into the groups named after their office roles of a day: by those, Wagtail grants permissions.

    Groups of other names are not this function's: the site has one for each activity's Lead Commissioner.
    """
    roles = set(user.memberships.current(on=on).filter(role__in=OFFICE_ROLES).values_list("role", flat=True))
    user.groups.remove(*Group.objects.filter(name__in=OFFICE_ROLES - roles))
    user.groups.add(*Group.objects.filter(name__in=roles))


def end_lapsed_memberships(*, on: date) -> int:
    """Brings everybody's groups up to date with the roles of a day; returns how many people were looked at."""
    people = User.objects.filter(memberships__isnull=False).distinct()
    for user in people:
        sync_groups(user=user, on=on)
    return people.count()
