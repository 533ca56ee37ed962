"""Keeps Wagtail's own permissions true to ours: a Lead Commissioner writes the pages of their own activities only.

Wagtail gives rights to groups on a part of the tree. Each hub page has a group for its activity's Lead Commissioner,
with the right to write below it, and a collection for its files. So every list, chooser and search of the admin shows
a lead only what is theirs, by Wagtail's own means.
"""

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from engagement.access import has_role, local_date
from engagement.enums import Role
from engagement.models import Activity, User
from portal.models import ActivityIndexPage, ActivityPage

PAGE_RIGHTS = ("add_page", "change_page")
FILE_RIGHTS = ("add_document", "choose_document", "add_image", "choose_image")


class HubRefused(Exception):
    """The activity's page cannot be begun; the message says why."""


def group_name(activity: Activity) -> str:
    """The group of those who write the pages of one activity."""
    return f"{activity.reference} Lead Commissioner"


@transaction.atomic
def begin_hub(*, activity: Activity, actor: User, at: datetime) -> ActivityPage:
    """Begins the hub page of an activity in draft. Raises `HubRefused` when it has one."""
    if ActivityPage.objects.filter(activity=activity).exists():
        raise HubRefused("This activity has a page already.")
    page = ActivityPage(activity=activity, why="", owner=actor, live=False)
    page = ActivityIndexPage.objects.get().add_child(instance=page)
    page.save_revision(user=actor, clean=False)  # a draft: its words are still to be written
    give_lead_rights(page=page, at=at)
    return page


@transaction.atomic
def give_lead_rights(*, page: ActivityPage, at: datetime) -> Group:
    """Makes the group and collection of an activity, and puts its Lead Commissioner of today in. Safe to repeat."""
    group, created = Group.objects.get_or_create(name=group_name(page.activity))
    if created:
        root = Collection.get_first_root_node()
        collection = root.add_child(name=page.activity.reference)
        for permission in Permission.objects.filter(codename__in=PAGE_RIGHTS, content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.create(group=group, page=page, permission=permission)
        for permission in Permission.objects.filter(
            codename__in=FILE_RIGHTS, content_type__app_label__in=["wagtaildocs", "wagtailimages"]
        ):
            GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    lead = page.activity.lead_commissioner
    members = {lead} if has_role(lead, Role.LEAD_COMMISSIONER, on=local_date(at)) else set()
    if set(group.user_set.all()) != members:
        group.user_set.set(members)
    return group


def keep_lead_rights(*, at: datetime) -> int:
    """Goes over all hub pages, since leads change and memberships end; returns how many there are."""
    pages = ActivityPage.objects.select_related("activity__lead_commissioner")
    for page in pages:
        give_lead_rights(page=page, at=at)
    return len(pages)
