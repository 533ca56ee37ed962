"""Nobody reaches a document, a picture or one of its sizes that no public page shows."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from engagement.enums import Role
from portal.domain import publishing
from portal.models import HomePage, PortalDocument, PortalImage, StandardPage
from tests.factories.engagement import UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    PictureFactory,
    SpecificationPageFactory,
    StandardPageFactory,
    clause,
    published,
    specification_content,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return DocumentFactory()


@pytest.fixture
def picture():
    return PictureFactory()


@pytest.fixture
def showing(document, picture):
    """The words of a page that shows both, ready for a page of any state."""
    return [
        {"type": "text", "value": f'<p><a linktype="document" id="{document.pk}">The needs assessment</a></p>'},
        {
            "type": "picture",
            "value": {"image": {"image": picture.pk, "alt_text": "A lamp", "decorative": False}, "caption": ""},
        },
    ]


def answers(client, document, picture):
    """What the server says to a request for the document and for one size of the picture."""
    rendition = picture.get_rendition("width-720|format-webp")
    return fetched(client, document.url).status_code, fetched(client, rendition.url).status_code


def fetched(client, address):
    """The answer, read to its end: a file that is half read stays open."""
    reply = client.get(address)
    if reply.streaming:
        b"".join(reply)
    return reply


HIDDEN, SHOWN = (404, 404), (200, 200)


@pytest.mark.threat("W01", "W03")
def test_files_of_a_draft_are_hidden(client, document, picture, showing):
    StandardPageFactory(body=showing)

    assert answers(client, document, picture) == HIDDEN


@pytest.mark.threat("W01", "W03")
def test_files_follow_their_page_from_publishing_to_taking_back(client, document, picture, showing):
    page = StandardPageFactory(body=showing, live=True)
    while_live = answers(client, document, picture)

    page.unpublish()

    assert (while_live, answers(client, document, picture)) == (SHOWN, HIDDEN)


@pytest.mark.threat("W01", "W03")
def test_files_of_a_scheduled_page_wait_for_its_time(client, document, picture, showing):
    page = published(StandardPageFactory(body=showing, go_live_at=timezone.now() + timedelta(hours=1)))
    before = answers(client, document, picture)

    publishing.carry_out_schedule(at=timezone.now())
    too_early = StandardPage.objects.get(pk=page.pk).live
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        publishing.carry_out_schedule(at=timezone.now())
        after = answers(client, document, picture)

    assert (before, too_early, after) == (HIDDEN, False, SHOWN)


@pytest.mark.threat("W01", "W03")
def test_files_of_an_expired_page_are_hidden_before_anything_sweeps(client, document, picture, showing):
    page = StandardPageFactory(body=showing, live=True)
    StandardPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))

    assert answers(client, document, picture) == HIDDEN
    assert client.get(page.url).status_code == 404


@pytest.mark.threat("W01", "W03")
def test_files_are_hidden_with_their_page_when_it_moves_under_a_draft(client, document, picture, showing):
    page = StandardPageFactory(body=showing, live=True)
    draft = StandardPageFactory()

    page.move(draft, pos="last-child")

    assert answers(client, document, picture) == HIDDEN
    assert client.get(StandardPage.objects.get(pk=page.pk).url).status_code == 404


@pytest.mark.threat("W01")
def test_file_removed_from_a_live_page_is_hidden_once_that_is_published(client, document, picture, showing):
    page = StandardPageFactory(body=showing, live=True)
    page.body = [{"type": "text", "value": "<p>Nothing to see.</p>"}]
    page.save_revision(user=UserFactory(role=Role.INVOLVEMENT))
    while_in_draft = answers(client, document, picture)

    published(page)

    assert (while_in_draft, answers(client, document, picture)) == (SHOWN, HIDDEN)


@pytest.mark.threat("W01")
def test_file_added_in_a_draft_of_a_live_page_is_hidden(client, document, picture, showing):
    page = StandardPageFactory(live=True)
    page.body = showing
    page.save_revision(user=UserFactory(role=Role.INVOLVEMENT))

    assert answers(client, document, picture) == HIDDEN


def test_file_of_an_old_version_stays_as_long_as_the_version(client, document):
    linked = clause("See") | {"text": f'<p><a linktype="document" id="{document.pk}">the file</a></p>'}
    content = specification_content()
    content[0]["value"]["clauses"] = [linked]
    page = SpecificationPageFactory(content=content, live=True)
    page.content = specification_content()
    page = published(page)

    still_linked = fetched(client, document.url).status_code
    page.unpublish()

    assert (still_linked, fetched(client, document.url).status_code) == (200, 404)


@pytest.mark.threat("W02")
def test_no_address_serves_the_media_folder(client, document, picture, showing):
    StandardPageFactory(body=showing, live=True)
    rendition = picture.get_rendition("width-720|format-webp")

    stored = [document.file.url, picture.file.url, rendition.file.url]

    assert [fetched(client, address).status_code for address in stored] == [404, 404, 404]


@pytest.mark.threat("W03")
def test_guessed_size_makes_no_picture(client, picture):
    before = picture.renditions.count()

    reply = client.get(reverse("portal:rendition", args=[picture.pk, "lamp.original.png"]))

    assert (reply.status_code, picture.renditions.count()) == (404, before)


def test_pictures_are_made_when_the_page_is_published(showing, picture):
    page = StandardPageFactory(body=showing)
    before = picture.renditions.count()

    published(page)

    assert (before, picture.renditions.count()) == (0, len(publishing.PICTURE_SIZES))


@pytest.mark.threat("W16")
def test_document_leaves_as_an_attachment_that_can_do_nothing(client, document, showing):
    StandardPageFactory(body=showing, live=True)

    reply = fetched(client, document.url)

    headers = ("Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    assert [reply[name] for name in headers] == [
        f'attachment; filename="{document.filename}"',
        "default-src 'none'",
        "nosniff",
        "no-cache",
    ]


@pytest.mark.threat("W16")
@pytest.mark.parametrize("name", ["mark.svg", "page.html", "page.xhtml", "data.xml", "run.js", "macro.xlsm"])
def test_active_files_are_refused_when_they_are_uploaded(name):
    upload = ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name=name)
    collection = PortalDocument._meta.get_field("collection").get_default()

    as_document = get_document_form(PortalDocument)(
        {"title": "A", "collection": collection}, {"file": upload}, user=UserFactory(role=Role.INVOLVEMENT)
    )
    as_picture = get_image_form(PortalImage)(
        {"title": "A", "collection": collection}, {"file": upload}, user=UserFactory(role=Role.INVOLVEMENT)
    )

    assert ("file" in as_document.errors, "file" in as_picture.errors) == (True, True)


@pytest.mark.threat("W15")
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.INVOLVEMENT, 200),
        (Role.MANAGEMENT, 200),
        (Role.COMMISSIONER, 200),
        (Role.AUDITOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.LEAD_COMMISSIONER, 404),
        (Role.CONTRACT_MANAGER, 404),
        (Role.SPECIALIST, 404),
        (Role.PREPARER, 404),
        (Role.CERTIFIER, 404),
        (None, 404),
    ],
)
def test_file_of_a_draft_opens_for_those_who_read_drafts_and_is_kept_nowhere(client, document, showing, role, status):
    StandardPageFactory(body=showing)
    client.force_login(UserFactory(role=role))

    reply = fetched(client, document.url)

    assert reply.status_code == status
    if status == 200:
        assert reply["Cache-Control"] == "private, no-store"


def test_lead_opens_files_of_their_own_drafts(client, document):
    hub = ActivityPageFactory(
        evidence=[
            {"type": "item", "value": {"kind": "EVIDENCE", "name": "Needs", "document": document.pk, "version": ""}}
        ]
    )
    client.force_login(hub.activity.lead_commissioner)
    own = fetched(client, document.url).status_code

    client.force_login(UserFactory(role=Role.LEAD_COMMISSIONER))

    assert (own, fetched(client, document.url).status_code) == (200, 404)


def test_evidence_is_there_to_read_or_says_why_not():
    block = ActivityPageFactory._meta.model._meta.get_field("evidence").stream_block.child_blocks["item"]

    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python({"kind": "EVIDENCE", "name": "Needs"}))

    assert "say why it is withheld" in str(refusal.value.block_errors["withheld"])


def test_home_page_is_there_from_the_start(client):
    assert HomePage.objects.get().url == "/"
    assert client.get("/").status_code == 200
