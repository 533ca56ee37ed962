"""Files that somebody brought, given back: as an attachment that runs nothing, kept by no cache."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attached(*, name, content, kind):
    """The reply with a file; `kind` is its media type."""
    reply = HttpResponse(bytes(content), content_type=kind)
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    reply["Content-Security-Policy"] = "default-src 'none'"
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "private, no-store"
    return reply
