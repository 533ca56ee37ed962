"""Editions: what was public after closing, as it was public then. The address of one never shows anything else."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from consultations.domain import themed
from consultations.domain.editions import edition_of, move_numbered, public_now
from consultations.models import Consultation, ResultsRevision
from consultations.views import profiles, promise_wording, reporting, wording
from consultations.views.public import csv_file, results_context
from engagement.access import local_date


def readable_now(revision):
    """An edition as it was read, without quotes that are public no longer. No query."""
    edition = edition_of(revision)
    public = public_now(revision.consultation)
    if edition.results is None or public is None or public.results is None:
        return edition
    quotes = themed.quotes_in(public.results.themes)
    kept = tuple(themed.without_withdrawn(table, quotes) for table in edition.results.themes)
    return replace(edition, results=replace(edition.results, themes=kept))


def readable(user, *, slug, number):
    """The edition of that number, if this person may open the page of its consultation; else it is not there."""
    visible = Consultation.objects.visible_to(user, at=timezone.now()).with_outcome()
    found = ResultsRevision.objects.filter(consultation__in=visible).select_related("consultation__activity")
    return get_object_or_404(found, consultation__slug=slug, number=number)


@method_decorator(login_not_required, name="dispatch")
class EditionDetail(DetailView):
    """One edition: both halves as they were, the counts, and where the newest one is."""

    template_name = "consultations/edition.html"
    context_object_name = "revision"

    def get_object(self, queryset=None):
        return readable(self.request.user, slug=self.kwargs["slug"], number=self.kwargs["number"])

    def get_context_data(self, **kwargs):
        consultation, edition = self.object.consultation, readable_now(self.object)
        published_on = local_date(edition.published_at)
        latest = consultation.revisions.order_by("-number").values_list("number", flat=True).first()
        move = move_numbered(consultation, edition.outcome.get("decision_move"))
        return {
            **super().get_context_data(**kwargs),
            "consultation": consultation,
            "taken_back": edition != edition_of(self.object),
            "is_latest": latest == edition.number,
            "thread": wording.thread(consultation, here="Results"),
            "report": reporting.report(edition, consultation=consultation, move=move),
            **(results_context(edition.results) if edition.results and not consultation.is_named else {}),
            **profiles.profile_context(edition.profile),
            "published_on": published_on,
            "promises": [promise_wording.row(one, on=published_on) for one in edition.promises],
        }


@login_not_required
@require_safe
def edition_csv(request, slug, number):
    """The counts of one edition as a file, streamed."""
    revision = readable(request.user, slug=slug, number=number)
    if revision.consultation.is_named:
        return redirect("consultations:consultation-results-csv", slug)
    results = readable_now(revision).results
    name = f"results-{revision.consultation.reference.lower()}-edition-{number}.csv"
    return csv_file(revision.consultation, results, name)
