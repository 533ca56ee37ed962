"""The specification and its numbered versions. What is published is a frozen snapshot (R-059 to R-066)."""

from django.db import models
from django.db.models import Q
from django.http import Http404
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from portal.blocks import SpecificationBlocks
from portal.blocks.specification import REQUIRED_SECTIONS
from portal.enums import SpecificationStatus
from portal.models.activity import ActivityDocumentPage
from portal.models.media import PortalDocument


class SpecificationPage(ActivityDocumentPage):
    """The specification that is being written. The public reads its versions, never this page's own fields."""

    lead = models.CharField(max_length=300, help_text="One or two sentences: what the service must do, and for whom.")
    status = models.CharField(max_length=20, choices=SpecificationStatus, default=SpecificationStatus.DRAFT)
    content = StreamField(SpecificationBlocks())

    content_panels = [
        *ActivityDocumentPage.content_panels,
        FieldPanel("lead"),
        FieldPanel("status"),
        FieldPanel("content"),
    ]
    search_fields = [*ActivityDocumentPage.search_fields, index.SearchField("lead"), index.SearchField("content")]
    max_count_per_parent = 1
    fixed_slug = "specification"
    template = "portal/specification.html"

    class Meta:
        verbose_name = "specification"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SpecificationStatus.values), name="specification_status_known"
            ),
        ]

    def route(self, request, path_components):
        """`v<n>/` is version n, for ever."""
        if len(path_components) == 1 and path_components[0][:1] == "v" and path_components[0][1:].isdecimal():
            if not self.live:
                raise Http404
            return RouteResult(self, kwargs={"version": int(path_components[0][1:])})
        return super().route(request, path_components)

    def settle_names(self):
        """Also opens every block: a clause that came without an id is stored with one, since links rely on it."""
        super().settle_names()
        list(self.content)

    def get_context(self, request, *args, version=None, **kwargs):
        """`version` is the one asked for, or the newest; `latest` the newest. 404 for a number that is not there."""
        context = super().get_context(request, *args, **kwargs)
        versions = self.versions.order_by("-number").select_related("page__activity")
        latest = versions.first()
        shown = latest if version is None or latest is None else versions.filter(number=version).first()
        if shown is None and not request.is_preview:
            raise Http404
        return {**context, "version": shown, "latest": latest}

    def missing_to_publish(self):
        """The four sections of R-061 to R-064, once each and not empty."""
        clauses = dict.fromkeys(REQUIRED_SECTIONS, 0)
        for block in self.content:
            if block.block_type in clauses:
                clauses[block.block_type] += len(block.value["clauses"])
        return [
            f"Add at least one clause to the section “{kind.capitalize()}”." for kind, n in clauses.items() if not n
        ]


class SpecificationVersion(models.Model):
    """Version n of a specification, as the public saw it. Never changed, never deleted.

    `content` holds the sections with their numbered clauses, rendered: see `portal.domain.specifications.sections_of`.
    """

    page = models.ForeignKey(SpecificationPage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    lead = models.CharField(max_length=300)
    status = models.CharField(max_length=20, choices=SpecificationStatus)
    content = models.JSONField()
    published_at = models.DateTimeField()
    documents = models.ManyToManyField(PortalDocument, through="VersionDocument", related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="specification_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="specification_version_numbered_from_one"),
            models.CheckConstraint(
                condition=Q(status__in=SpecificationStatus.values), name="specification_version_status_known"
            ),
        ]

    def __str__(self):
        return f"{self.title}, version {self.number}"

    def get_absolute_url(self):
        """The address of this version, which does not change. Load with `page` and `page__activity`."""
        return f"{self.page.activity.get_absolute_url()}specification/v{self.number}/"


class VersionDocument(models.Model):
    """A file that a published version links to: it stays as long as the version, which is for ever."""

    version = models.ForeignKey(SpecificationVersion, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(PortalDocument, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "document"], name="version_document_once")]

    def __str__(self):
        return f"{self.document} in {self.version}"
