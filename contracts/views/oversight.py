"""Risks, meetings and what needs attention: the office's pages; a provider reads the meetings shared with it."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import attention, meetings, plans, risks
from contracts.domain.meetings import MeetingRefused
from contracts.domain.plans import PlanRefused
from contracts.domain.risks import RiskRefused
from contracts.forms.oversight import MeetingForm, RiskForm
from contracts.forms.plans import ActionForm
from contracts.models import Action, Meeting, Risk
from contracts.models.risk import FROM_ONE_TO_FIVE
from contracts.views.actions import owners_for
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date
from engagement.domain.queries import people_of_office
from engagement.enums import OrganisationKind
from engagement.models import Organisation
from engagement.views.exports import csv_response

PAGE = 25
RISK_FACTS = ("kind", "title", "words", "likelihood", "impact", "mitigation", "owner", "review_on", "fund")
CSV_HEADER = ["agreement", "title", "provider", "what", "detail", "since", "urgent"]


class Attention(TemplateView):
    """What needs attention, as a queue and by agreement."""

    template_name = "contracts/care/attention.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not attention.reads_attention(user, at=now):
            raise Http404
        found = attention.matters_for(user, at=now)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, shares=attention.portfolio_of(found), **kwargs)


class AttentionCsv(View):
    """The same as a file."""

    def get(self, request):
        now = timezone.now()
        if not attention.reads_attention(request.user, at=now):
            raise Http404
        rows = (
            [
                matter.agreement.reference,
                matter.agreement.title,
                str(matter.agreement.provider or ""),
                matter.kind,
                matter.detail,
                matter.since,
                "yes" if matter.urgent else "no",
            ]
            for matter in attention.matters_for(request.user, at=now)
        )
        return csv_response(name="needs-attention", header=CSV_HEADER, rows=rows)


class Risks(OneAgreement, TemplateView):
    """The log of risks and issues, the highest first, with a table of likelihood and impact."""

    allowed = "looked_after_by"
    template_name = "contracts/care/risks.html"

    def get_context_data(self, **kwargs):
        found = list(Risk.objects.filter(agreement=self.agreement).select_related("owner").order_by("number"))
        for risk in found:
            risk.agreement = self.agreement
        alive = sorted((risk for risk in found if risk.state == "OPEN"), key=lambda risk: -risk.score)
        counts = {(risk.likelihood, risk.impact): 0 for risk in alive}
        for risk in alive:
            counts[risk.likelihood, risk.impact] += 1
        day = local_date(self.now)
        return super().get_context_data(
            rows=[(risk, risk.review_on < day) for risk in alive],
            closed=[risk for risk in found if risk.state != "OPEN"],
            impacts=list(FROM_ONE_TO_FIVE),
            grid=[
                (likelihood, [counts.get((likelihood, impact), 0) for impact in FROM_ONE_TO_FIVE])
                for likelihood in reversed(FROM_ONE_TO_FIVE)
            ],
            manages=self.manages,
            **kwargs,
        )


class RiskPage(OneAgreement, Asking):
    """The form of a risk, new or known."""

    refused = RiskRefused
    template_name = "contracts/care/risk_form.html"
    form_class = RiskForm

    def owners(self):
        """Who can look after a risk: people of the office who read agreements."""
        return people_of_office(*rules.OFFICE_READERS, on=local_date(self.now))


class EnterRisk(RiskPage):
    """A new risk or issue."""

    allowed = "writable_by"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "owners": self.owners(), "is_new": True}

    def get_initial(self):
        return {"fund": self.agreement.fund, "owner": self.request.user}

    def act(self, given):
        risk = risks.enter_risk(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        said = f"{risk.get_kind_display()} {risk.number} is entered."
        return said, reverse("contracts:risk-list", args=[self.agreement.reference])


class RiskDetail(RiskPage):
    """One risk with every change; and the boxes to change it, for the Contract Manager."""

    allowed = "looked_after_by"
    template_name = "contracts/care/risk.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Risk.objects.filter(agreement=self.agreement).select_related("owner")
        self.risk = get_object_or_404(found, number=kwargs["number"])
        self.risk.agreement = self.agreement

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "owners": self.owners(), "is_new": False}

    def get_initial(self):
        facts = {name: getattr(self.risk, name) for name in (*RISK_FACTS, "state")}
        return {**facts, "seen_version": self.risk.version}

    def get_context_data(self, **kwargs):
        changes = self.risk.changes.select_related("by").order_by("-at", "-pk")
        return super().get_context_data(
            risk=self.risk,
            story=[(one, sorted(one.changes.items())) for one in changes],
            manages=self.manages,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if not self.manages:
            raise Http404
        return super().post(request, *args, **kwargs)

    def act(self, given):
        given = dict(given)
        seen = given.pop("seen_version") or 0
        risks.change_risk(risk=self.risk, seen_version=seen, actor=self.request.user, at=self.now, **given)
        return "Your changes are saved.", self.risk


class Meetings(OneAgreement, TemplateView):
    """The meetings of an agreement that this person may read, the latest first."""

    template_name = "contracts/care/meetings.html"

    def get_context_data(self, **kwargs):
        readable = rules.readable_meetings(self.request.user, at=self.now)
        found = list(Meeting.objects.filter(readable, agreement=self.agreement).order_by("-held_on", "-number"))
        for meeting in found:
            meeting.agreement = self.agreement
        return super().get_context_data(meetings=found, manages=self.manages, **kwargs)


class RecordMeeting(OneAgreement, Asking):
    """A meeting that was held."""

    refused = MeetingRefused
    allowed = "writable_by"
    template_name = "contracts/care/meeting_form.html"
    form_class = MeetingForm

    def act(self, given):
        given = dict(given)
        office = Organisation.objects.filter(kind=OrganisationKind.OFFICE).first()
        names = {office: given.pop("office_names"), self.agreement.provider: given.pop("provider_names")}
        came = {organisation: words for organisation, words in names.items() if organisation is not None}
        meeting = meetings.record_meeting(
            agreement=self.agreement, attendances=came, actor=self.request.user, at=self.now, **given
        )
        return "The meeting is recorded. Add what is to be done.", meeting


class OneMeeting(OneAgreement):
    """Loads the meeting that the address names, when this person may read it."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Meeting.objects.filter(rules.readable_meetings(request.user, at=self.now), agreement=self.agreement)
        self.meeting = get_object_or_404(found.select_related("recorded_by"), number=kwargs["number"])
        self.meeting.agreement = self.agreement


class MeetingDetail(OneMeeting, TemplateView):
    """One meeting: who came, what was said and decided, what is to be done."""

    template_name = "contracts/care/meeting.html"

    def get_context_data(self, **kwargs):
        day = local_date(self.now)
        actions = Action.objects.visible_to(self.request.user, at=self.now).filter(meeting=self.meeting).for_table()
        return super().get_context_data(
            meeting=self.meeting,
            came=self.meeting.attendances.select_related("organisation").order_by("organisation__name"),
            decisions=[line for line in self.meeting.decisions.splitlines() if line.strip()],
            rows=[(action, action.status(on=day)) for action in actions.order_by("due_on", "pk")],
            manages=self.manages,
            **kwargs,
        )


class AddMeetingAction(OneMeeting, Asking):
    """Something to do that a meeting decided."""

    refused = PlanRefused
    template_name = "contracts/care/action_form.html"
    form_class = ActionForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.manages:
            raise Http404

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "owners": owners_for(self.agreement, at=self.now)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(voids=False, back=self.meeting.get_absolute_url(), **kwargs)

    def act(self, given):
        given = {name: value for name, value in given.items() if name != "seen_version"}
        plans.add_action(meeting=self.meeting, actor=self.request.user, at=self.now, **given)
        return f"“{given['words']}” is added.", self.meeting
