"""Files of the analysis, for those who read what people wrote: the codebook, and responses with their themes."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.domain import codebooks
from consultations.models import Consultation
from engagement.views.exports import csv_response


def readable(request, reference):
    """The public consultation of that reference, if this person reads what people wrote; else it is not there."""
    found = Consultation.objects.readable_by(request.user, at=timezone.now()).exclude(published_at=None)
    return get_object_or_404(found.select_related("version"), reference=reference)


@require_safe
def codebook_csv(request, reference):
    """Questions, choices and themes with their versions."""
    consultation = readable(request, reference)
    return csv_response(
        name=f"codebook-{reference.lower()}",
        header=codebooks.CODEBOOK_HEADER,
        rows=codebooks.codebook_rows(consultation),
    )


@require_safe
def coded_csv(request, reference):
    """Each settled response with its choices and themes, in no order, streamed."""
    consultation = readable(request, reference)
    header = codebooks.coded_header(consultation)
    return csv_response(name=f"coded-{reference.lower()}", header=header, rows=codebooks.coded_rows(consultation))
