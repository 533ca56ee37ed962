"""How Wagtail's admin behaves for us: a second person approves, nothing relied on is deleted, own things only."""

import json

from django.contrib import messages
from django.db.models.deletion import Collector, ProtectedError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal import rules
from portal.domain.rights import give_lead_rights
from portal.domain.taking_back import why_file_stays, why_in_place
from portal.domain.visibility import is_public, public_pages
from portal.models import (
    ActivityPage,
    IntentionPage,
    PortalDocument,
    PortalImage,
    PublishRefused,
    ReviewPage,
    SpecificationPage,
)
from portal.views import adminapi

FIRST, LAST = -100, 200
IN_BULK = {
    "publish": "Pages are published one by one, when a second person approves them.",
    "unpublish": "Pages are taken back one by one, each with a reason.",
}
ANNOUNCED = (IntentionPage, SpecificationPage, ReviewPage)


# Approval


@hooks.register("construct_page_action_menu")
def leave_publishing_to_the_workflow(menu_items, request, context):
    """Whoever edits a page has written part of it, so nobody publishes from the editor (A15)."""
    menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


@hooks.register("before_publish_page", order=FIRST)
def refuse_own_words(request, page):
    """The same for a request made by hand: what was written is kept as a draft, and the words say what to do."""
    messages.error(
        request, "Kept as a draft. Somebody else has to approve it: choose “Submit to Approval by the Management Team”."
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action", order=FIRST)
def refuse_in_bulk(request, action_type, objects, action):
    """What changes what the public reads is done one by one, and says why it is refused before anything is done."""
    if request.method != "POST":
        return None
    refusals = [IN_BULK[action_type]] if action_type in IN_BULK else []
    if action_type in {"delete", "move"}:
        refusals = [words for one in objects if (words := _why_kept_from(action_type, one))]
    if refusals:
        messages.error(request, " ".join(refusals))
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_explore_root")
    return None


def _why_kept_from(action_type, one):
    if isinstance(one, PortalDocument | PortalImage):
        return why_file_stays(one, at=timezone.now()) if action_type == "delete" else ""
    if not isinstance(one, Page):
        return ""
    return why_kept(one) if action_type == "delete" else why_in_place(one)


@hooks.register("before_edit_page", order=FIRST)
def approve_as_sent(request, page):
    """Who approves and does not write: the press acts on what was sent, and nothing of the editor's form is kept.

    Wagtail would save the form first, and count the approver among those who wrote it (A15).
    """
    if request.method != "POST" or _writes(request.user, page):
        return None
    state, action = page.current_workflow_task_state, request.POST.get("workflow-action-name")
    if state is None or action not in {name for name, *_ in state.task.specific.get_actions(page, request.user)}:
        messages.error(request, "You approve what others write, so nothing was kept. Send it back with what to change.")
        return redirect("wagtailadmin_pages:edit", page.pk)
    details = json.loads(request.POST.get("workflow-action-extra-data") or "{}")
    try:
        state.task.specific.on_action(state, request.user, action, **details)
    except PublishRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailadmin_pages:edit", page.pk)
    done = "Approved" if action == "approve" else "Sent back"
    messages.success(request, f"{done}: “{page.get_admin_display_title()}”.")
    return redirect("wagtailadmin_home")


def _writes(user, page):
    now, activity = timezone.now(), getattr(page.specific, "activity", None)
    if activity is None:
        return rules.writes_all_pages(user, at=now)
    return rules.writes_documents_of(user, activity, at=now)


# Taking away


@hooks.register("before_unpublish_page", order=FIRST)
def refuse_to_unpublish(request, page):
    """Wagtail's own page is not reachable; this says the same to whatever else would call it (A15)."""
    return redirect("portal:take-back", page.pk)


@hooks.register("before_move_page", order=FIRST)
def refuse_to_move_what_was_public(request, page, destination):
    if words := why_in_place(page):
        messages.error(request, words)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_copy_page", order=FIRST)
def refuse_an_alias(request, page):
    """An alias would be public wherever it is put, with nobody having approved it there."""
    if request.method == "POST" and request.POST.get("alias"):
        messages.error(request, "A page stands at one address. Copy it without the alias, and have the copy approved.")
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_delete_page", order=FIRST)
def refuse_to_delete_what_is_relied_on(request, page):
    """A consultation asks about a version, and readers keep its address: both need the page."""
    if words := why_kept(page):
        messages.error(request, words)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def why_kept(page):
    """Why a page cannot be deleted, in words; nothing when it can."""
    pages = list(page.get_descendants(inclusive=True).specific())
    collector = Collector(using="default", origin=page)
    try:
        collector.collect(pages)
        for one in pages:
            collector.collect(one.revisions.all())
    except ProtectedError as error:
        kinds = sorted({str(kept._meta.verbose_name) for kept in error.protected_objects})
        return (
            f"“{page.get_admin_display_title()}” cannot be deleted: {' and '.join(kinds)} rely on it. "
            "The Management Team can take it back instead, so that nobody new finds it."
        )
    return why_in_place(page)


# Rights


@hooks.register("after_create_page")
def let_the_lead_write(request, page):
    """A new hub page is its Lead Commissioner's to write from the start."""
    if isinstance(page, ActivityPage):
        give_lead_rights(page=page, at=timezone.now())


@hooks.register("before_create_page")
def refuse_a_page_for_anothers_activity(request, parent_page, page_class):
    """Wagtail's rights say the same; this asks again on the day, since leads change."""
    _refuse_another(request, parent_page)


@hooks.register("before_edit_page")
def refuse_to_edit_anothers_page(request, page):
    _refuse_another(request, page)


def _refuse_another(request, page):
    activity = getattr(page.specific, "activity", None)
    now = timezone.now()
    if activity is None or rules.approves(request.user, at=now):
        return
    if not rules.writes_documents_of(request.user, activity, at=now):
        raise Http404


@hooks.register("construct_page_chooser_queryset")
def offer_what_may_be_read(pages, request):
    """Links may lead to what is public, and to what this person may explore; other drafts are not even named (W11)."""
    known = page_permission_policy.explorable_instances(request.user).values_list("pk", flat=True)
    return pages.filter(pk__in=[*known, *public_pages(at=timezone.now()).values_list("pk", flat=True)])


@hooks.register("construct_admin_api", order=LAST)
def cut_the_api(router):
    router.register_endpoint("pages", adminapi.PagesForReading)
    router.register_endpoint("documents", adminapi.DocumentsToChoose)
    router.register_endpoint("images", adminapi.ImagesToChoose)


# Menus


@hooks.register("register_page_header_buttons")
def announce_button(page, user, view_name, next_url=None):
    """Publishing is silent; announcing is an act of its own."""
    now = timezone.now()
    page = page.specific
    if not (isinstance(page, ANNOUNCED) and is_public(page, at=now)):
        return
    if rules.writes_documents_of(user, page.activity, at=now):
        yield Button("Announce", reverse("portal:announce", args=[page.pk]), icon_name="mail", priority=70)


@hooks.register("construct_main_menu")
def keep_the_menu_short(request, menu_items):
    """Help leads away from this site, and reports name colleagues: gone, but for those who answer for them."""
    gone = {"help"} if rules.reads_reports(request.user, at=timezone.now()) else {"help", "reports"}
    menu_items[:] = [item for item in menu_items if item.name not in gone]
