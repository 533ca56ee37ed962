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
    _refuse_role(user, organisation, role, on=starts_on)
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, starts_on=starts_on, ends_on=ends_on
    )
    _begin(membership, actor=actor, at=at)
    return membership


def _refuse_role(user: User, organisation: Organisation, role: Role, *, on: date) -> None:
    if role not in roles_in(organisation):
        raise MembershipRefused(f"{organisation} has no {Role(role).label}.")
    if user.memberships.current(on=on).filter(organisation=organisation, role=role).exists():
        raise MembershipRefused(f"{user} is already {Role(role).label} of {organisation}.")


def _begin(membership: Membership, *, actor: User | None, at: datetime) -> None:
    """What follows when somebody begins to act for an organisation."""
    user, organisation = membership.user, membership.organisation
    sync_groups(user=user, on=local_date(at))
    log.record(
        action="membership.given",
        subject=membership,
        actor=actor,
        at=at,
        organisation=organisation,
        summary=f"{user} acts for {organisation} as {membership.get_role_display()}.",
        data={"role": membership.role},
    )


@transaction.atomic
def invite(*, organisation: Organisation, name: str, email: str, role: Role, actor: User, at: datetime) -> Membership:
    """Invites the owner of an address to act for an organisation; makes the person when there is none.

    Says the same whether the address was known, and changes nothing for whoever is known: they say yes first (T06). The
    caller sends the e-mail afterwards. Raises `MembershipRefused` for a role there is not or that they have, and in one
    and the same sentence for an account that is switched off and for somebody who would then act for the office and
    for those whom it pays.
    """
    user, _ = accounts.person_at(email=email, name=name)
    if not user.is_active or _would_stand_on_both_sides(user, organisation, at=at):
        raise MembershipRefused("This address cannot be invited here. Ask the office.")
    role, today = Role(role), local_date(at)
    _refuse_role(user, organisation, role, on=today)
    if user.memberships.invited().filter(organisation=organisation, role=role).exists():
        raise MembershipRefused("This address is invited already. You can send the invitation again.")
    # Whoever stopped today and is asked back today goes on in the row that there is.
    membership, _ = Membership.objects.update_or_create(
        user=user, organisation=organisation, role=role, starts_on=today, defaults={"ends_on": None, "accepted": False}
    )
    _record_invitation(membership, "membership.invited", "is invited to act for", actor=actor, at=at)
    return membership


@transaction.atomic
def accept_invitation(*, membership: Membership, actor: User, at: datetime) -> Membership:
    """The person who is invited says yes, and acts for the organisation from now on. Raises `MembershipRefused`."""
    membership = _invited(membership)
    if membership.user != actor:
        raise MembershipRefused("Only the person who is invited answers an invitation.")
    if _would_stand_on_both_sides(actor, membership.organisation, at=at):
        raise MembershipRefused("You cannot act for the office and for those whom it pays. Ask the office.")
    _refuse_role(actor, membership.organisation, Role(membership.role), on=local_date(at))
    membership.accepted = True
    membership.save(update_fields=["accepted"])
    _begin(membership, actor=actor, at=at)
    return membership


@transaction.atomic
def drop_invitation(*, membership: Membership, actor: User, at: datetime) -> None:
    """An invitation is declined by whoever was invited, or taken back. Raises `MembershipRefused` once it is accepted.

    Nothing is left of it but the log.
    """
    membership = _invited(membership)
    declined = membership.user == actor
    action, done = ("declined", "declined to act for") if declined else ("taken-back", "is no longer asked to act for")
    _record_invitation(membership, f"membership.{action}", done, actor=actor, at=at)
    membership.delete()


def _would_stand_on_both_sides(user: User, organisation: Organisation, *, at: datetime) -> bool:
    known = User.objects.get(pk=user.pk)  # with all roles, whichever they act in at this moment
    return bool(roles_of(known, on=local_date(at)) - roles_in(organisation))


def _invited(membership: Membership) -> Membership:
    rows = Membership.objects.invited().select_for_update(of=("self",)).select_related("user", "organisation")
    held: Membership | None = rows.filter(pk=membership.pk).first()
    if held is None:
        raise MembershipRefused("This invitation is answered already, or was taken back.")
    return held


def _record_invitation(membership: Membership, action: str, words: str, *, actor: User, at: datetime) -> None:
    log.record(
        action=action,
        subject=membership,
        actor=actor,
        at=at,
        organisation=membership.organisation,
        summary=f"{membership.user} {words} {membership.organisation} as {membership.get_role_display()}.",
        data={"role": membership.role},
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
