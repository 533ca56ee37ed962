"""Words that come up in what people wrote, each leading to its texts and to a theme that could be made of it."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from consultations.domain import coding, counting, terms
from consultations.forms.coding import CountForm
from consultations.views.analysis.pages import AnalysisPage
from consultations.views.figures import share


class Terms(AnalysisPage, FormView):
    """The words of one question's texts, counted when somebody asks."""

    form_class = CountForm
    template_name = "consultations/analysis/terms.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.questions:
            raise Http404
        wanted = request.GET.get("question")
        self.chosen = next((one for one in self.questions if one.key == wanted), self.questions[0])

    def form_valid(self, form):
        try:
            terms.ask_for_terms(
                consultation=self.consultation, question=self.chosen.key, actor=self.request.user, at=self.at
            )
        except terms.TermsRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return redirect(f"{self.request.path}?{urlencode({'question': self.chosen.key})}")

    def get_context_data(self, **kwargs):
        kept = terms.terms_of(self.consultation, self.chosen.key)
        which = coding.Which(question=self.chosen.key)
        found = coding.texts(consultation=self.consultation, reader=self.request.user, at=self.at, which=which)
        return {
            **super().get_context_data(**kwargs),
            "questions": self.questions,
            "chosen": self.chosen,
            "kept": kept,
            "rows": [self.row(term, texts, kept.texts) for term, texts in kept.terms] if kept else [],
            "texts": found.count(),
            "threshold": counting.threshold_for(self.consultation),
        }

    def row(self, term, texts, whole):
        """One term with its addresses."""
        known = [self.consultation.reference]
        sought = urlencode({"question": self.chosen.key, "words": f'"{term}"' if " " in term else term})
        theme = urlencode({"name": term.capitalize(), "question": self.chosen.key})
        return {
            "term": term,
            "texts": texts,
            "percent": share(texts, whole),
            "texts_url": f"{reverse('consultations:manage-coding', args=known)}?{sought}",
            "theme_url": f"{reverse('consultations:manage-theme-add', args=known)}?{theme}",
        }
