"""What all providers think of the office, for the Management Team."""

from django.core.paginator import Paginator
from django.http import Http404
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import feedback
from contracts.enums import Judged
from engagement.views.exports import csv_response

PAGE = 25


class FeedbackList(TemplateView):
    """How often each answer was given, and every one with its words, the newest first."""

    template_name = "contracts/office/feedback.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_all_feedback(user, at=now):
            raise Http404
        found = feedback.feedback_for(user, at=now)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        answers = list(found.order_by().values_list("in_time", "in_proportion"))
        counts = [feedback.counts_of(given) for given in zip(*answers, strict=True)]
        return super().get_context_data(
            page=page,
            questions=(feedback.IN_TIME, feedback.IN_PROPORTION),
            counts=[(judged.label, [count.cells[str(judged)] for count in counts]) for judged in Judged if counts],
            withheld=any(count.withheld for count in counts),
            **kwargs,
        )


class FeedbackCsv(View):
    """The same as a file, every answer in its row."""

    def get(self, request):
        now = timezone.now()
        if not rules.reads_all_feedback(request.user, at=now):
            raise Http404
        rows = feedback.csv_rows(feedback.feedback_for(request.user, at=now).iterator(chunk_size=500))
        return csv_response(name="feedback-of-providers", header=feedback.CSV_HEADER, rows=rows)
