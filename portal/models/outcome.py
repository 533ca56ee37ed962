"""The outcome of a review: what was judged and concluded, and what the office intends next (R-089, R-096, R-101)."""

from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from portal.blocks import TextBlocks
from portal.blocks.text import PROSE
from portal.enums import ReviewOutcome
from portal.models.activity import ActivityDocumentPage


class ReviewPage(ActivityDocumentPage):
    """One review of one activity, numbered from 1, at `review/<n>/`."""

    number = models.PositiveSmallIntegerField(default=1, help_text="The first review of an activity is number 1.")
    outcome = models.CharField(max_length=20, choices=ReviewOutcome)
    reviewed_on = models.DateField()
    lead = models.CharField(max_length=300, help_text="One or two sentences: what we found, and what we will do.")
    body = StreamField(TextBlocks())
    intentions = RichTextField("what we intend next", features=PROSE)

    content_panels = [
        *ActivityDocumentPage.content_panels,
        FieldPanel("number"),
        FieldPanel("outcome"),
        FieldPanel("reviewed_on"),
        FieldPanel("lead"),
        FieldPanel("body"),
        FieldPanel("intentions"),
    ]
    search_fields = [
        *ActivityDocumentPage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.SearchField("intentions"),
    ]
    template = "portal/review.html"

    class Meta:
        verbose_name = "review outcome"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="review_numbered_from_one"),
            models.CheckConstraint(condition=Q(outcome__in=ReviewOutcome.values), name="review_outcome_known"),
            models.UniqueConstraint(fields=["activity", "number"], name="review_number_once_per_activity"),
        ]

    def slug_of_kind(self):
        return f"review-{self.number}"

    def set_url_path(self, parent):
        """`review/1/` rather than `review-1/`; the hub routes it (interfaces.md)."""
        if parent:
            self.url_path = f"{parent.url_path}review/{self.number}/"
            return self.url_path
        return super().set_url_path(parent)
