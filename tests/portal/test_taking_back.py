"""What is public ends as it began: not by the hand that wrote it, and with a reason that the log keeps (A15)."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.http import urlencode
from wagtail.models import Page

from engagement.domain.organisations import sync_groups
from engagement.enums import Role
from engagement.models import LogEntry
from portal.domain import publishing, taking_back
from portal.models import HomePage, PortalDocument, PortalImage, PublishRefused
from tests.factories.engagement import LONG_AGO, NOW, UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    IntentionPageFactory,
    PictureFactory,
    StandardPageFactory,
    published,
)

pytestmark = [pytest.mark.django_db, pytest.mark.threat("A15")]

REASON = "It names somebody who did not agree to be named."


def both_roles():
    """A person of the Management Team who also writes."""
    user = UserFactory(role=Role.INVOLVEMENT)
    organisation = user.memberships.get().organisation
    user.memberships.create(organisation=organisation, role=Role.MANAGEMENT, starts_on=LONG_AGO)
    sync_groups(user=user, on=NOW.date())
    return user


@pytest.fixture
def manager(client):
    user = UserFactory(role=Role.MANAGEMENT)
    client.force_login(user)
    return user


def fresh(page):
    return Page.objects.get(pk=page.pk)


def words_of(reply):
    return " ".join(BeautifulSoup(reply.content, "html.parser").get_text(" ").split())


# Taking back


def test_page_is_taken_back_with_a_reason_that_the_log_keeps(client, manager):
    hub = ActivityPageFactory(live=True)
    page = IntentionPageFactory(parent=hub, live=True)
    address = reverse("portal:take-back", args=[page.pk])
    asked = client.get(address)

    reply = client.post(address, {"reason": REASON})

    entry = LogEntry.objects.get(action="page.taken_back")
    assert f"Take “{page.title}” back" in words_of(asked)
    assert (reply.status_code, reply.url) == (302, reverse("wagtailadmin_explore", args=[hub.pk]))
    assert (fresh(page).live, client.get(page.address).status_code) == (False, 404)
    assert (entry.actor, entry.activity) == (manager, hub.activity)
    assert entry.summary == f"“{page.title}” was taken back: {REASON}"


def test_without_a_reason_the_page_stays(client, manager):
    page = StandardPageFactory(live=True)

    reply = client.post(reverse("portal:take-back", args=[page.pk]), {"reason": " "})

    assert "Say why the page is taken back" in words_of(reply)
    assert fresh(page).live


def test_nobody_takes_back_what_they_wrote(client):
    user = both_roles()
    page = published(StandardPageFactory(author=user), author=UserFactory(role=Role.INVOLVEMENT))
    client.force_login(user)
    address = reverse("portal:take-back", args=[page.pk])

    replies = [client.get(address), client.post(address, {"reason": REASON})]

    assert all("You wrote part of this page" in words_of(reply) for reply in replies)
    assert fresh(page).live
    assert not LogEntry.objects.filter(action="page.taken_back").exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGEMENT}))
def test_only_the_management_team_takes_back(role):
    page = StandardPageFactory(live=True)

    with pytest.raises(taking_back.TakingBackRefused, match="The Management Team takes pages back"):
        taking_back.take_back(page=page, reason=REASON, actor=UserFactory(role=role), at=NOW)

    assert fresh(page).live


def test_pages_that_hold_all_others_stay(manager):
    home = HomePage.objects.get()

    with pytest.raises(taking_back.TakingBackRefused, match="would vanish with it"):
        taking_back.take_back(page=home, reason=REASON, actor=manager, at=NOW)


def test_what_is_no_longer_public_is_not_taken_back_again(client, manager):
    page = StandardPageFactory(live=True)
    taking_back.take_back(page=page, reason=REASON, actor=manager, at=NOW)

    with pytest.raises(taking_back.TakingBackRefused, match="is not public"):
        taking_back.take_back(page=page, reason=REASON, actor=manager, at=NOW)

    assert client.get(reverse("portal:take-back", args=[page.pk])).status_code == 404


def test_page_taken_back_is_public_again_only_when_somebody_approves_it(manager):
    page = StandardPageFactory(live=True)
    taking_back.take_back(page=page, reason=REASON, actor=manager, at=NOW)
    writer = UserFactory(role=Role.INVOLVEMENT)

    with pytest.raises(PublishRefused):
        published(fresh(page).specific, author=writer, approver=writer)

    assert published(fresh(page).specific, author=writer, approver=manager).live


@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_way_leads_to_ours(client, manager, method):
    page = StandardPageFactory(live=True)

    reply = getattr(client, method)(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))

    assert (reply.status_code, reply.url) == (302, reverse("portal:take-back", args=[page.pk]))
    assert fresh(page).live


def test_page_whose_time_is_over_ends_with_an_entry_of_the_machine():
    page = published(StandardPageFactory(expire_at=NOW + timedelta(days=1)), at=NOW)

    publishing.carry_out_schedule(at=NOW + timedelta(days=2))

    entry = LogEntry.objects.get(action="page.expired")
    assert (fresh(page).live, entry.actor, entry.subject_id) == (False, None, str(page.pk))


# Moving, deleting, aliases, many at once


@pytest.mark.parametrize("once", [False, True])
def test_page_that_was_ever_public_is_neither_moved_nor_deleted(client, once):
    page, elsewhere = StandardPageFactory(live=True), StandardPageFactory()
    if once:
        page.unpublish()
    client.force_login(both_roles())

    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, elsewhere.pk]))
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert (fresh(page).path, fresh(page).live) == (page.path, not once)


def test_page_above_one_that_was_public_stays_with_it():
    above = StandardPageFactory(live=True)
    below = StandardPageFactory(parent=above, live=True)
    Page.objects.filter(pk=above.pk).update(live=False, first_published_at=None)

    words = taking_back.why_in_place(fresh(above))

    assert words.startswith(f"“{below.title}” has been public, so it is kept where people found it.")
    assert taking_back.why_in_place(StandardPageFactory()) == ""


@pytest.mark.parametrize("action", ["unpublish", "delete", "move", "publish"])
def test_many_at_once_are_refused_in_words(client, action):
    client.force_login(both_roles())
    page, elsewhere = StandardPageFactory(live=True), StandardPageFactory()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])

    reply = client.post(f"{address}?{urlencode({'id': page.pk})}", {"chooser": elsewhere.pk}, follow=True)

    assert any(words in words_of(reply) for words in ("one by one", "has been public, so it is kept"))
    assert (fresh(page).live, fresh(page).path) == (True, page.path)


def test_no_page_stands_at_a_second_address_that_nobody_approved(client):
    page, elsewhere = StandardPageFactory(live=True), HomePage.objects.get()
    form = {"new_title": "Twice", "new_slug": "twice", "new_parent_page": elsewhere.pk, "alias": "on"}
    client.force_login(both_roles())

    reply = client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form, follow=True)

    assert "A page stands at one address" in words_of(reply)
    assert not Page.objects.filter(slug="twice").exists()
    with pytest.raises(PublishRefused):
        page.create_alias(update_slug="twice", parent=elsewhere)


def test_copy_is_a_draft_whatever_the_form_asks(client):
    page, home = StandardPageFactory(live=True), HomePage.objects.get()
    form = {"new_title": "Twice", "new_slug": "twice", "new_parent_page": home.pk, "publish_copies": "on"}
    client.force_login(both_roles())

    client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), {**form, "copy_subpages": "on"})

    assert Page.objects.get(slug="twice").live is False
    assert client.get("/twice/").status_code == 404


# Files behind what was approved


@pytest.fixture
def behind(client):
    """A document and a picture on a public page, and somebody who may change both."""
    document, picture = DocumentFactory(), PictureFactory()
    body = [
        {"type": "text", "value": f'<p><a linktype="document" id="{document.pk}">Needs</a></p>'},
        {
            "type": "picture",
            "value": {"image": {"image": picture.pk, "alt_text": "A lamp", "decorative": False}, "caption": ""},
        },
    ]
    StandardPageFactory(body=body, live=True)
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return document, picture


def form_of(file, new):
    return {"title": "Another", "file": new, "collection": file.collection_id, "tags": "", "description": ""}


def test_document_on_a_public_page_is_not_replaced(client, behind):
    document, _ = behind
    new = SimpleUploadedFile("needs.pdf", b"other words")

    reply = client.post(reverse("wagtaildocs:edit", args=[document.pk]), form_of(document, new))

    assert "have the page approved again" in words_of(reply)
    assert PortalDocument.objects.get().file.name == document.file.name


def test_document_on_a_public_page_keeps_its_name(client, behind):
    document, _ = behind

    reply = client.post(reverse("wagtaildocs:edit", args=[document.pk]), form_of(document, ""))

    assert "have the page approved again" in words_of(reply)
    assert PortalDocument.objects.get().title == document.title


def test_picture_on_a_public_page_is_not_replaced(client, behind):
    _, picture = behind
    with picture.file.open() as file:
        new = SimpleUploadedFile("lamp.png", file.read(), content_type="image/png")

    reply = client.post(reverse("wagtailimages:edit", args=[picture.pk]), form_of(picture, new))

    assert "have the page approved again" in words_of(reply)
    assert PortalImage.objects.get().file.name == picture.file.name


@pytest.mark.parametrize("way", ["one", "bulk"])
@pytest.mark.parametrize("kind", ["document", "picture"])
def test_file_on_a_public_page_is_not_deleted(client, behind, way, kind):
    document, picture = behind
    file, one, model = (
        (document, "wagtaildocs:delete", "portaldocument")
        if kind == "document"
        else (picture, "wagtailimages:delete", "portalimage")
    )
    bulk = reverse("wagtail_bulk_action", args=["portal", model, "delete"])

    reply = client.post(
        reverse(one, args=[file.pk]) if way == "one" else f"{bulk}?{urlencode({'id': file.pk})}", follow=True
    )

    assert "have the page approved again" in words_of(reply)
    assert type(file).objects.filter(pk=file.pk).exists()


def test_file_that_no_public_page_shows_is_replaced_and_deleted(client):
    document = DocumentFactory()
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    new = SimpleUploadedFile("newer.pdf", b"other words")

    client.post(reverse("wagtaildocs:edit", args=[document.pk]), form_of(document, new))
    name = PortalDocument.objects.get().filename
    client.post(reverse("wagtaildocs:delete", args=[document.pk]))

    assert name == "newer.pdf"
    assert not PortalDocument.objects.exists()
