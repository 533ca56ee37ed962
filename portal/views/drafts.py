"""Reading drafts, beginning an activity's page, announcing and taking back what is live: acts that Wagtail lacks."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView
from wagtail.models import Page

from portal import rules
from portal.domain import publishing, taking_back
from portal.domain.drafts import draft_pages, pageless_activities
from portal.domain.publishing import AnnouncementRefused, announced
from portal.domain.rights import HubRefused, begin_hub
from portal.domain.taking_back import TakingBackRefused
from portal.forms.announcing import AnnounceForm
from portal.forms.taking_back import TakeBackForm


class DraftList(TemplateView):
    """What is being written, for those of the office who may read it."""

    template_name = "portal/draft_list.html"

    def get_context_data(self, **kwargs):
        user, now = self.request.user, timezone.now()
        if not rules.reads_drafts(user, at=now):
            raise Http404
        drafts = (
            draft_pages(user, at=now).select_related("content_type", "owner").order_by("-latest_revision_created_at")
        )
        return super().get_context_data(
            drafts=drafts[:100],
            pageless=pageless_activities(user, at=now).order_by("reference")[:100],
            writes=rules.opens_cms(user, at=now),
            **kwargs,
        )


@require_safe
def draft(request, page_id):
    """The latest words of a page as its reader would see them, marked as a draft."""
    now = timezone.now()
    if not rules.reads_drafts(request.user, at=now):
        raise Http404
    page = get_object_or_404(draft_pages(request.user, at=now), pk=page_id)
    request.is_preview = True  # `Page.serve` would say that it is not
    words = page.get_latest_revision_as_object()
    return TemplateResponse(request, words.get_template(request), words.get_context(request))


@require_POST
def begin(request, slug):
    """Begins the page of an activity, and opens it in the editor."""
    now = timezone.now()
    activity = get_object_or_404(pageless_activities(request.user, at=now), slug=slug)
    try:
        page = begin_hub(activity=activity, actor=request.user, at=now)
    except HubRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:draft-list")
    return redirect("wagtailadmin_pages:edit", page.pk)


class Announce(FormView):
    """Tells everybody engaged that a document is there to read: a second, explicit act after publishing."""

    template_name = "portal/announce.html"
    form_class = AnnounceForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(Page, pk=kwargs["page_id"]).specific
        activity = getattr(self.page, "activity", None)
        if activity is None or not rules.writes_documents_of(request.user, activity, at=timezone.now()):
            raise Http404

    def get_context_data(self, **kwargs):
        listening = self.page.activity.parties.listening().count()
        return super().get_context_data(page=self.page, event=announced(self.page), listening=listening, **kwargs)

    def form_valid(self, form):
        try:
            publishing.announce_document(
                page=self.page, summary=form.cleaned_data["summary"], actor=self.request.user, at=timezone.now()
            )
        except AnnouncementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Announced. Everybody engaged with this activity is being told, once.")
        return redirect("portal:announce", self.page.pk)


class TakeBack(FormView):
    """Makes a public page a draft again: by somebody who did not write it, with a reason."""

    template_name = "portal/take_back.html"
    form_class = TakeBackForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not rules.approves(request.user, at=timezone.now()):
            raise Http404
        self.page = get_object_or_404(Page.objects.live().filter(depth__gt=1), pk=kwargs["page_id"]).specific

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            page=self.page,
            refusal=self.refusal(),
            below=self.page.get_descendants().live().count(),
            back_url=reverse("wagtailadmin_explore", args=[self.page.get_parent().pk]),
            **kwargs,
        )

    def refusal(self):
        try:
            taking_back.refuse_taking_back(page=self.page, actor=self.request.user, at=timezone.now())
        except TakingBackRefused as refusal:
            return str(refusal)
        return ""

    def form_valid(self, form):
        reason = form.cleaned_data["reason"]
        try:
            taking_back.take_back(page=self.page, reason=reason, actor=self.request.user, at=timezone.now())
        except TakingBackRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"“{self.page.title}” was taken back. The log keeps why.")
        return redirect("wagtailadmin_explore", self.page.get_parent().pk)
