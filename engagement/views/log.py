"""Reading the audit log, as a page and as CSV, through one policy."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagement import rules
from engagement.forms.log import LogFilterForm
from engagement.models import LogEntry
from engagement.views.exports import csv_response

PAGE = 50
HEADER = ["Number", "When", "Who", "What", "Activity", "Organisation", "Summary"]


@require_safe
def log_list(request):
    form, entries = _entries(request)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    return render(request, "engagement/log_list.html", {"form": form, "page": page})


@require_safe
def log_csv(request):
    _, entries = _entries(request)
    rows = (
        [
            entry.sequence,
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            str(entry.actor or "The portal"),
            entry.action,
            entry.activity.reference if entry.activity else "",
            str(entry.organisation or ""),
            entry.summary,
        ]
        for entry in entries.iterator(chunk_size=1000)
    )
    return csv_response(name="log", header=HEADER, rows=rows)


def _entries(request):
    at = timezone.now()
    if not rules.reads_log(request.user, at=at):
        raise Http404
    form = LogFilterForm(request.GET)
    visible = LogEntry.objects.visible_to(request.user, at=at).select_related("actor", "activity", "organisation")
    return form, form.narrow(visible).order_by("-sequence")
