"""A provider's own pages: where its people may ask, what they asked, and what was released to everyone engaged."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement import rules
from engagement.domain import answering, asking, packs
from engagement.domain.asking import QuestionRefused
from engagement.enums import Confidence, QuestionState
from engagement.forms.clarifications import AskForm
from engagement.models import Clarification, QuestionWindow
from engagement.views.packs import pack_csv


@require_safe
def our_activities(request):
    """Every activity with questions on which a person's organisations are engaged."""
    at = timezone.now()
    if not rules.asks_questions(request.user, at=at):
        raise Http404
    found = packs.activities_to_ask_on(request.user, at=at)
    open_now = {window.activity_id: window for window in QuestionWindow.objects.open(at=at).filter(activity__in=found)}
    rows = [(activity, open_now.get(activity.pk)) for activity in found]
    return render(request, "engagement/questions/our_list.html", {"rows": rows})


@require_safe
def our_questions(request, slug):
    at = timezone.now()
    activity = _activity(request, slug, at=at)
    windows = list(activity.question_windows.all())
    own = rules.asking_organisations(request.user, at=at)
    found = packs.packs_of(windows, readers=own)
    context = {
        "activity": activity,
        "open": next((window for window in windows if window.takes_questions(at=at)), None),
        "next": next((window for window in windows if at < window.opens_at), None),
        "may_ask": asking.may_ask_for(activity=activity, actor=request.user, at=at),
        "mine": packs.own_questions(activity, request.user, at=at),
        "packs": found,
        "has_answers": any(pack.entries for pack in found),
    }
    return render(request, "engagement/questions/ours.html", context)


@require_safe
def our_answers_csv(request, slug):
    at = timezone.now()
    activity = _activity(request, slug, at=at)
    own = rules.asking_organisations(request.user, at=at)
    return pack_csv(activity, packs.packs_of(activity.question_windows.all(), readers=own))


@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request, slug):
    at = timezone.now()
    activity = _activity(request, slug, at=at)
    organisations = asking.may_ask_for(activity=activity, actor=request.user, at=at)
    window = activity.question_windows.filter(closes_at__gt=at).order_by("opens_at").first()
    window = window or activity.question_windows.order_by("-closes_at").first()
    if not organisations:
        raise Http404
    return _write(request, window, organisations, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request, reference):
    at = timezone.now()
    question = get_object_or_404(_mine(request, at=at), reference=reference, state=QuestionState.DRAFT)
    activity = question.window.activity
    organisations = asking.may_ask_for(activity=activity, actor=request.user, at=at)
    if not organisations:
        raise Http404
    return _write(request, question.window, organisations, at=at, question=question)


def _write(request, window, organisations, *, at, question=None):
    """Keeps a draft or sends a question; whatever is refused, nothing that was typed is lost."""
    initial = {}
    if question:
        initial = {
            "organisation": question.organisation,
            "section": question.section,
            "text": question.text,
            "confidential": "yes" if question.confidence == Confidence.ASKED else "no",
            "reason": question.confidence_asked_because,
        }
    form = AskForm(request.POST or None, initial=initial, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        send = "send" in request.POST
        try:
            asking.write_question(
                window=window, question=question, send=send, actor=request.user, at=at, **form.wanted()
            )
        except QuestionRefused as refusal:
            form.refuse(refusal)
        else:
            said = (
                "Your question is with the office." if send else "Your draft is kept. The office does not see it yet."
            )
            messages.success(request, said)
            return redirect("engagement:our-questions", slug=window.activity.slug)
    closed = "" if window.takes_questions(at=at) else asking.closed_words(window, at=at)
    context = {"form": form, "window": window, "activity": window.activity, "question": question, "closed": closed}
    return render(request, "engagement/questions/ask.html", context)


@require_safe
def our_question(request, reference):
    at = timezone.now()
    question = get_object_or_404(_mine(request, at=at), reference=reference)
    state = QuestionState(question.state)
    alone = state == QuestionState.IN_CONFIDENCE
    context = {
        "question": question,
        "activity": question.window.activity,
        "own": packs.own_view(question),
        "answer_alone": answering.draft_of(question) if alone else None,
        "numbered": (question.merged_into or question).number,
        "may_decide": question.confidence == Confidence.REFUSED and state == QuestionState.ASKED,
        "may_withdraw": asking.may_withdraw(question),
        "is_draft": state == QuestionState.DRAFT,
    }
    return render(request, "engagement/questions/our_question.html", context)


@require_POST
def question_withdraw(request, reference):
    def act(question, at):
        asking.withdraw_question(question=question, actor=request.user, at=at)

    return _decide(request, reference, act, "Your question is withdrawn.")


@require_POST
def question_let_go(request, reference):
    def act(question, at):
        asking.let_be_released(question=question, actor=request.user, at=at)

    return _decide(request, reference, act, "The office can now answer your question for everyone.")


@require_POST
def question_discard(request, reference):
    def act(question, at):
        asking.discard_draft(question=question)

    return _decide(request, reference, act, "Your draft is gone.")


def _decide(request, reference, act, words):
    at = timezone.now()
    question = get_object_or_404(_mine(request, at=at), reference=reference)
    try:
        act(question, at)
    except QuestionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("engagement:our-question", reference=reference)
    messages.success(request, words)
    return redirect("engagement:our-questions", slug=question.window.activity.slug)


def _activity(request, slug, *, at):
    return get_object_or_404(packs.activities_to_ask_on(request.user, at=at), slug=slug)


def _mine(request, *, at):
    mine = Clarification.objects.of_organisations_of(request.user, at=at)
    return mine.select_related("window__activity", "organisation", "merged_into")
