"""Paper: one's own answers to print and keep, and the questions to answer on paper. Looking writes nothing."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from consultations.domain import paper, questionnaires, responding
from consultations.domain.wordings import STANDARD
from consultations.enums import State
from consultations.forms.receipts import CopyForm
from consultations.views import wording
from consultations.views.public import OneConsultation, asked, offered
from consultations.views.receipts import ByCode, ReceiptHeld
from engagement.domain.calendar import uk_time

COPY = "consultations/answer/copy.html"


def copy_context(copy, *, code):
    """What the page of a copy shows: the answers in the words of one wording, section by section."""
    chosen = copy.wording
    look = {"lang": chosen.language, "dir": chosen.direction} if chosen else {}
    rows = [
        {"key": question.text, "value": "\n".join(question.words_for(copy.answers.get(question.key, []))), **look}
        for question in copy.questions
        if question.asks
    ]
    return {"rows": rows, "reading": chosen, "code": code}


class Copy(ReceiptHeld, TemplateView):
    """What this browser sent, while it holds the reference; in each wording that was offered."""

    template_name = COPY

    def get_context_data(self, **kwargs):
        words = self.request.GET.get("wording", STANDARD)
        copy = responding.copy_of(consultation=self.consultation, code=self.receipt.code, wording=words)
        return super().get_context_data(**copy_context(copy, code=self.receipt.shown), switch=True, **kwargs)


class CopyByCode(ByCode):
    """Shows the answers under a reference, to print. The reference stands in no address."""

    template_name = "consultations/answer/copy_by_code.html"
    form_class = CopyForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "offered": self.offered}

    def act(self, code):
        words = self.get_form().data.get("wording", STANDARD)
        copy = responding.copy_of(consultation=self.consultation, code=code, wording=words)
        shown = responding.Receipt(code).shown
        return render(self.request, COPY, self.get_context_data(**copy_context(copy, code=shown)))


@method_decorator(login_not_required, name="dispatch")
class Paper(OneConsultation):
    """The questions to print, to talk about or to answer on paper: every one, with the way from each in words."""

    template_name = "consultations/paper.html"

    def get_context_data(self, **kwargs):
        consultation, code = self.object, self.request.GET.get("wording", STANDARD)
        known = offered(consultation)
        reading = next((one for one in known if one.code == code), None)
        questions = asked(consultation)
        if consultation.version and reading:
            questions = questionnaires.questions_of(consultation.version, wording=code)
        ways = consultation.ways.order_by("starts_at", "pk")
        state = consultation.state(at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "paper": paper.on_paper(questions),
            "reading": reading,
            "offered": known,
            "promise": wording.promise(consultation),
            "closes": uk_time(consultation.closes_at),
            "over": state in {State.CLOSED, State.OUTCOME_PUBLISHED, State.WITHDRAWN},
            "ways": [words for words in (wording.way(way, at=self.at) for way in ways) if not words["over"]],
            "statements": wording.lines(consultation.eligibility),
        }
