"""The office checks returns: what waits, one return line by line, a question, an acceptance."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import FormView, TemplateView, View

from contracts import rules
from contracts.domain import answering, chronicle, narrating, peers, queries, returns, standing, urgency, worklist
from contracts.domain.dates import due_dates
from contracts.domain.moves import ReturnRefused
from contracts.domain.restating import restatements_of
from contracts.domain.schedule import with_calendars
from contracts.domain.standing import Act
from contracts.enums import ReturnState
from contracts.forms.office import AcceptLineForm, AcceptReturnForm, QueryForm, ReturnFilter
from contracts.models import Agreement, Feedback, KpiReturn
from engagement.domain.icalendar import calendar_file
from engagement.views.exports import csv_response

PAGE = 25


class OfficeReturnList(TemplateView):
    """The queue: what needs somebody now comes first, and why it is here."""

    template_name = "contracts/office/return_list.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_office_lists(user, at=now):
            raise Http404
        form = ReturnFilter(self.request.GET or None)
        chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
        mine = KpiReturn.objects.of_office(user, at=now)
        waiting = mine.filter(waiting_for(now))
        shown = urgency.by_urgency(filtered(waiting, mine, chosen).for_table(), at=now)
        page = Paginator(shown, PAGE).get_page(self.request.GET.get("page"))
        narrowed = bool(chosen.get("q") or chosen.get("state"))
        count = waiting.count() if narrowed else page.paginator.count
        return super().get_context_data(
            form=form,
            page=page,
            items=[queue_item(kpi_return, at=now) for kpi_return in page.object_list],
            filtered=narrowed,
            narrowing=self.request.GET.urlencode(),
            may_have_dates=rules.makes_agreements(user, at=now),
            usual=answering.usual_words(answering.usual_days(at=now)),
            heading=f"{count} return{'' if count == 1 else 's'} wait{'s' if count == 1 else ''}"
            if count
            else "No return waits",
            **kwargs,
        )


class OfficeReturnCsv(View):
    """The returns of the list, narrowed as it is, as CSV: due and overdue ones as well as what came."""

    def get(self, request):
        now = timezone.now()
        if not rules.reads_office_lists(request.user, at=now):
            raise Http404
        form = ReturnFilter(request.GET or None)
        chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
        mine = KpiReturn.objects.of_office(request.user, at=now)
        found = filtered(mine.filter(waiting_for(now)), mine, chosen).for_table().order_by("due_at", "pk")
        rows = (worklist.office_row(kpi_return, at=now) for kpi_return in found.iterator(chunk_size=200))
        return csv_response(name="returns", header=worklist.OFFICE_HEADER, rows=rows)


class OfficeReturnDates(View):
    """The due dates of the agreements that this person manages, as a calendar file."""

    def get(self, request):
        now = timezone.now()
        if not rules.makes_agreements(request.user, at=now):
            raise Http404
        mine = KpiReturn.objects.checked_by(request.user, at=now).select_related("agreement").order_by("due_at", "pk")
        live = Agreement.objects.live().writable_by(request.user, at=now).order_by("pk")
        text = calendar_file(
            name="Returns due", appointments=due_dates(mine, with_calendars(live), office=True, at=now)
        )
        reply = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="returns.ics")
        return reply


def queue_item(kpi_return, *, at):
    """A row of the queue: whose return, why it is here, and since when."""
    agreement, late = kpi_return.agreement, urgency.waits_too_long(kpi_return, at=at)
    tag = "ANSWER_LATE" if late else kpi_return.status(at=at)
    return {
        "title": f"{agreement.provider}: {kpi_return.period.label}",
        "url": kpi_return.get_office_url(),
        "detail": f"{agreement.title}, {kpi_return.reference}",
        "when": urgency.since_words(kpi_return, at=at),
        "status": tag,
        "urgent": late or tag == "OVERDUE",
    }


def waiting_for(at):
    """Overdue, submitted or queried."""
    return Q(state__in=[ReturnState.SUBMITTED, ReturnState.QUERIED]) | Q(state=ReturnState.DUE, due_at__lte=at)


def filtered(waiting, mine, chosen):
    """The returns that the filter asks for; without one, those that wait."""
    state = chosen.get("state") or ReturnFilter.WAITING
    found = waiting if state == ReturnFilter.WAITING else mine
    if state in ReturnState:
        found = mine.filter(state=state)
    words = chosen.get("q")
    if words:
        titled = Q(agreement__title__icontains=words) | Q(agreement__reference__iexact=words)
        found = found.filter(titled | Q(agreement__provider__name__icontains=words) | Q(reference__iexact=words))
    return found


class OneReturn:
    """Loads the return of the agreement that the address names, when this person may open it for the office."""

    request: HttpRequest
    allowed = "of_office"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        found = getattr(KpiReturn.objects, self.allowed)(request.user, at=self.now).for_table()
        self.kpi_return = get_object_or_404(
            found.select_related("agreement__activity__contract_manager"),
            reference=kwargs["reference"],
            agreement__reference=kwargs["agreement"],
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(kpi_return=self.kpi_return, now=self.now, **kwargs)

    def figure_or_404(self, code):
        """The figure of one measure of this return; another return's is not found."""
        figures = self.kpi_return.figures.select_related("indicator", "kpi_return")
        return get_object_or_404(figures, indicator__code=code)


class ReviewReturn(OneReturn, TemplateView):
    """One return: every measure with its value, change, proposed rating and reason; its questions and its history."""

    template_name = "contracts/office/return_review.html"

    def get_context_data(self, **kwargs):
        user, kpi_return = self.request.user, self.kpi_return
        own = KpiReturn.objects.filter(pk=kpi_return.pk)
        submitted = kpi_return.state in {ReturnState.SUBMITTED, ReturnState.QUERIED}
        may_query = submitted and own.queryable_by(user, at=self.now).exists()
        may_accept = may_query and kpi_return.state == ReturnState.SUBMITTED and kpi_return.submitted_by != user
        accepted = kpi_return.state == ReturnState.ACCEPTED
        submissions = chronicle.submissions_of(kpi_return)
        lines = queries.lines_of(kpi_return, beside=KpiReturn.objects.of_office(user, at=self.now))
        lines = peers.with_peers(kpi_return, lines, reader=user, at=self.now)
        questions = [asked for line in lines for asked in line.questions]
        return super().get_context_data(
            lines=lines,
            tag=kpi_return.status(at=self.now),
            narrative=narrating.answers_of(narrating.narrative_of(kpi_return)),
            files=list(kpi_return.files.listed()),
            feedback=Feedback.objects.readable_by(user, at=self.now).filter(kpi_return=kpi_return).first(),
            story=chronicle.story_of(
                kpi_return, submissions=submissions, questions=questions, extensions=chronicle.extensions_of(kpi_return)
            ),
            changed=submissions[0].changes if submissions else [],
            with_us=answering.words_with_us(kpi_return, at=self.now),
            unsettled=list(answering.unsettled_before(kpi_return)) if submitted else [],
            may_extend=own.extendable_by(user, at=self.now).exists(),
            may_query=may_query,
            may_accept=may_accept,
            may_publish=accepted and own.publishable_by(user, at=self.now).exists(),
            may_override=accepted and own.filter(rules.overridable_returns(user, at=self.now)).exists(),
            may_restate=accepted and own.restatable_by(user, at=self.now).exists(),
            restated=restatements_of(kpi_return) if accepted else [],
            publication=getattr(kpi_return, "publication", None) if accepted else None,
            shows_ratings=kpi_return.submissions > 0 and rules.reads_unpublished_ratings(user, at=self.now),
            **kwargs,
        )


class ActOnReturn(OneReturn):
    """Does one thing to a return. Whoever has the right and comes too early or too late reads where the return stands.

    `allowed` names the right, in every state; `in_time` the same right in the states in which it can be used.
    """

    in_time = ""
    does: Act

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        ready = getattr(KpiReturn.objects, self.in_time)(request.user, at=self.now)
        self.not_now = ""
        if not ready.filter(pk=self.kpi_return.pk).exists():
            self.not_now = standing.not_now(self.kpi_return, act=self.does, reader=request.user, at=self.now)

    def dispatch(self, request, *args, **kwargs):
        return self.lead_back() if self.not_now else super().dispatch(request, *args, **kwargs)

    def lead_back(self):
        """To the return as it stands, with the sentence that says why."""
        messages.info(self.request, self.not_now)
        return redirect(self.kpi_return.get_office_url())


class AcceptReturn(ActOnReturn, FormView):
    """Asks once more, with the ratings that follow, and accepts the whole return."""

    allowed, in_time, does = "checked_by", "acceptable_by", Act.ACCEPT
    form_class = AcceptReturnForm
    template_name = "contracts/office/return_accept.html"

    def get_initial(self):
        return {"seen_submission": self.kpi_return.submissions}

    def get_context_data(self, **kwargs):
        lines = queries.lines_of(self.kpi_return)
        unsettled = list(answering.unsettled_before(self.kpi_return))
        return super().get_context_data(lines=lines, unsettled=unsettled, **kwargs)

    def form_valid(self, form):
        try:
            returns.accept_return(
                kpi_return=self.kpi_return,
                seen_submission=form.cleaned_data["seen_submission"],
                actor=self.request.user,
                at=self.now,
            )
        except ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Accepted. The provider has been told, and the ratings can be published.")
        return redirect(self.kpi_return.get_office_url())


class QueryLine(ActOnReturn, FormView):
    """One question about one figure. A question that comes too late stays in its box, to be copied."""

    allowed, in_time, does = "checked_by", "queryable_by", Act.QUERY
    form_class = QueryForm
    template_name = "contracts/office/line_query.html"

    def dispatch(self, request, *args, **kwargs):
        if self.not_now and request.method != "POST":
            return self.lead_back()
        self.figure = self.figure_or_404(kwargs["code"])
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_initial(self):
        return {"seen_submission": self.kpi_return.submissions}

    def get_context_data(self, **kwargs):
        lines = queries.lines_of(self.kpi_return)
        line = next(line for line in lines if line.indicator == self.figure.indicator)
        return super().get_context_data(line=line, **kwargs)

    def form_valid(self, form):
        if self.not_now:
            form.add_error(None, self.not_now)
            return self.form_invalid(form)
        try:
            returns.query_line(figure=self.figure, actor=self.request.user, at=self.now, **form.cleaned_data)
        except ReturnRefused as refusal:
            form.add_error("question", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"Your question about “{self.figure.indicator.name}” is with the provider.")
        return redirect(f"{self.kpi_return.get_office_url()}#{self.figure.indicator.code}")


class AcceptLine(ActOnReturn, FormView):
    """Marks one figure as checked. A button on the return's page; the refusal is shown on that page.

    Whoever is led to its address, by a sign-in in between or the back button, finds the button where it stands.
    """

    allowed, in_time, does = "checked_by", "queryable_by", Act.CHECK
    form_class = AcceptLineForm

    def get(self, request, *args, **kwargs):
        return redirect(f"{self.kpi_return.get_office_url()}#{kwargs['code']}")

    def post(self, request, *args, **kwargs):
        self.figure = self.figure_or_404(kwargs["code"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            returns.accept_line(figure=self.figure, actor=self.request.user, at=self.now, **form.cleaned_data)
        except ReturnRefused as refusal:
            messages.error(self.request, str(refusal))
        return redirect(f"{self.kpi_return.get_office_url()}#{self.figure.indicator.code}")

    def form_invalid(self, form):
        raise Http404
