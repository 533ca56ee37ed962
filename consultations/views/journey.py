"""What every page of the answering journey shares: whose draft, which headers, no trace (docs/decisions/0004)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from consultations.domain import correcting, drafting, questionnaires, responding, tickets
from consultations.domain.routes import path_of
from consultations.domain.wordings import STANDARD
from consultations.models import Consultation
from consultations.views import wording
from engagement.domain.calendar import uk_time

COOKIE = "answers"


@method_decorator(login_not_required, name="dispatch")
class Journey:
    """A page of answering, for anybody. `consultation`, `at`, `ticket` and `draft` (or `None`) are there from `setup`.

    Nothing is cached, nobody is looked up, and the tab's title names no topic.
    """

    request: Any
    kwargs: Any
    without_name = True  # a page for those who give no name; organisations have pages of their own

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self._questions = {}
        self.consultation = self.load()
        self.ticket = tickets.read_ticket(request.COOKIES.get(COOKIE, ""))
        self.draft = request.draft = self.find_draft()

    def load(self):
        """The consultation of this page, if there is one for this browser."""
        known = Consultation.objects.published().select_related("version", "activity")
        return get_object_or_404(known, slug=self.kwargs["slug"])

    def find_draft(self):
        """The unfinished answer that this browser holds, or `None`."""
        return drafting.find(consultation=self.consultation, ticket=self.ticket) if self.ticket else None

    def read_in(self, wording):
        """Reads the questions in other words from here on. Raises `drafting.NotTakingAnswers` or `DraftGone`."""
        kept = drafting.keep_wording(opened=self.request.draft, wording=wording, at=self.at)
        self.draft = self.request.draft = kept

    def is_sendable(self):
        """Whether answers can still be changed and sent from here."""
        return self.consultation.takes_started_answers(at=self.at)

    def corrections(self):
        """What was corrected since it became public, the newest first. One query."""
        return correcting.corrections_of(self.consultation)

    def news(self):
        """The latest update, for the rail. One query."""
        return wording.updates(self.consultation.events.order_by("-at", "-pk")[:1])

    def dispatch(self, request, *args, **kwargs):
        response = self.lead_to_organisations() or self.lead_elsewhere() or super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def lead_to_organisations(self):
        """A redirect from a page without a name to the start of what organisations answer by name, or `None`."""
        return redirect(self.address("start")) if self.consultation.is_named and self.without_name else None

    def lead_elsewhere(self):
        """A redirect for a browser that has no business on this page, or `None`."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            consultation=self.consultation,
            closes=uk_time(self.consultation.closes_at),
            takes_answers=self.consultation.takes_answers(at=self.at),
            sendable=self.is_sendable(),
            grace=wording.grace(self.consultation),
            news=self.news(),
            offered=self.offered,
            wording=self.wording,
            **kwargs,
        )

    def find_receipt(self):
        """The receipt of what this browser has sent, or `None`."""
        return responding.find_receipt(consultation=self.consultation, ticket=self.ticket) if self.ticket else None

    @property
    def questions(self):
        """The questions of this consultation as they were frozen, in the words in which this draft is read."""
        wording = self.request.draft.wording if self.request.draft else STANDARD
        if wording not in self._questions:
            version = self.consultation.asked_version
            self._questions[wording] = questionnaires.questions_of(version, wording=wording)
        return self._questions[wording]

    @property
    def offered(self):
        """The wordings that people can choose beside the standard one."""
        return questionnaires.wordings_of(self.consultation.asked_version)

    @property
    def wording(self):
        """The wording in which this draft is read, or `None` for the standard words."""
        chosen = self.request.draft.wording if self.request.draft else STANDARD
        return next((one for one in self.offered if one.code == chosen), None)

    def pages(self, answers):
        """The questions that these answers lead through, each under the number of its page."""
        numbers = {question.key: number for number, question in enumerate(self.questions, start=1)}
        return {numbers[question.key]: question for question in path_of(self.questions, answers)}

    def address(self, name, *args):
        """The address of a page of this consultation's journey: `self.address("check")`."""
        return reverse(f"consultations:consultation-{name}", args=[self.consultation.slug, *args])

    def where_left(self, draft):
        """The address of the first question on this way not passed yet, or of the check page."""
        for number, question in self.pages(draft.answers).items():
            if question.key not in draft.answers:
                return self.address("answer", str(number))
        return self.address("check")

    def hand_over(self, response, ticket):
        """Gives the browser the ticket, for this consultation's pages only and until the browser closes."""
        response.set_cookie(
            COOKIE,
            str(tickets.Ticket(ticket.token, ticket.code)),  # the draft itself holds the code for coming back
            path=self.consultation.get_absolute_url(),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def take_back(self, response):
        """Makes the browser forget its ticket."""
        response.delete_cookie(COOKIE, path=self.consultation.get_absolute_url(), samesite="Lax")
        return response


class DraftJourney(Journey):
    """A page that needs an unfinished answer. Without one the browser is led to its receipt, or to the start."""

    def lead_elsewhere(self):
        if self.draft:
            return None
        return redirect(self.address("receipt") if self.find_receipt() else f"{self.address('start')}?lost")
