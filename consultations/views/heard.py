"""Whom we have not heard from: answers by area beside the people who live there; and the office's list of areas."""

from django.contrib import messages
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from consultations import rules
from consultations.domain import areas, arriving, counting
from consultations.domain.preparing import ConsultationRefused
from consultations.enums import Channel
from consultations.forms import heard as forms
from consultations.models import Consultation
from consultations.views.figures import shown, yes_or_no
from engagement.domain.exports import csv_lines

CSV_HEADER = [
    "reference",
    "by",
    "name",
    "answers",
    "percent_of_answers",
    "population",
    "percent_of_population",
    "answers_per_10000_people",
    "withheld",
    "as_at",
]


def heard_of(results, kept):
    """What the template `consultations/_heard.html` needs, or `None` when no question asks for the areas."""
    found = areas.heard_from(results, kept)
    if found is None:
        return None
    question, heard = found
    return {
        "question": question.text,
        "headline": headline(heard),
        "rows": [
            {
                "name": area.name,
                "population": f"{area.population:,} ({area.share}%)",
                "answers": shown(None) if area.count is None else f"{area.count:,} ({area.percent}%)",
                "each": shown(None) if area.per_10000 is None else area.per_10000,
            }
            for area in heard
        ],
        "bars": [
            {
                "label": area.name,
                "value": area.per_10000,
                "text": shown(None) if area.count is None else f"{area.per_10000}",
            }
            for area in heard
        ],
        "whole": max((area.per_10000 for area in heard if area.per_10000 is not None), default=None),
    }


def headline(heard):
    """From where answers are missing, in a sentence."""
    few = [area.name for area in heard if area.count is None]
    quiet = [area.name for area in heard if area.quiet and area.count is not None]
    if not few and not quiet:
        return "Every area has been heard from about as its people would have it"
    words = [f"few or none from some of {in_a_row(few)}"] if few else []
    words += [f"less than half of what its people would give from {in_a_row(quiet)}"] if quiet else []
    said = ", and ".join(words)
    return said[0].upper() + said[1:]


def in_a_row(names):
    """Names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@require_safe
def heard_csv(request, reference):
    """Where the answers so far came from, as a file for those who watch the consultation."""
    watched = Consultation.objects.watchable_by(request.user, at=timezone.now())
    consultation = get_object_or_404(watched.select_related("version"), reference=reference)
    came = arriving.arrivals(consultation)
    results = counting.results_of(consultation) or counting.running_results(consultation)
    lines = csv_lines(header=CSV_HEADER, rows=csv_rows(consultation, came, results, areas.areas()))
    reply = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="heard-{consultation.reference.lower()}.csv"'
    return reply


def csv_rows(consultation, came, results, kept):
    """Rows under `CSV_HEADER`: by way and by day as counted, then by area beside its population."""
    as_at = results.as_at.date() if results else None
    ends = (None, None, None, None)
    for channel, number in came.by_channel.items():
        yield [consultation.reference, "way", Channel(channel).label, number, *ends, yes_or_no(number is None), as_at]
    for day, number in came.by_day.items():
        yield [consultation.reference, "day", day.isoformat(), number, *ends, yes_or_no(number is None), as_at]
    if came.on_thin_days != 0:
        few = came.on_thin_days
        words = "days with fewer than ten answers"
        yield [consultation.reference, "day", words, few, *ends, yes_or_no(few is None), as_at]
    _, heard = (results and areas.heard_from(results, kept)) or (None, ())
    for area in heard:
        numbers = (area.count, area.percent, area.population, area.share, area.per_10000)
        yield [consultation.reference, "area", area.name, *numbers, yes_or_no(area.count is None), as_at]


class KeepAreas(FormView):
    """The areas of the office and how many people live in each, one a line. For anybody else it is not there."""

    form_class = forms.AreasForm
    template_name = "consultations/manage_areas.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        if not rules.runs_consultations(request.user, at=self.at):
            raise Http404
        self.kept = areas.as_text(areas.areas())

    def get_initial(self):
        return {"areas": self.kept, "seen": areas.fingerprint(self.kept)}

    def form_valid(self, form):
        try:
            number = areas.keep_areas(
                text=form.text(), seen=form.cleaned_data["seen"], actor=self.request.user, at=self.at
            )
        except ConsultationRefused as refusal:
            form.refuse(refusal)
            return self.refused(form)
        messages.success(self.request, f"{number} area{'' if number == 1 else 's'} kept.")
        return redirect("consultations:manage-areas")

    def refused(self, form):
        """The same page, with what somebody else kept meanwhile; the next press is deliberate."""
        theirs = ""
        if form.cleaned_data["seen"] != areas.fingerprint(self.kept):
            theirs = self.kept or "No areas"
            form.data = form.data.copy()
            form.data["seen"] = areas.fingerprint(self.kept)
        return self.render_to_response(self.get_context_data(form=form, theirs=theirs))
