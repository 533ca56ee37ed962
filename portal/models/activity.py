"""The hub of an activity, the index of all activities, and what their documents have in common."""

from django.db import models
from django.http import Http404
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from engagement.models import Activity
from engagement.rules import led_activities
from portal import rules
from portal.blocks import ComingStepBlocks, EvidenceBlocks
from portal.blocks.text import PROSE
from portal.models.base import PortalPage


class ActivityIndexPage(PortalPage):
    """Every published activity, with filters. An activity without a page of its own is shown by this one."""

    lead = models.CharField(max_length=250, help_text="One line under the title.")

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    max_count = 1
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.ActivityPage"]
    template = "portal/activity_index.html"

    class Meta:
        verbose_name = "list of activities"

    def route(self, request, path_components):
        """The hub comes with its activity in one query. A published activity that has no page yet is shown here.

        A page that was live once and was taken back hides its activity; one that is still being written does not.
        """
        if not path_components or self.is_closed():
            return super().route(request, path_components)
        slug, *rest = path_components
        hub = ActivityPage.objects.child_of(self).select_related("activity").filter(slug=slug).first()
        if hub and (hub.live or hub.first_published_at):
            hub._cached_parent_obj = self  # as `Page.route` does, so that treebeard need not look it up
            return hub.route(request, rest)
        activity = Activity.objects.published().filter(slug=slug).first()
        if activity is None or rest:
            raise Http404
        return RouteResult(self, kwargs={"activity": activity})

    def get_template(self, request, *args, activity=None, **kwargs):
        return ActivityPage.template if activity else super().get_template(request, *args, **kwargs)

    def get_context(self, request, *args, activity=None, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "activity": activity, "page": None} if activity else context


class ActivityPageForm(WagtailAdminPageForm):
    """Offers the activities whose page is this person's to write: the names of others' drafts are not (W11)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "activity" in self.fields:
            now = timezone.now()
            every = rules.writes_all_pages(self.for_user, at=now)
            own = Activity.objects.all() if every else Activity.objects.filter(led_activities(self.for_user, at=now))
            self.fields["activity"].queryset = own | Activity.objects.filter(pk=self.instance.activity_id)


class ActivityPage(PortalPage):
    """The hub: one per activity, at the activity's own slug. Publishing it opens the activity to the public."""

    activity = models.OneToOneField("engagement.Activity", on_delete=models.PROTECT, related_name="+")
    why = RichTextField("why we are doing this", features=PROSE)
    evidence = StreamField(EvidenceBlocks(required=False), blank=True)
    now = models.CharField(
        "what is happening now", max_length=120, blank=True, help_text="For example: testing the draft specification"
    )
    expected_plan = models.CharField("planning expected", max_length=60, blank=True)
    expected_do = models.CharField(
        "service expected", max_length=60, blank=True, help_text="For example: from April 2027"
    )
    expected_review = models.CharField("review expected", max_length=60, blank=True)
    ahead = StreamField(ComingStepBlocks(required=False), blank=True, verbose_name="what comes next")
    runs = models.CharField("runs", max_length=150, blank=True, help_text="For example: July 2027 to June 2030")

    base_form_class = ActivityPageForm
    content_panels = [
        FieldPanel("activity"),
        FieldPanel("why"),
        FieldPanel("evidence"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("now", "expected_plan", "expected_do", "expected_review", "runs")],
            heading="Where it stands",
        ),
        FieldPanel("ahead"),
    ]
    promote_panels = [FieldPanel("search_description")]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("why"),
        index.RelatedFields(
            "activity", [index.SearchField("reference"), index.SearchField("summary"), index.SearchField("area")]
        ),
    ]
    parent_page_types = ["portal.ActivityIndexPage"]
    subpage_types = ["portal.IntentionPage", "portal.SpecificationPage", "portal.ReviewPage"]
    template = "portal/activity.html"

    class Meta:
        verbose_name = "activity"

    def settle_names(self):
        """Name and address are the activity's own."""
        if self.activity_id:
            self.title, self.slug = self.activity.title, self.activity.slug
            self.draft_title = self.title

    def route(self, request, path_components):
        """Reviews live at `review/<n>/`."""
        if len(path_components) >= 2 and path_components[0] == "review":
            path_components = ["-".join(path_components[:2]), *path_components[2:]]
        elif path_components and path_components[0].startswith("review-"):
            raise Http404
        return super().route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "activity": self.activity}

    def missing_to_publish(self):
        """An activity is published with the plan priorities that it serves (R-002)."""
        if self.activity.priorities.exists():
            return []
        return ["Link this activity to at least one plan priority before publishing it."]


class ActivityDocumentPage(PortalPage):
    """The base of an activity's documents. The activity is that of the hub above it."""

    activity = models.ForeignKey("engagement.Activity", on_delete=models.PROTECT, related_name="+", editable=False)

    content_panels = [FieldPanel("title")]  # Wagtail's own would fill in the slug, which is not the editor's here
    parent_page_types = ["portal.ActivityPage"]
    subpage_types = []
    promote_panels = [FieldPanel("search_description")]
    fixed_slug = ""

    class Meta:
        abstract = True

    def settle_names(self):
        """Takes the activity from the hub above and the slug from the kind of document."""
        parent = self.get_parent() if self.path else None
        if parent is not None:
            self.activity = parent.specific.activity
        self.slug = self.slug_of_kind()

    def slug_of_kind(self):
        return self.fixed_slug

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "activity": self.activity}
