"""Consultations on a draft specification, and what people say of its sections, through the doors of the screens."""

from dataclasses import asdict

from consultations.domain import commenting, documents, moderating, settling, specifications, tickets
from consultations.domain.commenting import Words
from consultations.domain.moderating import Decision
from consultations.enums import Publication
from consultations.models import Comment
from engagement.enums import Role
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory
from tests.factories.portal import ActivityPageFactory, SpecificationPageFactory


def draft_on_page(page, **traits):
    """A consultation that pins the newest version of a live specification. `open` unless another state is asked for."""
    newest = page.versions.order_by("-number").select_related("page__activity").first()
    states = {"opening_soon", "closed", "withdrawn", "launched"}
    pinned = {f"specification_{name}": value for name, value in asdict(specifications.pin(newest)).items()}
    state = {} if states & set(traits) else {"open": True}
    return ConsultationFactory(activity=page.activity, **pinned, **state, **traits)


def on_draft(**traits):
    """The same on a specification of its own."""
    return draft_on_page(SpecificationPageFactory(parent=ActivityPageFactory(live=True), live=True), **traits)


def part_of(consultation, number="3.1"):
    return documents.document_of(consultation).numbered(number)


def send(consultation, text="Ring within two days.", *, number="3.1", publish=Publication.WITHOUT_NAME, **more):
    """A comment through the door of people without a name; gives its row."""
    code = more.pop("code", None) or tickets.new_code()
    commenting.send_comment(
        consultation=consultation,
        part=part_of(consultation, number),
        words=Words(text, publish),
        code=code,
        admitted=True,
        at=more.pop("at", NOW),
    )
    return commenting.find_receipt(consultation=consultation, code=code)


def signed_comment(consultation, certifier, *, organisation, text="Pay by result.", number="3.1"):
    """A comment that a certifier signs for their organisation, with its name."""
    return commenting.sign_comment(
        consultation=consultation,
        part=part_of(consultation, number),
        words=Words(text, Publication.WITH_NAME),
        code=tickets.new_code(),
        organisation=organisation,
        actor=certifier,
        at=NOW,
    )


def settled(consultation):
    """Lets the office read every comment, as ten together or the closing would."""
    settling.settle_comments(consultation=consultation, for_good=True)
    return Comment.objects.filter(consultation=consultation)


def moderated(comment, decision="PUBLISHED", *, actor=None, **more):
    """What a person of the office decided about a settled comment."""
    return moderating.decide(
        comment=comment,
        decision=Decision(decision, **more),
        seen=moderating.seen_in(moderating.moderation_of(comment)),
        actor=actor or UserFactory(role=Role.INVOLVEMENT),
        at=NOW,
    )
