"""What anybody reads of a consultation: the list, one address for its whole life, the results and their file."""

from functools import reduce
from itertools import chain
from operator import or_

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView

from consultations import rules
from consultations.domain import (
    answering_clock,
    arriving,
    correcting,
    counting,
    disposing,
    editions,
    equality,
    naming,
    profile,
    promising,
    questionnaires,
)
from consultations.enums import OPEN_STATES, REPORTED_STATES, AskedGroup, Channel, State
from consultations.models import Consultation
from consultations.views import alike_wording, crossed, figures, profiles, promise_wording, reporting, themes, wording
from consultations.views.corrected import shown
from engagement.access import local_date
from engagement.domain.exports import csv_lines
from engagement.domain.icalendar import calendar_file

PER_PAGE = 20


def tabs(*, at):
    """Each tab of the list: code, name, the consultations it holds, in the order they are shown."""
    known = Consultation.objects.published().listed()
    closed = Q(closes_at__lte=at, withdrawn_at=None, suspended_at=None, results_published_at=None)
    return [
        ("open", "Open", known.open(at=at).order_by("closes_at", "pk")),
        ("soon", "Opening soon", known.forthcoming(at=at).order_by("opens_at", "pk")),
        ("paused", "Paused", known.suspended().order_by("-suspended_at", "-pk")),
        ("closed", "Closed", known.filter(closed | Q(withdrawn_at__isnull=False)).order_by("-closes_at", "-pk")),
        ("outcomes", "Outcomes", Consultation.objects.with_outcome().order_by("-results_published_at", "-pk")),
    ]


class NearestPage(ListView):
    """A list in pages. A page number out of range shows the nearest page there is, never an error."""

    def paginate_queryset(self, queryset, page_size):
        paginator = Paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        return paginator, page, page.object_list, page.has_other_pages()


@method_decorator(login_not_required, name="dispatch")
class ConsultationList(NearestPage):
    """Everything the office asks or has asked: open first. Tab, group and words searched for are in the address."""

    template_name = "consultations/consultation_list.html"
    context_object_name = "consultations"
    paginate_by = PER_PAGE

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self.words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
        self.group = request.GET.get("for") if request.GET.get("for") in AskedGroup.values else ""
        self.tabs = tabs(at=self.at)
        codes = [code for code, _, _ in self.tabs]
        self.tab = request.GET.get("show") if request.GET.get("show") in codes else codes[0]

    def searched(self, consultations):
        found = consultations.filter(asked__group=self.group) if self.group else consultations
        for word in self.words.split()[:10]:
            places = ("title", "summary", "audience", "reference")
            found = found.filter(reduce(or_, (Q(**{f"{place}__icontains": word}) for place in places)))
        return found

    def get_queryset(self):
        chosen = next(consultations for code, _, consultations in self.tabs if code == self.tab)
        return self.searched(chosen).select_related("activity")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        counts = {code: self.searched(consultations).count() for code, _, consultations in self.tabs}
        return {
            **context,
            "tab": self.tab,
            "words": self.words,
            "group": self.group,
            "groups": AskedGroup.choices,
            "filtered": bool(self.words or self.group),
            "tabs": [
                {"code": code, "name": name, "count": counts[code]}
                for code, name, _ in self.tabs
                if counts[code] or code != "paused" or self.tab == code
            ],
            "cards": [wording.card(consultation, at=self.at) for consultation in context["consultations"]],
            "next_open": self.tabs[1][2].first() if not counts["open"] and not self.words else None,
        }


class OneConsultation(DetailView):
    """A consultation whose public page this person may open; anything else is not there."""

    model = Consultation
    context_object_name = "consultation"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()

    def get_queryset(self):
        visible = Consultation.objects.visible_to(self.request.user, at=self.at)
        return visible.select_related("activity", "version", "questionnaire")


@method_decorator(login_not_required, name="dispatch")
class ConsultationOverview(OneConsultation):
    """One address for its whole life: before, open, just closed, results. The office sees it in draft too."""

    template_name = "consultations/overview.html"

    def get_context_data(self, **kwargs):
        consultation = self.object
        state = consultation.state(at=self.at)
        answered = answered_so_far(consultation, state)
        questions = asked(consultation)
        over = state in {State.CLOSED, State.WITHDRAWN} | REPORTED_STATES
        ways = list(consultation.ways.order_by("starts_at", "pk"))
        return {
            **super().get_context_data(**kwargs),
            **wording.points(consultation, state=state),
            "state": state,
            "is_open": state in OPEN_STATES,
            "draft": state == State.DRAFT,
            "now": self.at,
            "lead": wording.lead(consultation, at=self.at, answered=answered),
            "steps": wording.steps(consultation, at=self.at, meetings=[way for way in ways if way.starts_at]),
            "follow_words": wording.follow_words(state),
            "answered": answered,
            "glance": wording.glance(consultation, answered, at=self.at, groups=consultation.asked.order_by("pk")),
            **reported(consultation, at=self.at),
            "commented": disposing.public_themes(consultation, at=self.at),
            "questions": questions,
            "length": wording.length_words(questions),
            "offered": offered(consultation),
            "questions_words": "The questions that people answered" if over else "See all the questions first",
            "shows_evidence": any(question.evidence for question in questions),
            **lateness(consultation, at=self.at),
            "manages": self.is_watched(),
            "grace": wording.grace(consultation),
            "promise": wording.promise(consultation),
            "updates": wording.updates(consultation.events.order_by("-at", "-pk")),
            "corrections": shown(correcting.corrections_of(consultation)),
            "ways": [words for words in (wording.way(way, at=self.at) for way in ways) if not (over or words["over"])],
        }

    def is_watched(self):
        """Whether this person also has the office's page of it. Asks the database only for somebody of the office."""
        user = self.request.user
        if not rules.watches_consultations(user, at=self.at):
            return False
        return Consultation.objects.watchable_by(user, at=self.at).filter(pk=self.object.pk).exists()


def lateness(consultation, *, at):
    """That the answer is late, why, and when it is expected, or nothing. One query for one that is late."""
    if not answering_clock.is_late(consultation, at=at):
        return {"late": False}
    return {"late": True, "late_words": reporting.late_words(answering_clock.latest_notice(consultation))}


def reported(consultation, *, at):
    """What came of it, once the results are public: its two blocks, every edition, and the promises.

    Two queries, and one more where the outcome names a stage move.
    """
    edition = editions.public_now(consultation)
    if edition is None:
        return {}
    promised = promising.promises_of(consultation) if edition.outcome else []
    late = answering_clock.is_late(consultation, at=at)
    listed = editions.editions_listed(consultation)
    return {
        "report": reporting.report(
            edition,
            consultation=consultation,
            move=editions.move_of(consultation),
            late="Our answer is late. Why, and when it comes, is on top of this page." if late else "",
        ),
        "told": reporting.told(edition),
        "editions": reporting.editions_listed(listed, consultation=consultation),
        "promises": [promise_wording.row(promise, on=local_date(at)) for promise in promised],
        "today": local_date(at),
    }


def answered_so_far(consultation, state):
    """How many have answered, in words: the total while open, then by channel. Nothing while there are too few."""
    if state not in OPEN_STATES | REPORTED_STATES | {State.CLOSED}:
        return ""
    if consultation.is_named:
        number = naming.answered(consultation)
        return figures.organisation_words(number) if number and state not in OPEN_STATES else ""
    if results := counting.results_of(consultation):
        return figures.channel_words(results)
    came, least = arriving.arrivals(consultation), counting.threshold_for(consultation)
    if state in OPEN_STATES:
        if consultation.needs_code:
            return f"{in_tens} people or more" if (in_tens := arriving.in_tens(came.total)) else ""
        return "" if came.total < least else figures.people(came.total)
    channels = [(Channel(code).label, number) for code, number in came.by_channel.items()]
    return figures.arrival_words(channels, came.total if came.total >= least else None, least)


def asked(consultation):
    """The questions as people read them: frozen once opened, as they stand before. Empty when unanswerable."""
    if consultation.version:
        return questionnaires.questions_of(consultation.version)
    try:
        return questionnaires.as_asked(consultation.questionnaire)
    except questionnaires.QuestionnaireRefused:
        return []


def offered(consultation):
    """The wordings that people can choose, or will be able to."""
    if consultation.version:
        return questionnaires.wordings_of(consultation.version)
    return questionnaires.wordings_now(consultation.questionnaire)


@method_decorator(login_not_required, name="dispatch")
class ConsultationResults(OneConsultation):
    """What people said, as it was published: never anything newer, never a raw answer."""

    template_name = "consultations/results.html"

    def get_queryset(self):
        return super().get_queryset().with_outcome()

    def get_context_data(self, **kwargs):
        results = counting.results_of(self.object)
        return {
            **super().get_context_data(**kwargs),
            "state": self.object.state(at=self.at),
            "thread": wording.thread(self.object, here="Results"),
            "file_route": "consultations:consultation-table-csv",
            "file_of": self.object.slug,
            **profiles.profile_context(profile.profile_of(equality.plan_of(self.object))),
            **(named_context(self.object) if self.object.is_named else results_context(results)),
        }


def named_context(consultation):
    """What organisations let us publish, for the page of results."""
    answers = naming.published_answers(consultation)
    return {"named": answers, "channel_words": figures.organisation_words(answers.answered)}


def results_context(results):
    """What every page that shows results gives its template: public, or the office's own before publication."""
    return {
        "results": results,
        "figures": figures.figures_of(results),
        "crossed": crossed.crossed_of(results),
        "channel_words": figures.channel_words(results),
        "alike": alike_wording.about(results),
        "coding_words": themes.method_words(results.coding),
        "channels": [
            {"label": row.label, "count": figures.shown(row.count), "percent": figures.shown(row.percent, "%")}
            for row in results.channels
        ],
    }


@login_not_required
@require_safe
def results_csv(request, slug):
    """The published results as a file, streamed. Not there before publication, for anybody."""
    consultation = get_object_or_404(Consultation.objects.with_outcome(), slug=slug)
    name = f"results-{consultation.reference.lower()}.csv"
    if consultation.is_named:
        rows = figures.named_rows(consultation, naming.published_answers(consultation))
        return download(csv_lines(header=figures.NAMED_CSV_HEADER, rows=rows), name)
    return csv_file(consultation, counting.results_of(consultation), name)


@login_not_required
@require_safe
def table_csv(request, slug, table):
    """One published table as a file: the figure with this anchor on the results page."""
    consultation = get_object_or_404(Consultation.objects.with_outcome(), slug=slug)
    return table_file(consultation, counting.results_of(consultation), table)


def table_file(consultation, results, table):
    """The file of one table, by its anchor on the page; not there when there is no such table."""
    named = consultation.is_named or results is None
    if named or table not in figures.anchors(results) | {crossed.anchor_of(one) for one in results.crossings}:
        raise Http404
    return csv_file(consultation, results, f"{table}-{consultation.reference.lower()}.csv", only=table)


def csv_file(consultation, results, name, *, only=""):
    """Results under a fixed header as a download: all of them, or the one table with this anchor on the page."""
    rows = chain(figures.csv_rows(consultation, results, only=only), crossed.csv_rows(consultation, results, only=only))
    return download(csv_lines(header=figures.CSV_HEADER, rows=rows), name)


def download(lines, name):
    """Lines of a file, streamed."""
    reply = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@login_not_required
@require_safe
def consultation_dates(request, slug):
    """The closing date and the events for a person's own calendar. Of a sensitive consultation it names no topic."""
    consultation = get_object_or_404(Consultation.objects.published().filter(withdrawn_at=None), slug=slug)
    address = settings.BASE_URL + consultation.get_absolute_url()
    date = wording.closing_date(consultation, address=address)
    events = consultation.ways.filter(starts_at__isnull=False).order_by("starts_at", "pk")
    meetings = [wording.meeting(consultation, way, address=address) for way in events]
    words = calendar_file(name=date.title, appointments=[date, *meetings])
    reply = HttpResponse(words, content_type="text/calendar; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{consultation.slug}.ics"'
    return reply
