"""Texts that may speak of danger: who is told, what waits, and what was done, for those who read what people wrote."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from consultations import rules
from consultations.domain import concerns, danger, questionnaires
from consultations.forms import concerns as forms
from consultations.models import Concern, Consultation, Safeguarding

PER_PAGE = 25


class ConcernList(TemplateView):
    """What waits, of every consultation, and what was closed. No text stands here."""

    template_name = "consultations/analysis/concerns.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not rules.reads_responses(request.user, at=timezone.now()):
            raise Http404

    def get_context_data(self, **kwargs):
        readable = Concern.objects.readable_by(self.request.user, at=timezone.now())
        told = readable.select_related("consultation").annotate(last_on=Max("acts__done_on"))
        closed = told.exclude(outcome="").order_by("-last_on", "key")
        return {
            **super().get_context_data(**kwargs),
            "waiting": told.waiting().order_by("suggested", "key"),
            "page_obj": Paginator(closed, PER_PAGE).get_page(self.request.GET.get("page")),
        }


class ConcernDetail(FormView):
    """One text that may speak of danger, what can be done although nobody can tell whose it is, and what was done."""

    form_class = forms.ActForm
    template_name = "consultations/analysis/concern.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        readable = Concern.objects.readable_by(request.user, at=self.at)
        everything = readable.select_related("consultation__activity", "consultation__version", "answer", "comment")
        self.concern = get_object_or_404(everything, pk=kwargs["concern"])

    def get_initial(self):
        return {"seen": concerns.seen_in(self.concern)}

    def form_valid(self, form):
        try:
            concern = concerns.keep_act(concern=self.concern, **form.cleaned_data, actor=self.request.user, at=self.at)
        except concerns.ConcernRefused as refusal:
            form.refuse(refusal)
            form.data = {**form.data.dict(), "seen": concerns.seen_in(self.concern)}
            return self.form_invalid(form)
        if concern.outcome:
            messages.success(self.request, "Closed. What was done stays written down.")
            return redirect("consultations:concern-list")
        messages.success(self.request, "Written down.")
        return redirect("consultations:concern-detail", concern.pk)

    def get_context_data(self, **kwargs):
        concern, answer = self.concern, self.concern.answer
        text = answer or concern.comment
        asked = questionnaires.questions_of(concern.consultation.asked_version)
        return {
            **super().get_context_data(**kwargs),
            "concern": concern,
            "consultation": concern.consultation,
            "text": text,
            "comment": concern.comment,
            "question": next((one for one in asked if answer and one.key == answer.question), None),
            "found": danger.found_in(text.text) if text else [],
            "acts": concern.acts.select_related("done_by").order_by("done_on", "pk"),
            "told": concerns.whom_to_tell(concern.consultation, at=self.at),
        }


class NamePeople(FormView):
    """Who is told when an answer to one consultation suggests danger; may change at any time."""

    form_class = forms.SafeguardingForm
    template_name = "consultations/manage_safeguarding.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        runnable = Consultation.objects.runnable_by(request.user, at=self.at).select_related("activity")
        self.consultation = get_object_or_404(runnable, reference=kwargs["reference"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "able": concerns.readers(at=self.at)}

    def get_initial(self):
        named = Safeguarding.objects.filter(consultation=self.consultation).first()
        return {"first": named.first_id, "second": named.second_id} if named else {}

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            concerns.name_people(
                consultation=self.consultation,
                first=given["first"],
                second=given["second"],
                actor=self.request.user,
                at=self.at,
            )
        except concerns.ConcernRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, f"{given['first']} and {given['second']} are told from now on.")
        return redirect("consultations:manage-detail", self.consultation.reference)

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "consultation": self.consultation}
