"""Plans of an agreement for both sides: read, opened, changed, agreed and closed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView, View

from contracts.domain import exits, plans, progress
from contracts.domain.plans import PlanRefused
from contracts.enums import ActionState, PlanKind
from contracts.forms.plans import CloseForm, PlanForm, RagForm
from contracts.models import ActionPlan, Figure
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date

KINDS = {"mobilisation": PlanKind.MOBILISATION, "improvement": PlanKind.IMPROVEMENT, "exit": PlanKind.EXIT}


class OnePlan(OneAgreement):
    """Loads the plan that the address names, when this person may open it: for the office, or as its provider."""

    managed_only = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = ActionPlan.objects.visible_to(request.user, at=self.now).select_related(
            "figure__indicator", "figure__kpi_return", "opened_by", "closed_by"
        )
        self.plan = get_object_or_404(found, agreement=self.agreement, number=kwargs["number"])
        self.plan.agreement = self.agreement
        if self.managed_only and not self.manages:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(plan=self.plan, manages=self.manages, **kwargs)


class PlanDetail(OnePlan, TemplateView):
    """One plan: what is next, who has agreed, everything to do with how far it is."""

    template_name = "contracts/care/plan.html"

    def get_context_data(self, **kwargs):
        day = local_date(self.now)
        actions = list(self.plan.actions.select_related("owner").order_by("due_on", "pk"))
        for action in actions:
            action.agreement = self.agreement
        asked = [action for action in actions if action.state != ActionState.DROPPED]
        side = None if self.plan.closed_at else plans.side_of(self.plan, self.request.user, at=self.now)
        agreeing = plans.agreeing_of(self.plan)
        stamped = {"OFFICE": agreeing.office, "PROVIDER": agreeing.provider}.get(str(side))
        return super().get_context_data(
            groups=grouped(actions, starts=self.agreement.starts, kind=self.plan.kind, on=day),
            standing=progress.standing_of(self.plan, actions, on=day),
            agreeing=agreeing,
            may_agree=side is not None and stamped is None and bool(asked),
            is_open=self.plan.closed_at is None,
            is_mobilisation=self.plan.kind == PlanKind.MOBILISATION,
            **self.looked_at(),
            consequences=self.plan.consequences.visible_to(self.request.user, at=self.now).select_related("rung"),
            **kwargs,
        )

    def looked_at(self):
        """Of an exit plan: when it was looked at, and when it is next."""
        if self.plan.kind != PlanKind.EXIT:
            return {}
        reviews = list(self.plan.reviews.select_related("reviewed_by").order_by("-held_on", "-pk"))
        return {
            "reviews": reviews,
            "review_due": exits.review_due_on(self.plan, reviews[0].held_on if reviews else None),
        }


def grouped(actions, *, starts, kind, on):
    """Rows of the plan under their headings; a mobilisation plan goes on after the service begins (R-081)."""
    rows = [(action, action.status(on=on)) for action in actions]
    if kind != PlanKind.MOBILISATION or starts is None:
        return [("What is to be done", rows)] if rows else []
    before = [row for row in rows if row[0].due_on < starts.earliest]
    after = [row for row in rows if row[0].due_on >= starts.earliest]
    named = [("Before the service begins", before), ("Once the service runs", after)]
    return [(title, group) for title, group in named if group]


class OpenPlan(OneAgreement, Asking):
    """A new plan. An improvement plan may be opened from a rated figure, which the address then names."""

    allowed = "writable_by"
    refused = PlanRefused
    form_class = PlanForm
    template_name = "contracts/care/plan_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if kwargs["kind"] not in KINDS:
            raise Http404
        self.kind = KINDS[kwargs["kind"]]
        self.figure = None
        if (asked := request.GET.get("figure", "")).isascii() and asked.isdecimal():
            figures = Figure.objects.filter(kpi_return__agreement=self.agreement, rating__isnull=False)
            self.figure = figures.select_related("indicator", "kpi_return", "rating").filter(pk=asked[:18]).first()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kind": self.kind}

    def get_initial(self):
        if self.figure is None:
            return {"aim": exits.AIM} if self.kind == PlanKind.EXIT else {}
        about, period = self.figure.indicator.name, self.figure.kpi_return.period.label
        return {"because": f"{about}, {period}: {self.figure.rating.sentence}"}

    def get_context_data(self, **kwargs):
        return super().get_context_data(kind=self.kind, **kwargs)

    def act(self, given):
        if self.kind == PlanKind.EXIT:
            made = exits.open_exit_plan(
                agreement=self.agreement, aim=given["aim"], actor=self.request.user, at=self.now
            )
            return "The exit plan is open with what each begins with. Change it, then both sides agree to it.", made
        plan = plans.open_plan(
            agreement=self.agreement,
            kind=self.kind,
            aim=given["aim"],
            because=given.get("because", ""),
            figure=self.figure,
            actor=self.request.user,
            at=self.now,
        )
        return "The plan is open. Add what is to be done, then both sides agree to it.", plan


class ActOnPlan(OnePlan, Asking):
    """A form of the Contract Manager about an open plan."""

    managed_only = True
    refused = PlanRefused


class ChangePlan(ActOnPlan):
    """What the plan is for."""

    form_class = PlanForm
    template_name = "contracts/care/plan_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kind": self.plan.kind}

    def get_initial(self):
        return {"aim": self.plan.aim, "because": self.plan.because, "seen_version": self.plan.version}

    def get_context_data(self, **kwargs):
        return super().get_context_data(kind=PlanKind(self.plan.kind), **kwargs)

    def act(self, given):
        plans.change_plan(
            plan=self.plan,
            seen_version=given["seen_version"] or 0,
            aim=given["aim"],
            because=given.get("because", ""),
            actor=self.request.user,
            at=self.now,
        )
        return "Your changes are saved. Both sides agree to the plan anew.", self.plan


class OverrideRag(ActOnPlan):
    """How the plan stands in spite of its dates."""

    form_class = RagForm
    template_name = "contracts/care/plan_rag.html"

    def get_initial(self):
        return {"rag": self.plan.rag, "reason": self.plan.rag_reason}

    def act(self, given):
        plans.override_rag(plan=self.plan, actor=self.request.user, at=self.now, **given)
        return "How the plan stands is kept.", self.plan


class ClosePlan(ActOnPlan):
    """What became of the plan."""

    form_class = CloseForm
    template_name = "contracts/care/plan_close.html"

    def act(self, given):
        plans.close_plan(plan=self.plan, actor=self.request.user, at=self.now, **given)
        return "The plan is closed, and the provider is told.", self.plan


class AgreeToPlan(OnePlan, View):
    """Agrees to the plan as it was seen, for one's own side."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if plans.side_of(self.plan, request.user, at=self.now) is None:
            raise Http404

    def post(self, request, *args, **kwargs):
        seen = request.POST.get("seen_version", "")
        version = int(seen[:9]) if seen.isascii() and seen.isdecimal() else 0
        try:
            plans.agree(plan=self.plan, seen_version=version, actor=request.user, at=self.now)
        except PlanRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "You have agreed to the plan as it stands. The other side is told.")
        return redirect(self.plan)
