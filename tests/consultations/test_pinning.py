"""A draft specification is consulted on as one frozen version, chosen from those that are public (R-059)."""

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import specifications
from consultations.models import Consultation
from engagement.enums import Role
from tests.consultations.test_staff_pages import draft_words, errors_of
from tests.factories.consultations import QuestionnaireFactory
from tests.factories.engagement import NOW, UserFactory
from tests.factories.portal import ActivityPageFactory, SpecificationPageFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    return client


def specification(**more):
    return SpecificationPageFactory(parent=ActivityPageFactory(live=True), live=True, **more)


@pytest.mark.requirement("R-059")
def test_version_is_pinned_and_stays_when_a_later_one_is_published(office):
    page = specification(title="Draft specification")
    version = page.versions.get()

    office.post(
        reverse("consultations:manage-create"),
        draft_words(activity=page.activity_id, questionnaire=QuestionnaireFactory().pk, specification=version.pk),
    )
    page.refresh_from_db()
    page.lead = "Changed."
    published(page)

    draft = Consultation.objects.get()
    assert (draft.specification_page_id, draft.specification_revision_id) == (page.pk, version.revision_id)
    assert (draft.specification_version, draft.specification_path) == ("1", version.get_absolute_url())
    edited = office.get(reverse("consultations:manage-edit", args=[draft.reference])).context["form"]
    assert edited.initial["specification"] == str(version.pk)


def test_pin_outlives_the_page_that_was_taken_down(office):
    page = specification()
    given = draft_words(
        activity=page.activity_id, questionnaire=QuestionnaireFactory().pk, specification=page.versions.get().pk
    )
    office.post(reverse("consultations:manage-create"), given)
    page.unpublish()
    address = reverse("consultations:manage-edit", args=[Consultation.objects.get().reference])

    shown = office.get(address).context["form"].initial
    office.post(address, {**given, "title": "Changed", "specification": shown["specification"], "seen": shown["seen"]})

    kept = Consultation.objects.get()
    assert (kept.title, kept.specification_page_id) == ("Changed", page.pk)


def test_version_of_another_activity_is_refused_beside_it(office):
    page, other = specification(), specification()

    reply = office.post(
        reverse("consultations:manage-create"),
        draft_words(
            activity=page.activity_id,
            questionnaire=QuestionnaireFactory().pk,
            specification=other.versions.get().pk,
        ),
    )

    assert errors_of(reply) == {
        "specification": [f"This specification belongs to another activity than “{page.activity}”"]
    }


def test_only_what_is_live_is_offered():
    page = specification()
    hidden = specification()
    hidden.unpublish()

    offered = specifications.published_versions(activities=[page.activity, hidden.activity])

    assert [version.page_id for version in offered] == [page.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_offering_versions_costs_one_query(number, django_assert_num_queries):
    activities = [specification().activity for _ in range(number)]

    with django_assert_num_queries(1):
        offered = [specifications.pin(one) for one in specifications.published_versions(activities=activities)]

    assert len(offered) == number
