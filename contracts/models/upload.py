"""Files that a provider has uploaded and not yet decided to keep."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.returns import KpiReturn


class UploadQuerySet(models.QuerySet):
    def waiting(self, *, at):
        """Not yet expired."""
        return self.filter(expires_at__gt=at)


class Upload(models.Model):
    """One file of one person for one return, between preview and decision. Nobody else sees it; it is deleted after.

    `content` is what stood in its cells, as `engagement.domain.grid` writes it; the file itself is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.CASCADE, related_name="uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=100)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi_return", "uploaded_by"], name="upload_one_per_person"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("uploaded_at")), name="upload_expires_after_upload"
            ),
        ]

    def __str__(self):
        return self.file_name
