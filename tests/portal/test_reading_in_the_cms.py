"""Small rules of what people find in the CMS and among drafts, each on its own."""

import pytest
from django.urls import reverse
from wagtail.models import Collection

from engagement.enums import CMS_ROLES, Role
from portal.domain import rights
from portal.domain.drafts import draft_pages
from portal.domain.visibility import may_open_file, shown_in_draft, works_with
from tests.factories.engagement import NOW, UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    PictureFactory,
    SpecificationPageFactory,
    StandardPageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub():
    """A draft hub with its lead's rights and collection."""
    page = ActivityPageFactory(activity__title="Quiet canaries")
    rights.give_lead_rights(page=page, at=NOW)
    return page


@pytest.fixture
def elsewhere():
    """The Lead Commissioner of another activity, with rights of their own."""
    page = ActivityPageFactory()
    rights.give_lead_rights(page=page, at=NOW)
    return page.activity.lead_commissioner


@pytest.fixture
def files():
    """A document and a picture among those of everybody's pages, of which a lead has no part."""
    return DocumentFactory(), PictureFactory()


def body_with(document):
    return [{"type": "text", "value": f'<p><a linktype="document" id="{document.pk}">Needs</a></p>'}]


@pytest.mark.threat("W11")
def test_administrator_reads_drafts_but_not_the_hub_of_a_draft_activity(hub):
    page = StandardPageFactory()
    administrator = UserFactory(role=Role.ADMINISTRATOR)

    read = set(draft_pages(administrator, at=NOW).values_list("pk", flat=True))

    assert page.pk in read
    assert hub.pk not in read
    assert hub.pk in draft_pages(UserFactory(role=Role.MANAGEMENT), at=NOW).values_list("pk", flat=True)


@pytest.mark.threat("W07", "W11")
@pytest.mark.parametrize("name", ["wagtailimages_chooser:select_format", "wagtailimages:edit"])
def test_lead_does_not_format_a_picture_that_is_not_theirs(client, elsewhere, files, name):
    client.force_login(elsewhere)

    assert client.get(reverse(name, args=[files[1].pk])).status_code == 404


@pytest.mark.threat("W07")
def test_preview_of_a_picture_is_for_those_who_may_open_it(client, elsewhere, files):
    address = reverse("wagtailimages:preview", args=[files[1].pk, "width-50"])
    client.force_login(elsewhere)
    anothers = client.get(address)
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    assert (anothers.status_code, client.get(address).status_code) == (404, 200)


@pytest.mark.threat("W07")
@pytest.mark.parametrize(("kind", "factory"), [("documents", DocumentFactory), ("images", PictureFactory)])
def test_side_bar_lists_files_that_a_person_may_choose(client, elsewhere, files, kind, factory):
    own = factory(collection=Collection.objects.get(name=elsewhere.activities_led.get().reference))
    client.force_login(elsewhere)

    listed = client.get(reverse(f"wagtailadmin_api:{kind}:listing")).json()["items"]

    assert [item["id"] for item in listed] == [own.pk]


@pytest.mark.threat("W11")
def test_link_leads_to_what_is_public_or_a_persons_own_and_names_no_other_draft(client, elsewhere, hub):
    public = StandardPageFactory(live=True, title="Read by all")
    hidden = StandardPageFactory(title="Hidden words")
    client.force_login(elsewhere)

    words = client.get(reverse("wagtailadmin_choose_page_search"), {"q": "words"}).content.decode()
    found = client.get(reverse("wagtailadmin_choose_page_search"), {"q": public.title}).content.decode()

    assert (hidden.title in words, public.title in found) == (False, True)


@pytest.mark.threat("W11")
@pytest.mark.parametrize("role", sorted(CMS_ROLES))
def test_reports_that_name_colleagues_are_for_those_who_answer_for_them(client, role):
    client.force_login(UserFactory(role=role))

    status = client.get(reverse("wagtailadmin_reports:site_history")).status_code

    assert status == (200 if role in {Role.MANAGEMENT, Role.ADMINISTRATOR} else 404)


@pytest.mark.threat("A04", "W01")
def test_file_opens_for_those_who_work_with_it_and_those_who_read_a_draft_that_shows_it(hub, elsewhere, files):
    document, _ = files
    SpecificationPageFactory(parent=hub)
    StandardPageFactory(body=body_with(document))
    people = {role: UserFactory(role=role) for role in (Role.INVOLVEMENT, Role.AUDITOR, Role.CERTIFIER)}

    assert {role: works_with(person, document, at=NOW) for role, person in people.items()} == {
        Role.INVOLVEMENT: True,
        Role.AUDITOR: False,
        Role.CERTIFIER: False,
    }
    assert [shown_in_draft(person, document, at=NOW) for person in people.values()] == [True, True, False]
    assert [may_open_file(person, document, at=NOW) for person in people.values()] == [True, True, False]
    assert may_open_file(elsewhere, document, at=NOW) is False
