"""The parts of a draft with pages of their own: safety and privacy, fairness, ways to answer."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from consultations.domain import preparing, ways
from consultations.forms import readying as forms
from consultations.models import Way
from consultations.views import wording
from consultations.views.running import ActOnDraft

GONE = "Somebody has removed this way to answer. If it is still needed, add it again."


class WritePart(ActOnDraft):
    """Changes one part of a draft, for those who may write it."""

    done = "The draft is kept."


class EditPart(WritePart):
    """A part whose form keeps what it was opened with: two who edit at once are told."""

    def fingerprint(self, consultation):
        return preparing.fingerprint(consultation, self.form_class.part)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "draft": self.consultation}

    def act(self, form):
        return preparing.change_consultation(
            consultation=self.consultation,
            changes=form.words(),
            seen=form.cleaned_data["seen"],
            part=form.part,
            actor=self.request.user,
            at=self.at,
        )


class EditSafety(EditPart):
    """Whether people may be at risk, whom they can turn to, what is special about privacy."""

    form_class = forms.SafetyForm
    template_name = "consultations/manage_safety.html"


class EditStatements(EditPart):
    """Why this is a fair consultation, in the office's own words."""

    form_class = forms.StatementsForm
    template_name = "consultations/manage_statements.html"


class Ways(WritePart, TemplateView):
    """The ways to answer beside the form on this site."""

    template_name = "consultations/manage_ways.html"
    form_class = forms.WayForm
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        rows = [{"way": way, "words": wording.way(way, at=self.at)} for way in self.consultation.ways.order_by("pk")]
        return {**super().get_context_data(**kwargs), "rows": rows}


class AddWay(WritePart):
    """Adds a way to answer."""

    form_class = forms.WayForm
    template_name = "consultations/manage_way.html"
    done = "The way to answer is kept."
    goes_to = "consultations:manage-ways"
    way = None

    def act(self, form):
        return ways.keep_way(
            consultation=self.consultation, way=self.way, **form.way(), actor=self.request.user, at=self.at
        )


class EditWay(AddWay):
    """Changes a way to answer. When somebody has removed it meanwhile, that is said, and what was typed stays."""

    def load(self):
        consultation = super().load()
        self.way = Way.objects.filter(pk=self.kwargs["pk"]).first()
        if self.way and self.way.consultation_id != consultation.pk:
            raise Http404
        return consultation

    def not_now(self):
        return super().not_now() or ("" if self.way else GONE)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "way": self.way}

    def act(self, form):
        if self.way is None:
            raise preparing.ConsultationRefused(GONE)
        return super().act(form)


class RemoveWay(EditWay, View):
    """Takes a way to answer out of the draft: a button on the list of ways, to which its bare address leads."""

    def get(self, request, *args, **kwargs):
        return redirect(self.goes_to, self.consultation.reference)

    def post(self, request, *args, **kwargs):
        if self.way is None:
            return self.lead_back(GONE)
        try:
            ways.remove_way(consultation=self.consultation, way=self.way, actor=request.user, at=self.at)
        except preparing.ConsultationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The way to answer is removed.")
        return redirect(self.goes_to, self.consultation.reference)
