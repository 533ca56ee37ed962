"""Commenting on one section of a draft document, and taking a comment back (R-059; docs/decisions/0019).

No function for people without a name takes an actor, writes a log entry or keeps a moment. The code that a comment is
sent with is drawn with the form, so the same form sent twice is one comment; later it takes the comment back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from consultations import rules
from consultations.domain import admitting, drafting, publication, responding, sealing, settling
from consultations.domain.documents import Part
from consultations.domain.preparing import record
from consultations.domain.responding import CodeUnknown, Receipt
from consultations.domain.tickets import Invitation, Ticket
from consultations.models import Comment, Consultation, SignedComment
from engagement.domain.refused import Refused
from engagement.models import Organisation, User

PURPOSE = "comment"
LONGEST = 4000


class CommentRefused(Refused):
    """A comment cannot be sent like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Words:
    """What somebody says of a section, and what they chose about publishing it."""

    text: str
    publish: str = ""


def admits(consultation: Consultation, *, ticket: Ticket | None = None, invitation: Invitation | None = None) -> bool:
    """Whether somebody with this browser may comment: anybody, or for a closed group who was given a code.

    A code is not used up by commenting. Who has begun or sent an answer with theirs is known by that. Writes nothing.
    """
    if not consultation.needs_code:
        return True
    if invitation and admitting.was_given_out(consultation=consultation, code=invitation.code):
        return True
    if ticket is None:
        return False
    begun = drafting.find(consultation=consultation, ticket=ticket)
    return bool(begun or responding.find_receipt(consultation=consultation, ticket=ticket))


def send_comment(
    *, consultation: Consultation, part: Part, words: Words, code: str, admitted: bool, at: datetime
) -> Receipt:
    """Keeps what somebody without a name says of a section; the same code and words again are the same comment.

    The same code with other words takes the place of what was sent, which somebody then reads anew. `admitted` is what
    `admits` said. Raises `NotTakingAnswers`, `CodeNeeded`, and `CommentRefused` for no words or too many.
    """
    if consultation.is_named:
        raise drafting.NotTakingAnswers("Organisations comment on this, by name.")
    if not admitted:
        raise drafting.CodeNeeded("Only people who were given a code can comment on this.")
    keep = partial(_keep, consultation=consultation, part=part, words=words, code=code, settled=False, at=at)
    try:
        keep()
    except IntegrityError:
        keep()  # the same form came twice at the same moment: the second now finds the first
    return Receipt(code)


def said_already(*, consultation: Consultation, part: Part, words: Words, code: str) -> bool:
    """Whether the comment under this code says just that of this section, as when a browser went back. One query.

    It has a fresh code by then. Without this, whoever goes back and sends again is counted twice.
    """
    text = words.text.replace("\r\n", "\n").strip()
    return bool(code) and _under_code(consultation, code).filter(part=part.id, text=text).exists()


def sign_comment(
    *,
    consultation: Consultation,
    part: Part,
    words: Words,
    code: str,
    organisation: Organisation,
    actor: User,
    at: datetime,
) -> Comment:
    """Keeps what an organisation says of a section, by name; a certifier signs. The same form twice is one comment.

    Raises `NotTakingAnswers`, and `CommentRefused` for anybody but a certifier, no words or too many.
    """
    if not consultation.is_named:
        raise drafting.NotTakingAnswers("People comment on this without a name.")
    if not rules.signing_organisations(actor, at=at).filter(pk=organisation.pk).exists():
        raise CommentRefused("A certifier of the organisation signs its comments.")
    keep = partial(_keep, consultation=consultation, part=part, words=words, code=code, settled=True, at=at)
    sign = partial(_sign, keep, organisation=organisation, actor=actor, at=at)
    try:
        return sign()
    except IntegrityError:
        return sign()  # the same form came twice at the same moment: the second now finds the first


@transaction.atomic
def _sign(keep: Callable[[], Comment], *, organisation: Organisation, actor: User, at: datetime) -> Comment:
    comment = keep()
    consultation = comment.consultation
    signed = {"consultation": consultation, "organisation": organisation, "signed_by": actor, "signed_at": at}
    _, created = SignedComment.objects.get_or_create(comment=comment, defaults=signed)
    if created:
        record(
            consultation,
            "organisation commented",
            actor=actor,
            at=at,
            summary=f"{organisation} commented on section {comment.number} of the draft in {consultation.reference}.",
            data={"organisation": organisation.slug},
        )
    return comment


@transaction.atomic
def _keep(*, consultation: Consultation, part: Part, words: Words, code: str, settled: bool, at: datetime) -> Comment:
    drafting.refuse_unless_open(consultation, at=at)
    text = checked(words.text)
    publish = publication.chosen(consultation, words.publish)
    earlier = _under_code(consultation, code)
    same: Comment | None = earlier.filter(part=part.id, text=text, publication=publish).first()
    if same:
        return same
    if earlier.exists():
        settling.hold_responses(consultation)
        earlier.delete()
    kept: Comment = Comment.objects.create(
        consultation=consultation,
        version=consultation.specification_version,
        part=part.id,
        number=part.number,
        heading=part.heading,
        digest=part.digest,
        text=text,
        publication=publish,
        receipt_hash=sealing.keyed_hash(PURPOSE, code),
        settled=settled,
    )
    return kept


def checked(text: str) -> str:
    """The words as they are kept. Raises `CommentRefused` beside `text` for none, or for more than `LONGEST`."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise CommentRefused("Write what you think of this section.", "text")
    if len(text) > LONGEST:
        raise CommentRefused(f"Use at most {LONGEST:,} characters (there are {len(text):,}).", "text")
    return text


def find_receipt(*, consultation: Consultation, code: str) -> Comment | None:
    """The comment that a browser sent with this code, for the page that says so, or `None`. Writes nothing."""
    found: Comment | None = _under_code(consultation, code).first()
    return found


@transaction.atomic
def withdraw_comment(*, consultation: Consultation, code: str, at: datetime) -> None:
    """Deletes the comment under a code for good, published or not.

    Raises `CodeUnknown`, and `NotTakingAnswers` after closing; a pause keeps nobody from it.
    """
    if not consultation.suspended_at:
        drafting.refuse_unless_open(consultation, at=at)
    settling.hold_responses(consultation)
    deleted, _ = _under_code(consultation, code).delete()
    if not deleted:
        raise CodeUnknown("We have no comment under this reference. If you withdrew it before, it is gone.")


@transaction.atomic
def take_back_comment(*, comment: Comment, actor: User, at: datetime) -> None:
    """A certifier takes back what their organisation said of a section. Raises `CommentRefused`, `NotTakingAnswers`."""
    consultation = comment.consultation
    if not consultation.suspended_at:
        drafting.refuse_unless_open(consultation, at=at)
    settling.hold_responses(consultation)
    own = comments_of(consultation, signing=rules.signing_organisations(actor, at=at)).filter(pk=comment.pk)
    held = own.first()
    if held is None:
        raise CommentRefused("Only a certifier of the organisation takes back its comments.")
    record(
        consultation,
        "organisation comment taken back",
        actor=actor,
        at=at,
        summary=f"{held.signature.organisation} took back a comment on section {held.number}.",
        data={"organisation": held.signature.organisation.slug},
    )
    held.delete()


def comments_of(
    consultation: Consultation, *, signing: QuerySet[Organisation] | Sequence[Organisation]
) -> QuerySet[Comment]:
    """What these organisations have said by name, newest first."""
    signed: QuerySet[Comment] = Comment.objects.filter(consultation=consultation, signature__organisation__in=signing)
    return signed.select_related("signature__organisation", "moderation").order_by("-signature__signed_at", "key")


def _under_code(consultation: Consultation, code: str) -> QuerySet[Comment]:
    return Comment.objects.filter(consultation=consultation, receipt_hash=sealing.keyed_hash(PURPOSE, code))
