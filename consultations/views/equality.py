"""Equality questions: declared by the office, asked after the receipt, shown as counts."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from consultations import rules
from consultations.domain import declaring, drafting, equality, monitoring, profile, sealing
from consultations.forms.equality import DeclareEqualityForm, EqualityForm
from consultations.models import Consultation
from consultations.views import profiles
from consultations.views.office import OnceOpened, lead_back
from consultations.views.receipts import ReceiptHeld
from consultations.views.running import ActOnDraft
from engagement.domain.exports import csv_lines

ABOUT_COOKIE = "about"
DONE = "done"
NOTHING_YET = "There are no counts of who answered yet: they are shown from the first ten people on."
NONE_ASKED = "No equality questions are asked here."


@method_decorator(login_not_required, name="dispatch")
class EqualityQuestions(ReceiptHeld, FormView):
    """The equality questions, once the answers are sent: own page, own transaction, all optional.

    The browser draws a random number for this and sends it along: it says that a second press is the same press. It
    stands in a cookie beside a mark of the receipt, so that who answers next in this browser is asked anew.
    """

    template_name = "consultations/answer/equality.html"
    form_class = EqualityForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        plan = equality.plan_of(self.consultation)
        self.asked = equality.asked_by(plan) if plan else None

    def lead_elsewhere(self):
        return super().lead_elsewhere() or (None if self.asked else redirect(self.address("receipt")))

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        if self.asked and getattr(self, "receipt", None):
            self.keep(response)
        return response

    def keep(self, response):
        """Lets the browser keep its number, or that it is done, until it closes."""
        response.set_cookie(
            ABOUT_COOKIE,
            f"{self.number}.{self.mark_of_receipt()}",
            path=self.consultation.get_absolute_url(),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    @property
    def number(self):
        """The random number that this browser holds for this receipt, `DONE`, or a fresh one."""
        if not hasattr(self, "_number"):
            number, _, mark = self.request.COOKIES.get(ABOUT_COOKIE, "").partition(".")
            self._held = bool(number) and number.isascii() and len(number) <= 22 and mark == self.mark_of_receipt()
            self._number = number if self._held else secrets.token_urlsafe(16)
        return self._number

    def mark_of_receipt(self):
        """Ties the cookie to the receipt in the browser, and nowhere else."""
        return sealing.keyed_hash("about", self.receipt.code)[:16]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "asked": self.asked}

    def form_valid(self, form):
        if self.number == DONE:
            return redirect(f"{self.address('equality')}?done")
        if not self._held:
            form.add_error(None, "Your browser had not kept this page. Your choices are still here: send them again.")
            return self.form_invalid(form)
        given = form.given()
        if not any(given.values()):
            return redirect(self.address("receipt"))
        try:
            monitoring.give_equality(
                consultation=self.consultation, ticket=self.ticket, given=given, mark=self.number, at=self.at
            )
        except (monitoring.EqualityRefused, drafting.NotTakingAnswers) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        self._number = DONE
        return redirect(f"{self.address('equality')}?done")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            asked=self.asked,
            done=self.number == DONE,
            crossed=[text for text, _ in self.asked.answers.values()],
            **kwargs,
        )


class DeclareEquality(ActOnDraft):
    """Chooses the equality questions of a draft, what for, and which tables are made of them."""

    form_class = DeclareEqualityForm
    template_name = "consultations/manage_equality.html"
    done = "The equality questions are kept."

    def fingerprint(self, consultation):
        return equality.fingerprint(equality.plan_of(consultation))

    def get_form_kwargs(self):
        plan, questions = equality.plan_of(self.consultation), equality.crossable(self.consultation)
        return {**super().get_form_kwargs(), "plan": plan, "questions": questions}

    def refused(self, form):
        """What somebody else kept meanwhile stands beside what was chosen here."""
        plan = equality.plan_of(self.consultation)
        now = equality.fingerprint(plan)
        theirs = []
        if form.cleaned_data["seen"] != now:
            theirs = profiles.plan_words(equality.asked_by(plan)) if plan else [{"key": "Questions", "value": "None"}]
            form.data = form.data.copy()
            form.data["seen"] = now
        return self.render_to_response(self.get_context_data(form=form, theirs=theirs))

    def act(self, form):
        return declaring.declare_equality(
            consultation=self.consultation, **form.words(), actor=self.request.user, at=self.at
        )


class ManageProfile(OnceOpened):
    """Who answered, in counts: while it runs for those who run it, for nobody who decides; later as published."""

    template_name = "consultations/manage_profile.html"

    def get_queryset(self):
        return Consultation.objects.profiled_to(self.request.user, at=self.at).select_related("activity", "version")

    def too_early(self):
        self.profile = shown_profile(self.object)
        return super().too_early() or ("" if self.profile else NOTHING_YET)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "state": self.object.state(at=self.at),
            **profiles.profile_context(self.profile),
        }


def shown_profile(consultation):
    """The counts as published, else as they stand, else nothing. Protected in every case. At most three queries."""
    return profile.profile_of(equality.plan_of(consultation)) or profile.running_profile(consultation)


@require_safe
def manage_profile_csv(request, reference):
    """Who answered, before publication for those who run the consultation, as a file."""
    at = timezone.now()
    if not rules.watches_consultations(request.user, at=at):
        raise Http404
    consultation = get_object_or_404(Consultation.objects.profiled_to(request.user, at=at), reference=reference)
    shown = shown_profile(consultation)
    if shown is None:
        return lead_back(request, consultation, NOTHING_YET)
    return csv_file(consultation, shown, f"who-answered-so-far-{consultation.reference.lower()}.csv")


@login_not_required
@require_safe
def profile_csv(request, slug):
    """Who answered, as it was published, as a file. Not there before publication, for anybody."""
    consultation = get_object_or_404(Consultation.objects.with_outcome(), slug=slug)
    shown = profile.profile_of(equality.plan_of(consultation))
    if shown is None:
        raise Http404
    return csv_file(consultation, shown, f"who-answered-{consultation.reference.lower()}.csv")


def csv_file(consultation, shown, name):
    """Counts under a fixed header as a download."""
    lines = csv_lines(header=profiles.CSV_HEADER, rows=profiles.csv_rows(consultation, shown))
    reply = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
