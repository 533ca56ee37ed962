"""Open data for machines."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.generic import View

from contracts.domain import ocds
from engagement.domain.exports import in_blocks

FIVE_MINUTES = 300


@method_decorator([login_not_required, cache_control(public=True, max_age=FIVE_MINUTES)], name="dispatch")
class Releases(View):
    """The Open Contracting release package. 404 until the office has its prefix and an agreement to publish."""

    def get(self, request):
        if not ocds.is_published():
            raise Http404
        blocks = in_blocks(ocds.package_lines(at=timezone.now()))
        return StreamingHttpResponse(blocks, content_type="application/json; charset=utf-8")
