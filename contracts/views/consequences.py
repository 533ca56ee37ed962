"""Consequences of an agreement: its ladder, each step taken, decisions and appeals, for both sides."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from contracts import rules
from contracts.domain import consequences
from contracts.domain.consequences import ConsequenceRefused
from contracts.domain.duties import notice_duty
from contracts.enums import ConsequenceState
from contracts.forms.consequences import (
    AppealForm,
    ClauseForm,
    DecideAppealForm,
    DecideForm,
    LiftForm,
    NoticeForm,
    ProposeForm,
)
from contracts.models import ActionPlan, Consequence, Rung
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Acting, Asking
from engagement.access import local_date


def status_of(consequence):
    """The code of the tag it wears."""
    waiting = consequence.appealed_at and not consequence.appeal_outcome
    return "APPEALED" if waiting and consequence.state == ConsequenceState.IN_FORCE else consequence.state


class Consequences(OneAgreement, TemplateView):
    """The ladder and what was taken of it. A provider reads what is in force or was."""

    template_name = "contracts/care/consequences.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        attachment, rungs = consequences.ladder_of(self.agreement)
        found = Consequence.objects.visible_to(user, at=self.now).filter(agreement=self.agreement).for_table()
        return super().get_context_data(
            attachment=attachment,
            rungs=rungs,
            rows=[(one, status_of(one)) for one in found.order_by("-number")],
            manages=self.manages and self.agreement.is_live,
            of_office=rules.reads_office_lists(user, at=self.now),
            **kwargs,
        )


class AttachLadder(OneAgreement, Asking):
    """The office's ladder becomes part of the agreement."""

    refused = ConsequenceRefused
    allowed = "writable_by"
    template_name = "contracts/care/ladder_attach.html"
    form_class = ClauseForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=consequences_address(self.agreement), **kwargs)

    def act(self, given):
        consequences.attach_ladder(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "The ladder is part of the agreement.", consequences_address(self.agreement)


def consequences_address(agreement):
    return f"{agreement.get_absolute_url()}consequences/"


class ProposeConsequence(OneAgreement, Asking):
    """A step of the ladder is taken, or proposed for a decision."""

    refused = ConsequenceRefused
    allowed = "writable_by"
    template_name = "contracts/care/consequence_form.html"
    form_class = ProposeForm

    def get(self, request, *args, **kwargs):
        attachment, _ = consequences.ladder_of(self.agreement)
        if attachment is None:
            messages.info(request, "Make the ladder part of the signed agreement first.")
            return redirect(consequences_address(self.agreement))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        attachment, _ = consequences.ladder_of(self.agreement)
        rungs = Rung.objects.filter(ladder=attachment.ladder_id if attachment else None).order_by("order")
        plans = ActionPlan.objects.filter(agreement=self.agreement).order_by("number")
        return {**super().get_form_kwargs(), "rungs": rungs, "plans": plans}

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=consequences_address(self.agreement), **kwargs)

    def act(self, given):
        made = consequences.propose(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        if made.state == ConsequenceState.IN_FORCE:
            return "It is in force, and the provider is told.", made
        return "It is proposed. The Management Team or the Commissioner decides.", made


class OneConsequence(OneAgreement):
    """Loads the step that the address names, when this person may read it."""

    request: HttpRequest

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Consequence.objects.visible_to(request.user, at=self.now).for_table()
        self.consequence = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])

    def own(self, policy):
        """Whether a policy of `contracts.rules` gives this step to this person now."""
        wanted = policy(self.request.user, at=self.now)
        return Consequence.objects.filter(wanted, pk=self.consequence.pk).exists()

    def get_context_data(self, **kwargs):
        one = self.consequence
        return super().get_context_data(consequence=one, back=one.get_absolute_url(), **kwargs)


class ConsequenceDetail(OneConsequence, TemplateView):
    """One step: what comes next first, then why, on what evidence, and who decided."""

    template_name = "contracts/care/consequence.html"

    def get_context_data(self, **kwargs):
        one = self.consequence
        duty = notice_duty(self.agreement, known_on=one.known_on).applies
        in_force, manages = one.state == ConsequenceState.IN_FORCE, self.manages
        waits = bool(one.appealed_at and not one.appeal_outcome)
        clock = consequences.clock_of(one, duty=duty, on=local_date(self.now))
        return super().get_context_data(
            status=status_of(one),
            may_decide=self.own(rules.decidable_proposals),
            may_appeal=self.own(rules.appealable_consequences),
            may_decide_appeal=self.own(rules.decidable_appeals),
            may_lift=manages and in_force and not waits,
            clock=clock if self.is_looked_after else None,
            may_notice=manages and clock is not None and clock.noticed_on is None,
            **kwargs,
        )


class ActOnConsequence(Acting, OneConsequence, Asking):
    """A form about one step."""

    refused = ConsequenceRefused
    template_name = "contracts/care/consequence_act.html"


class DecideConsequence(ActOnConsequence):
    form_class, heading, button = DecideForm, "Does it come into force?", "Decide"

    def may_ever(self):
        return rules.decides(self.request.user, at=self.now)

    def act(self, given):
        made = consequences.decide(consequence=self.consequence, actor=self.request.user, at=self.now, **given)
        told = (
            "The provider is told." if made.state == ConsequenceState.IN_FORCE else "The provider hears nothing of it."
        )
        return f"Your decision is kept. {told}", made


class AppealConsequence(ActOnConsequence):
    form_class, heading, button = AppealForm, "Appeal", "Send the appeal"

    def may_ever(self):
        certified = rules.certified_by_provider(self.request.user, at=self.now)
        return Consequence.objects.filter(certified, pk=self.consequence.pk).exists()

    def act(self, given):
        made = consequences.appeal(consequence=self.consequence, actor=self.request.user, at=self.now, **given)
        return "Your appeal is sent. Somebody who had no part in the step decides on it.", made


class DecideAppeal(ActOnConsequence):
    form_class, heading, button = DecideAppealForm, "What becomes of the appeal?", "Decide"

    def may_ever(self):
        return rules.decides(self.request.user, at=self.now)

    def act(self, given):
        made = consequences.decide_appeal(consequence=self.consequence, actor=self.request.user, at=self.now, **given)
        return "Your decision is kept, and the provider is told.", made


class LiftConsequence(ActOnConsequence):
    form_class, heading, button = LiftForm, "Lift it", "Lift it"

    def may_ever(self):
        return self.manages

    def act(self, given):
        made = consequences.lift(consequence=self.consequence, actor=self.request.user, at=self.now, **given)
        return "It is lifted, and the provider is told.", made


class RecordNotice(ActOnConsequence):
    form_class, heading, button = NoticeForm, "The statutory notice was published", "Save"

    def may_ever(self):
        return self.manages

    def act(self, given):
        made = consequences.record_notice(consequence=self.consequence, actor=self.request.user, at=self.now, **given)
        return "The notice is kept.", made
