"""Wagtail's admin: who gets in, what each sees of others' drafts, and that nobody approves their own words."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from engagement.domain.organisations import sync_groups
from engagement.enums import CMS_ROLES, Role
from engagement.models import User
from portal.domain import publishing, rights
from portal.models import ActivityIndexPage, ActivityPage, HomePage, StandardPage
from tests.factories.engagement import LONG_AGO, NOW, ActivityFactory, UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    DocumentFactory,
    PictureFactory,
    SpecificationPageFactory,
    StandardPageFactory,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub():
    """The draft hub of an activity, with its lead's rights given."""
    page = ActivityPageFactory(why="<p>CANARY</p>", activity__title="Quiet canaries")
    rights.give_lead_rights(page=page, at=NOW)
    return page


@pytest.fixture
def signed_in(client):
    """Signs somebody in as a role and returns them as the next request will know them."""

    def sign_in(role=None, user=None):
        user = user or UserFactory(role=role)
        client.force_login(user)
        return User.objects.get(pk=user.pk)

    return sign_in


# The door


@pytest.mark.threat("A01", "W07")
@pytest.mark.parametrize("role", [None, *Role])
def test_only_cms_roles_find_the_admin(client, signed_in, role):
    signed_in(role)

    statuses = [client.get(reverse(name)).status_code for name in ("wagtailadmin_home", "wagtailadmin_explore_root")]

    expected = 200 if role in CMS_ROLES else 404
    assert statuses[0] == expected
    assert (statuses[1] == 404) == (expected == 404)


def test_somebody_not_signed_in_is_asked_to(client):
    reply = client.get("/cms/")

    assert reply["Location"].startswith("/account/login/")


def test_ended_membership_closes_the_admin(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT, until_on=NOW.date()))

    assert client.get("/cms/").status_code == 404


@pytest.mark.threat("W11")
@pytest.mark.parametrize("role", sorted(CMS_ROLES))
def test_reports_name_colleagues_only_to_those_who_answer_for_them(client, signed_in, role):
    signed_in(role)

    status = client.get(reverse("wagtailadmin_reports:site_history")).status_code

    assert status == (200 if role in {Role.MANAGEMENT, Role.ADMINISTRATOR} else 404)


@pytest.mark.threat("W11")
@pytest.mark.parametrize("role", sorted(CMS_ROLES))
@pytest.mark.parametrize("address", ["/cms/users/", "/cms/groups/", "/cms/workflows/list/", "/cms/sites/"])
def test_people_and_groups_are_not_managed_here(client, signed_in, role, address):
    signed_in(role)

    assert client.get(address).status_code in {302, 404}


@pytest.mark.threat("W06")
@pytest.mark.parametrize("address", ["/api/", "/api/v2/pages/", "/api/v3/", "/oembed/", "/embed/"])
def test_no_public_api_is_mounted(client, address):
    assert client.get(address).status_code == 404


# Whose pages


@pytest.mark.threat("W08", "W11")
@pytest.mark.parametrize(
    "name",
    [
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:usage",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:move",
        "wagtailadmin_pages:unpublish",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_pages:workflow_history",
        "wagtailadmin_explore",
    ],
)
def test_lead_reads_nothing_of_anothers_draft(client, signed_in, hub, name):
    other = ActivityPageFactory()
    rights.give_lead_rights(page=other, at=NOW)
    signed_in(user=other.activity.lead_commissioner)

    reply = client.get(reverse(name, args=[hub.pk]), follow=True)

    assert "canar" not in reply.content.decode().lower()


@pytest.mark.threat("W07", "W11")
@pytest.mark.parametrize(
    "address",
    [
        "/cms/pages/",
        "/cms/pages/search/?q=quiet",
        "/cms/api/main/pages/?child_of=root&for_explorer=1",
        "/cms/api/main/pages/?type=portal.ActivityPage",
        "/cms/choose-page/",
        "/cms/choose-page/search/?q=quiet",
        "/cms/",
        "/cms/documents/",
        "/cms/api/main/documents/",
        "/cms/images/",
        "/cms/api/main/images/",
        "/cms/documents/chooser/",
        "/cms/images/chooser/",
    ],
)
def test_lists_of_the_admin_show_a_lead_only_what_is_theirs(client, signed_in, hub, address):
    DocumentFactory(title="Canary")
    PictureFactory(title="Canary")
    other = ActivityPageFactory()
    rights.give_lead_rights(page=other, at=NOW)
    signed_in(user=other.activity.lead_commissioner)

    reply = client.get(address, follow=True)

    assert reply.content.decode().lower().count("canar") == 0


def test_lead_writes_the_pages_of_their_own_activity(client, signed_in, hub):
    spec = SpecificationPageFactory(parent=hub)
    signed_in(user=hub.activity.lead_commissioner)

    statuses = [client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code for page in (hub, spec)]

    assert statuses == [200, 200]


def test_lead_changes_and_loses_the_right_to_write_at_the_next_sweep(client, signed_in, hub):
    before, after = hub.activity.lead_commissioner, UserFactory(role=Role.LEAD_COMMISSIONER)
    hub.activity.lead_commissioner = after
    hub.activity.save()
    edit = reverse("wagtailadmin_pages:edit", args=[hub.pk])
    signed_in(user=before)
    at_once = client.get(edit).status_code

    rights.keep_lead_rights(at=NOW)

    statuses = []
    for user in (before, after):
        signed_in(user=user)
        statuses.append(client.get(edit).status_code)
    assert (at_once, statuses) == (404, [302, 200])


def test_roles_that_change_leave_a_leads_own_group_alone(hub):
    lead = hub.activity.lead_commissioner

    sync_groups(user=lead, on=LONG_AGO)

    assert set(lead.groups.values_list("name", flat=True)) == {
        "LEAD_COMMISSIONER",
        rights.group_name(hub.activity),
    }


def test_lead_begins_the_page_of_their_own_activity_only(client, signed_in):
    own = ActivityFactory()
    other = ActivityFactory()
    signed_in(user=own.lead_commissioner)

    replies = [client.post(reverse("portal:draft-begin", args=[one.slug])) for one in (own, other)]

    assert [reply.status_code for reply in replies] == [302, 404]
    page = ActivityPage.objects.get()
    assert (page.activity, page.live, replies[0]["Location"]) == (own, False, f"/cms/pages/{page.pk}/edit/")
    assert client.get(replies[0]["Location"]).status_code == 200


# Approval


def standard_form(**more):
    return nested_form_data(
        {
            "title": "How to complain",
            "slug": "how-to-complain",
            "lead": "",
            "search_description": "",
            "body": streamfield([("text", rich_text("<p>Write to us.</p>"))]),
            **more,
        }
    )


@pytest.mark.threat("A15")
@pytest.mark.parametrize("roles", [[Role.INVOLVEMENT], [Role.INVOLVEMENT, Role.MANAGEMENT]])
def test_nobody_publishes_from_the_editor(client, signed_in, roles):
    user = UserFactory(role=roles[0])
    for role in roles[1:]:
        user.memberships.create(organisation=user.memberships.get().organisation, role=role, starts_on=LONG_AGO)
    sync_groups(user=user, on=NOW.date())
    signed_in(user=user)
    home = HomePage.objects.get()
    add = reverse("wagtailadmin_pages:add", args=["portal", "standardpage", home.pk])

    reply = client.post(add, {**standard_form(), "action-publish": "1"}, follow=True)

    page = StandardPage.objects.get()
    assert (page.live, page.has_unpublished_changes) == (False, True)
    if Role.MANAGEMENT in roles:
        assert "Somebody else has to approve it" in reply.content.decode()


@pytest.mark.threat("A15")
def test_page_goes_live_when_a_second_person_approves_it(client, signed_in):
    home = HomePage.objects.get()
    signed_in(Role.INVOLVEMENT)
    add = reverse("wagtailadmin_pages:add", args=["portal", "standardpage", home.pk])
    client.post(add, {**standard_form(), "action-submit": "1"})
    page = StandardPage.objects.get()
    task = TaskState.objects.get()
    approve = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    by_author = client.post(approve)
    live_after_author = StandardPage.objects.get().live

    signed_in(Role.MANAGEMENT)
    client.post(approve)

    assert (by_author.status_code, live_after_author, StandardPage.objects.get().live) == (302, False, True)
    assert client.get(page.address).status_code == 200


def test_author_proposes_the_time_and_the_approver_agrees(client, signed_in):
    signed_in(Role.INVOLVEMENT)
    add = reverse("wagtailadmin_pages:add", args=["portal", "standardpage", HomePage.objects.get().pk])
    soon = timezone.localtime(timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    client.post(add, {**standard_form(go_live_at=soon.strftime("%Y-%m-%d %H:%M"), expire_at=""), "action-submit": "1"})
    page = StandardPage.objects.get()

    signed_in(Role.MANAGEMENT)
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", TaskState.objects.get().pk]))
    page.refresh_from_db()
    waiting = page.live
    with time_machine.travel(soon + timedelta(minutes=1)):
        publishing.carry_out_schedule(at=timezone.now())
        status = client.get(page.address).status_code

    assert (waiting, status) == (False, 200)


@pytest.mark.threat("A15")
def test_manager_who_wrote_part_cannot_approve(client, signed_in):
    both = UserFactory(role=Role.MANAGEMENT)
    page = StandardPageFactory(author=both)
    page.get_workflow().start(page, UserFactory(role=Role.INVOLVEMENT))
    task = TaskState.objects.get()
    signed_in(user=both)

    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]))

    assert StandardPage.objects.get(pk=page.pk).live is False


@pytest.mark.threat("A15")
def test_admin_api_publishes_nothing(client, signed_in):
    page = StandardPageFactory()
    signed_in(Role.MANAGEMENT)

    reply = client.post(f"/cms/api/main/pages/{page.pk}/action/publish/", {}, content_type="application/json")

    assert (reply.status_code, StandardPage.objects.get(pk=page.pk).live) == (404, False)


@pytest.mark.threat("A15")
def test_pages_are_not_published_in_bulk(client, signed_in):
    page = StandardPageFactory()
    signed_in(Role.MANAGEMENT)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    reply = client.post(f"{address}?id={page.pk}&next=/cms/", {}, follow=True)

    assert StandardPage.objects.get(pk=page.pk).live is False
    assert "one by one" in reply.content.decode()


@pytest.mark.requirement("R-065")
def test_incomplete_specification_is_refused_beside_the_field_when_it_is_sent_for_approval(client, signed_in, hub):
    signed_in(Role.INVOLVEMENT)
    add = reverse("wagtailadmin_pages:add", args=["portal", "specificationpage", hub.pk])
    form = nested_form_data(
        {
            "title": "Specification",
            "lead": "What.",
            "status": "DRAFT",
            "search_description": "",
            "content": streamfield([]),
        }
    )

    kept = client.post(add, form)
    spec = Page.objects.get(slug="specification")
    reply = client.post(reverse("wagtailadmin_pages:edit", args=[spec.pk]), {**form, "action-submit": "1"})

    assert kept.status_code == 302
    assert reply.status_code == 200
    assert "This field is required" in reply.content.decode() or "minimum number" in reply.content.decode()
    assert not TaskState.objects.exists()


# What editors may write


@pytest.mark.threat("W17")
@pytest.mark.parametrize(
    "words",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)"/>',
        '<b onmouseover="alert(1)">x</b>',
        '<iframe src="https://evil.example"></iframe>',
        "<svg><script>alert(1)</script></svg>",
        '<p style="position:fixed">x</p>',
    ],
)
def test_active_words_come_out_as_plain_text(client, signed_in, words):
    signed_in(Role.INVOLVEMENT)
    add = reverse("wagtailadmin_pages:add", args=["portal", "standardpage", HomePage.objects.get().pk])
    body = streamfield([("heading", words[:120]), ("text", rich_text(f"<p>{words}</p>"))])
    client.post(add, {**standard_form(), **nested_form_data({"body": body, "lead": words, "title": words})})
    page = published(StandardPage.objects.get())

    said = client.get(page.address).content.decode()

    main = BeautifulSoup(said, "html.parser").find(id="main-content")
    assert main.find_all(["script", "iframe", "img", "style"]) == []
    assert [tag.name for tag in main.find_all() if {"onerror", "onmouseover", "style"} & set(tag.attrs)] == []
    assert [link["href"] for link in main.find_all("a", href=True) if not link["href"].startswith("/")] == []


# Deleting


def test_deleting_what_others_rely_on_is_refused_in_words(client, signed_in):
    page = SpecificationPageFactory(live=True)
    page.unpublish()
    signed_in(Role.INVOLVEMENT)

    reply = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert "cannot be deleted: specification version rely on it" in " ".join(reply.content.decode().split())
    assert Page.objects.filter(pk=page.pk).exists()


def test_draft_that_nobody_relies_on_is_deleted(client, signed_in):
    page = StandardPageFactory()
    signed_in(Role.INVOLVEMENT)

    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert not Page.objects.filter(pk=page.pk).exists()


def test_every_page_type_can_be_edited_and_previewed(client, signed_in, hub):
    pages = [hub, SpecificationPageFactory(parent=hub), StandardPageFactory(), ActivityIndexPage.objects.get()]
    signed_in(Role.INVOLVEMENT)

    statuses = [client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code for page in pages]

    assert statuses == [200] * 4


@pytest.mark.parametrize("address", ["/cms/login/", "/cms/login/?next=/cms/"])
def test_there_is_one_login(client, address):
    reply = client.get(address)

    assert (reply.status_code, reply["Location"].partition("?")[0]) == (302, "/account/login/")


def test_administrator_manages_collections_and_nobody_else_does(client, signed_in):
    statuses = {}
    for role in sorted(CMS_ROLES):
        signed_in(role)
        statuses[role] = client.get(reverse("wagtailadmin_collections:index")).status_code

    assert {role for role, status in statuses.items() if status == 200} == {Role.ADMINISTRATOR}


@pytest.mark.threat("U01")
def test_redirects_are_entered_one_by_one_and_never_read_from_a_file(client, signed_in):
    signed_in(Role.ADMINISTRATOR)

    added = client.post(
        reverse("wagtailredirects:add"), {"old_path": "/old/", "redirect_link": "http://localhost/privacy/"}
    )
    words = client.get(reverse("wagtailredirects:index")).content.decode()
    imports = {client.get(path).status_code for path in ("/cms/redirects/import/", "/cms/redirects/import/process/")}

    assert (added.status_code, "/old" in words, "Import" in words) == (302, True, False)
    assert client.get("/old/").url == "http://localhost/privacy/"
    assert imports == {404}


def test_cms_carries_the_name_and_the_emblem_of_the_office(client, settings):
    settings.OFFICE_NAME = "Avonmere Fire Commissioner"
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    page = BeautifulSoup(client.get("/cms/").content, "html.parser")

    assert page.title.text == "Dashboard - Avonmere Fire Commissioner"
    assert page.select_one("link[rel=icon]")["href"].endswith("icon.svg")
    assert page.select_one("link[rel='shortcut icon']") is None
    emblem = page.select_one("template[data-wagtail-sidebar-branding-logo]").decode_contents()
    assert BeautifulSoup(emblem, "html.parser").svg["aria-label"] == "Avonmere Fire Commissioner"
