"""Answers that people wait for longer than they were told: the public list, and what the office says of each."""

from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from consultations.domain import answering_clock
from consultations.forms.promising import LateForm
from consultations.views.public import PER_PAGE, NearestPage
from consultations.views.running import ActOnConsultation
from engagement.access import local_date
from engagement.views.exports import csv_response

CSV_HEADER = ["reference", "title", "closed_on", "due_on", "days_late", "expected_on", "explanation"]


def late_row(consultation, *, on):
    """One late answer: since when, why, and when it is expected. Takes the notices fetched with it, newest first."""
    notice = next(iter(consultation.late_notices.all()), None)
    due = consultation.response_due_on
    return {"consultation": consultation, "due_on": due, "days": (on - due).days, "notice": notice}


@method_decorator(login_not_required, name="dispatch")
class OverdueList(NearestPage):
    """Consultations whose answer is late, the longest first, each with the reason and the day that is now expected."""

    template_name = "consultations/overdue.html"
    paginate_by = PER_PAGE

    def get_queryset(self):
        self.at = timezone.now()
        return answering_clock.overdue(at=self.at)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "rows": [late_row(one, on=local_date(self.at)) for one in context["object_list"]]}


@login_not_required
@require_safe
def overdue_csv(request):
    """The same as a file."""
    at = timezone.now()
    rows = (late_row(one, on=local_date(at)) for one in answering_clock.overdue(at=at))
    return csv_response(name="answers-overdue", header=CSV_HEADER, rows=(csv_row(row) for row in rows))


def csv_row(row):
    """A late answer under `CSV_HEADER`."""
    consultation, notice = row["consultation"], row["notice"]
    return [
        consultation.reference,
        consultation.title,
        local_date(consultation.closes_at),
        row["due_on"],
        row["days"],
        notice.expected_on if notice else None,
        notice.explanation if notice else None,
    ]


class SayLate(ActOnConsultation):
    """Why the answer is late, and when it is now expected."""

    form_class = LateForm
    template_name = "consultations/manage_late.html"
    offered_as = "late"
    done = "The reason is public, and everybody engaged has been told."

    def act(self, form):
        answering_clock.say_late(
            consultation=self.consultation, **form.cleaned_data, actor=self.request.user, at=self.at
        )
        return self.consultation
