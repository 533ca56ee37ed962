"""Promises: what everybody reads of them, and what those who keep them do about them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, FormView

from consultations.domain import promising
from consultations.enums import LATE, PromiseStatus
from consultations.forms import promising as forms
from consultations.models import Promise
from consultations.views import promise_wording
from consultations.views.public import PER_PAGE, NearestPage
from consultations.views.running import ActOnConsultation
from engagement.access import local_date
from engagement.models import Activity
from engagement.views.exports import csv_response

STANDINGS = {
    "": "All",
    LATE: "Late",
    PromiseStatus.PROMISED: "Promised",
    PromiseStatus.CHANGED: "Changed",
    PromiseStatus.KEPT: "Kept",
    PromiseStatus.DROPPED: "Dropped",
}


def chosen_of(request):
    """The filters in the address: where promises stand, and the activity. What is not known counts as not chosen."""
    standing = request.GET.get("show") if request.GET.get("show") in STANDINGS else ""
    slug = request.GET.get("activity", "").replace("\x00", "")
    return standing, Activity.objects.published().filter(slug=slug).first() if slug else None


@method_decorator(login_not_required, name="dispatch")
class PromiseList(NearestPage):
    """Every promise that the public may read, late ones first, by where it stands and by activity."""

    template_name = "consultations/promises/list.html"
    paginate_by = PER_PAGE

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.today = local_date(timezone.now())
        self.standing, self.activity = chosen_of(request)

    def get_queryset(self):
        return promising.public_promises(on=self.today, standing=self.standing, activity=self.activity)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        counts = promising.counts_by_standing(on=self.today, activity=self.activity)
        return {
            **context,
            "standing": self.standing,
            "activity": self.activity,
            "tabs": [{"code": code, "name": name, "count": counts[code]} for code, name in STANDINGS.items()],
            "rows": [promise_wording.row(promise, on=self.today) for promise in context["object_list"]],
            "activities": Activity.objects.filter(
                pk__in=Promise.objects.public().values("consultation__activity")
            ).order_by("title"),
        }


@login_not_required
@require_safe
def promises_csv(request):
    """The register as a file, with the filters of the list, streamed."""
    today = local_date(timezone.now())
    standing, activity = chosen_of(request)
    found = promising.public_promises(on=today, standing=standing, activity=activity)
    return csv_response(
        name="promises",
        header=promise_wording.CSV_HEADER,
        rows=(
            promise_wording.csv_row(promise, standing=promise.standing(on=today))
            for promise in found.iterator(chunk_size=500)
        ),
    )


@method_decorator(login_not_required, name="dispatch")
class PromiseDetail(DetailView):
    """One promise and all that was done about it."""

    template_name = "consultations/promises/detail.html"
    context_object_name = "promise"
    slug_field = slug_url_kwarg = "reference"

    def get_queryset(self):
        return Promise.objects.public().select_related("consultation__activity")

    def get_context_data(self, **kwargs):
        promise, today = self.object, local_date(timezone.now())
        changes = list(promise.changes.order_by("number"))
        return {
            **super().get_context_data(**kwargs),
            "consultation": promise.consultation,
            "standing": promise.standing(on=today),
            "facts": promise_wording.facts(promise),
            "story": promise_wording.story(promise, changes),
        }


class ManagePromises(ActOnConsultation):
    """The promises of one consultation, and a new one."""

    form_class = forms.MakeForm
    template_name = "consultations/promises/manage_list.html"
    goes_to = "consultations:manage-promises"
    offered_as = "promises"
    done = "The promise is kept in the register."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "on": local_date(self.at)}

    def act(self, form):
        promising.make_promise(consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at)
        return self.consultation

    def done_words(self, consultation):
        if consultation.outcome_published_at:
            return "The promise is public."
        return "The promise is written. It becomes public with the outcome."

    def get_context_data(self, **kwargs):
        today = local_date(self.at)
        rows = [promise_wording.row(one, on=today) for one in promising.promises_of(self.consultation)]
        return {**super().get_context_data(**kwargs), "rows": rows}


class KeepablePromise:
    """A page on a promise for those who act on it: who owns it, and the Involvement Team."""

    kwargs: dict[str, Any]

    def find(self, request):
        self.at = timezone.now()
        keepable = Promise.objects.keepable_by(request.user, at=self.at).select_related(
            "consultation__activity", "owner"
        )
        return get_object_or_404(keepable, reference=self.kwargs["reference"])


class ManagePromise(KeepablePromise, DetailView):
    """One promise for those who act on it: its story, and what they can do."""

    template_name = "consultations/promises/manage_detail.html"
    context_object_name = "promise"

    def get_object(self, queryset=None):
        return self.find(self.request)

    def get_context_data(self, **kwargs):
        promise, today = self.object, local_date(self.at)
        changes = list(promise.changes.order_by("number"))
        standing = promise.standing(on=today)
        return {
            **super().get_context_data(**kwargs),
            "consultation": promise.consultation,
            "standing": standing,
            "is_public": promising.is_public(promise),
            "facts": promise_wording.facts(promise, owner=str(promise.owner)),
            "story": promise_wording.story(promise, changes),
            "actions": promise_wording.actions(promise, standing=standing),
        }


class ActOnPromise(KeepablePromise, FormView):
    """One act on one promise. A refusal is shown in the form, and nothing typed is lost."""

    template_name = "consultations/promises/act.html"
    act = None  # one of the domain's acts; takes the cleaned form besides promise, actor and moment
    heading = button = done = ""  # words of the page, its button, and what is said once it is done

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.promise = self.find(request)

    def get(self, request, *args, **kwargs):
        if not self.promise.is_open:
            messages.info(request, f"This is {self.promise.get_status_display().lower()} already.")
            return redirect(self.promise.get_manage_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"seen": self.promise.changes.count()}

    def form_valid(self, form):
        try:
            self.act(promise=self.promise, **form.cleaned_data, actor=self.request.user, at=self.at)
        except promising.PromiseRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.leads_to())

    def leads_to(self):
        """To the promise, while this person still acts on it; else to their work."""
        mine = Promise.objects.keepable_by(self.request.user, at=self.at).filter(pk=self.promise.pk).exists()
        return self.promise.get_manage_url() if mine else "portal:dashboard"

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "promise": self.promise,
            "heading": self.heading,
            "button": self.button,
        }


class ChangePromise(ActOnPromise):
    """Other words or another day."""

    form_class = forms.ChangeForm
    act = staticmethod(promising.change_promise)
    heading = button = "Change the promise"
    done = "The promise is changed."

    def get_initial(self):
        return {**super().get_initial(), "words": self.promise.words, "due_on": self.promise.due_on}


class ExplainPromise(ActOnPromise):
    """Why it is late."""

    form_class = forms.ExplainForm
    act = staticmethod(promising.explain_lateness)
    heading, button = "Say why it is late", "Publish the reason"
    done = "The reason is public."


class HandOverPromise(ActOnPromise):
    """To another person."""

    form_class = forms.HandOverForm
    act = staticmethod(promising.hand_over)
    heading, button = "Give it to another person", "Hand it over"
    done = "The promise is handed over, and its new keeper has been told."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "on": local_date(self.at)}


class KeepPromise(ActOnPromise):
    """It is kept."""

    form_class = forms.KeepForm
    act = staticmethod(promising.keep_promise)
    heading, button = "Say that it is kept", "It is kept"
    done = "The promise is kept, and everybody engaged has been told."


class DropPromise(ActOnPromise):
    """It will not be kept."""

    form_class = forms.DropForm
    act = staticmethod(promising.drop_promise)
    heading, button = "Say that it will not be kept", "Drop the promise"
    done = "The promise is dropped, and everybody engaged has been told."
