"""Inviting people, and the sessions of those who sign in (R-147; security rows A10, P03, T10, T12)."""

from datetime import date

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction

from engagement.access import roles_of
from engagement.models import User

NOWHERE = "0.0.0.0"  # noqa: S104  the column takes no empty address


def end_sessions(*, user: User) -> int:
    """Ends every session of a person, wherever they are signed in; returns how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def leave_no_trace(*, session: UserSession, on: date) -> None:
    """Takes address and browser off the record of a service user's session: nobody is to know where they sat (P03)."""
    if not roles_of(session.user, on=on):
        session.ip, session.user_agent = NOWHERE, ""


def forget_session(*, session_key: str) -> None:
    """Forgets where a session that has just ended was held, with its address and browser."""
    UserSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def person_at(*, email: str, name: str) -> tuple[User, bool]:
    """The person with an address (in any case), made without a password when there is none, and whether they are new.

    The address counts as verified: without a password nobody signs in who does not read its mail.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user:
        return user, False
    user = User.objects.create_user(email, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user, True
