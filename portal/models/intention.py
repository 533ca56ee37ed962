"""The commissioning intention: what the office means to commission, from which plan priority (R-003)."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from portal.blocks import TextBlocks
from portal.models.activity import ActivityDocumentPage


class IntentionPage(ActivityDocumentPage):
    """Says early what is meant, so that people and providers can prepare."""

    lead = models.CharField(max_length=300, help_text="One or two sentences: what we mean to do, and for whom.")
    value = models.CharField(
        "value", max_length=120, blank=True, help_text="For example: £1.2 million to £1.5 million a year"
    )
    starts = models.CharField("expected start", max_length=60, blank=True, help_text="For example: July 2027")
    body = StreamField(TextBlocks())

    content_panels = [
        *ActivityDocumentPage.content_panels,
        FieldPanel("lead"),
        FieldPanel("value"),
        FieldPanel("starts"),
        FieldPanel("body"),
    ]
    search_fields = [*ActivityDocumentPage.search_fields, index.SearchField("lead"), index.SearchField("body")]
    max_count_per_parent = 1
    fixed_slug = "intention"
    template = "portal/intention.html"

    class Meta:
        verbose_name = "commissioning intention"
