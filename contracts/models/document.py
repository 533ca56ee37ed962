"""Documents of an agreement, with every version and the content in the row itself: nothing of it lies in a folder."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts import rules
from contracts.enums import DocumentKind
from contracts.models.agreement import Agreement


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Documents that this person may open: all for the office, the provider's own where they are shared."""
        return self.filter(rules.readable_documents(user, at=at))


class AgreementDocument(models.Model):
    """One document, whatever its versions. Not shared with the provider it has the reason (`withheld_because`)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=DocumentKind)
    title = models.CharField(max_length=150)
    shared = models.BooleanField(default=False)
    withheld_because = models.CharField(max_length=300, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="document_number_once"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(
                condition=Q(shared=True, withheld_because="") | Q(shared=False) & ~Q(withheld_because=""),
                name="document_withheld_with_reason",
            ),
        ]

    def __str__(self):
        return self.title


class DocumentVersion(models.Model):
    """One version of a document, never changed and never deleted. `sha256` is of `content`, in hexadecimal.

    `expires_on` is its last day, of an insurance or a policy.
    """

    document = models.ForeignKey(AgreementDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    expires_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.CheckConstraint(condition=Q(size__gte=1), name="document_version_not_empty"),
        ]

    def __str__(self):
        return f"Version {self.number}"
