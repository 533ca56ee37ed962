"""Who may start: the page for a code, and what the start page asks first. Nothing that is said here is kept."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import FormView, TemplateView

from consultations.domain import admitting, attempts, tickets
from consultations.domain.tickets import Invitation
from consultations.enums import State
from consultations.forms.inviting import InvitationForm, eligibility_form
from consultations.views import wording
from consultations.views.journey import Journey
from engagement.views.sources import source_of

INVITATION = "invitation"


@method_decorator(login_not_required, name="dispatch")
class EnterCode(FormView):
    """`/i/`: a code typed from a slip of paper leads to the start of what it opens. It is not used up here."""

    template_name = "consultations/invitation/enter.html"
    form_class = InvitationForm

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def form_valid(self, form):
        at, source = timezone.now(), source_of(self.request)
        try:
            attempts.INVITATIONS.refuse_if_spent(source, at=at)
            consultation = admitting.consultation_for(code=form.cleaned_data["code"], at=at)
        except attempts.TooManyAttempts as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except admitting.CodeRefused as refusal:
            if refusal.guess:
                attempts.INVITATIONS.count(source, at=at)
            form.add_error("code", str(refusal))
            return self.form_invalid(form)
        invitation = Invitation(form.cleaned_data["code"], tickets.new_ticket())
        response = redirect("consultations:consultation-start", consultation.slug)
        hand_invitation(response, consultation, invitation)
        return response


def hand_invitation(response, consultation, invitation):
    """Lets the browser hold a code until it starts, for this consultation's pages only."""
    response.set_cookie(
        INVITATION,
        str(invitation),
        path=consultation.get_absolute_url(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class Admission(Journey, TemplateView):
    """What a start page needs to know of somebody before the first question.

    `invitation` is what the browser holds of a code, or `None`; `admitted` whether it may start at all.
    """

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        held = request.COOKIES.get(INVITATION, "") if self.consultation.needs_code else ""
        self.invitation = tickets.read_invitation(held)
        asked = request.method == "POST" and any(name.startswith("statement_") for name in request.POST)
        self.eligibility = eligibility_form(self.consultation)(request.POST if asked else None)

    @property
    def admitted(self):
        """Whether this browser holds a code, where one is needed."""
        return self.invitation is not None or not self.consultation.needs_code

    def turn_away(self):
        """Where a `POST` goes that may not start: for a code, back for the statements, or to the other ways. Else
        `None`."""
        if not self.admitted:
            return redirect(f"{reverse('consultations:invitation-enter')}?needed")
        if not self.eligibility.fields:
            return None
        if not self.eligibility.is_bound:
            return redirect(self.address("start"))
        if not self.eligibility.is_valid():
            return self.render_to_response(self.get_context_data())
        return self.forget_invitation(redirect(self.address("elsewhere"))) if self.eligibility.says_no else None

    def forget_invitation(self, response):
        """Makes the browser forget its code."""
        if self.invitation:
            response.delete_cookie(INVITATION, path=self.consultation.get_absolute_url(), samesite="Lax")
        return response

    def begin_invited(self):
        """The ticket of the answer that this browser's code begins. Raises `admitting.CodeRefused`."""
        return admitting.begin(consultation=self.consultation, invitation=self.invitation, at=self.at)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            admitted=self.admitted, invited=self.invitation is not None, eligibility=self.eligibility, **kwargs
        )


class Elsewhere(Journey, TemplateView):
    """For whom these questions are not: thanks, other ways to be heard, and where there is help. Nothing is kept."""

    template_name = "consultations/answer/elsewhere.html"

    def get_context_data(self, **kwargs):
        ways = [wording.way(way, at=self.at) for way in self.consultation.ways.order_by("starts_at", "pk")]
        other_ways = wording.points(self.consultation, state=State.OPEN)["other_ways"]
        return super().get_context_data(ways=ways, other_ways=other_ways, **kwargs)
