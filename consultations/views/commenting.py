"""The draft that a consultation asks about, section by section, what people said of each, and the form to say more."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView, TemplateView

from consultations.domain import (
    attempts,
    commenting,
    disposing,
    documents,
    drafting,
    moderating,
    publication,
    tickets,
)
from consultations.domain.naming import NAMELESS
from consultations.enums import Publication
from consultations.forms.commenting import CommentCodeForm, CommentForm
from consultations.views.admission import INVITATION
from consultations.views.journey import Journey
from consultations.views.receipts import ByCode
from engagement.domain.calendar import uk_date
from engagement.views.sources import source_of

SENT = "commented"  # the cookie with the code of the comment that this browser sent last
PER_PAGE = 25


class OnDocument(Journey):
    """A page on the draft document of a public consultation; where it pins none, it is not there."""

    without_name = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.document = documents.document_of(self.consultation)
        if self.document is None:
            raise Http404

    def home(self):
        """The address of the whole document."""
        return self.address("document")

    def where_now(self, part, moved):
        """Where a part stands in a later version, for the page: the row, and its address."""
        row = moved.get(part.id)
        if row is None or not row.now_number:
            return {"moved": row}
        anchor = row.now_part if "." in row.now_number else f"section-{row.now_number}"
        newer = f"{self.consultation.activity.get_absolute_url()}specification/v{row.version}/"
        return {"moved": row, "moved_url": f"{newer}#{anchor}"}

    def sent_code(self):
        """The code of the comment that this browser sent last, or nothing."""
        return tickets.unmarked(tickets.COMMENT, self.request.COOKIES.get(SENT, ""))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            document=self.document,
            home=self.home(),
            due=uk_date(self.consultation.response_due_on),
            state=self.consultation.state(at=self.at),
            **kwargs,
        )


class DraftDocument(OnDocument, TemplateView):
    """The frozen text in its numbered sections, each with its comments and the way to comment on it."""

    template_name = "consultations/document/document.html"

    def get_context_data(self, **kwargs):
        tallied, moved = moderating.tallies(self.consultation), disposing.moved(self.consultation)
        return super().get_context_data(
            sections=[
                {
                    **self.row(section, tallied, moved),
                    "clauses": [self.row(clause, tallied, moved) for clause in section.clauses],
                }
                for section in self.document.sections
            ],
            together=moderating.together(tallied),
            **kwargs,
        )

    def row(self, part, tallied, moved):
        """A part with what the page says beside it."""
        return {
            "part": part,
            "tally": tallied.get(part.id),
            "url": self.address("document-part", part.number),
            "comment_url": self.address("comment", part.number),
            **self.where_now(part, moved),
        }


class OnPart(OnDocument):
    """A page on one section or clause; a number that the document does not have is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.part = self.document.numbered(kwargs["number"])
        if self.part is None:
            raise Http404

    def get_context_data(self, **kwargs):
        number = self.part.number
        return super().get_context_data(
            part=self.part,
            part_url=self.address("document-part", number),
            comment_url=self.address("comment", number),
            **kwargs,
        )


class DocumentPart(OnPart, TemplateView):
    """One section as it was read, and what people said of it, in an order that says nothing."""

    template_name = "consultations/document/part.html"

    def get_context_data(self, **kwargs):
        published = moderating.published_on(self.consultation, self.part.id)
        page = Paginator(published, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page_obj=page,
            comments=[said(comment) for comment in page],
            tally=moderating.tallies(self.consultation).get(self.part.id),
            said=[
                one for one in disposing.public_themes(self.consultation, at=self.at) if one.theme.part == self.part.id
            ],
            **self.where_now(self.part, disposing.moved(self.consultation)),
            **kwargs,
        )


def said(comment):
    """A published comment as people read it."""
    signature = getattr(comment, "signature", None)
    named = signature and comment.publication == Publication.WITH_NAME
    who = (signature.organisation.name if named else NAMELESS) if signature else ""
    return {"text": comment.moderation.text, "who": who}


class WriteComment(OnPart, FormView):
    """The form: one section, the words, and whether they may be published. Looking writes nothing."""

    template_name = "consultations/document/comment.html"
    form_class = CommentForm

    def lead_elsewhere(self):
        """Organisations sign theirs on a page of their own."""
        return redirect("consultations:our-comment", *self.kwargs.values()) if self.consultation.is_named else None

    @property
    def admitted(self):
        """Whether this browser may comment; with a code, where one is needed."""
        held = tickets.read_invitation(self.request.COOKIES.get(INVITATION, ""))
        return commenting.admits(self.consultation, ticket=self.ticket, invitation=held)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "offered": publication.offered(self.consultation)}

    def get_initial(self):
        return {"code": tickets.new_code()}

    def form_valid(self, form):
        try:
            attempts.COMMENTS.count(source_of(self.request), at=self.at)
            receipt = commenting.send_comment(
                consultation=self.consultation,
                part=self.part,
                words=form.words(),
                code=self.code_for(form),
                admitted=self.admitted,
                at=self.at,
            )
        except commenting.CommentRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        except attempts.TooManyAttempts as refusal:
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        except (drafting.NotTakingAnswers, drafting.CodeNeeded) as refusal:
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        return self.remember(redirect(self.address("comment-sent")), receipt.code)

    def code_for(self, form):
        """The code that the page was drawn with; that of the last comment where this is the same once more."""
        last = self.sent_code()
        same = commenting.said_already(consultation=self.consultation, part=self.part, words=form.words(), code=last)
        return last if same else form.cleaned_data["code"]

    def remember(self, response, code):
        """Lets the browser show the reference, on the pages of this document only and until it closes."""
        response.set_cookie(
            SENT,
            tickets.marked(tickets.COMMENT, code),
            path=self.home(),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(admitted=self.admitted, not_taken=self.not_taken(), **kwargs)

    def not_taken(self):
        """Why nobody can comment now, in a sentence, or nothing."""
        try:
            drafting.refuse_unless_open(self.consultation, at=self.at)
        except drafting.NotTakingAnswers as refusal:
            return str(refusal)
        return ""


class CommentSent(OnDocument, TemplateView):
    """What happens next, and the reference that takes the comment back. `POST` makes the browser forget it."""

    template_name = "consultations/document/sent.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        code = self.sent_code()
        self.comment = commenting.find_receipt(consultation=self.consultation, code=code) if code else None

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.comment else redirect(self.home())

    def post(self, request, *args, **kwargs):
        return forget(redirect(self.home()), self.home())

    def get_context_data(self, **kwargs):
        return super().get_context_data(comment=self.comment, reference=tickets.shown(self.sent_code()), **kwargs)


def forget(response, home):
    """Makes the browser forget the reference."""
    response.delete_cookie(SENT, path=home, samesite="Lax")
    return response


class WithdrawComment(OnDocument, ByCode):
    """Deletes a comment for good, by its reference. Organisations take theirs back where they signed them."""

    without_name = True
    template_name = "consultations/document/withdraw.html"
    form_class = CommentCodeForm

    def get_initial(self):
        code = self.sent_code()
        return {"code": tickets.shown(code)} if code else {}

    def act(self, code):
        commenting.withdraw_comment(consultation=self.consultation, code=code, at=self.at)
        return forget(redirect(f"{self.address('comment-withdraw')}?done"), self.home())

    def get_context_data(self, **kwargs):
        own = self.consultation.takes_answers(at=self.at) or self.consultation.suspended_at
        return super().get_context_data(done="done" in self.request.GET, can_withdraw=own, **kwargs)
