"""Pages of each type that are not public, with the document and picture they show, beside live ones."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile

from portal.domain.rights import give_lead_rights
from portal.models import SpecificationPage
from tests.canary.register import PEOPLE
from tests.factories.engagement import NOW
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    IntentionPageFactory,
    PictureFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
    StandardPageFactory,
    published,
    specification_content,
)

LIBRARIANS = {"involvement", "management"}  # who are shown the titles of all files
READERS = set(PEOPLE) - {"admin"}  # whose drafts include the hub of an activity that is a draft itself
DRAFT, LIVE = "page or file, draft", "page or file, live"


def write(world, one):
    """The pages of a side: a live hub and specification with drafts over them, an intention in draft, a review taken
    back, and the draft hub of the activity that is not public."""
    team, approver = world.people["involvement"], world.people["management"]
    keep, draft = world.register, {"row": DRAFT, "owner": one.name}
    live = {"row": LIVE, "owner": one.name}
    one.document = document(world, one)
    title = keep.words("title of a picture", shown=LIBRARIANS | {"lead"}, **draft)
    one.picture = PictureFactory(title=f"Picture {title}")
    one.rendition = one.picture.get_rendition("width-100")
    hub = ActivityPageFactory(activity=one.activity, why=f"<p>{keep.words('why, live', **live)}</p>")
    hub = published(hub, author=team, approver=approver)
    hub.why = f"<p>{keep.words('why, redrafted', **draft)}</p>"
    hub.now = keep.words("what is happening now, redrafted", **draft)
    hub.save_revision(user=team)
    intention = IntentionPageFactory(
        parent=hub,
        author=team,
        lead=f"We mean {keep.words('lead of an intention', **draft)}.",
        value=keep.words("value of an intention", **draft),
        body=body(keep.words("body of an intention", **draft), one),
    )
    next_hub = ActivityPageFactory(
        activity=one.draft_activity, author=team, why=f"<p>{keep.words('why of the next', shown=READERS, **draft)}</p>"
    )
    give_lead_rights(page=next_hub, at=NOW)
    return SimpleNamespace(
        hub=hub,
        intention=intention,
        next_hub=next_hub,
        specification=specify(world, one, hub),
        review=take_back(world, one, hub),
    )


def body(token, one):
    """Text that links to the side's document and shows its picture."""
    link = f'<a linktype="document" id="{one.document.pk}">The needs assessment</a>'
    picture = {"image": one.picture.pk, "alt_text": "A lamp", "decorative": False}
    return [
        {"type": "text", "value": f"<p>We mean {token}. {link}</p>"},
        {"type": "picture", "value": {"image": picture, "caption": ""}},
    ]


def document(world, one):
    """A file whose title and content are private while no live page shows it."""
    keep, draft = world.register, {"row": DRAFT, "owner": one.name}
    content = f"%PDF-1.7 {keep.words('content of a document', **draft)}".encode()
    title = f"Needs {keep.words('title of a document', shown=LIBRARIANS, **draft)}"
    return DocumentFactory(title=title, file=ContentFile(content, name=f"needs-{one.name.lower()}.pdf"))


def specify(world, one, hub):
    """A specification with a public version, and the words of the next one."""
    team, approver = world.people["involvement"], world.people["management"]
    live = world.register.words("purpose, version 1", row=LIVE, owner=one.name)
    page = SpecificationPageFactory(parent=hub, author=team, content=specification_content(purpose=live))
    page = published(page, author=team, approver=approver)
    draft = world.register.words("purpose, version 2", row=DRAFT, owner=one.name)
    page = SpecificationPage.objects.get(pk=page.pk)
    page.content = specification_content(purpose=draft)
    page.save_revision(user=team)
    return page


def take_back(world, one, hub):
    """A review outcome that was public and is so no more."""
    team, approver = world.people["involvement"], world.people["management"]
    keep, draft = world.register, {"row": DRAFT, "owner": one.name}
    page = ReviewPageFactory(
        parent=hub,
        author=team,
        lead=f"We found {keep.words('lead of a review taken back', **draft)}.",
        intentions=f"<p>{keep.words('intentions of a review taken back', **draft)}</p>",
        reviewed_on=date(2026, 6, 30),
    )
    page = published(page, author=team, approver=approver)
    page.unpublish(user=approver)
    return page


def stray(world):
    """Pages of no activity: in draft, under a draft, and past the end that nothing has swept yet."""
    team, approver = world.people["involvement"], world.people["management"]
    keep = world.register
    lead = keep.words("lead of a standard page", row=DRAFT)
    page = StandardPageFactory(title="How we decide", lead=lead, author=team)
    expired = keep.words("lead of a page past its end", row=DRAFT, shown=())
    ended = StandardPageFactory(title="How we decided", lead=expired, author=team)
    ended = published(ended, author=team, approver=approver)
    type(ended).objects.filter(pk=ended.pk).update(expire_at=NOW - timedelta(hours=1))
    return page
