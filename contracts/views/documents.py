"""Documents of an agreement: the list for both sides, files as attachments, and what the Contract Manager keeps."""

from mimetypes import guess_type

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView, View

from contracts.domain import documents
from contracts.domain.documents import DocumentRefused
from contracts.forms.documents import DocumentForm, ShareForm, VersionForm
from contracts.models import AgreementDocument, DocumentVersion
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date
from engagement.domain.received import LARGEST
from engagement.views.exports import csv_response

CSV_HEADER = ["agreement", "kind", "title", "version", "file", "bytes", "sha256", "holds_until", "added_on", "shared"]


def documents_address(agreement):
    return reverse("contracts:documents", args=[agreement.reference])


class Documents(OneAgreement, TemplateView):
    """The documents that this person may open, each with its versions."""

    template_name = "contracts/making/documents.html"

    def get_context_data(self, **kwargs):
        user, day = self.request.user, local_date(self.now)
        found = documents.kept_for(self.agreement, user, at=self.now)
        rows = [(kept, kept.standing(on=day)) for kept in found]
        return super().get_context_data(rows=rows, of_office=self.is_looked_after, manages=self.manages, **kwargs)


class DocumentsCsv(OneAgreement, View):
    """The list as a file: each version a row."""

    def get(self, request, *args, **kwargs):
        rows = (
            [
                self.agreement.reference,
                kept.document.get_kind_display(),
                kept.document.title,
                version.number,
                version.file_name,
                version.size,
                version.sha256,
                version.expires_on,
                local_date(version.added_at),
                "yes" if kept.document.shared else "no",
            ]
            for kept in documents.kept_for(self.agreement, request.user, at=self.now)
            for version in kept.versions
        )
        return csv_response(name=f"{self.agreement.reference}-documents", header=CSV_HEADER, rows=rows)


class AddDocument(OneAgreement, Asking):
    """A new document."""

    refused = DocumentRefused
    allowed = "writable_by"
    template_name = "contracts/making/document_form.html"
    form_class = DocumentForm

    def act(self, given):
        given = dict(given)
        file = given.pop("file")
        document = documents.add_document(
            agreement=self.agreement,
            file_name=file.name,
            content=file.read(LARGEST + 1),
            actor=self.request.user,
            at=self.now,
            **given,
        )
        return f"“{document}” is kept.", documents_address(self.agreement)


class OneDocument(OneAgreement):
    """Loads the document that the address names, when this person may open it."""

    managed_only = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = AgreementDocument.objects.visible_to(request.user, at=self.now)
        self.document = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])
        self.document.agreement = self.agreement
        if self.managed_only and not self.manages:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(document=self.document, **kwargs)


class AddVersion(OneDocument, Asking):
    """A newer version of a document."""

    refused = DocumentRefused
    template_name = "contracts/making/document_version.html"
    form_class = VersionForm

    def get_initial(self):
        return {"seen": self.document.versions.count()}

    def act(self, given):
        file = given["file"]
        version = documents.add_version(
            document=self.document,
            seen=given["seen"],
            file_name=file.name,
            content=file.read(LARGEST + 1),
            expires_on=given["expires_on"],
            actor=self.request.user,
            at=self.now,
        )
        return f"Version {version.number} is kept. Those before stay.", documents_address(self.agreement)


class ShareDocument(OneDocument, Asking):
    """Who reads it."""

    refused = DocumentRefused
    template_name = "contracts/making/document_share.html"
    form_class = ShareForm

    def get_initial(self):
        return {"shared": "yes" if self.document.shared else "no", "withheld_because": self.document.withheld_because}

    def act(self, given):
        documents.share_document(document=self.document, actor=self.request.user, at=self.now, **given)
        return "Who reads it is kept.", documents_address(self.agreement)


class DocumentFile(OneDocument, View):
    """A version as an attachment that may run nothing, kept by no cache."""

    managed_only = False

    def get(self, request, *args, **kwargs):
        version = get_object_or_404(DocumentVersion, document=self.document, number=kwargs["version"])
        kind = guess_type(version.file_name)[0] or "application/octet-stream"
        reply = HttpResponse(bytes(version.content), content_type=kind)
        reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=version.file_name)
        reply["Content-Security-Policy"] = "default-src 'none'"
        reply["X-Content-Type-Options"] = "nosniff"
        reply["Cache-Control"] = "private, no-store"
        return reply
