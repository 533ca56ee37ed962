"""All page models and media. A page presents several packages' data, so pages see everything and nothing sees pages."""

from portal.models.activity import ActivityIndexPage, ActivityPage
from portal.models.approval import ManagementApproval, wrote
from portal.models.base import PortalPage, PublishRefused
from portal.models.home import HomePage
from portal.models.intention import IntentionPage
from portal.models.media import PortalDocument, PortalImage, PortalRendition
from portal.models.outcome import ReviewPage
from portal.models.site import StandardPage
from portal.models.specification import SpecificationPage, SpecificationVersion, VersionDocument

__all__ = [
    "ActivityIndexPage",
    "ActivityPage",
    "HomePage",
    "IntentionPage",
    "ManagementApproval",
    "PortalDocument",
    "PortalImage",
    "PortalPage",
    "PortalRendition",
    "PublishRefused",
    "ReviewPage",
    "SpecificationPage",
    "SpecificationVersion",
    "StandardPage",
    "VersionDocument",
    "wrote",
]
