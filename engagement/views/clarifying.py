"""The office's pages on questions from providers: the queue, windows, one question and what is done with it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement import rules
from engagement.domain import answering, asking, packs, windows
from engagement.domain.answering import AnswerRefused
from engagement.domain.asking import QuestionRefused
from engagement.domain.windows import WindowRefused
from engagement.enums import Confidence, QuestionSource, QuestionState
from engagement.forms.clarifications import (
    AnswerForm,
    ConfidenceForm,
    EnterForm,
    ExtendForm,
    MergeForm,
    ReasonForm,
    WindowForm,
)
from engagement.models import Activity, Clarification

S = QuestionState
OPEN_CONFIDENCE = (Confidence.ASKED, Confidence.ACCEPTED, Confidence.REFUSED)


@require_safe
def question_queue(request):
    """What waits on every activity that a person reads, the most pressing first."""
    at = timezone.now()
    if not rules.reads_questions(request.user, at=at):
        raise Http404
    activities = Activity.objects.questions_read_by(request.user, at=at)
    context = {
        "due": packs.office_queue(activities, at=at),
        "activities": activities.filter(question_windows__isnull=False).distinct().order_by("-reference"),
    }
    return render(request, "engagement/questions/queue.html", context)


@require_safe
def activity_questions(request, slug):
    """One activity: its windows, what waits, and every question with what became of it."""
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.questions_read_by(request.user, at=at), slug=slug)
    questions = Clarification.objects.filter(window__activity=activity).exclude(state=S.DRAFT)
    context = {
        "activity": activity,
        "windows": [
            (window, window.takes_questions(at=at), window.opens_at > at)
            for window in activity.question_windows.order_by("-number")
        ],
        "due": packs.office_queue(Activity.objects.filter(pk=activity.pk), at=at),
        "settled": questions.exclude(state__in=[S.ASKED, S.ANSWERED])
        .select_related("organisation", "window", "merged_into")
        .order_by("window__number", "number", "pk"),
        "with_asker": questions.filter(state=S.ASKED, confidence=Confidence.REFUSED).select_related("organisation"),
        "to_release": set(
            questions.filter(answers__release=None, state__in=[S.ANSWERED, S.RELEASED], answers__isnull=False)
            .values_list("window__number", flat=True)
            .order_by()
        ),
        "may_open": Activity.objects.engageable_by(request.user, at=at).filter(pk=activity.pk).exists(),
        "may_release": Activity.objects.released_by(request.user, at=at).filter(pk=activity.pk).exists(),
    }
    return render(request, "engagement/questions/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def window_open(request, slug):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    form = WindowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            windows.open_window(activity=activity, actor=request.user, at=at, **form.wanted())
        except WindowRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "Every organisation engaged is told, all at once.")
            return redirect("engagement:activity-questions", slug=slug)
    engaged = windows.engaged_organisations(activity)
    return render(
        request, "engagement/questions/window_form.html", {"form": form, "activity": activity, "engaged": engaged}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def window_extend(request, slug, number):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    window = get_object_or_404(activity.question_windows, number=number)
    local = timezone.localtime(window.closes_at)
    initial = {"closes_on": local.date(), "closes_time": f"{local:%H:%M}"}
    initial["answers_on"] = timezone.localtime(window.answers_by).date()
    form = ExtendForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            windows.extend_window(window=window, actor=request.user, at=at, **form.wanted())
        except WindowRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "There is more time. Every organisation engaged is told, all at once.")
            return redirect("engagement:activity-questions", slug=slug)
    context = {"form": form, "activity": activity, "window": window}
    return render(request, "engagement/questions/window_extend.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question_enter(request, slug, number):
    at = timezone.now()
    activity = get_object_or_404(Activity.objects.engageable_by(request.user, at=at), slug=slug)
    window = get_object_or_404(activity.question_windows, number=number)
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = {**form.cleaned_data, "source": QuestionSource(form.cleaned_data["source"])}
        try:
            asking.enter_question(window=window, actor=request.user, at=at, **wanted)
        except QuestionRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "The question is entered and waits for an answer.")
            return redirect("engagement:activity-questions", slug=slug)
    context = {"form": form, "activity": activity, "window": window}
    return render(request, "engagement/questions/enter.html", context)


@require_safe
def clarification_detail(request, reference):
    at = timezone.now()
    question = _readable(request, reference, at=at)
    activity = question.window.activity
    answers = list(question.answers.select_related("release").prefetch_related("writers").order_by("-version"))
    runs = Activity.objects.answered_by(request.user, at=at).filter(pk=activity.pk).exists()
    undecided = question.confidence == Confidence.ASKED and question.state == S.ASKED
    free = question.state in {S.ASKED, S.ANSWERED}
    context = {
        "question": question,
        "activity": activity,
        "answers": answers,
        "merged": question.merged.select_related("organisation").order_by("pk"),
        "may_answer": runs and _is_answerable(question),
        "may_decide": runs and undecided,
        "may_decline": runs and free,
        "may_merge": runs and free and question.confidence not in OPEN_CONFIDENCE,
        "may_take_apart": runs and question.state == S.MERGED and question.merged_into.state != S.RELEASED,
        "may_drop": runs and question.state == S.RELEASED and any(one.release_id is None for one in answers),
    }
    return render(request, "engagement/questions/detail.html", context)


def _is_answerable(question):
    states = {S.ASKED, S.ANSWERED, S.RELEASED, S.IN_CONFIDENCE}
    return question.state in states and question.confidence not in {Confidence.ASKED, Confidence.REFUSED}


@require_http_methods(["GET", "HEAD", "POST"])
def clarification_answer(request, reference):
    """Writes or changes an answer; of a released one, a correction with its reason."""
    at = timezone.now()
    question = _answerable(request, reference, at=at)
    draft, released = answering.draft_of(question), answering.latest_released(question)
    shown = draft or released
    initial = {
        "section": shown.section if shown else question.section,
        "wording": shown.wording if shown else question.text,
        "text": shown.text if shown else "",
        "reason": draft.reason if draft else "",
        "seen": answering.seen_of(question, draft),
    }
    form = AnswerForm(request.POST or None, initial=initial, correcting=bool(released))
    if request.method == "POST" and form.is_valid():
        try:
            answering.write_answer(question=question, actor=request.user, at=at, **form.cleaned_data)
        except AnswerRefused as refusal:
            form.refuse(refusal)
            form.now_seen(initial["seen"])
        else:
            alone = question.confidence == Confidence.ACCEPTED
            messages.success(
                request,
                "The asker has the answer, and nobody else."
                if alone
                else "Kept. Somebody else releases it to everyone.",
            )
            return redirect("engagement:clarification-detail", reference=reference)
    context = {
        "form": form,
        "question": question,
        "activity": question.window.activity,
        "released": released,
        "draft": draft,
    }
    return render(request, "engagement/questions/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def clarification_decline(request, reference):
    question = _answerable(request, reference, at=timezone.now())
    form = ReasonForm(request.POST or None)
    return _settle(request, question, form, answering.decline_question, "declined", "Declined. The asker reads why.")


@require_http_methods(["GET", "HEAD", "POST"])
def clarification_confidence(request, reference):
    question = _answerable(request, reference, at=timezone.now())
    form = ConfidenceForm(request.POST or None)
    return _settle(request, question, form, answering.decide_confidence, "confidence", "Decided. The asker is told.")


@require_http_methods(["GET", "HEAD", "POST"])
def clarification_merge(request, reference):
    question = _answerable(request, reference, at=timezone.now())
    others = (
        Clarification.objects.filter(window=question.window, state__in=[S.ASKED, S.ANSWERED, S.RELEASED])
        .exclude(pk=question.pk)
        .exclude(confidence__in=OPEN_CONFIDENCE)
        .order_by("number", "pk")
    )
    form = MergeForm(request.POST or None, others=others)
    return _settle(request, question, form, answering.merge_question, "merge", "Put together: one answer serves both.")


def _settle(request, question, form, act, page, words):
    """A form with one act of the domain behind it."""
    if request.method == "POST" and form.is_valid():
        try:
            act(question=question, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except AnswerRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, words)
            return redirect("engagement:clarification-detail", reference=question.reference)
    context = {"form": form, "question": question, "activity": question.window.activity, "page": page}
    return render(request, "engagement/questions/settle.html", context)


@require_POST
def clarification_take_apart(request, reference):
    return _undo(request, reference, answering.take_apart, "The questions are apart again.")


@require_POST
def clarification_drop(request, reference):
    return _undo(request, reference, answering.drop_correction, "The correction is dropped. What was released stays.")


def _undo(request, reference, act, words):
    at = timezone.now()
    question = _answerable(request, reference, at=at)
    try:
        act(question=question, actor=request.user, at=at)
    except AnswerRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("engagement:clarification-detail", reference=reference)


def _readable(request, reference, *, at):
    """A question that was sent; a provider's draft is its own."""
    activities = Activity.objects.questions_read_by(request.user, at=at)
    found = Clarification.objects.exclude(state=S.DRAFT).filter(window__activity__in=activities)
    found = found.select_related("window__activity", "organisation", "merged_into", "asked_by", "settled_by")
    return get_object_or_404(found, reference=reference)


def _answerable(request, reference, *, at):
    activities = Activity.objects.answered_by(request.user, at=at)
    found = Clarification.objects.exclude(state=S.DRAFT).filter(window__activity__in=activities)
    return get_object_or_404(found.select_related("window__activity", "organisation"), reference=reference)
