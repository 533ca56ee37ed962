"""Redaction: which texts wait, taking parts out of one, and a second person's word. Words never leave this way."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from consultations.domain import blackening, codeframes, coding, redacting
from consultations.domain.coding import Which
from consultations.forms import redacting as forms
from consultations.models import Redaction
from consultations.views.analysis.pages import AnalysisPage

PER_PAGE = 25
PREVIEW, MORE, BACK = "preview", "more", "back"


class RedactionPage(AnalysisPage):
    """A page of redaction; its filter stays from text to text."""

    def filter(self):
        themes = codeframes.themes_of(self.consultation)
        return forms.RedactionFilter(self.request.GET, questions=self.questions, themes=themes)

    def following(self, filtering, after=None):
        """The next text that nobody has redacted, among those asked for, and how many there are."""
        question, theme = filtering.given()
        found = redacting.unredacted(
            consultation=self.consultation,
            reader=self.request.user,
            at=self.at,
            which=Which(question=question, theme=theme),
            quotable=filtering.cleaned_data.get("quotable", False),
        )
        return found, coding.next_text(found, coder=self.request.user, after=after)

    def address_of(self, text):
        """Where a text is redacted, the filter kept; nothing without one."""
        if text is None:
            return ""
        query = urlencode({name: value for name, value in self.request.GET.items() if value and name != "page"})
        address = reverse("consultations:manage-redact", args=[self.consultation.reference, text.pk])
        return f"{address}?{query}" if query else address


class RedactionList(RedactionPage, TemplateView):
    """How far redaction has come, the way to the next text, and what waits for a second person."""

    template_name = "consultations/analysis/redactions.html"

    def get_context_data(self, **kwargs):
        filtering = self.filter()
        found, following = self.following(filtering)
        mine = Redaction.objects.filter(answer__response__consultation=self.consultation)
        waiting = mine.filter(approved_by=None).select_related("written_by").order_by("sent_back", "key")
        asked = {question.key: question.text for question in self.questions}
        page = Paginator(waiting.select_related("answer"), PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **super().get_context_data(**kwargs),
            "standing": redacting.standing_of(consultation=self.consultation, reader=self.request.user, at=self.at),
            "filter": filtering,
            "filtered": any(filtering.cleaned_data.values()),
            "found": found.count(),
            "next_url": self.address_of(following),
            "page_obj": page,
            "rows": [
                {"redaction": one, "question": asked.get(one.answer.question, ""), "own": self.is_own(one)}
                for one in page
            ],
        }

    def is_own(self, redaction):
        """Whether somebody else has to look at it."""
        return redaction.written_by_id == self.request.user.pk and not redaction.sent_back


class OneText(RedactionPage, FormView):
    """A page on one text and its redaction."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        every = coding.texts(consultation=self.consultation, reader=request.user, at=self.at)
        self.text = get_object_or_404(every.select_related("response__consultation__activity"), pk=kwargs["text"])
        self.redaction = redacting.redaction_of(self.text)

    def get_context_data(self, **kwargs):
        asked = {question.key: question for question in self.questions}
        return {
            **super().get_context_data(**kwargs),
            "text": self.text,
            "question": asked.get(self.text.question),
            "redaction": self.redaction,
            "publication": self.text.response.get_publication_display(),
        }


class Redact(OneText):
    """Takes parts out of a text. Suggestions stand in the lines when it is opened first; a person decides."""

    form_class = forms.RedactForm
    template_name = "consultations/analysis/redact.html"

    def get_form_kwargs(self):
        lines = redacting.lines_of(self.text, self.redaction)
        return {**super().get_form_kwargs(), "lines": lines, "more": self.request.POST.get("press") == MORE}

    def get_initial(self):
        withheld = bool(self.redaction and self.redaction.withheld)
        return {"withheld": withheld, "seen": redacting.seen_in(self.redaction)}

    def form_valid(self, form):
        press = self.request.POST.get("press")
        if press == MORE:
            return self.render_to_response(self.get_context_data(form=form))
        try:
            if press == PREVIEW:
                return self.preview(form)
            redacting.keep_redaction(
                answer=self.text,
                lines=form.lines(),
                withheld=form.cleaned_data["withheld"],
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except redacting.RedactionRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "Kept. Somebody else looks at it before anybody reads it.")
        _, following = self.following(self.filter(), after=self.text.pk)
        return redirect(
            self.address_of(following) or reverse("consultations:manage-redactions", args=[self.consultation.reference])
        )

    def preview(self, form):
        """The same page with the text as others would read it. Nothing is kept yet."""
        shown = blackening.redacted(self.text.text, redacting.parts_of(self.text, form.lines()))
        return self.render_to_response(self.get_context_data(form=form, shown=shown))

    def get_context_data(self, **kwargs):
        _, following = self.following(self.filter(), after=self.text.pk)
        return {**super().get_context_data(**kwargs), "skip_url": self.address_of(following)}


class Approve(OneText):
    """Both texts side by side, for a second person: approve, or send back."""

    form_class = forms.DecideForm
    template_name = "consultations/analysis/approve.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        waiting = Redaction.objects.filter(answer=self.text).select_related("answer__response__consultation")
        self.redaction = get_object_or_404(waiting.select_related("written_by", "approved_by", "answer"))

    def get_initial(self):
        return {"seen": redacting.seen_in(self.redaction)}

    def form_valid(self, form):
        given = {"redaction": self.redaction, "seen": form.cleaned_data["seen"], "actor": self.request.user}
        try:
            if self.request.POST.get("press") == BACK:
                redacting.send_back(reason=form.cleaned_data["reason"], at=self.at, **given)
                done = "Sent back."
            else:
                redacting.approve(at=self.at, **given)
                done = "Approved."
        except redacting.RedactionRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect("consultations:manage-redactions", self.consultation.reference)

    def get_context_data(self, **kwargs):
        own = self.redaction.written_by_id == self.request.user.pk
        return {**super().get_context_data(**kwargs), "own": own}
