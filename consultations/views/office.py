"""What the office watches: the list of consultations, the page of one, its counts, and what people wrote."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView

from consultations import rules
from consultations.domain import (
    areas,
    arriving,
    concluding,
    correcting,
    counting,
    elections,
    equality,
    exporting,
    naming,
    publication,
    questionnaires,
    readiness,
    responding,
    signing,
)
from consultations.domain.previewing import BEFORE_OPENING
from consultations.domain.substance import signed
from consultations.enums import OPEN_STATES, REPORTED_STATES, TEXT_KINDS, Channel, IdentityMode, QuestionKind, State
from consultations.models import Consultation, OrganisationAnswer, Response
from consultations.views import draft_wording, figures, heard, wording
from consultations.views.corrected import shown
from consultations.views.public import NearestPage, csv_file, results_context
from engagement.views.exports import WORKBOOKS, table_response

PER_PAGE = 20
ANSWERS_PER_PAGE = 25
ENTERED_IN = frozenset({*OPEN_STATES, State.SUSPENDED, State.CLOSED, State.OPENING_SOON})
NOBODY_YET = "This is still a draft: nobody can have answered yet."
NAMED = "Organisations answer this by name: what they signed is under “Organisations”."
NOT_COUNTED = "There are no counts yet: they are shown from the first ten answers on."


def groups(*, at):
    """The filters of the office's list: code, name, which consultations."""
    public = Q(published_at__isnull=False, withdrawn_at=None, suspended_at=None)
    return [
        ("", "All", Q()),
        ("draft", "Drafts", Q(published_at=None)),
        ("soon", "Opening soon", public & Q(opens_at__gt=at)),
        ("open", "Open", public & Q(opens_at__lte=at, closes_at__gt=at)),
        ("paused", "Paused", Q(suspended_at__isnull=False)),
        ("closed", "Results awaited", public & Q(closes_at__lte=at, results_published_at=None)),
        ("results", "Outcome awaited", Q(results_published_at__isnull=False, outcome_published_at=None)),
        ("outcomes", "Outcome published", Q(outcome_published_at__isnull=False)),
        ("withdrawn", "Withdrawn", Q(withdrawn_at__isnull=False)),
    ]


def _how_many(answers):
    """How many rows of a consultation, for an annotation. `answers` are their values by consultation."""
    return Coalesce(Subquery(answers.annotate(n=Count("pk")).values("n")), 0)


class OfficePage:
    """A page for those who have a place among the office's consultations; for anybody else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        if not rules.watches_consultations(request.user, at=self.at):
            raise Http404


class ManageList(OfficePage, NearestPage):
    """Every consultation this person watches, with its state, dates and number of answers."""

    template_name = "consultations/manage_list.html"
    paginate_by = PER_PAGE

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.groups = groups(at=self.at)
        codes = [code for code, _, _ in self.groups]
        self.group = request.GET.get("show") if request.GET.get("show") in codes else ""

    def get_queryset(self):
        answers = Response.objects.filter(consultation=OuterRef("pk")).order_by().values("consultation")
        signed = OrganisationAnswer.objects.standing().filter(consultation=OuterRef("pk")).order_by()
        number = Case(
            When(identity_mode=IdentityMode.ORGANISATIONS, then=_how_many(signed.values("consultation"))),
            default=_how_many(answers),
        )
        chosen = next(condition for code, _, condition in self.groups if code == self.group)
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at).filter(chosen)
        return watched.select_related("activity").annotate(answers=number).order_by("-opens_at", "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at)
        counts = watched.aggregate(**{code or "every": Count("pk", filter=which) for code, _, which in self.groups})
        drafts = rules.consultable_activities(self.request.user, at=self.at) != rules.NOTHING
        return {
            **context,
            "group": self.group,
            "groups": [{"code": code, "name": name, "count": counts[code or "every"]} for code, name, _ in self.groups],
            "rows": [
                {"consultation": one, "state": one.state(at=self.at), "lead": wording.lead(one, at=self.at)}
                for one in context["object_list"]
            ],
            "may_create": drafts,
            "keeps_areas": rules.runs_consultations(self.request.user, at=self.at),
            "keeps_elections": rules.keeps_elections(self.request.user, at=self.at),
            "reads": rules.reads_responses(self.request.user, at=self.at),
            "writes_questionnaires": rules.writes_questionnaires(self.request.user, at=self.at),
        }


class ManageDetail(OfficePage, DetailView):
    """One consultation as those who run or watch it see it: what is missing, how many have answered, what comes next.

    Totals are live. Breakdowns move in steps of ten answers and pass disclosure control (anonymity, P08).
    """

    template_name = "consultations/manage_detail.html"
    context_object_name = "consultation"
    slug_field = slug_url_kwarg = "reference"

    def get_queryset(self):
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at)
        return watched.select_related("activity__lead_commissioner", "version__questionnaire", "questionnaire")

    def get_context_data(self, **kwargs):
        consultation, user = self.object, self.request.user
        state = consultation.state(at=self.at)
        draft = state == State.DRAFT
        runs = rules.runs_consultations(user, at=self.at)
        previews = Consultation.objects.previewable_by(user, at=self.at).filter(pk=consultation.pk).exists()
        return {
            **super().get_context_data(**kwargs),
            "state": state,
            "draft": draft,
            "now": self.at,
            "lead": wording.lead(consultation, at=self.at),
            "is_open": state in OPEN_STATES,
            "is_published": state in REPORTED_STATES,
            "facts": wording.office_facts(consultation, at=self.at),
            "has_codes": runs and consultation.needs_code,
            "writes_questionnaires": rules.writes_questionnaires(user, at=self.at),
            "previews": previews,
            "shares": previews and state in BEFORE_OPENING,
            "actions": wording.actions(consultation, state=state, runs=runs),
            "profiled": not draft and is_profiled(consultation, user, at=self.at),
            "reads": not draft and not consultation.is_named and rules.reads_responses(user, at=self.at),
            "reads_comments": not draft
            and bool(consultation.specification_revision_id)
            and rules.reads_responses(user, at=self.at),
            "named": naming.standings(consultation) if consultation.is_named and not draft else [],
            "owed": owed(consultation, state),
            "enters": state in ENTERED_IN and not consultation.is_named and rules.enters_answers(user, at=self.at),
            "attests": state == State.RESULTS_PUBLISHED and self.attests(),
            "hears": not draft and Consultation.objects.heard_by(user, at=self.at).filter(pk=consultation.pk).exists(),
            **(self.draft_context(runs=runs) if draft else answers_context(consultation)),
            "corrections": [] if draft else shown(correcting.corrections_of(consultation)),
            "updates": [] if draft else wording.updates(consultation.events.order_by("-at", "-pk")),
        }

    def attests(self):
        """Whether this person, as one who decides, says here what they have read."""
        mine = Consultation.objects.filter(rules.attested_consultations(self.request.user, at=self.at))
        return mine.filter(pk=self.object.pk).exists()

    def draft_context(self, *, runs):
        """How far a draft has come, and what this person can do about it."""
        consultation, user = self.object, self.request.user
        checks = readiness.checks_before_opening(consultation=consultation, at=self.at)
        given, asked = signed(consultation), signing.waiting(consultation)
        writes = Consultation.objects.writable_by(user, at=self.at).filter(pk=consultation.pk).exists()
        signs = asked and Consultation.objects.signable_by(user, at=self.at).filter(pk=consultation.pk).exists()
        return {
            "checks": draft_wording.by_principle(checks),
            "tasks": draft_wording.tasks(
                consultation,
                checks=checks,
                given=given,
                asked=asked,
                writes=writes,
                runs=runs,
                about_people=any(check.field == "equality" for check in checks),
            ),
            "signed": given,
            "waiting": asked,
            "signs": signs,
            "writes": writes,
            "history": consultation.sign_offs.exclude(outcome="").select_related("decided_by").order_by("-decided_at"),
            "period": elections.period_of_launch(consultation, at=self.at)
            if rules.overrides_elections(user, at=self.at)
            else None,
        }


def is_profiled(consultation, user, *, at):
    """Whether this person may see who answered, if that was asked: those who decide, once it is public. One query."""
    seen = consultation.results_published_at or rules.reads_equality(user, at=at)
    return bool(seen) and equality.plan_of(consultation) is not None


def owed(consultation, state):
    """What people still wait for, in sentences; nothing before closing and once the outcome is public."""
    half = {State.CLOSED: concluding.FEEDBACK, State.RESULTS_PUBLISHED: concluding.OUTCOME}.get(state)
    if half is None:
        return []
    missing = concluding.missing_to_publish(consultation, half)
    if missing:
        return [f"Still to write: {', '.join(missing)}."]
    if state == State.CLOSED:
        return ["What people said is written. Publish the results when you have read every answer."]
    return ["The outcome is written. Publish it when it is decided."]


def answers_context(consultation):
    """How many have answered, and whether there are counts to show. Three queries."""
    came = arriving.arrivals(consultation)
    results = shown_results(consultation)
    return {
        "came": came,
        "by_channel": [(Channel(code).label, figures.shown(number)) for code, number in came.by_channel.items()],
        "by_day": [(day, figures.shown(number)) for day, number in came.by_day.items()],
        "on_thin_days": figures.shown(came.on_thin_days) if came.on_thin_days != 0 else "",
        "results": results,
        "heard": heard.heard_of(results, areas.areas()) if results else None,
    }


def shown_results(consultation, *, judged=False):
    """The counts as published, else as they stand, else nothing. Protected in every case.

    `judged`: without what was judged to be copies, for those who judge. Others see everybody until publication.
    """
    running = counting.judged_results if judged else counting.running_results
    return counting.results_of(consultation) or running(consultation)


def judges(user, consultation, *, at):
    """Whether this person sees the counts as they will be published: who judges what is left out, once it is over."""
    return at >= consultation.ends_at and rules.reads_responses(user, at=at)


class OnceOpened(OfficePage, DetailView):
    """A page on what people answered. Whoever may open it and comes before anybody could answer is told so."""

    context_object_name = "consultation"
    slug_field = slug_url_kwarg = "reference"

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        if words := self.too_early():
            return lead_back(request, self.object, words)
        return self.render_to_response(self.get_context_data(object=self.object))

    def too_early(self):
        """Why there is nothing to see yet, or nothing."""
        return NOBODY_YET if self.object.published_at is None else ""


def lead_back(request, consultation, words):
    """To the page of a consultation, with what is to be known there."""
    messages.info(request, words)
    return redirect("consultations:manage-detail", consultation.reference)


class ManageResults(OnceOpened):
    """The counts question by question, protected as they will be in public, for those who watch the consultation."""

    template_name = "consultations/manage_results.html"

    def get_queryset(self):
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at)
        return watched.select_related("activity", "version")

    def too_early(self):
        if self.object.is_named:
            return NAMED
        judged = self.object.published_at and judges(self.request.user, self.object, at=self.at)
        self.results = shown_results(self.object, judged=judged) if self.object.published_at else None
        return super().too_early() or ("" if self.results else NOT_COUNTED)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "state": self.object.state(at=self.at),
            "came": arriving.arrivals(self.object),
            "file_route": "consultations:manage-table-csv",
            "file_of": self.object.reference,
            **results_context(self.results),
        }


@require_safe
def manage_csv(request, reference):
    """Counts before publication, protected as they will be, for those who watch the consultation."""
    at = timezone.now()
    watched = Consultation.objects.watchable_by(request.user, at=at)
    consultation = get_object_or_404(watched.select_related("version"), reference=reference)
    judged = consultation.published_at and judges(request.user, consultation, at=at)
    results = shown_results(consultation, judged=judged) if consultation.published_at else None
    if results is None:
        return lead_back(request, consultation, NOT_COUNTED if consultation.published_at else NOBODY_YET)
    return csv_file(consultation, results, f"running-{consultation.reference.lower()}.csv")


class ManageResponses(OnceOpened):
    """What people wrote, for the Involvement Team alone: by question or answer by answer, never in order of arrival."""

    template_name = "consultations/manage_responses.html"

    def get_queryset(self):
        readable = Consultation.objects.readable_by(self.request.user, at=self.at)
        return readable.select_related("activity", "version")

    def too_early(self):
        return super().too_early() or (NAMED if self.object.is_named else "")

    def get_context_data(self, **kwargs):
        consultation = self.object
        asked_questions = questionnaires.questions_of(consultation.asked_version)
        written = [question for question in asked_questions if question.kind in TEXT_KINDS]
        chosen = next((one for one in written if one.key == self.request.GET.get("question")), None)
        readable = Response.objects.readable_by(self.request.user, at=self.at).filter(consultation=consultation)
        if chosen:
            readable = readable.filter(answers__question=chosen.key)
        paginator = Paginator(
            readable.order_by("key").select_related("version").prefetch_related("answers"), ANSWERS_PER_PAGE
        )
        page = paginator.get_page(self.request.GET.get("page"))
        shown = [chosen] if chosen else asked_questions
        return {
            **super().get_context_data(**kwargs),
            "questions": written,
            "chosen": chosen,
            "page_obj": page,
            "answers": [in_words(response, shown) for response in page.object_list],
            "came": arriving.arrivals(consultation),
            "publishing": publishing(consultation),
            "asks_for_files": any(question.kind == QuestionKind.FILE for question in asked_questions),
        }


def publishing(consultation):
    """How many let us publish their words, protected, as (words, number or why none is shown)."""
    counts = publication.counts_of(consultation, threshold=counting.threshold_for(consultation))
    withheld = f"fewer than {counts.threshold}, or too near to it"
    return [(choice.label, withheld if cell.withheld else f"{cell.count:,}") for choice, cell in counts.cells.items()]


@require_POST
def download_responses(request, reference):
    """Every answer as CSV or a workbook, for the Involvement Team. A POST, because the log says who took it."""
    at = timezone.now()
    readable = Consultation.objects.readable_by(request.user, at=at)
    consultation = get_object_or_404(readable.select_related("activity", "version"), reference=reference)
    if consultation.published_at is None:
        return lead_back(request, consultation, NOBODY_YET)
    kind = request.POST.get("as", "")
    try:
        file = exporting.export_responses(
            consultation=consultation, actor=request.user, at=at, as_workbook=kind in WORKBOOKS
        )
    except exporting.ExportRefused as refusal:
        return lead_back(request, consultation, str(refusal))
    return table_response(kind=kind, name=file.name, sheet="Answers", header=file.header, rows=file.rows)


def in_words(response, questions):
    """One response as rows for a summary list: the questions that were answered, and the answers in words."""
    given = responding.answers_of(response)
    return [
        {
            "key": question.text,
            "value": "\n".join(values if question.kind == QuestionKind.FILE else question.words_for(values)),
        }
        for question in questions
        if (values := given.get(question.key)) is not None
    ]
