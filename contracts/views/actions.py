"""Actions: the rolling list of what is open, one with its story, how far it is, and its evidence."""

from mimetypes import guess_type

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import plans, progress
from contracts.domain.plans import PlanRefused
from contracts.enums import OPEN_ACTIONS, ActionKind, ActionState, PlanKind, Side
from contracts.forms.plans import ActionForm, RecheckForm, UpdateForm
from contracts.models import Action, ActionUpdate
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from contracts.views.attached import attached
from contracts.views.plans import OnePlan
from engagement.access import local_date
from engagement.domain.queries import people_of_office
from engagement.models import Membership, User
from engagement.views.exports import csv_response

PAGE = 25
CSV_HEADER = ["agreement", "title", "provider", "what", "kind", "whose", "by_name", "due_on", "state", "late"]


def owners_for(agreement, *, at):
    """Who can be named for an action: the office's people who read the agreement's care, and the provider's own."""
    day = local_date(at)
    office = people_of_office(*rules.OFFICE_READERS, on=day)
    members = Membership.objects.current(on=day).filter(organisation=agreement.provider)
    both = User.objects.filter(pk__in=office.values("pk")) | User.objects.filter(pk__in=members.values("user"))
    return both.filter(is_active=True).order_by("name", "pk")


class OpenActions(TemplateView):
    """Everything open that this person may read, what is due first at the top: all, or their own."""

    template_name = "contracts/care/actions.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_agreements(user, at=now):
            raise Http404
        day, mine = local_date(now), self.request.GET.get("whose") == "mine"
        found = progress.open_actions(user, at=now)
        if mine:
            found = found.filter(rules.own_actions(user, at=now))
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        rows = [(action, action.status(on=day)) for action in page.object_list]
        return super().get_context_data(rows=rows, page=page, mine=mine, **kwargs)


class OpenActionsCsv(View):
    """The same as a file."""

    def get(self, request):
        now = timezone.now()
        if not rules.reads_agreements(request.user, at=now):
            raise Http404
        day = local_date(now)
        rows = (
            [
                action.agreement.reference,
                action.agreement.title,
                str(action.agreement.provider or ""),
                action.words,
                action.get_kind_display(),
                action.get_side_display(),
                str(action.owner or ""),
                action.due_on,
                action.get_state_display(),
                "yes" if action.is_late(on=day) else "no",
            ]
            for action in progress.open_actions(request.user, at=now).iterator(chunk_size=500)
        )
        return csv_response(name="open-actions", header=CSV_HEADER, rows=rows)


class OneAction(OneAgreement):
    """Loads the action that the address names, when this person may open it."""

    request: HttpRequest

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = Action.objects.visible_to(request.user, at=self.now).for_table()
        self.action = get_object_or_404(found, agreement=self.agreement, pk=kwargs["pk"])

    def get_context_data(self, **kwargs):
        status = self.action.status(on=local_date(self.now))
        # A meeting that is not shared is not named to the provider.
        named = self.action.plan or (self.action.meeting if self.reads_meeting() else None)
        return super().get_context_data(
            action=self.action, manages=self.manages, status=status, belongs_to=named, **kwargs
        )

    def reads_meeting(self):
        """Whether this person may open the meeting that the action comes from."""
        meeting = self.action.meeting
        if meeting is None:
            return False
        return (
            type(meeting)
            .objects.filter(rules.readable_meetings(self.request.user, at=self.now), pk=meeting.pk)
            .exists()
        )


class ActionDetail(OneAction, Asking):
    """One action with what was said of it; and the boxes to say how far it is, for whoever may."""

    refused = PlanRefused
    template_name = "contracts/care/action.html"
    form_class = UpdateForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.may_update = Action.objects.updatable_by(request.user, at=self.now).filter(pk=self.action.pk).exists()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "may_drop": self.manages}

    def get_initial(self):
        return {"state": self.action.state}

    def get_context_data(self, **kwargs):
        writable = self.action.state in OPEN_ACTIONS and not (self.action.plan and self.action.plan.closed_at)
        return super().get_context_data(
            updates=self.action.updates.select_related("by").defer("content").order_by("-at", "-pk"),
            may_update=self.may_update and writable,
            may_recheck=self.manages
            and self.action.state == ActionState.DONE
            and self.action.recheck_on is not None
            and not self.action.recheck_result,
            may_change=self.manages and writable,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if not self.may_update:
            raise Http404
        return super().post(request, *args, **kwargs)

    def act(self, given):
        file = given["file"]
        progress.update_action(
            action=self.action,
            state=given["state"],
            words=given["words"],
            file_name=file.name if file else "",
            content=file.read(progress.LARGEST + 1) if file else None,
            actor=self.request.user,
            at=self.now,
        )
        return "What you said is kept.", self.action


class Recheck(OneAction, Asking):
    """Whether an action helped."""

    refused = PlanRefused
    template_name = "contracts/care/recheck.html"
    form_class = RecheckForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.manages:
            raise Http404

    def act(self, given):
        progress.recheck(action=self.action, actor=self.request.user, at=self.now, **given)
        return "What you found is kept.", self.action


class AddAction(OnePlan, Asking):
    """One more thing to do in a plan."""

    refused = PlanRefused
    managed_only = True
    template_name = "contracts/care/action_form.html"
    form_class = ActionForm

    def get_form_kwargs(self):
        mobilises = self.plan.kind == PlanKind.MOBILISATION
        return {**super().get_form_kwargs(), "owners": owners_for(self.agreement, at=self.now), "mobilises": mobilises}

    def get_initial(self):
        milestone = self.plan.kind == PlanKind.MOBILISATION
        return {"kind": ActionKind.MILESTONE if milestone else ActionKind.ACTION, "side": Side.PROVIDER}

    def get_context_data(self, **kwargs):
        return super().get_context_data(voids=True, back=self.plan.get_absolute_url(), **kwargs)

    def act(self, given):
        given = {name: value for name, value in given.items() if name != "seen_version"}
        plans.add_action(plan=self.plan, actor=self.request.user, at=self.now, **given)
        return f"“{given['words']}” is added.", self.plan


class ChangeAction(OneAction, Asking):
    """What is to be done, by whom or by when."""

    refused = PlanRefused
    template_name = "contracts/care/action_form.html"
    form_class = ActionForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.manages:
            raise Http404

    def get_form_kwargs(self):
        mobilises = self.action.plan is not None and self.action.plan.kind == PlanKind.MOBILISATION
        return {**super().get_form_kwargs(), "owners": owners_for(self.agreement, at=self.now), "mobilises": mobilises}

    def get_initial(self):
        names = ("kind", "words", "public_words", "side", "owner", "due_on", "recheck_on")
        return {"seen_version": self.action.version, **{name: getattr(self.action, name) for name in names}}

    def get_context_data(self, **kwargs):
        voids = self.action.plan is not None
        return super().get_context_data(voids=voids, back=self.action.get_absolute_url(), **kwargs)

    def act(self, given):
        given = dict(given)
        seen = given.pop("seen_version") or 0
        plans.change_action(action=self.action, seen_version=seen, actor=self.request.user, at=self.now, **given)
        return "Your changes are saved.", self.action


class Evidence(OneAction, View):
    """A file of evidence, as an attachment that may run nothing, kept by no cache."""

    def get(self, request, *args, **kwargs):
        update = get_object_or_404(ActionUpdate.objects.exclude(content=None), action=self.action, pk=kwargs["update"])
        kind = guess_type(update.file_name)[0] or "application/octet-stream"
        return attached(name=update.file_name, content=update.content, kind=kind)
