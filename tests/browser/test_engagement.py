"""Following, running an activity, settling messages, inviting people, and what the office states, in a real browser."""

import re

from django.utils import timezone

from engagement.domain import log, messages
from engagement.domain.activities import begin_activity, move_stage
from engagement.enums import Role, Stage
from engagement.models import EngagedParty
from tests.factories.engagement import (
    ActivityFactory,
    DeliveryFactory,
    EngagedPartyFactory,
    EventFactory,
    FundingLineFactory,
    MembershipFactory,
    OrganisationFactory,
    PriorityFactory,
    UserFactory,
)


def arranged():
    activity = ActivityFactory(
        published=True, funded=True, slug="help", title="Independent support for victims of domestic abuse"
    )
    EngagedPartyFactory.create_batch(3, activity=activity)
    EngagedPartyFactory(activity=activity, represented=True, organisation=OrganisationFactory(name="Brightway"))
    move_stage(
        activity=activity,
        seen_stage="ANALYSE",
        to_stage=Stage.PLAN,
        reason="Two in three victims wait longer than ten days for a first call.",
        actor=activity.lead_commissioner,
        at=timezone.now(),
    )
    return activity


def test_person_follows_confirms_and_leaves(visit, width):
    activity = arranged()
    visitor = visit(width=width)
    page = visitor.page

    visitor.go("/follow/help/")
    visitor.look("ask")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("link", name="Enter your e-mail address").wait_for()
    visitor.look("error")
    page.get_by_label("Your e-mail address").fill("jo@people.example")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="Check your e-mail").wait_for()
    visitor.look("sent")

    party = EngagedParty.objects.get(email="jo@people.example")
    newest = max((visitor.site.folder / "mail").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    path = re.search(r"/follow/confirm/\S+/", newest.read_text().replace("=\n", ""))[0]
    visitor.go(path)
    visitor.look("confirm")
    page.get_by_role("button", name="Yes, tell me").click()
    page.get_by_role("heading", name="You will hear from us").wait_for()
    assert EngagedParty.objects.listening().filter(email="jo@people.example", activity=activity).exists()

    visitor.go(messages.leave_path(party))
    page.get_by_role("button", name="Stop them").click()
    page.get_by_role("heading", name="You will get no more").wait_for()
    visitor.look("left")


def test_lead_runs_an_activity(visit, width):
    activity = arranged()
    visitor = visit(width=width)
    page = visitor.page
    visitor.sign_in(activity.lead_commissioner)

    visitor.go("/engagement/activities/")
    visitor.look("list")
    visitor.go("/activities/help/manage/")
    visitor.look("manage")
    page.get_by_role("button", name="Move it").click()
    page.get_by_role("link", name="Choose the stage to move to").wait_for()
    visitor.look("refused")
    page.get_by_label("Do", exact=True).check()
    page.get_by_role("button", name="Move it").click()
    page.get_by_text("Moved to Do.").wait_for()
    for place in ["edit", "money", "engage"]:
        visitor.go(f"/activities/help/manage/{place}/")
        visitor.look(place)
    draft = begin_activity(
        title="Drug treatment",
        summary="For people in custody.",
        priorities=[PriorityFactory()],
        lead_commissioner=activity.lead_commissioner,
        actor=activity.lead_commissioner,
        at=timezone.now(),
    )
    visitor.go(f"/activities/{draft.slug}/manage/publish/")
    visitor.look("publish")


def test_office_settles_messages_reads_the_log_and_invites(visit, width):
    activity = arranged()
    event = EventFactory(activity=activity)
    DeliveryFactory(event=event, in_doubt=True)
    DeliveryFactory(event=event, refused=True)
    provider = activity.parties.get(organisation__isnull=False).organisation
    MembershipFactory(organisation=provider, user__name="Ada Obi", role=Role.CERTIFIER)
    log.record(
        action="activity.changed",
        subject=activity,
        actor=activity.lead_commissioner,
        at=timezone.now(),
        activity=activity,
        summary=f"{activity.reference} was changed: title.",
    )
    visitor = visit(width=width)
    visitor.sign_in(UserFactory(role=Role.ADMINISTRATOR))

    for name, place in {
        "messages": "/engagement/messages/",
        "log": "/engagement/log/",
        "organisations": "/engagement/organisations/",
        "people": "/engagement/organisations/brightway/",
        "invite": "/engagement/organisations/brightway/invite/",
        "register": "/engagement/organisations/new/",
        "end": f"/engagement/organisations/brightway/people/{provider.memberships.first().pk}/end/",
    }.items():
        visitor.go(place)
        visitor.look(name)


def test_statements_are_readable(visit, width):
    visitor = visit(width=width)

    for place in ["privacy", "accessibility", "cookies", "contact"]:
        visitor.go(f"/{place}/")
        visitor.look(place)


def test_money_line_in_error_keeps_its_boxes(visit, width):
    activity = arranged()
    FundingLineFactory(activity=activity)
    visitor = visit(width=width)
    visitor.sign_in(activity.lead_commissioner)

    visitor.go("/activities/help/manage/money/")
    visitor.page.get_by_label("Stream").fill("Victims grant")
    visitor.page.get_by_role("button", name="Add this money").click()
    visitor.page.get_by_role("link", name="Enter the first day").wait_for()
    visitor.look("error")
