"""Reading comments on a draft: which wait, what becomes of one, and the file of all. Words never leave another way."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView, View

from consultations.domain import blackening, concerns, danger, documents, moderating, redacting
from consultations.domain.moderating import Which
from consultations.forms.moderating import CommentFilter, ModerateForm
from consultations.models import CommentTheme, Concern, Consultation
from engagement.views.exports import csv_response

PER_PAGE = 25
PREVIEW, MORE, DANGER = "preview", "more", "danger"


class CommentsPage(View):
    """A page on the comments of one public consultation on a draft, for those who read them; else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        readable = Consultation.objects.readable_by(request.user, at=self.at).exclude(published_at=None)
        self.consultation = get_object_or_404(readable.select_related("activity"), reference=kwargs["reference"])
        self.document = documents.document_of(self.consultation)
        if self.document is None:
            raise Http404

    def filter(self):
        themes = CommentTheme.objects.filter(consultation=self.consultation).order_by("number", "name")
        return CommentFilter(self.request.GET, parts=list(self.document.parts()), themes=list(themes))

    def comments(self, which=None):
        """The comments that this person may read, narrowed."""
        return moderating.comments(
            consultation=self.consultation, reader=self.request.user, at=self.at, which=which or Which()
        )

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "consultation": self.consultation, "document": self.document}


class CommentList(CommentsPage, TemplateView):
    """How far reading has come, and the comments asked for, in no order."""

    template_name = "consultations/analysis/comments.html"

    def get_context_data(self, **kwargs):
        filtering = self.filter()
        found = self.comments(filtering.which()).select_related("moderation__theme", "signature__organisation")
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        query = urlencode({name: value for name, value in self.request.GET.items() if value and name != "page"})
        waiting = self.comments(Which(state=moderating.TO_READ)).first()
        return {
            **super().get_context_data(**kwargs),
            "standing": moderating.standing_of(consultation=self.consultation, reader=self.request.user, at=self.at),
            "filter": filtering,
            "filtered": any(filtering.cleaned_data.values()),
            "page_obj": page,
            "next": waiting,
            "query": f"?{query}" if query else "",
            "rows": [
                {"comment": one, "moderation": getattr(one, "moderation", None), "by": signer(one)} for one in page
            ],
        }


def signer(comment):
    """The organisation that signed a comment, or nothing."""
    signature = getattr(comment, "signature", None)
    return signature.organisation if signature else ""


class Moderate(CommentsPage, FormView):
    """One comment beside the section as it was read. Suggestions stand in the lines; a person decides."""

    template_name = "consultations/analysis/moderate.html"
    form_class = ModerateForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        every = self.comments().select_related("consultation__activity", "signature__organisation")
        self.comment = get_object_or_404(every, pk=kwargs["comment"])
        self.moderation = moderating.moderation_of(self.comment)

    def get_form_kwargs(self):
        decided = self.moderation if self.moderation and self.moderation.text else None
        return {
            **super().get_form_kwargs(),
            "lines": redacting.lines_of(self.comment, decided),
            "more": self.request.POST.get("press") == MORE,
            "offered": moderating.offered(self.comment),
            "themes": list(moderating.themes_on(self.comment)),
        }

    def get_initial(self):
        made = self.moderation
        offered = moderating.offered(self.comment)
        before = {"decision": offered[0] if len(offered) == 1 else ""}
        if made:
            names = ("decision", "reason", "words")
            before = {name: getattr(made, name) for name in names} | {"theme": str(made.theme_id or "")}
        return {**before, "seen": moderating.seen_in(made)}

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        form.is_valid()
        if request.POST.get("press") == DANGER:
            return self.pass_on(form)
        if request.POST.get("press") in {MORE, PREVIEW}:
            form.errors.clear()
            return self.preview(form)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def preview(self, form):
        """The same page with more lines, and the comment as others would read it. Nothing is kept yet."""
        try:
            parts = redacting.parts_of(self.comment, form.lines())
        except redacting.RedactionRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        shown = blackening.redacted(self.comment.text, parts)
        return self.render_to_response(self.get_context_data(form=form, shown=shown))

    def pass_on(self, form):
        """Tells the people named that this may speak of danger, and shows it again with all that was typed."""
        form.errors.clear()
        try:
            concerns.raise_concern_about_comment(
                comment=self.comment, reason=self.request.POST.get("danger", ""), actor=self.request.user, at=self.at
            )
        except concerns.ConcernRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, passed_on=True))

    def form_valid(self, form):
        try:
            moderating.decide(
                comment=self.comment,
                decision=form.decided(),
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except (moderating.ModerationRefused, redacting.RedactionRefused) as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "Kept.")
        following = self.comments(Which(state=moderating.TO_READ)).first()
        here = [self.consultation.reference]
        if following:
            return redirect("consultations:manage-comment", *here, following.pk)
        return redirect("consultations:manage-comments", *here)

    def get_context_data(self, **kwargs):
        after = self.comments(Which(state=moderating.TO_READ)).filter(pk__gt=self.comment.pk).first()
        here = self.consultation.reference
        return {
            **super().get_context_data(**kwargs),
            "comment": self.comment,
            "by": signer(self.comment),
            "part": self.document.numbered(self.comment.number),
            "moderation": self.moderation,
            "found": danger.found_in(self.comment.text),
            "concern": Concern.objects.filter(comment=self.comment).first(),
            "skip_url": reverse("consultations:manage-comment", args=[here, after.pk]) if after else "",
        }


@require_POST
def download_comments(request, reference):
    """Every comment that may be read, as a file, for those who read them. The log says who took it."""
    at = timezone.now()
    readable = Consultation.objects.readable_by(request.user, at=at).exclude(published_at=None)
    consultation = get_object_or_404(readable.select_related("activity"), reference=reference)
    rows = moderating.export_comments(consultation=consultation, actor=request.user, at=at)
    return csv_response(name=f"comments-{reference.lower()}", header=moderating.HEADER, rows=rows)
