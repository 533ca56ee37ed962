"""Money by fund, activity and agreement, as a page and as CSV, through one policy."""

from django.core.paginator import Paginator
from django.http import Http404
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import money
from engagement.views.exports import csv_response

PAGE = 25


class MoneyPage:
    """A page for those of the office who read agreements; the rows are those that each may open."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.reads_office_lists(request.user, at=self.now):
            raise Http404


class Money(MoneyPage, TemplateView):
    """What each fund gives, what is agreed, what runs out within six months, and each activity with its agreements."""

    template_name = "contracts/office/money.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        page = Paginator(money.activities_with_money(user, at=self.now), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            rows=money.money_of(page.object_list, user=user, at=self.now),
            totals=money.totals(user, at=self.now),
            running_out=money.running_out(user, at=self.now),
            **kwargs,
        )


class MoneyCsv(MoneyPage, View):
    """Every line of funding and every agreement that the person may read."""

    def get(self, request):
        rows = money.csv_rows(request.user, at=self.now)
        return csv_response(name="money", header=money.CSV_HEADER, rows=rows)
