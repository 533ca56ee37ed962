"""Documents, images and renditions. Nobody reaches one that no live page shows (security rows W01 to W03)."""

from django.db import models
from django.urls import reverse
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class PortalDocument(AbstractDocument):
    """A file that pages link to."""

    admin_form_fields = Document.admin_form_fields


class PortalImage(AbstractImage):
    """A picture that pages show."""

    admin_form_fields = (*Image.admin_form_fields, "description")


class PortalRendition(AbstractRendition):
    """A picture at one size, made when the page that shows it is published."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="rendition_once_per_filter"
            ),
        ]

    @property
    def url(self):
        """Where our policy is asked: the file itself has no address. A rendition just made may not know its key."""
        return reverse("portal:rendition", args=[self.image_id, self.file.name.rpartition("/")[2]])
