"""Looking changes nothing, wherever in the CMS somebody looks who may (T02, T15)."""

import contextlib

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse
from wagtail.models import Collection, Workflow

from engagement.models import Activity, User
from tests.architecture import contents
from tests.architecture import world as worlds
from tests.architecture.doors import OPEN, Doors
from tests.architecture.routes import routes
from tests.factories.engagement import NOW, ActivityFactory, EngagedPartyFactory, OrganisationFactory

PEOPLE = ("involvement", "lead", "management", "admin")


def arguments_of(route, things):
    """Real things for a route's parameters, so that the page behind it is shown and not a refusal."""
    of_kind = {
        "questionnaires": things.questionnaire.pk,
        "wagtailadmin_api:documents": things.document.pk,
        "wagtailadmin_api:images": things.picture.pk,
        "wagtaildocs_chooser": things.document.pk,
        "wagtailimages_chooser": things.picture.pk,
        "wagtailadmin_collections": Collection.objects.last().pk,
        "wagtailadmin_workflows": Workflow.objects.last().pk,
    }
    known = {
        "page_id": things.page.pk,
        "page_to_move_id": things.page.pk,
        "page_pk": things.page.pk,
        "parent_page_id": things.hub.pk,
        "destination_id": things.hub.get_parent().pk,
        "revision_id": things.page.latest_revision_id,
        "image_id": things.picture.pk,
        "document_id": things.document.pk,
        "doc_id": things.document.pk,
        "collection_id": Collection.objects.last().pk,
        "workflow_pk": Workflow.objects.last().pk,
        "content_type_app_name": "portal",
        "content_type_model_name": "reviewpage",
        "app_label": "wagtailcore",
        "model_name": "page",
        "action": "unpublish",
        "action_name": "approve",
        "filter_spec": "width-50",
        "pk": of_kind.get(route.url_name.rpartition(":")[0], things.page.pk),
    }
    if route.url_name == "wagtailadmin_pages:revisions_compare":
        return [things.page.pk, "live", "latest"]
    return [known.get(parameter, 1) for parameter in route.parameters]


@pytest.mark.timeout(900)
@pytest.mark.threat("T02", "T15")
@pytest.mark.django_db
def test_looking_at_any_page_of_the_cms_changes_nothing():
    with time_machine.travel(NOW, tick=False):
        world = worlds.build()
        doors, wrong, opened = Doors(world), [], set()
        for route in routes():
            with contextlib.suppress(NoReverseMatch):
                if not route.url_name or not route.pattern.startswith("cms/"):
                    continue
                address = reverse(route.url_name, args=arguments_of(route, world.things))
                found, changes = doors.knock_together([(name, "get", None) for name in PEOPLE], address)
                opened |= {address} if OPEN in found.values() else set()
                wrong += [f"{route.name}: looking changes {change}" for change in changes]

    assert wrong == []
    assert len(opened) > 100


@pytest.mark.django_db
def test_a_look_tells_what_was_changed_added_and_taken_away():
    activity, gone = ActivityFactory(), OrganisationFactory()
    before = contents.look()

    Activity.objects.filter(pk=activity.pk).update(title="Another")
    EngagedPartyFactory(activity=activity)
    gone.delete()
    User.objects.update(last_login=NOW)  # signing in is no change

    assert contents.differences(before, contents.look()) == {
        "engagement_activity": 0,
        "engagement_engagedparty": 1,
        "engagement_organisation": -1,
    }
