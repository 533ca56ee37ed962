"""The door of Wagtail's admin: for people who have no business there it does not exist."""

from functools import wraps

from allauth.account.views import logout
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods
from wagtail.contrib.redirects.views import IndexView

from portal import rules
from portal.domain.taking_back import why_file_stays
from portal.domain.visibility import may_open_file
from portal.models import PortalDocument, PortalImage

DELETING: dict[str, type[PortalDocument | PortalImage]] = {
    "wagtaildocs:delete": PortalDocument,
    "wagtaildocs:delete_multiple": PortalDocument,
    "wagtailimages:delete": PortalImage,
    "wagtailimages:delete_multiple": PortalImage,
}


def refuse_anothers_picture(request, image_id, *, at):
    """404 for a picture that this person may not open. Wagtail shows any to whoever formats it for a text (W07)."""
    if image_id and not may_open_file(request.user, get_object_or_404(PortalImage, pk=image_id), at=at):
        raise Http404


def file_to_delete(match):
    """The document or picture that an address of Wagtail's admin deletes, or `None`."""
    model = DELETING.get(match.view_name)
    if model is None:
        return None
    return model._default_manager.filter(pk=next(iter(match.kwargs.values()))).first()


def keep_approved_file(request, *, at):
    """Words and a way on instead of deleting a file that a public page shows; `None` for everything else (A15)."""
    file = file_to_delete(request.resolver_match) if request.method == "POST" else None
    words = why_file_stays(file, at=at) if file else ""
    if not words:
        return None
    messages.error(request, words)
    return redirect(f"{request.resolver_match.namespace}:edit", file.pk)


def cms_only(view):
    """404 for anybody signed in without a role that opens the CMS. Others have been asked to sign in already."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        now = timezone.now()
        if not rules.opens_cms(request.user, at=now):
            raise Http404
        reports = "wagtailadmin_reports" in request.resolver_match.namespaces
        if reports and not rules.reads_reports(request.user, at=now):
            raise Http404
        refuse_anothers_picture(request, kwargs.get("image_id"), at=now)
        response = keep_approved_file(request, at=now) or view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request):
    """Wagtail's button posts here. Whoever only opens the address is asked first: Wagtail's own would sign them out."""
    return logout(request) if request.method == "POST" else redirect("account_logout")


class RedirectList(IndexView):
    """Wagtail's list of redirects without its button to import a file."""

    @cached_property
    def header_more_buttons(self):
        return super(IndexView, self).header_more_buttons
