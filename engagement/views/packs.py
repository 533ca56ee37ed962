"""Released questions and answers, as a page and as CSV: for anybody where they are public, else for those engaged."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagement.domain import packs
from engagement.models import Activity, QuestionWindow
from engagement.views.exports import csv_response

HEADER = ["about", "number", "version", "part", "question", "answer", "correction", "released_at", "holds_now"]


@login_not_required
@require_safe
def public_answers(request, slug):
    activity, windows = _public(slug)
    at = timezone.now()
    found = packs.packs_of(windows)
    context = {
        "activity": activity,
        "packs": found,
        "has_answers": any(pack.entries for pack in found),
        "open": next((window for window in windows if window.takes_questions(at=at)), None),
        "asks": request.user.is_anonymous or _asks_on(activity, request.user, at=at),
    }
    return render(request, "engagement/questions/public.html", context)


def _asks_on(activity, user, *, at):
    """Whether this person is of an organisation that is engaged with the activity: only they have a page to ask on."""
    return packs.activities_to_ask_on(user, at=at).filter(pk=activity.pk).exists()


@login_not_required
@require_safe
def public_answers_csv(request, slug):
    activity, windows = _public(slug)
    return pack_csv(activity, packs.packs_of(windows))


def _public(slug):
    """The activity and its public windows; without one there is no such page."""
    activity = get_object_or_404(Activity.objects.published(), slug=slug)
    windows = list(QuestionWindow.objects.public().filter(activity=activity))
    if not windows:
        raise Http404
    return activity, windows


def pack_csv(activity, found):
    """The pack as a file, with what was superseded."""
    rows = (
        [
            pack.window.about,
            f"Q{entry.number}",
            answer.version,
            answer.section,
            answer.wording,
            answer.text,
            answer.reason,
            timezone.localtime(answer.release.released_at).isoformat(timespec="minutes"),
            "yes" if answer is entry.current else "no",
        ]
        for pack in found
        for entry in pack.entries
        for answer in (entry.current, *entry.superseded)
    )
    return csv_response(name=f"{activity.slug}-questions-and-answers", header=HEADER, rows=rows)
