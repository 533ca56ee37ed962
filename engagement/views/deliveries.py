"""Messages whose end a person must decide: in doubt, or refused for good."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from engagement import rules
from engagement.domain import outbox, queries
from engagement.domain.outbox import DeliveryDecisionRefused
from engagement.models import Delivery

PAGE = 50


@require_safe
def delivery_list(request):
    at = timezone.now()
    troubled = _troubled(request, at=at).select_related("event", "event__activity", "party", "user")
    page = Paginator(troubled.order_by("-event__occurred_at", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "health": queries.delivery_health(),
        "shows_addresses": rules.reads_addresses(request.user, at=at),
    }
    return render(request, "engagement/delivery_list.html", context)


@require_POST
def delivery_send_again(request, pk):
    return _decide(request, pk, outbox.send_again, "The message will be sent again.")


@require_POST
def delivery_leave(request, pk):
    return _decide(request, pk, outbox.leave_unsent, "The message is left as it is.")


def _decide(request, pk, decide, words):
    at = timezone.now()
    _troubled(request, at=at)
    delivery = get_object_or_404(Delivery, pk=pk)
    try:
        decide(delivery=delivery, actor=request.user, at=at)
    except DeliveryDecisionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("engagement:delivery-list")


def _troubled(request, *, at):
    if not rules.settles_messages(request.user, at=at):
        raise Http404
    return Delivery.objects.troubled()
