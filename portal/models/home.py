"""The home page: what is open, what came of it, how services are doing. Its content comes from the other packages."""

from django.db import models
from wagtail.admin.panels import FieldPanel

from portal.models.activity import ActivityIndexPage
from portal.models.base import PortalPage


class HomePage(PortalPage):
    """The front door. The title is the promise in the hero; everything below it is live."""

    lead = models.CharField(max_length=250, help_text="One line under the title.")

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.ActivityIndexPage", "portal.StandardPage"]
    template = "portal/home.html"

    class Meta:
        verbose_name = "home page"

    def route(self, request, path_components):
        """Half of all addresses lie under the list of activities: it is found in one query rather than two."""
        if path_components and not self.is_closed():
            index = ActivityIndexPage.objects.child_of(self).filter(slug=path_components[0]).first()
            if index:
                index._cached_parent_obj = self
                return index.route(request, path_components[1:])
        return super().route(request, path_components)
