"""From a draft to what the public reads: two people, complete, frozen."""

import pytest
from django.db.models import ProtectedError
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page

from engagement.enums import Role
from engagement.models import Activity, LogEntry
from portal.domain import publishing
from portal.models import PublishRefused, SpecificationPage
from tests.factories.engagement import NOW, ActivityFactory, UserFactory
from tests.factories.portal import (
    ActivityPageFactory,
    IntentionPageFactory,
    ReviewPageFactory,
    SpecificationPageFactory,
    StandardPageFactory,
    published,
    specification_content,
)

pytestmark = pytest.mark.django_db


def test_publishing_the_hub_opens_the_activity(client):
    hub = ActivityPageFactory()

    published(hub)

    activity = Activity.objects.get()
    assert activity.published_at is not None
    assert client.get(activity.get_absolute_url()).status_code == 200


@pytest.mark.requirement("R-002")
def test_hub_without_priority_is_refused():
    hub = ActivityPageFactory(activity__priorities=[])
    hub.activity.priorities.clear()

    with pytest.raises(PublishRefused, match="at least one plan priority before publishing it"):
        published(hub)

    assert Page.objects.get(pk=hub.pk).live is False


@pytest.mark.requirement("R-061", "R-062", "R-063", "R-064", "R-065")
@pytest.mark.parametrize("kind", ["outcomes", "indicators", "outputs", "milestones"])
def test_specification_without_a_section_is_refused_in_words(kind):
    content = [block for block in specification_content() if block["type"] != kind]
    page = SpecificationPageFactory(content=content)

    with pytest.raises(PublishRefused, match=f"Add at least one clause to the section “{kind.capitalize()}”."):
        published(page)


@pytest.mark.requirement("R-059")
def test_published_specification_becomes_a_numbered_frozen_version():
    page = SpecificationPageFactory(live=True)

    version = page.versions.get()

    assert (version.number, version.revision_id) == (1, page.live_revision_id)
    assert version.get_absolute_url() == f"/activities/{page.activity.slug}/specification/v1/"
    assert [section["title"] for section in version.content] == [
        "Purpose",
        "Outcomes",
        "Indicators",
        "Outputs",
        "Milestones",
    ]
    assert version.content[2]["clauses"][0]["number"] == "3.1"


def test_publishing_the_same_words_again_makes_no_version():
    page = SpecificationPageFactory(live=True)

    published(page)

    assert page.versions.count() == 1


def test_new_words_make_the_next_version_and_leave_the_first_as_it_was(client):
    page = SpecificationPageFactory(live=True)
    page.content = specification_content(purpose="One way in, day and night.")

    published(page)

    first = client.get(f"{page.activity.get_absolute_url()}specification/v1/").content.decode()
    latest = client.get(f"{page.activity.get_absolute_url()}specification/").content.decode()
    assert ("Nobody is passed" in first, "day and night" in first) == (True, False)
    assert ("Nobody is passed" in latest, "day and night" in latest) == (False, True)


def test_unapproved_change_of_a_live_specification_stays_unread(client):
    page = SpecificationPageFactory(live=True)
    page.content = specification_content(purpose="CANARY")
    page.save_revision(user=UserFactory(role=Role.INVOLVEMENT))

    reply = client.get(f"{page.activity.get_absolute_url()}specification/")

    assert "CANARY" not in reply.content.decode()


@pytest.mark.threat("A15")
def test_nobody_approves_their_own_words():
    both = UserFactory(role=Role.MANAGEMENT)
    page = StandardPageFactory()

    with pytest.raises(PublishRefused, match="You wrote part of this, so somebody else has to approve it"):
        published(page, author=both, approver=both)


@pytest.mark.threat("A15")
def test_nobody_approves_what_they_wrote_before_somebody_else_touched_it():
    first = UserFactory(role=Role.MANAGEMENT)
    page = StandardPageFactory(author=first)

    with pytest.raises(PublishRefused, match="somebody else has to approve"):
        published(page, author=UserFactory(role=Role.INVOLVEMENT), approver=first)


@pytest.mark.threat("A15")
@pytest.mark.parametrize("role", [None, *(set(Role) - {Role.MANAGEMENT})])
def test_only_the_management_team_publishes(role):
    page = StandardPageFactory()

    with pytest.raises(PublishPagePermissionError):
        published(page, approver=UserFactory(role=role))


def test_version_is_dated_and_logged():
    page = SpecificationPageFactory(live=True, at=NOW)

    entry = LogEntry.objects.get(action="specification.published")

    assert page.versions.get().published_at == NOW
    assert entry.summary == f"{page.activity.reference}: version 1 of the specification was published."


def test_document_takes_activity_and_address_from_its_hub():
    hub = ActivityPageFactory()

    pages = [
        IntentionPageFactory(parent=hub),
        SpecificationPageFactory(parent=hub),
        ReviewPageFactory(parent=hub, number=2),
    ]

    assert [page.activity for page in pages] == [hub.activity] * 3
    base = hub.activity.get_absolute_url()
    assert [page.url for page in pages] == [page.address for page in pages]
    assert [page.address for page in pages] == [f"{base}intention/", f"{base}specification/", f"{base}review/2/"]


@pytest.mark.requirement("R-101")
def test_review_is_read_at_its_number(client):
    page = ReviewPageFactory(live=True, number=2)

    base = page.activity.get_absolute_url()

    assert client.get(f"{base}review/2/").status_code == 200
    assert client.get(f"{base}review-2/").status_code == 404
    assert client.get(f"{base}review/1/").status_code == 404


def test_activity_without_a_page_is_shown_once_it_is_published(client):
    shown, hidden = ActivityFactory(published=True), ActivityFactory()

    assert client.get(shown.get_absolute_url()).status_code == 200
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_announcing_is_explicit_and_happens_once_for_each_version():
    page = SpecificationPageFactory(live=True)
    lead = page.activity.lead_commissioner
    assert publishing.announced(page) is None

    event = publishing.announce_document(page=page, summary="Tell us what you think.", actor=lead, at=NOW)

    assert (event.path, event.activity) == (page.versions.get().get_absolute_url(), page.activity)
    with pytest.raises(publishing.AnnouncementRefused, match="announced already"):
        publishing.announce_document(page=page, summary="", actor=lead, at=NOW)


def test_what_the_public_cannot_read_is_not_announced():
    page = SpecificationPageFactory()

    with pytest.raises(publishing.AnnouncementRefused, match="Publish this page first"):
        publishing.announce_document(page=page, summary="", actor=page.activity.lead_commissioner, at=NOW)


def test_published_specification_cannot_be_deleted_from_under_its_readers():
    page = SpecificationPageFactory(live=True)

    with pytest.raises(ProtectedError):
        SpecificationPage.objects.get(pk=page.pk).delete()
