"""Files leave through here by one policy (security rows W01 to W03, W16). No route serves the media folder."""

from mimetypes import guess_type

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from wagtail.documents.views import serve

from portal.domain.visibility import file_is_public, may_open_file
from portal.models import PortalDocument, PortalImage


def settle_caching(response, *, public):
    """A browser asks again each time, since a page may be taken back; what is not public is kept nowhere."""
    response["Cache-Control"] = "no-cache" if public else "private, no-store"
    return response


def open_or_refuse(request, file):
    """Whether the file is public; 404 when it is not and this person may not open it either."""
    now = timezone.now()
    if file_is_public(file, at=now):
        return True
    if may_open_file(request.user, file, at=now):
        return False
    raise Http404


@login_not_required
@require_safe
def document(request, document_id, document_filename):
    """A document, as an attachment that may run nothing."""
    public = open_or_refuse(request, get_object_or_404(PortalDocument, pk=document_id))
    return settle_caching(serve.serve(request, document_id, document_filename), public=public)


@login_not_required
@require_safe
def rendition(request, image_id, filename):
    """A picture at one size."""
    image = get_object_or_404(PortalImage, pk=image_id)
    public = open_or_refuse(request, image)
    renditions = [one for one in image.renditions.all() if one.file.name.rpartition("/")[2] == filename]
    if not renditions:
        raise Http404
    with renditions[0].file.open("rb") as picture:
        response = HttpResponse(picture.read(), content_type=guess_type(filename)[0] or "application/octet-stream")
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    settle_caching(response, public=public)
    return get_conditional_response(request, etag=quote_etag(f"{image_id}/{filename}"), response=response)
