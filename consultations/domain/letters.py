"""Mail to a respondent, sent in the request and recorded nowhere. It names no topic: somebody else may be reading.

Beyond so many an hour to one address, no more are sent. Nobody is told on the page: it would tell whoever types another
person's address that this person has just had such a letter, and so that they answered.
"""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from consultations.domain import attempts, tickets
from consultations.domain.tickets import Ticket
from consultations.models import Consultation
from engagement.domain.calendar import uk_time


class LetterNotSent(Exception):
    """The mail server could not be reached or refused; the message says so to the person."""


def resume_path(consultation: Consultation, ticket: Ticket) -> str:
    """The address that opens unfinished answers on any device."""
    return reverse("consultations:consultation-resume", args=[consultation.slug, ticket.token])


def send_resume_link(*, consultation: Consultation, ticket: Ticket, address: str, at: datetime) -> None:
    """Mails the link back to unfinished answers. Raises `LetterNotSent`."""
    link = settings.BASE_URL + resume_path(consultation, ticket)
    _send("resume", "Your link from the Commissioner's office", consultation, address, {"link": link}, at)


def send_receipt(*, consultation: Consultation, address: str, code: str, at: datetime) -> None:
    """Mails a note that answers have come in, with the reference only when `code` is given. Raises `LetterNotSent`."""
    shown = tickets.shown(code) if code else ""
    _send("receipt", "A note from the Commissioner's office", consultation, address, {"code": shown}, at)


def may_write_to(address: str, *, at: datetime) -> bool:
    """Whether this hour still has room for one more message to an address; counts it."""
    try:
        attempts.ADDRESSES.count(address.casefold(), at=at)
    except attempts.TooManyAttempts:
        return False
    return True


def _send(
    name: str, subject: str, consultation: Consultation, address: str, words: dict[str, str], at: datetime
) -> None:
    if not may_write_to(address, at=at):
        return
    context = {
        "link": settings.BASE_URL,
        **words,
        "closes": uk_time(consultation.closes_at),
        "office_name": settings.OFFICE_NAME,
        "office_place": settings.OFFICE_PLACE,
        "office_email": settings.OFFICE_EMAIL,
        "office_phone": settings.OFFICE_PHONE,
    }
    text = render_to_string(f"consultations/email/{name}.txt", context)
    message = EmailMultiAlternatives(subject=subject, body=text, to=[address])
    message.attach_alternative(render_to_string(f"consultations/email/{name}.html", context), "text/html")
    try:
        message.send()
    except OSError as error:
        raise LetterNotSent(
            "We could not send the e-mail just now. Write the words on this page down instead."
        ) from error
