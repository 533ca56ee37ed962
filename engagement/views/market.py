"""The record of preliminary market engagement, and the register of interests."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement.domain import conflicts
from engagement.domain.conflicts import ConflictRefused
from engagement.domain.market import market_record
from engagement.forms.clarifications import ConflictForm
from engagement.models import Activity
from engagement.views.exports import csv_response

HEADER = ["part", "field", "name", "value", "missing"]


@require_safe
def market_engagement(request, slug):
    at = timezone.now()
    activity = _readable(request, slug, at=at)
    parts = {}
    for fact in market_record(activity, at=at):
        parts.setdefault(fact.part, []).append(fact)
    return render(request, "engagement/questions/market.html", {"activity": activity, "parts": parts.items()})


@require_safe
def market_engagement_csv(request, slug):
    at = timezone.now()
    activity = _readable(request, slug, at=at)
    rows = (
        [fact.part, fact.key, fact.name, fact.value, "yes" if fact.is_missing else "no"]
        for fact in market_record(activity, at=at)
    )
    return csv_response(name=f"{activity.slug}-market-engagement", header=HEADER, rows=rows)


@require_safe
def market_engagement_json(request, slug):
    at = timezone.now()
    activity = _readable(request, slug, at=at)
    facts = market_record(activity, at=at)
    held = {fact.key: fact.value.split("\n") if "\n" in fact.value else fact.value for fact in facts if fact.value}
    reply = JsonResponse({**held, "missing": [fact.key for fact in facts if fact.is_missing]})
    name = f"{activity.slug}-market-engagement.json"
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return reply


@require_safe
def conflict_list(request, slug):
    at = timezone.now()
    activity = _readable(request, slug, at=at)
    context = {
        "activity": activity,
        "conflicts": activity.conflicts.select_related("organisation", "recorded_by").order_by("-declared_on", "-pk"),
        "may_record": Activity.objects.engageable_by(request.user, at=at).filter(pk=activity.pk).exists(),
    }
    return render(request, "engagement/questions/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_record(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.record_conflict(activity=activity, actor=request.user, at=at, **form.cleaned_data)
        except ConflictRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "The interest is recorded. Only the office reads it.")
            return redirect("engagement:conflict-list", slug=slug)
    return render(request, "engagement/questions/conflict_form.html", {"form": form, "activity": activity})


@require_POST
def conflict_end(request, slug, conflict):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    declared = get_object_or_404(activity.conflicts, pk=conflict)
    try:
        conflicts.end_conflict(conflict=declared, actor=request.user, at=at)
    except ConflictRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The interest has ended today. It stays in the register.")
    return redirect("engagement:conflict-list", slug=slug)


def _readable(request, slug, *, at):
    return get_object_or_404(Activity.objects.questions_read_by(request.user, at=at), slug=slug)
