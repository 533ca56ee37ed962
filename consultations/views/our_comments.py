"""What an organisation says of a draft by name: a certifier signs each comment, and can take it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from consultations import rules
from consultations.domain import commenting, documents, drafting, tickets
from consultations.forms.commenting import SignedCommentForm
from consultations.models import Consultation
from engagement.domain.calendar import uk_time


class OurDocument:
    """A page for the people of organisations that answer a consultation by name; else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self.organisations = rules.answering_organisations(request.user, at=self.at).order_by("name")
        self.signing = rules.signing_organisations(request.user, at=self.at).order_by("name")
        if not self.organisations.exists():
            raise Http404
        known = Consultation.objects.published().named().select_related("version", "activity")
        self.consultation = get_object_or_404(known, slug=kwargs["slug"])
        self.document = documents.document_of(self.consultation)
        if self.document is None:
            raise Http404

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def not_taken(self):
        """Why nobody can comment now, in a sentence, or nothing."""
        try:
            drafting.refuse_unless_open(self.consultation, at=self.at)
        except drafting.NotTakingAnswers as refusal:
            return str(refusal)
        return ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            consultation=self.consultation,
            document=self.document,
            closes=uk_time(self.consultation.closes_at),
            home=reverse("consultations:consultation-document", args=[self.consultation.slug]),
            signs=self.signing.exists(),
            not_taken=self.not_taken(),
            **kwargs,
        )


class OurComment(OurDocument, FormView):
    """The form for a certifier; their colleagues are told who signs."""

    template_name = "consultations/ours/comment.html"
    form_class = SignedCommentForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.part = self.document.numbered(kwargs["number"])
        if self.part is None:
            raise Http404

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "organisations": self.signing}

    def get_initial(self):
        only = list(self.signing[:2])
        return {"code": tickets.new_code(), "organisation": only[0].pk if len(only) == 1 else None}

    def form_valid(self, form):
        try:
            commenting.sign_comment(
                consultation=self.consultation,
                part=self.part,
                words=form.words(),
                code=form.cleaned_data["code"],
                organisation=form.cleaned_data["organisation"],
                actor=self.request.user,
                at=self.at,
            )
        except (commenting.CommentRefused, drafting.NotTakingAnswers) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"We have your comment on {self.part.number}. The office reads it first.")
        return redirect("consultations:our-comments", self.consultation.slug)

    def get_context_data(self, **kwargs):
        return super().get_context_data(part=self.part, **kwargs)


class OurComments(OurDocument, TemplateView):
    """What this person's organisations have said of the draft, where it stands, and the way to take it back."""

    template_name = "consultations/ours/comments.html"

    def get_context_data(self, **kwargs):
        own = set(self.signing)
        rows = [
            {"comment": one, "signature": one.signature, "own": one.signature.organisation in own, "tag": tag_of(one)}
            for one in commenting.comments_of(self.consultation, signing=self.organisations)
        ]
        return super().get_context_data(rows=rows, **kwargs)


class TakeCommentBack(OurDocument, View):
    """A certifier takes back one comment of their organisation; a colleague is told that only a certifier can."""

    def post(self, request, *args, **kwargs):
        ours = commenting.comments_of(self.consultation, signing=self.organisations)
        comment = get_object_or_404(ours, pk=kwargs["comment"])
        try:
            commenting.take_back_comment(comment=comment, actor=request.user, at=self.at)
        except (commenting.CommentRefused, drafting.NotTakingAnswers) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Taken back. We have deleted it.")
        return redirect("consultations:our-comments", self.consultation.slug)


def tag_of(comment):
    """The tag of where a comment stands."""
    moderation = getattr(comment, "moderation", None)
    return moderation.decision if moderation else "TO_READ"
