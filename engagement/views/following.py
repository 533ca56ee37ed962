"""Following an activity and leaving, without an account. Opening a link never changes anything (security row T02).

The address of these pages is itself a key. The site's `Referrer-Policy: same-origin` keeps it from every other site;
`no-referrer` would make browsers send `Origin: null` with the form, which the check for forgery refuses.
"""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from engagement.domain import parties
from engagement.domain.attempts import Attempts, TooManyAttempts
from engagement.domain.parties import FollowRefused
from engagement.forms.following import FollowForm
from engagement.models import Activity, Event
from engagement.views.sources import source_of

# Mail goes to whatever address is typed: neither one browser nor all together may fill a stranger's letter box.
SOURCES = Attempts(limit=20, limit_for_all=2000)
ADDRESSES = Attempts(limit=6, limit_for_all=2000)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request, slug):
    activity = get_object_or_404(Activity.objects.published(), slug=slug)
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, at = form.cleaned_data["email"], timezone.now()
        try:
            SOURCES.count(source_of(request), at=at)
            ADDRESSES.count(email.lower(), at=at)
            parties.request_follow(activity=activity, email=email, topic_free=form.cleaned_data["quiet"], at=at)
        except (FollowRefused, TooManyAttempts) as refusal:
            form.add_error("email", str(refusal))
        else:
            return redirect("engagement:follow-sent", slug=slug)
    return render(request, "engagement/follow.html", {"activity": activity, "form": form})


@login_not_required
@require_safe
def follow_sent(request, slug):
    activity = get_object_or_404(Activity.objects.published(), slug=slug)
    return render(request, "engagement/follow_sent.html", {"activity": activity})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_confirm(request, token):
    try:
        party = parties.party_to_confirm(token)
    except FollowRefused as refusal:
        return _refused(request, refusal)
    if request.method == "POST":
        party = parties.confirm_follow(party=party, at=timezone.now())
    context = {"party": party, "activity": party.activity, "done": request.method == "POST"}
    return render(request, "engagement/follow_confirm.html", context)


@login_not_required
@never_cache
@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is signed, and leaving can be undone
@require_http_methods(["GET", "HEAD", "POST"])
def follow_leave(request, token):
    try:
        party = parties.party_to_leave(token)
    except FollowRefused as refusal:
        return _refused(request, refusal)
    if request.method == "POST":
        party = parties.leave(party=party, at=timezone.now())
    context = {"party": party, "activity": party.activity, "done": bool(party.left_at)}
    return render(request, "engagement/follow_leave.html", context)


def _refused(request, refusal):
    return render(request, "engagement/follow_refused.html", {"reason": str(refusal)}, status=410)


@login_not_required
@require_safe
def update(request, pk):
    """The address without words that topic-free messages carry: it leads to what the event is about."""
    return redirect(get_object_or_404(Event.objects.of_public_things(), pk=pk).path)
