"""What people wrote, redacted and approved: for the Lead Commissioner of the activity; and quotes behind a theme."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from consultations.domain import codeframes, counting, quoting, theme_tables
from consultations.forms import redacting as forms
from consultations.models import Consultation, Redaction
from consultations.views.analysis.pages import AnalysisPage
from engagement.access import local_date

PER_PAGE = 20


class WhatPeopleSaid(TemplateView):
    """Approved texts by question and theme, in no order. The original words are not even fetched here."""

    template_name = "consultations/analysis/said.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        heard = Consultation.objects.heard_by(request.user, at=self.at).exclude(published_at=None)
        self.consultation = get_object_or_404(
            heard.select_related("activity", "version"), reference=kwargs["reference"]
        )

    def get_context_data(self, **kwargs):
        questions = codeframes.written_questions(self.consultation)
        themes = codeframes.themes_of(self.consultation)
        filtering = forms.ReadingFilter(self.request.GET, questions=questions, themes=themes)
        question, theme = filtering.given()
        approved = Redaction.objects.readable_by(self.request.user, at=self.at).of(
            self.consultation, question=question, theme=theme
        )
        page = Paginator(approved.order_by("key").values("text", "answer__question"), PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        asked = {one.key: one.text for one in questions}
        return {
            **super().get_context_data(**kwargs),
            "consultation": self.consultation,
            "filter": filtering,
            "filtered": bool(question or theme),
            "page_obj": page,
            "rows": [{"text": row["text"], "question": asked.get(row["answer__question"], "")} for row in page],
            "tables": theme_tables.tables_read(self.consultation, at=self.at),
            "threshold": counting.threshold_for(self.consultation),
        }


class ChooseQuotes(AnalysisPage, FormView):
    """Which redacted texts stand for a theme: of those who let us publish their words, coded under it, approved."""

    form_class = forms.QuotesForm
    template_name = "consultations/analysis/quotes.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mine = self.in_use().select_related("codeframe__consultation__activity", "codeframe__consultation__version")
        self.theme = get_object_or_404(mine, number=kwargs["number"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "able": quoting.quotable_under(self.theme).order_by("key")}

    def get_initial(self):
        chosen = [str(key) for key in quoting.chosen_for(self.theme)]
        return {"quotes": chosen, "seen": quoting.seen_in(self.theme)}

    def form_valid(self, form):
        keys = [int(key) for key in form.cleaned_data["quotes"]]
        try:
            number = quoting.choose_quotes(
                theme=self.theme, keys=keys, seen=form.cleaned_data["seen"], actor=self.request.user, at=self.at
            )
        except quoting.QuoteRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, f"{number} quote{'' if number == 1 else 's'} behind “{self.theme.name}”.")
        return redirect("consultations:manage-themes", self.consultation.reference)

    def get_context_data(self, **kwargs):
        counted = counting.results_of(self.consultation) or counting.running_results(self.consultation)
        tables = theme_tables.tables_now(self.consultation, counted, on=local_date(self.at))
        shown = [one for table in tables for one in table.themes if one.number == self.theme.number]
        return {
            **super().get_context_data(**kwargs),
            "theme": self.theme,
            "withheld": all(one.count is None for one in shown),
            "threshold": counting.threshold_for(self.consultation),
        }
