"""The office answers comments on a draft: what becomes of each theme, and where sections stand in the next version."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from consultations import rules
from consultations.domain import codeframes, disposing, documents, moderating, specifications
from consultations.forms.disposing import DisposeForm, MovesForm
from consultations.models import Consultation


class AnswerPage(View):
    """A page on what becomes of comments, for the Involvement Team and the activity's Lead Commissioner."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        heard = Consultation.objects.heard_by(request.user, at=self.at).exclude(published_at=None)
        about = heard.exclude(specification_revision=None).select_related("activity")
        self.consultation = get_object_or_404(about, reference=kwargs["reference"])
        number = int(self.consultation.specification_version)
        self.newer = specifications.version_after(self.consultation, number=number)

    def disposes(self):
        """Whether this person says what becomes of themes."""
        mine = Consultation.objects.filter(rules.disposed_consultations(self.request.user, at=self.at))
        return mine.filter(pk=self.consultation.pk).exists()

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "consultation": self.consultation,
            "newer": self.newer,
            "is_over": codeframes.is_over(self.consultation, at=self.at),
        }


class Dispositions(AnswerPage, TemplateView):
    """Every theme with what becomes of it, and how far placing the sections has come."""

    template_name = "consultations/analysis/dispositions.html"

    def get_context_data(self, **kwargs):
        moves = disposing.moves_of(self.consultation, newer=self.newer) if self.newer else []
        themes = list(disposing.themes_of(self.consultation))
        return {
            **super().get_context_data(**kwargs),
            "themes": themes,
            "answered": sum(bool(theme.disposition) for theme in themes),
            "disposes": self.disposes(),
            "moderates": rules.reads_responses(self.request.user, at=self.at),
            "moves": moves,
            "undecided": sum(move.decided is None for move in moves),
            "is_public": disposing.is_public(self.consultation, at=self.at),
        }


class Dispose(AnswerPage, FormView):
    """What becomes of one theme, beside what people let us publish under it."""

    template_name = "consultations/analysis/dispose.html"
    form_class = DisposeForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.disposes():
            raise Http404
        self.theme = get_object_or_404(disposing.themes_of(self.consultation), pk=kwargs["theme"])

    def get_initial(self):
        theme = self.theme
        return {"disposition": theme.disposition, "why": theme.why, "seen": disposing.seen_in(theme)}

    def form_valid(self, form):
        try:
            disposing.dispose(theme=self.theme, **form.cleaned_data, actor=self.request.user, at=self.at)
        except disposing.DispositionRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "Kept.")
        return redirect("consultations:manage-dispositions", self.consultation.reference)

    def get_context_data(self, **kwargs):
        published = moderating.published_on(self.consultation, self.theme.part)
        return {
            **super().get_context_data(**kwargs),
            "theme": self.theme,
            "said": published.filter(moderation__theme=self.theme)[:50],
        }


class PlaceSections(AnswerPage, FormView):
    """Where each section that was commented on stands in the newest version, proposed and decided by a person."""

    template_name = "consultations/analysis/moves.html"
    form_class = MovesForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.moves = disposing.moves_of(self.consultation, newer=self.newer) if self.newer else []

    def dispatch(self, request, *args, **kwargs):
        if self.newer is None:
            messages.info(request, "There is no newer version yet.")
            return redirect("consultations:manage-dispositions", self.consultation.reference)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        parts = list(documents.read(self.newer).parts())
        return {**super().get_form_kwargs(), "moves": self.moves, "parts": parts}

    def get_initial(self):
        return {"version": self.newer.number}

    def form_valid(self, form):
        try:
            disposing.keep_moves(
                consultation=self.consultation,
                version=form.cleaned_data["version"],
                moves=form.moves(),
                actor=self.request.user,
                at=self.at,
            )
        except disposing.DispositionRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "Kept.")
        return redirect("consultations:manage-dispositions", self.consultation.reference)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "moves": self.moves}
