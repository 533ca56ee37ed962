"""Tables of one question by another: chosen by the Involvement Team, watched by the office, each with a file."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import View

from consultations import rules
from consultations.domain import choosing, counting, crossings
from consultations.enums import State
from consultations.forms import tabling as forms
from consultations.models import Consultation
from consultations.views import crossed
from consultations.views.office import NOBODY_YET, NOT_COUNTED, judges, lead_back, shown_results
from consultations.views.public import table_file
from consultations.views.running import ActOnConsultation


class ManageTables(ActOnConsultation):
    """Which tables are published with the results, and what they show once it is over. Only those who run it choose."""

    form_class = forms.TableForm
    template_name = "consultations/manage_tables.html"
    goes_to = "consultations:manage-tables"
    done = "The table is chosen."

    def load(self):
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at)
        self.runs = rules.runs_consultations(self.request.user, at=self.at)
        related = watched.select_related("activity", "version", "questionnaire")
        return without_names(get_object_or_404(related, reference=self.kwargs["reference"]))

    def post(self, request, *args, **kwargs):
        if not self.runs:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        self.versions = choosing.asked_in(self.consultation)
        rows, columns = choosing.offered(self.versions[0] if self.versions else [])
        return {**super().get_form_kwargs(), "rows": rows, "columns": columns}

    def act(self, form):
        return choosing.add_table(
            consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        words = {one.key: one.text for questions in reversed(self.versions) for one in questions}
        words[crossings.BY_CHANNEL] = crossings.CHANNEL_WORDS
        pairs = crossings.pairs_of(self.consultation)
        state = self.consultation.state(at=self.at)
        published = bool(self.consultation.results_published_at)
        judged = rules.reads_responses(self.request.user, at=self.at)
        results = tables_now(self.consultation, at=self.at, judged=judged)
        return {
            **context,
            "state": state,
            "published": published,
            "chooses": self.runs and not published and state != State.WITHDRAWN,
            "chosen": [
                {
                    "row": row,
                    "column": column,
                    "row_words": words.get(row, "A question that is gone"),
                    "column_words": words.get(column, "A question that is gone"),
                    "unfit": unfit,
                }
                for (row, column), unfit in crossings.fit_pairs(self.versions, pairs)
            ],
            "results": results,
            "file_route": "consultations:manage-table-csv",
            "file_of": self.consultation.reference,
            "crossed": crossed.crossed_of(results) if results else [],
        }


def without_names(consultation):
    """A consultation of which there are tables: what organisations answer by name is read one by one."""
    if consultation.is_named:
        raise Http404
    return consultation


def tables_now(consultation, *, at, judged):
    """What the tables show: as published, or as they stand; nothing while people can answer.

    `judged`: without what was judged to be copies, as they will be, for those who judge.
    """
    if consultation.results:
        return counting.results_of(consultation)
    if consultation.published_at is None or at < consultation.ends_at:
        return None
    counts = counting.count_to_publish(consultation) if judged else counting.count_settled(consultation)
    return counting.protect(consultation, counts, at=at)


class RemoveTable(ActOnConsultation, View):
    """Leaves a table out: a button beside it, to whose page the bare address leads."""

    goes_to = "consultations:manage-tables"
    form_class = forms.RemoveTableForm

    def get(self, request, *args, **kwargs):
        return redirect(self.goes_to, self.consultation.reference)

    def act(self, form):
        return choosing.remove_table(
            consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at
        )

    def form_invalid(self, form):
        return self.lead_back(" ".join(str(error) for errors in form.errors.values() for error in errors))

    def refused(self, form):
        return self.form_invalid(form)

    def done_words(self, consultation):
        return "The table is left out."


@require_safe
def manage_table_csv(request, reference, table):
    """One table as a file, for those who watch the consultation: the same numbers as on the page."""
    at = timezone.now()
    watched = Consultation.objects.watchable_by(request.user, at=at)
    consultation = without_names(get_object_or_404(watched.select_related("version"), reference=reference))
    crossing = table.startswith("table-")
    judged = rules.reads_responses(request.user, at=at)
    results = tables_now(consultation, at=at, judged=judged) if crossing else None
    if results is None and consultation.published_at:
        results = shown_results(consultation, judged=judges(request.user, consultation, at=at))
    if results is None:
        return lead_back(request, consultation, NOT_COUNTED if consultation.published_at else NOBODY_YET)
    return table_file(consultation, results, table)
