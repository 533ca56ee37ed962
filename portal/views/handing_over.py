"""Somebody stops acting for an organisation, or hands their work to a colleague: shown first, then done."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView

from engagement.access import is_office, local_date
from engagement.domain.organisations import MembershipRefused
from engagement.domain.reassigning import ReassignmentRefused
from engagement.models import Membership, Organisation
from portal.domain import handing_over
from portal.domain.handing_over import HandOverRefused
from portal.forms.handing_over import HandOverForm


class EndMembership(FormView):
    """What passes to whom, and from which day on; the same page does it."""

    template_name = "portal/hand_over.html"
    form_class = HandOverForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        self.today = local_date(self.now)
        managed = Organisation.objects.with_people_managed_by(request.user, at=self.now).filter(slug=kwargs["slug"])
        begun = Membership.objects.filter(starts_on__lte=self.today, accepted=True).select_related(
            "user", "organisation"
        )
        self.membership = get_object_or_404(begun, pk=kwargs["pk"], organisation__in=managed)
        self.work = handing_over.work_of(self.membership, on=self.today)
        self.alone = handing_over.agreements_left_alone(self.membership, on=self.today)
        self.colleagues = handing_over.colleagues_of(self.membership, on=self.today)
        self.has_stopped = self.membership.ends_on is not None and self.membership.ends_on <= self.today

    def get_initial(self):
        return {"ends_on": self.membership.ends_on or self.today, "seen": self.work.seen}

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "work": self.work,
            "colleagues": self.colleagues,
            "has_stopped": self.has_stopped,
            "ask_to_confirm": bool(self.alone) and is_office(self.request.user, on=self.today),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            membership=self.membership,
            work=self.work,
            alone=0 if self.has_stopped else self.alone,
            nobody=self.work.passes and not self.colleagues,
            has_stopped=self.has_stopped,
            may_act=not self.has_stopped or (self.work.passes and self.colleagues),
            **kwargs,
        )

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            handing_over.hand_over(
                membership=self.membership,
                seen=given["seen"],
                to=given.get("to"),
                ends_on=given.get("ends_on"),
                reason=given.get("reason", ""),
                confirmed=given.get("confirmed", False),
                actor=self.request.user,
                at=self.now,
            )
        except (HandOverRefused, ReassignmentRefused) as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        except MembershipRefused as refusal:
            form.add_error("ends_on" if "ends_on" in form.fields else None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, self.said(given))
        return redirect(self.where_next())

    def said(self, given):
        """What has been done, as the next page says it."""
        person, organisation = self.membership.user, self.membership.organisation
        words = []
        if given.get("to"):
            words.append(f"{self.work.in_words} passed to {given['to']}, who is told by e-mail.")
        ends_on = given.get("ends_on")
        if ends_on and ends_on <= self.today:
            words.append(f"{person} no longer acts for {organisation} as {self.work.part}.")
        elif ends_on:
            words.append(f"{person} acts for {organisation} as {self.work.part} until that day.")
        return " ".join(words)

    def where_next(self):
        """The organisation, unless it is this person's to see no longer."""
        organisation = self.membership.organisation
        seen = Organisation.objects.visible_to(self.request.user, at=self.now).filter(pk=organisation.pk)
        gone = self.membership.user_id == self.request.user.pk or not seen.exists()
        return "/" if gone else organisation.get_absolute_url()
