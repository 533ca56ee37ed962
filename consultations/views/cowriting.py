"""An organisation's own pages: what it can answer by name, the answer its people write together, one question of it."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from consultations import rules
from consultations.domain import cowriting, drafting, questionnaires
from consultations.domain.routes import path_of
from consultations.forms.answering import answer_form
from consultations.models import Consultation, OrganisationAnswer, OrganisationDraft
from consultations.views import wording
from engagement.domain.calendar import uk_time


class OurAnswers(TemplateView):
    """Every consultation that a person's organisations can answer by name, or have answered."""

    template_name = "consultations/ours/list.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self.organisations = list(rules.answering_organisations(request.user, at=self.at).order_by("name"))
        if not self.organisations:
            raise Http404

    def get_context_data(self, **kwargs):
        known = Consultation.objects.published().named()
        ours = Q(organisation__in=self.organisations, consultation__in=known)
        drafts = {(row.consultation_id, row.organisation_id) for row in OrganisationDraft.objects.filter(ours)}
        answers = {
            (row.consultation_id, row.organisation_id): row for row in OrganisationAnswer.objects.current().filter(ours)
        }
        rows = [
            {
                "consultation": one,
                "organisation": organisation,
                "url": our_address("detail", one, organisation),
                "state": _state(answers.get(key), key in drafts),
                "lead": wording.lead(one, at=self.at),
            }
            for one in known.order_by("-closes_at", "pk")
            for organisation in self.organisations
            if (key := (one.pk, organisation.pk)) in drafts
            or key in answers
            or (one.listed and one.takes_answers(at=self.at))
        ]
        return super().get_context_data(rows=rows, several=len(self.organisations) > 1, **kwargs)


def _state(answer, begun):
    if answer and answer.withdrawn_at:
        return "WITHDRAWN", "Taken back"
    if answer:
        return "COMPLETED", "Answered"
    return ("IN_PROGRESS", "Begun") if begun else ("NOT_STARTED", "")


def our_address(page, consultation, organisation, *more):
    """The address of an organisation's own page on a consultation."""
    return reverse(f"consultations:our-{page}", args=[consultation.slug, organisation.slug, *more])


class Begin(View):
    """From the public page to the answer of the organisation that is acted for."""

    def get(self, request, *args, **kwargs):
        consultation = get_object_or_404(Consultation.objects.published().named(), slug=kwargs["slug"])
        organisation = rules.answering_organisations(request.user, at=timezone.now()).first()
        if organisation is None:
            raise Http404
        return redirect(our_address("detail", consultation, organisation))


class OurPage:
    """A page of one organisation's answer, for its people. For anybody else it is not there."""

    request: HttpRequest
    at: datetime

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        own = rules.answering_organisations(request.user, at=self.at)
        self.organisation = get_object_or_404(own, slug=kwargs["who"])
        known = Consultation.objects.published().named().select_related("version", "activity")
        self.consultation = get_object_or_404(known, slug=kwargs["slug"])
        self.questions = questionnaires.questions_of(self.consultation.asked_version)
        self.read_draft()

    def read_draft(self):
        """The draft as it is now, and the pages that it leads through by number."""
        self.draft = cowriting.find(consultation=self.consultation, organisation=self.organisation)
        numbers = {question.key: number for number, question in enumerate(self.questions, start=1)}
        way = path_of(self.questions, self.draft.answers)
        self.pages = {numbers[question.key]: question for question in way}

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def address(self, page, *more):
        return our_address(page, self.consultation, self.organisation, *more)

    def is_certifier(self):
        """Whether this person signs for the organisation."""
        own = rules.signing_organisations(self.request.user, at=self.at)
        return own.filter(pk=self.organisation.pk).exists()

    def signed(self):
        """What was signed last, taken back or not, or `None`."""
        found = OrganisationAnswer.objects.current().filter(
            consultation=self.consultation, organisation=self.organisation
        )
        return found.select_related("signed_by", "withdrawn_by", "version").first()

    def not_taken(self):
        """Why nothing can be kept or signed now, in a sentence, or nothing."""
        check = drafting.refuse_unless_sendable if self.draft.row else drafting.refuse_unless_open
        try:
            check(self.consultation, at=self.at)
        except drafting.NotTakingAnswers as refusal:
            return str(refusal)
        return ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            consultation=self.consultation,
            organisation=self.organisation,
            draft=self.draft,
            closes=uk_time(self.consultation.closes_at),
            home=self.address("detail"),
            check=self.address("check"),
            **kwargs,
        )


class OurAnswer(OurPage, TemplateView):
    """The answer as a task list: each question, whether it is answered, and who changed it last."""

    template_name = "consultations/ours/detail.html"

    def get_context_data(self, **kwargs):
        not_taken = self.not_taken()
        asked = [(number, question) for number, question in self.pages.items() if question.asks]
        done = sum(question.key in self.draft.entries for _, question in asked)
        signed = self.signed()
        return super().get_context_data(
            tasks=[self.task(number, question, takes=not not_taken) for number, question in asked],
            done=done,
            total=len(asked),
            signed=signed,
            changed=bool(signed) and not signed.withdrawn_at and signed.draft_number != self.draft.number,
            not_taken=not_taken,
            is_certifier=self.is_certifier(),
            **kwargs,
        )

    def task(self, number, question, *, takes):
        entry = self.draft.entries.get(question.key)
        return {
            "title": question.text,
            "url": self.address("question", str(number)) if takes else "",
            "hint": last_change(entry) if entry else "",
            "status": "COMPLETED" if entry and entry.values else "SKIPPED" if entry else "NOT_STARTED",
        }


def last_change(entry):
    """Who changed an answer last, and when, in words."""
    return f"{entry.saved_by}, {uk_time(entry.saved_at)}"


class OurQuestion(OurPage, TemplateView):
    """One question, written by several colleagues without losing what anybody typed."""

    template_name = "consultations/ours/question.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.number = kwargs["number"]
        if not 1 <= self.number <= len(self.questions):
            raise Http404
        self.question = self.questions[self.number - 1]
        self.entry = self.draft.entries.get(self.question.key)

    def get(self, request, *args, **kwargs):
        if self.number not in self.pages or self.not_taken():
            return redirect(self.address("detail"))
        form_class, data = answer_form(self.question), None
        if self.entry:
            data = form_class.data_of(self.entry.values, "a")
        form = form_class(data, prefix="a")
        return self.render_to_response(self.get_context_data(form=form, seen=self.entry.number if self.entry else 0))

    def post(self, request, *args, **kwargs):
        seen = request.POST.get("seen", "")
        self.seen = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        form = answer_form(self.question)(request.POST, prefix="a")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, seen=self.seen))
        try:
            cowriting.keep_entry(
                consultation=self.consultation,
                organisation=self.organisation,
                question=self.question,
                values=form.values(),
                seen=self.seen,
                actor=request.user,
                at=self.at,
            )
        except cowriting.EntryChanged as changed:
            return self.both(form, changed)
        except (cowriting.WritingRefused, drafting.NotTakingAnswers) as refusal:
            form.add_error(None, f"{refusal} Your answer is still on this page: you can copy it.")
            return self.render_to_response(self.get_context_data(form=form, seen=self.seen), status=409)
        return redirect(self.onwards())

    def both(self, form, changed):
        """Somebody else kept another answer first: both are shown, mine still in the boxes."""
        theirs = changed.theirs
        versions = {
            "theirs": "\n".join(self.question.words_for(theirs.values)) or "No answer",
            "mine": "\n".join(self.question.words_for(form.values())) or "No answer",
            "who": str(theirs.saved_by),
            "when": uk_time(theirs.saved_at),
        }
        form.add_error(None, str(changed))
        context = self.get_context_data(form=form, seen=theirs.number, versions=versions)
        return self.render_to_response(context, status=409)

    def onwards(self):
        """The next question on the way that nobody has answered, or the whole."""
        if "stay" in self.request.POST:
            messages.success(self.request, "Your answer is kept.")
            return self.address("detail")
        self.read_draft()
        ahead = [n for n, question in self.pages.items() if question.key not in self.draft.entries]
        following = next((n for n in ahead if n > self.number), None)
        return self.address("question", str(following)) if following else self.address("detail")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            entry=self.entry,
            changed=last_change(self.entry) if self.entry else "",
            number=sum(self.pages[n].asks for n in self.pages if n < self.number) + 1,
            total=sum(question.asks for question in self.pages.values()),
            **kwargs,
        )
