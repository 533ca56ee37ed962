"""Running an activity: its words and money, its stage, whom it engages, and the proof that they were told."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement import rules
from engagement.access import local_date
from engagement.domain import activities, parties, queries
from engagement.domain.activities import ActivityRefused, StageMoveRefused
from engagement.enums import PartyKind, Stage
from engagement.forms.activities import ActivityForm, EngageForm, FundingForm, MoveStageForm
from engagement.models import Activity


@require_safe
def activity_work_list(request):
    """Every activity that this person works with, published or not."""
    at = timezone.now()
    if not rules.works_with_activities(request.user, at=at):
        raise Http404
    found = Activity.objects.manageable_by(request.user, at=at).select_related("lead_commissioner", "contract_manager")
    context = {"activities": found.order_by("-reference"), "may_begin": rules.makes_activities(request.user, at=at)}
    return render(request, "engagement/activity_work_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_begin(request):
    at = timezone.now()
    if not rules.makes_activities(request.user, at=at):
        raise Http404
    form = ActivityForm(request.POST or None, on=local_date(at))
    if request.method == "POST" and form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        activity = activities.begin_activity(lead_commissioner=request.user, actor=request.user, at=at, **wanted)
        messages.success(request, f"{activity.reference} has begun. It is a draft until you publish it.")
        return redirect(activity.get_manage_url())
    return render(request, "engagement/activity_form.html", {"form": form})


@require_safe
def activity_manage(request, slug):
    at = timezone.now()
    activity = get_object_or_404(_managed(request, at), slug=slug)
    return render(request, "engagement/activity_manage.html", _manage_context(request, activity, at=at))


@require_POST
def activity_move(request, slug):
    at = timezone.now()
    own = _managed(request, at).filter(rules.own_activities(request.user, at=at))
    activity = get_object_or_404(own, slug=slug)
    form = MoveStageForm(request.POST, moves=list(Stage))
    overtaken = form.is_valid() and form.cleaned_data["seen_stage"] != activity.stage  # is told so, and by whom
    if not overtaken and not rules.moves_open_to(request.user, activity, at=at):
        raise Http404
    if form.is_valid() and not _refusal_of_move(form, request, activity, at=at):
        messages.success(request, f"Moved to {Stage(form.cleaned_data['to_stage']).label}. Everyone engaged is told.")
        return redirect(activity.get_manage_url())
    activity.refresh_from_db()
    context = _manage_context(request, activity, at=at, refused=form)
    return render(request, "engagement/activity_manage.html", context, status=409)


def _refusal_of_move(form, request, activity, *, at):
    """Moves, or puts the refusal beside what was chosen; returns whether it was refused."""
    wanted = form.cleaned_data
    own = rules.moves_open_to(request.user, activity, at=at)
    if wanted["seen_stage"] == activity.stage and wanted["to_stage"] not in own:
        form.add_error("to_stage", "This move is not yours to make from here.")
        return True
    try:
        activities.move_stage(
            activity=activity,
            seen_stage=wanted["seen_stage"],
            to_stage=Stage(wanted["to_stage"]),
            reason=wanted["reason"],
            actor=request.user,
            at=at,
        )
    except StageMoveRefused as refusal:
        form.add_error("reason" if "Say why" in str(refusal) else "to_stage", str(refusal))
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.writable_by(request.user, at=at), slug=slug)
    initial = {
        "title": activity.title,
        "summary": activity.summary,
        "area": activity.area,
        "priorities": list(activity.priorities.all()),
        "contract_manager": activity.contract_manager,
        "seen": activities.fingerprint(activity),
    }
    form = ActivityForm(request.POST or None, initial=initial, on=local_date(at))
    if request.method == "POST" and form.is_valid():
        try:
            activities.change_activity(activity=activity, actor=request.user, at=at, **form.cleaned_data)
        except ActivityRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your changes are saved.")
            return redirect(activity.get_manage_url())
    return render(request, "engagement/activity_form.html", {"form": form, "activity": activity})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_fund(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.writable_by(request.user, at=at), slug=slug)
    form = FundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        wanted["ends_on"] = wanted.pop("last_day") + timedelta(days=1)
        activities.add_funding(activity=activity, actor=request.user, at=at, **wanted)
        messages.success(request, "The money is added.")
        return redirect(activity.get_manage_url())
    return render(request, "engagement/funding_form.html", {"form": form, "activity": activity})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_publish(request, slug):
    """Asks once more, since what has been public cannot be made unread."""
    at = timezone.now()
    own = Activity.objects.filter(rules.led_activities(request.user, at=at))
    activity = get_object_or_404(own, slug=slug)
    error = ""
    if request.method == "POST":
        try:
            activities.publish_activity(activity=activity, actor=request.user, at=at)
        except ActivityRefused as refusal:
            error = str(refusal)
        else:
            messages.success(request, "The activity is public. People can follow it now.")
            return redirect(activity.get_manage_url())
    return render(request, "engagement/activity_publish.html", {"activity": activity, "error": error})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_engage(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    form = EngageForm(request.POST or None, activity=activity)
    if request.method == "POST" and form.is_valid():
        organisation = form.cleaned_data["organisation"]
        parties.engage_organisation(activity=activity, organisation=organisation, actor=request.user, at=at)
        messages.success(request, f"{organisation} is engaged: its people hear of every public step from now on.")
        return redirect(activity.get_manage_url())
    return render(request, "engagement/engage_form.html", {"form": form, "activity": activity})


def _managed(request, at):
    found = Activity.objects.manageable_by(request.user, at=at)
    return found.select_related("lead_commissioner", "contract_manager")


def _manage_context(request, activity, *, at, refused=None):
    """What the page shows. After a refusal the form offers the moves of now, and keeps what the person typed."""
    user = request.user
    moves = [
        stage for stage in rules.moves_open_to(user, activity, at=at) if stage in activities.allowed_moves(activity)
    ]
    counts = activity.parties.aggregate(
        followers=Count("pk", filter=Q(kind=PartyKind.FOLLOWER, confirmed_at__isnull=False, left_at=None)),
        asked=Count("pk", filter=Q(kind=PartyKind.FOLLOWER, confirmed_at=None)),
        left=Count("pk", filter=Q(left_at__isnull=False)),
    )
    return {
        "activity": activity,
        "steps": queries.stage_steps(activity),
        "changes": activity.stage_changes.select_related("moved_by").order_by("-sequence"),
        "told": queries.told_about(activity, reader=user, at=at),
        "counts": counts,
        "engaged": activity.parties.listening().filter(organisation__isnull=False).select_related("organisation"),
        "funding": activity.funding_lines.order_by("fund", "starts_on", "pk"),
        "funds": Activity.objects.with_funds().get(pk=activity.pk),
        "priorities": activity.priorities.select_related("plan").order_by("plan__title", "number"),
        "move_form": _move_form(activity, moves, refused),
        "form": refused,
        "may_write": Activity.objects.writable_by(user, at=at).filter(pk=activity.pk).exists(),
        "may_publish": not activity.published_at
        and Activity.objects.filter(rules.led_activities(user, at=at), pk=activity.pk).exists(),
        "reads_questions": rules.reads_questions(user, at=at),
        "may_engage": Activity.objects.engageable_by(user, at=at).filter(pk=activity.pk).exists(),
    }


def _move_form(activity, moves, refused):
    if refused:
        refused.offer(moves, seen_stage=activity.stage)
        return refused
    return MoveStageForm(moves=moves, initial={"seen_stage": activity.stage}) if moves else None
