"""A theme of comments on a draft is put into better words."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from consultations.domain import comment_themes
from consultations.forms.moderating import ThemeNameForm
from consultations.models import CommentTheme
from consultations.views.analysis.moderating import CommentsPage


class RenameTheme(CommentsPage, FormView):
    """One theme and its name, for those who read comments. What was typed stays when it is refused."""

    template_name = "consultations/analysis/comment_theme.html"
    form_class = ThemeNameForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        mine = CommentTheme.objects.filter(consultation=self.consultation).select_related("consultation")
        self.theme = get_object_or_404(mine, pk=kwargs["theme"])

    def get_initial(self):
        return {"name": self.theme.name, "seen": self.theme.name}

    def form_valid(self, form):
        try:
            comment_themes.rename_theme(theme=self.theme, **form.cleaned_data, actor=self.request.user, at=self.at)
        except comment_themes.ThemeNotRenamed as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "Kept.")
        return redirect("consultations:manage-dispositions", self.consultation.reference)

    def get_context_data(self, **kwargs):
        is_read = comment_themes.is_read(self.theme, at=self.at)
        return {**super().get_context_data(**kwargs), "theme": self.theme, "is_read": is_read}
