"""Pages of an invented county, made through the same door as the screens: one person writes, another approves.

`ActivityPageFactory()` is in draft. `live=True` publishes it, with whatever is above it.
"""

from datetime import date
from io import BytesIO

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory
from PIL import Image

from engagement.enums import Role
from portal.domain import publishing
from portal.enums import ReviewOutcome
from portal.models import (
    ActivityIndexPage,
    ActivityPage,
    HomePage,
    IntentionPage,
    PortalDocument,
    PortalImage,
    ReviewPage,
    SpecificationPage,
    StandardPage,
)
from tests.factories.engagement import NOW, ActivityFactory, UserFactory


def published(page, *, at=NOW, author=None, approver=None):
    """The page after one person wrote and another approved what it says now."""
    author = author or UserFactory(role=Role.INVOLVEMENT)
    approver = approver or UserFactory(role=Role.MANAGEMENT)
    return publishing.publish_page(page=page, author=author, approver=approver, at=at)


class PageFactory(DjangoModelFactory):
    """Puts the page under `parent`, in draft with a revision; `live=True` publishes it."""

    class Meta:
        abstract = True

    live = False
    at = NOW
    author = None

    @classmethod
    def _create(cls, model_class, *args, parent, live, at, author, **fields):
        page = parent.add_child(instance=model_class(live=False, **fields))
        page.save_revision(user=author)
        return published(page, at=at, author=author) if live else page


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage

    parent = factory.LazyFunction(HomePage.objects.get)
    title = factory.Sequence(lambda n: f"How we decide {n}")
    lead = "The steps from a question to a decision."
    body = [{"type": "text", "value": "<p>We ask first.</p>"}]


class ActivityPageFactory(PageFactory):
    class Meta:
        model = ActivityPage

    parent = factory.LazyFunction(ActivityIndexPage.objects.get)
    activity = factory.SubFactory(ActivityFactory)
    why = "<p>Four in ten people were passed between services before they got help.</p>"


class DocumentPageFactory(PageFactory):
    """A document of an activity. With `live=True` its hub is live too."""

    class Meta:
        abstract = True

    parent = factory.SubFactory(ActivityPageFactory, live=factory.SelfAttribute("..live"))


class IntentionPageFactory(DocumentPageFactory):
    class Meta:
        model = IntentionPage

    title = "Commissioning intention"
    lead = "One way in, and shorter waits."
    value = "£1.2 million a year"
    starts = "July 2027"
    body = [{"type": "text", "value": "<p>We mean to have one service.</p>"}]


def clause(text, **more):
    return {"heading": "", "text": f"<p>{text}</p>", "openness": "OPEN_TO_IDEAS", **more}


def specification_content(purpose="Nobody is passed between services."):
    """The four required sections after a section of text."""
    return [
        {"type": "section", "value": {"title": "Purpose", "clauses": [clause(purpose, openness="FIXED")]}},
        {"type": "outcomes", "value": {"clauses": [clause("People feel safe.", heading="Safety")]}},
        {
            "type": "indicators",
            "value": {"clauses": [clause("Referrals seen in time.", heading="First contact", target="90% or more")]},
        },
        {"type": "outputs", "value": {"clauses": [clause("A phone line.", heading="One number to ring")]}},
        {
            "type": "milestones",
            "value": {"clauses": [clause("Staff in place.", heading="Mobilised", on=date(2027, 4, 1))]},
        },
    ]


class SpecificationPageFactory(DocumentPageFactory):
    class Meta:
        model = SpecificationPage

    title = "Specification"
    lead = "What the service must do."
    content = factory.LazyFunction(specification_content)


class ReviewPageFactory(DocumentPageFactory):
    class Meta:
        model = ReviewPage

    title = factory.LazyAttribute(lambda o: f"Review {o.number}")
    number = 1
    outcome = ReviewOutcome.IMPROVE
    reviewed_on = date(2026, 6, 30)
    lead = "Waits fell, and we will ask for more."
    body = [{"type": "text", "value": "<p>Nine in ten were seen in time.</p>"}]
    intentions = "<p>We mean to extend the agreement by a year.</p>"


def picture_file(name="lamp.png"):
    buffer = BytesIO()
    Image.new("RGB", (1600, 900), "#0b5563").save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name=name)


class PictureFactory(DjangoModelFactory):
    class Meta:
        model = PortalImage

    title = "A street lamp"
    file = factory.LazyFunction(picture_file)


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = PortalDocument

    title = "Needs assessment"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 needs", name="needs.pdf"))
