"""Releasing answers to everyone at once, with a look at whom it reaches; and the log that proves it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from engagement.domain import packs, releasing
from engagement.domain.releasing import ReleaseRefused
from engagement.models import Activity
from engagement.views.exports import csv_response

LOG_HEADER = [
    "about",
    "release",
    "released_at",
    "released_by",
    "questions",
    "digest",
    "organisation",
    "told",
    "recorded_at",
    "messages_sent",
    "messages_waiting",
    "messages_in_trouble",
    "messages_left_unsent",
]


@require_http_methods(["GET", "HEAD", "POST"])
def answers_release(request, slug, number):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.released_by(request.user, at=at), slug=slug)
    window = get_object_or_404(activity.question_windows.select_related("activity"), number=number)
    refused = ""
    if request.method == "POST":
        try:
            releasing.release_answers(window=window, seen=request.POST.get("seen", ""), actor=request.user, at=at)
        except ReleaseRefused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "Released to everyone engaged, at the same moment.")
            return redirect("engagement:told-log", slug=slug)
    waiting = releasing.waiting_for_release(window, at=at)
    context = {
        "activity": activity,
        "window": window,
        "waiting": waiting,
        "own": any(request.user in answer.writers.all() for answer in waiting.answers),
        "refused": refused,
    }
    return render(request, "engagement/questions/release.html", context, status=409 if refused else 200)


@require_safe
def told_log(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.questions_read_by(request.user, at=at), slug=slug)
    rows = {}
    for row in packs.told_rows(activity):
        rows.setdefault(row.release_id, []).append(row)
    releases = [
        (release, rows.get(release.pk, []), releasing.digest_of(release.answers.all()) == release.digest)
        for release in packs.releases_of(activity)
    ]
    return render(request, "engagement/questions/log.html", {"activity": activity, "releases": releases})


@require_safe
def told_log_csv(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.questions_read_by(request.user, at=at), slug=slug)
    questions = {
        release.pk: " ".join(f"Q{answer.question.number}.{answer.version}" for answer in release.answers.all())
        for release in packs.releases_of(activity)
    }
    rows = (
        [
            row.release.window.about,
            row.release.number,
            _moment(row.release.released_at),
            str(row.release.released_by),
            questions[row.release_id],
            row.release.digest,
            row.organisation.name,
            row.get_telling_display(),
            _moment(row.at),
            *(getattr(row, count) for count in ("sent", "waiting", "troubled", "left")),
        ]
        for row in packs.told_rows(activity)
    )
    return csv_response(name=f"{activity.slug}-who-was-told", header=LOG_HEADER, rows=rows)


def _moment(at):
    return timezone.localtime(at).isoformat(timespec="seconds")
