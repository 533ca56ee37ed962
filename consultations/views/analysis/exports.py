"""Files of the analysis, for those who read what people wrote: the codebook, and responses with their themes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.domain import codebooks, exporting
from consultations.models import Consultation
from engagement.views.exports import WORKBOOKS, table_response


def readable(request, reference):
    """The public consultation of that reference, if this person reads what people wrote; else it is not there."""
    found = Consultation.objects.readable_by(request.user, at=timezone.now()).exclude(published_at=None)
    return get_object_or_404(found.select_related("version"), reference=reference)


@require_safe
def codebook(request, reference, kind="csv"):
    """Questions, choices and themes with their versions."""
    consultation = readable(request, reference)
    return table_response(
        kind=known(kind),
        name=f"codebook-{reference.lower()}",
        sheet="Codebook",
        header=codebooks.CODEBOOK_HEADER,
        rows=codebooks.codebook_rows(consultation),
    )


@require_safe
def coded(request, reference, kind="csv"):
    """Each settled response with its choices and themes, in no order, streamed."""
    consultation, kind = readable(request, reference), known(kind)
    if kind in WORKBOOKS:
        try:
            exporting.refuse_too_many(consultation.responses.settled().count())
        except exporting.ExportRefused as refusal:
            messages.info(request, str(refusal))
            return redirect("consultations:manage-themes", reference)
    header, rows = codebooks.coded_header(consultation), codebooks.coded_rows(consultation)
    return table_response(kind=kind, name=f"coded-{reference.lower()}", sheet="Responses", header=header, rows=rows)


def known(kind):
    """The ending of a file that there is; else there is none such."""
    if kind != "csv" and kind not in WORKBOOKS:
        raise Http404
    return kind
