"""The codeframe of a consultation, for the Involvement Team: its themes, their words, mergers and versions."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from consultations.domain import codeframes
from consultations.forms import coding as forms
from consultations.models import CodeframeVersion, Theme
from consultations.views.analysis.pages import AnalysisPage


class Codeframe(AnalysisPage, TemplateView):
    """Every theme with its definition and how many texts fall under it, suggestions apart, and earlier versions."""

    template_name = "consultations/analysis/codeframe.html"

    def get_context_data(self, **kwargs):
        asked = {question.key: question for question in self.questions}
        versions = CodeframeVersion.objects.filter(codeframe__consultation=self.consultation)
        suggestions = Theme.objects.suggestions().filter(codeframe__consultation=self.consultation)
        return {
            **super().get_context_data(**kwargs),
            "rows": [
                {"theme": theme, "question": asked.get(theme.question)}
                for theme in codeframes.themes_of(self.consultation)
            ],
            "suggestions": suggestions.order_by("number"),
            "versions": versions.select_related("made_by").order_by("-number"),
            "asks": bool(self.questions),
        }


class ChangeCodeframe(AnalysisPage, FormView):
    """A page with one form that does one thing to the codeframe. A refusal is shown in it; nothing typed is lost."""

    done = ""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.theme = self.load()

    def load(self):
        """The theme that this is about: unmerged ones, suggestions among them."""
        mine = Theme.objects.filter(codeframe__consultation=self.consultation, merged_into=None)
        return get_object_or_404(mine.select_related("codeframe__consultation", "parent"), number=self.kwargs["number"])

    def act(self, form):
        """Calls the one domain function of this page; returns what to tell the person, or nothing for `done`."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            told = self.act(form)
        except codeframes.ThemeRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, told or self.done)
        return redirect("consultations:manage-themes", self.consultation.reference)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "theme": self.theme}


class WriteTheme(ChangeCodeframe):
    """A new theme, or other words for one."""

    form_class = forms.ThemeForm
    template_name = "consultations/analysis/theme.html"

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "questions": self.questions,
            "themes": self.in_use(),
            "theme": self.theme,
        }


class AddTheme(WriteTheme):
    """A new theme; the address may hold words to begin with."""

    done = "The theme is added."

    def load(self):
        if not self.questions:
            raise Http404

    def get_initial(self):
        return {name: self.request.GET.get(name, "")[:80] for name in ("name", "question")}

    def act(self, form):
        codeframes.add_theme(
            consultation=self.consultation,
            words=form.words(),
            question=form.cleaned_data.get("question", ""),
            parent=form.cleaned_data["parent"],
            actor=self.request.user,
            at=self.at,
        )


class EditTheme(WriteTheme):
    """Other words for a theme, or another place; a suggestion becomes a theme."""

    def act(self, form):
        before = self.theme.codeframe.version
        theme = codeframes.change_theme(
            theme=self.theme,
            words=form.words(),
            parent=form.cleaned_data["parent"],
            actor=self.request.user,
            at=self.at,
        )
        if theme.since > before:
            return f"The theme is changed. This is version {theme.since}: earlier codings keep the earlier words."
        return "The theme is changed."


class MergeTheme(ChangeCodeframe):
    """Moves all that is coded under a theme to another one."""

    form_class = forms.MergeForm
    template_name = "consultations/analysis/merge.html"

    def load(self):
        theme = super().load()
        if theme.suggested:
            raise Http404
        return theme

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "themes": self.in_use(), "theme": self.theme}

    def act(self, form):
        into = form.cleaned_data["into"]
        moved = codeframes.merge_theme(theme=self.theme, into=into, actor=self.request.user, at=self.at)
        return f"“{self.theme.name}” is now part of “{into.name}”. {moved} coding{'' if moved == 1 else 's'} moved."

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "coded": self.theme.codings.count()}


class DropTheme(ChangeCodeframe):
    """Throws a theme away that nothing is coded under."""

    form_class = forms.DropForm
    template_name = "consultations/analysis/drop.html"

    def act(self, form):
        codeframes.drop_theme(theme=self.theme, actor=self.request.user, at=self.at)
        return f"“{self.theme.name}” is gone."
