"""The end of an agreement, for both sides: how it ends, what follows, and the notice that the law asks for."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from contracts import rules
from contracts.domain import closing, duties, ended, schedule
from contracts.domain.closing import EndingRefused
from contracts.enums import EndingState
from contracts.forms.closing import DecideEndForm, EndForm, TerminationNoticeForm
from contracts.models import Ending
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Acting, Asking
from engagement.access import local_date


class AgreementEnd(OneAgreement, TemplateView):
    """How it ends, or that nothing is recorded; what waits for whom, and what follows."""

    template_name = "contracts/care/ending.html"

    def get_context_data(self, **kwargs):
        user, agreement = self.request.user, self.agreement
        visible = Ending.objects.visible_to(user, at=self.now).for_table()
        one = visible.filter(agreement=agreement).order_by("-number").first()
        in_force = one is not None and one.state == EndingState.IN_FORCE
        following = []
        if in_force:
            period = schedule.calendar_of(agreement).containing(one.ends_on)
            following = ended.following_of(one, period=period)
        decidable = Ending.objects.filter(rules.decidable_proposals(user, at=self.now))
        waits = in_force and closing.waits_for_notice(one)
        ends_on = one.ends_on if one else agreement.ends.latest if agreement.ends else None
        return super().get_context_data(
            ending=one,
            in_force=in_force,
            over=in_force and one.ends_on < local_date(self.now),
            of_office=self.is_looked_after,
            duty=duties.termination_duty(agreement),
            following=following,
            waits_for_notice=waits,
            notice_due_on=duties.notice_due_on(ends_on) if ends_on else None,
            today=local_date(self.now),
            may_decide=one is not None and decidable.filter(pk=one.pk).exists(),
            may_notice=self.manages and waits and one.ends_on <= local_date(self.now),
            may_propose=self.manages and agreement.is_live and (one is None or one.state == EndingState.DECLINED),
            **kwargs,
        )


class ProposeEnd(OneAgreement, Asking):
    """How and when it ends."""

    refused = EndingRefused
    allowed = "writable_by"
    form_class = EndForm
    template_name = "contracts/care/ending_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "steps": closing.steps_that_end(self.agreement)}

    def get_context_data(self, **kwargs):
        back = reverse("contracts:ending", args=[self.agreement.reference])
        return super().get_context_data(heading="End the agreement", button="Go on", back=back, **kwargs)

    def act(self, given):
        made = closing.propose(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        if made.state == EndingState.IN_FORCE:
            return "Its end is recorded, and the provider is told.", made
        return "It is proposed. The Management Team or the Commissioner decides.", made


class ActOnEnd(Acting, OneAgreement, Asking):
    """A form about one end."""

    refused = EndingRefused
    template_name = "contracts/care/ending_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Ending.objects.visible_to(request.user, at=self.now).for_table()
        self.ending = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(ending=self.ending, back=self.ending.get_absolute_url(), **kwargs)


class DecideEnd(ActOnEnd):
    form_class, heading, button = DecideEndForm, "Does it end so?", "Decide"

    def may_ever(self):
        return rules.decides(self.request.user, at=self.now)

    def act(self, given):
        made = closing.decide(ending=self.ending, actor=self.request.user, at=self.now, **given)
        told = "The provider is told." if made.state == EndingState.IN_FORCE else "The provider hears nothing of it."
        return f"Your decision is kept. {told}", made


class NoticeOfEnd(ActOnEnd):
    form_class, heading, button = TerminationNoticeForm, "The contract termination notice was published", "Save"

    def may_ever(self):
        return self.manages

    def act(self, given):
        made = closing.record_notice(ending=self.ending, actor=self.request.user, at=self.now, **given)
        return "The notice is kept, and stands in the register.", made
