"""A provider's returns: the list, one as a task list, checking and declaring it, its receipt, answering a question."""

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import FormView, TemplateView, View

from contracts.domain import answering, chronicle, feedback, narrating, returns, worklist
from contracts.domain.dates import due_dates
from contracts.domain.moves import refusal
from contracts.domain.queries import lines_of, returns_for
from contracts.domain.restating import restatements_of
from contracts.domain.schedule import with_calendars
from contracts.domain.urgency import answer_due_on
from contracts.enums import ReturnState
from contracts.forms.figures import AnswerQuery, DeclareReturn
from contracts.models import Agreement, KpiReturn, Query
from engagement.access import local_date, organisations_of
from engagement.domain.icalendar import calendar_file
from engagement.enums import PROVIDER_ROLES, Role

PAGE = 12


class ReturnList(TemplateView):
    """Of the organisation acted for: what is due, overdue or queried, what was sent, what was accepted and rated."""

    template_name = "contracts/returns/list.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        organisation = organisations_of(user, on=local_date(now), roles=PROVIDER_ROLES).first()
        if organisation is None:
            raise Http404
        mine = returns_for(user, at=now).filter(agreement__provider=organisation)
        page = Paginator(mine.filter(state=ReturnState.ACCEPTED), PAGE).get_page(self.request.GET.get("page"))
        waiting = worklist.waiting(mine, at=now)
        return super().get_context_data(
            organisation=organisation,
            heading=worklist.heading(waiting),
            waiting=waiting,
            sent=[(one, answering.words_with_us(one, at=now)) for one in mine.filter(state=ReturnState.SUBMITTED)],
            page=page,
            accepted=worklist.with_ratings(page.object_list),
            people=worklist.people_of([organisation], on=local_date(now)),
            usual=answering.usual_words(answering.usual_days(at=now)),
            now=now,
            **kwargs,
        )


class OneReturn:
    """Loads the return that the address names, of the person's own organisations. Somebody else's is not found."""

    request: HttpRequest

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        own = KpiReturn.objects.provided_by(request.user, at=self.now).for_table()
        self.kpi_return = get_object_or_404(own, reference=kwargs["reference"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(kpi_return=self.kpi_return, now=self.now, **kwargs)

    def certifiers(self):
        """Who of the provider may declare the return."""
        people = worklist.people_of([self.kpi_return.agreement.provider], on=local_date(self.now))
        return [person.user for person in people if person.role == Role.CERTIFIER]

    def is_certifier(self):
        """Whether this person may declare the return now."""
        own = KpiReturn.objects.submittable_by(self.request.user, at=self.now)
        return own.filter(pk=self.kpi_return.pk).exists()


def grouped(lines):
    """Lines of a return under their headings, in its order: (heading, lines)."""
    return [(title, list(group)) for title, group in groupby(lines, key=lambda line: line.indicator.group)]


class ReturnDetail(OneReturn, TemplateView):
    """One return: a task list while it can be written, else what was sent and what became of it."""

    template_name = "contracts/returns/detail.html"

    def setup(self, request, *args, **kwargs):
        try:
            super().setup(request, *args, **kwargs)
        except Http404:
            self.kpi_return = None

    def dispatch(self, request, *args, **kwargs):
        if self.kpi_return is None and request.method in {"GET", "HEAD"}:
            seen = KpiReturn.objects.visible_to(request.user, at=self.now).select_related("agreement")
            return redirect(get_object_or_404(seen, reference=kwargs["reference"]).get_office_url())
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        lines = lines_of(self.kpi_return)
        done = [line for line in lines if line.status == "COMPLETED"]
        accepted, user, own = self.kpi_return.state == ReturnState.ACCEPTED, self.request.user, self.kpi_return.pk
        narrative, files = narrating.narrative_of(self.kpi_return), list(self.kpi_return.files.listed())
        said = feedback.feedback_of(self.kpi_return)
        return super().get_context_data(
            groups=[(title, group, worklist.tasks(self.kpi_return, group)) for title, group in grouped(lines)],
            lines=lines,
            done=len(done),
            tasks_beside=worklist.tasks_beside(self.kpi_return, narrative=narrative, files=len(files), feedback=said),
            narrative=narrating.answers_of(narrative),
            files=files,
            may_judge=not accepted,
            last=max((line.figure for line in lines if line.figure), key=lambda figure: figure.saved_at, default=None),
            check_task=[worklist.check_task(self.kpi_return, lines, self.certifiers())],
            questions=[(line, answer_due_on(line.open_query.asked_at)) for line in lines if line.open_query],
            with_us=answering.words_with_us(self.kpi_return, at=self.now),
            story=chronicle.story_of(
                self.kpi_return,
                submissions=chronicle.submissions_of(self.kpi_return),
                questions=[asked for line in lines for asked in line.questions],
                extensions=chronicle.extensions_of(self.kpi_return),
            ),
            is_certifier=self.is_certifier(),
            may_restate=accepted and KpiReturn.objects.restatable_by(user, at=self.now).filter(pk=own).exists(),
            restated=restatements_of(self.kpi_return) if accepted else [],
            **kwargs,
        )


class ReturnCheck(OneReturn, FormView):
    """Every answer before it is sent, with the declaration for a certifier. Looking writes nothing; it prints."""

    template_name = "contracts/returns/check.html"
    form_class = DeclareReturn

    def get_initial(self):
        return {"seen_version": self.kpi_return.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "declaration": returns.DECLARATION}

    def get_context_data(self, **kwargs):
        lines = lines_of(self.kpi_return)
        unfinished = [line for line in lines if line.status != "COMPLETED"]
        return super().get_context_data(
            groups=grouped(lines),
            narrative=narrating.answers_of(narrating.narrative_of(self.kpi_return)),
            files=list(self.kpi_return.files.listed()),
            unfinished=unfinished,
            certifiers=self.certifiers(),
            is_certifier=self.is_certifier(),
            declaration=returns.DECLARATION,
            **kwargs,
        )

    def form_valid(self, form):
        try:
            returns.submit_return(
                kpi_return=self.kpi_return,
                seen_version=form.cleaned_data["seen_version"],
                actor=self.request.user,
                at=self.now,
            )
        except returns.ReturnRefused as refusal:
            self.kpi_return.refresh_from_db(fields=["state", "version", "submitted_by", "submissions"])
            if self.kpi_return.submitted_by_id == self.request.user.pk and not self.kpi_return.is_writable:
                return self.receipt()  # pressed twice: the same receipt
            return self.form_invalid(self.again(str(refusal)))
        return self.receipt()

    def again(self, words):
        """The declaration once more, about the figures as they are now, with the reason why it was not taken."""
        form = self.form_class({"seen_version": self.kpi_return.version}, declaration=returns.DECLARATION)
        form.full_clean()
        form.errors.clear()
        form.add_error(None, words)
        return form

    def receipt(self):
        return redirect("contracts:return-receipt", self.kpi_return.reference)


class ReturnReceipt(OneReturn, TemplateView):
    """Who declared the return and when, to bookmark and print. There is one once it was sent."""

    template_name = "contracts/returns/receipt.html"

    def get(self, request, *args, **kwargs):
        self.submissions = chronicle.submissions_of(self.kpi_return)
        if not self.submissions:
            messages.info(request, "This return has not been sent yet, so there is no receipt.")
            return redirect(self.kpi_return)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        asked = chronicle.questions_of(self.kpi_return)
        story = chronicle.story_of(self.kpi_return, submissions=self.submissions, questions=asked)
        return super().get_context_data(submission=self.submissions[0], story=story, **kwargs)


class AnswerQuestion(OneReturn, FormView):
    """A certifier answers what the office asked about one figure."""

    template_name = "contracts/returns/answer.html"
    form_class = AnswerQuery

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        certified = KpiReturn.objects.certified_by(request.user, at=self.now)
        if not certified.filter(pk=self.kpi_return.pk).exists():
            raise Http404
        asked = Query.objects.select_related("figure__indicator", "figure__kpi_return", "asked_by", "answered_by")
        self.query = get_object_or_404(asked, pk=kwargs["pk"], figure__kpi_return=self.kpi_return)

    def get(self, request, *args, **kwargs):
        if self.kpi_return.state != ReturnState.QUERIED:
            messages.info(request, refusal(self.kpi_return))
            return redirect(self.kpi_return)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        line = next((line for line in lines_of(self.kpi_return) if line.figure == self.query.figure), None)
        return super().get_context_data(query=self.query, line=line, **kwargs)

    def form_valid(self, form):
        try:
            returns.answer_query(
                query=self.query, answer=form.cleaned_data["answer"], actor=self.request.user, at=self.now
            )
        except returns.ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Your answer is kept. Send the return again when every question is answered.")
        return redirect(self.kpi_return)


class ReturnDates(View):
    """The due dates of the person's returns as a calendar file."""

    def get(self, request):
        now = timezone.now()
        organisations = list(organisations_of(request.user, on=local_date(now), roles=PROVIDER_ROLES))
        if not organisations:
            raise Http404
        mine = KpiReturn.objects.provided_by(request.user, at=now).select_related("agreement").order_by("due_at", "pk")
        agreements = with_calendars(Agreement.objects.live().filter(provider__in=organisations)).order_by("pk")
        dates = due_dates(mine, agreements, office=False, at=now)
        text = calendar_file(name="Returns", appointments=dates)
        reply = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="returns.ics")
        return reply
