"""Pages of plain text: the commissioning framework, how we decide, how to complain."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from portal.blocks import TextBlocks
from portal.models.base import PortalPage


class StandardPage(PortalPage):
    """A page of text under any page of its kind."""

    lead = models.CharField(max_length=250, blank=True, help_text="One line under the title.")
    body = StreamField(TextBlocks())

    content_panels = [*PortalPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*PortalPage.search_fields, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types = ["portal.HomePage", "portal.StandardPage"]
    subpage_types = ["portal.StandardPage"]
    template = "portal/standard.html"
