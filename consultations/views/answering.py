"""Starting, saving, coming back, checking and sending. The questions themselves are in `consultations.wizard`."""

from contextlib import suppress
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView, View

from consultations.domain import (
    admitting,
    attempts,
    drafting,
    letters,
    publication,
    questionnaires,
    responding,
    tickets,
)
from consultations.domain.routes import abandoned
from consultations.forms.receipts import AddressForm, SendForm
from consultations.forms.wordings import ChooseWordingForm
from consultations.views import wording
from consultations.views.admission import Admission
from consultations.views.corrected import shown
from consultations.views.journey import DraftJourney, Journey
from engagement.domain.calendar import uk_time
from engagement.views.sources import source_of

WORDING = "wording"  # the name of the buttons that switch to other words


class Start(Admission):
    """Before the first question: how long, until when, what we promise. Reading it writes nothing; `POST` begins."""

    template_name = "consultations/answer/start.html"
    without_name = False

    def get(self, request, *args, **kwargs):
        if self.consultation.is_named:
            return self.render_to_response(self.get_context_data())
        if not self.consultation.takes_answers(at=self.at):
            return redirect(self.address("check") if self.draft else self.consultation)
        return super().get(request, *args, **kwargs)

    def get_template_names(self):
        return ["consultations/answer/start_named.html"] if self.consultation.is_named else super().get_template_names()

    def post(self, request, *args, **kwargs):
        if self.consultation.is_named:
            return redirect("consultations:our-begin", self.consultation.slug)
        if self.draft and "again" not in request.POST:
            return redirect(self.where_left(self.draft))
        if not self.consultation.takes_answers(at=self.at):
            return redirect(self.consultation)
        return self.turn_away() or self.begin()

    def begin(self):
        """Begins an answer and gives the browser its ticket."""
        try:
            attempts.STARTS.count(source_of(self.request), at=self.at)
            ticket = (
                self.begin_invited() if self.invitation else drafting.start(consultation=self.consultation, at=self.at)
            )
        except drafting.NotTakingAnswers:
            return redirect(self.consultation)
        except attempts.TooManyAttempts as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal), status=429)
        except admitting.CodeRefused as refusal:
            return self.render_to_response(self.get_context_data(refusal=refusal), status=409)
        self.keep_wording(ticket)
        return self.forget_invitation(self.hand_over(redirect(self.address("answer", "1")), ticket))

    def keep_wording(self, ticket):
        """Keeps the wording that was chosen here with the draft just begun."""
        form = ChooseWordingForm(self.request.POST, offered=self.offered)
        if form.is_valid() and form.cleaned_data["wording"]:
            opened = drafting.find(consultation=self.consultation, ticket=ticket)
            drafting.keep_wording(opened=opened, wording=form.cleaned_data["wording"], at=self.at)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            draft=self.draft,
            lost="lost" in self.request.GET,
            length=wording.length_words(self.questions),
            asks_for_files=wording.asks_for_files(self.questions),
            choose=ChooseWordingForm(self.request.POST or None, offered=self.offered),
            **kwargs,
        )


class Check(DraftJourney, TemplateView):
    """All answers before they are sent. Looking writes nothing; `POST` sends, and again gives the same receipt."""

    template_name = "consultations/answer/check.html"

    def lead_elsewhere(self):
        sending_again = self.request.method == "POST" and self.ticket and WORDING not in self.request.POST
        return None if sending_again else super().lead_elsewhere()

    def post(self, request, *args, **kwargs):
        return self.in_other_words() if WORDING in request.POST else self.send()

    def in_other_words(self):
        """The same page in the words that were asked for; what was chosen on it stays chosen."""
        form = ChooseWordingForm(self.request.POST, offered=self.offered)
        if form.is_valid():
            with suppress(drafting.NotTakingAnswers, drafting.DraftGone):  # the page says so
                self.read_in(form.cleaned_data["wording"])
        return self.render_to_response(self.get_context_data())

    def send(self):
        """Sends the answers, or says on the same page why they cannot be sent."""
        publish = self.request.POST.get("publish", "")
        try:
            receipt = responding.submit(
                consultation=self.consultation,
                ticket=self.ticket,
                publish=publish,
                seen=self.request.POST.get("version", ""),
                at=self.at,
            )
        except questionnaires.AnswersRefused as refusal:
            return self.with_problems(refusal.problems)
        except responding.WordsCorrected as refusal:
            return self.render_to_response(self.get_context_data(corrected_meanwhile=str(refusal)), status=409)
        except drafting.NotTakingAnswers:
            return self.render_to_response(self.get_context_data(), status=409)
        except drafting.DraftGone:
            return redirect(f"{self.address('start')}?lost")
        response = redirect(self.address("receipt"))
        if receipt.code != self.ticket.code:
            self.hand_over(response, type(self.ticket)(self.ticket.token, receipt.code))
        return response

    def with_problems(self, problems):
        """The same page, with what is wrong and the way to each question where it is."""
        numbers = {question.key: number for number, question in enumerate(self.questions, start=1)}
        ways = [(words, f"{self.address('answer', str(numbers[key]))}?check") for key, words in problems.items()]
        return self.render_to_response(self.get_context_data(problems=ways), status=422)

    def get_context_data(self, **kwargs):
        pages = self.pages(self.draft.answers)
        return super().get_context_data(
            sections=self._sections(pages),
            abandoned=[
                (left.turned_at.text, [self._row(0, question) for question in left.questions])
                for left in abandoned(self.questions, self.draft.answers)
            ],
            last=self.address("answer", str(max(pages))),
            replaces=self.draft.replaces,
            form=self._last_question(pages),
            not_taken=self.not_taken(),
            last_moment=uk_time(self.consultation.ends_at),
            corrections=shown(self.corrections()),
            **kwargs,
        )

    def _last_question(self, pages):
        """Whether words may be published, for those who wrote some; what they chose before is chosen again."""
        if not publication.is_asked(pages.values(), self.draft.answers):
            return None
        chosen = self.request.POST.get("publish", self.draft.publication)
        return SendForm(offered=publication.offered(self.consultation), initial={"publish": chosen})

    def not_taken(self):
        """Why nothing can be sent now, in a sentence, or nothing."""
        try:
            drafting.refuse_unless_sendable(self.consultation, at=self.at)
        except drafting.NotTakingAnswers as refusal:
            return str(refusal)
        return ""

    def _sections(self, pages):
        """What was asked on this way, as (title of the section, rows of a summary list)."""
        asked = [(page, question) for page, question in pages.items() if question.asks]
        rows = [
            (question.section, self._row(page, question, about=f"question {number}"))
            for number, (page, question) in enumerate(asked, start=1)
        ]
        return [(title, [row for _, row in group]) for title, group in groupby(rows, key=itemgetter(0))]

    def _row(self, page, question, about=""):
        values = self.draft.answers.get(question.key, [])
        return {
            "key": question.text,
            "value": "\n".join(question.words_for(values)),
            "change_url": f"{self.address('answer', str(page))}?check" if about and self.is_sendable() else "",
            "change_about": about,
            "lang": self.wording.language if self.wording else "",
            "dir": self.wording.direction if self.wording else "",
        }


class Saved(DraftJourney, FormView):
    """The way back to unfinished answers: a link to keep, or to have mailed once. Nothing of that is recorded."""

    template_name = "consultations/answer/saved.html"
    form_class = AddressForm

    def form_valid(self, form):
        try:
            attempts.LETTERS.count(self.draft.ticket.token, at=self.at)
            attempts.LETTERS.count(source_of(self.request), at=self.at)
            letters.send_resume_link(
                consultation=self.consultation,
                ticket=self.draft.ticket,
                address=form.cleaned_data["email"],
                at=self.at,
            )
        except (letters.LetterNotSent, attempts.TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return redirect(f"{self.address('saved')}?sent")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            link=settings.BASE_URL + letters.resume_path(self.consultation, self.draft.ticket),
            code=tickets.shown(self.draft.back) if self.draft.back else "",
            come_back=settings.BASE_URL + self.address("come-back"),
            go_on=self.where_left(self.draft),
            sent="sent" in self.request.GET,
            **kwargs,
        )


class Resume(Journey, TemplateView):
    """The resume link: gives the browser its ticket and goes on to an address without the token. Writes nothing."""

    template_name = "consultations/answer/link_gone.html"

    def get(self, request, *args, token, **kwargs):
        if self.draft and self.draft.ticket.token == token:
            return self._cleanly(redirect(self.where_left(self.draft)))
        ticket = drafting.ticket_for_link(consultation=self.consultation, token=token)
        if ticket is None:
            return self._cleanly(self.render_to_response(self.get_context_data(), status=410))
        draft = drafting.find(consultation=self.consultation, ticket=ticket)
        return self._cleanly(self.hand_over(redirect(self.where_left(draft)), ticket))

    def _cleanly(self, response):
        response["Referrer-Policy"] = "no-referrer"
        return response


class Discard(DraftJourney, View):
    """Throws unfinished answers away, on this device and everywhere."""

    def post(self, request, *args, **kwargs):
        drafting.discard(opened=self.draft)
        return self.take_back(redirect(self.consultation))


class Safety(Journey, TemplateView):
    """How to leave quickly, and what a browser remembers."""

    template_name = "consultations/answer/safety.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            back=self.where_left(self.draft) if self.draft else self.consultation.get_absolute_url(), **kwargs
        )
