"""What anybody may read: how services are doing, and the register of agreements. Only snapshots and register fields."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from contracts.domain import (
    editions,
    measures,
    parted,
    performance,
    public_record,
    queries,
    register,
    rollup,
    rollup_pages,
    schedule,
)
from contracts.forms.register import RegisterFilter
from contracts.models import Agreement, Publication
from contracts.models.payment import PUBLISHED_OVER
from engagement.access import local_date
from engagement.views.exports import csv_response

PAGE = 50


@method_decorator(login_not_required, name="dispatch")
class PerformanceList(TemplateView):
    """Every service with published ratings, the most worrying first."""

    template_name = "contracts/performance/list.html"

    def get_context_data(self, **kwargs):
        page = Paginator(queries.published_worst_first(), PAGE).get_page(self.request.GET.get("page"))
        quarter = queries.latest_quarter()
        summary = performance.summary_of(quarter, *queries.tally_in(quarter)) if quarter else None
        services = [performance.standing_of(publication) for publication in page]
        return super().get_context_data(page=page, services=services, summary=summary, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class PerformanceByPriority(TemplateView):
    """Published ratings rolled up by plan and priority, down to each measure."""

    template_name = "contracts/performance/priorities.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(plans=rollup_pages.plans_rolled_up(), rule=rollup.RULE, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class PerformanceByPriorityCsv(View):
    """The same as CSV, one row a measure and priority."""

    def get(self, request):
        rows = rollup_pages.csv_rows()
        return csv_response(name="performance-by-priority", header=rollup_pages.CSV_HEADER, rows=rows)


@method_decorator(login_not_required, name="dispatch")
class PerformanceFile(View):
    """All published ratings as CSV, by agreement and period."""

    def get(self, request):
        publications = Publication.objects.public().order_by("agreement__reference", "kpi_return__ends_on")
        rows = performance.csv_rows(publications.iterator(chunk_size=200))
        return csv_response(name="performance", header=performance.CSV_HEADER, rows=rows)


def published_agreement(slug):
    """The agreement at a public address, with its publications, oldest first. 404 until something is published."""
    found = schedule.with_calendars(Agreement.objects.for_table())
    agreement = get_object_or_404(found, slug=slug, activity__published_at__isnull=False)
    publications = list(queries.publications_of(agreement))
    if not publications:
        raise Http404
    return agreement, publications


@method_decorator(login_not_required, name="dispatch")
class PerformanceDetail(TemplateView):
    """One service: the finding, every measure worst first, a figure for each, the provider's words."""

    template_name = "contracts/performance/detail.html"

    def get_context_data(self, slug, **kwargs):
        agreement, publications = published_agreement(slug)
        revisions = editions.revisions_of(publications)
        first = bool(revisions) and self.request.GET.get("as") == "first"
        if first:
            publications = editions.as_first_published(publications)
        latest = publications[-1]
        following, due = schedule.next_asked(agreement, after=latest.kpi_return.period)
        return super().get_context_data(
            agreement=agreement,
            latest=latest,
            snapshot=latest.snapshot,
            measures=measures.measures_of(publications),
            rolled=rollup.Rolled([rollup.counted_of(line) for line in latest.snapshot["lines"]]),
            rule=rollup.RULE,
            revisions=revisions,
            first=first,
            following=following,
            following_due=due,
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class PerformanceCsv(View):
    """One service's published ratings as CSV, newest period first."""

    def get(self, request, slug):
        agreement, publications = published_agreement(slug)
        rows = performance.csv_rows(reversed(publications))
        return csv_response(name=f"performance-{agreement.slug}", header=performance.CSV_HEADER, rows=rows)


@method_decorator(login_not_required, name="dispatch")
class PartsCsv(View):
    """The parts of one service's published figures as CSV, newest period first."""

    def get(self, request, slug):
        agreement, publications = published_agreement(slug)
        rows = parted.csv_rows(reversed(publications))
        return csv_response(name=f"parts-{agreement.slug}", header=parted.CSV_HEADER, rows=rows)


@method_decorator(login_not_required, name="dispatch")
class Register(TemplateView):
    """The register of agreements, narrowed by words, fund and kind."""

    template_name = "contracts/register/list.html"

    def get_context_data(self, **kwargs):
        form = RegisterFilter(self.request.GET)
        agreements = form.narrow(register.registered_agreements())
        named = register.naming_everybody(agreements, on=local_date(timezone.now()))
        page = Paginator(named, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            filter=form,
            page=page,
            totals=register.totals_by_fund(agreements),
            rule_sets=[(fund.label, rules) for fund, rules in register.RULE_SETS.items()],
            narrowed=any(form.data.get(name) for name in form.fields),
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class RegisterDetail(TemplateView):
    """One agreement of the register, and what became of it: agreed changes, payments, notices."""

    template_name = "contracts/register/detail.html"

    def get_context_data(self, reference, **kwargs):
        day = local_date(timezone.now())
        found = register.naming_everybody(register.registered_agreements(), on=day)
        agreement = get_object_or_404(found, reference=reference)
        record = public_record.record_of(agreement, on=day)
        changes = [(one, public_record.in_force_on(one), public_record.what_changed(one)) for one in record.variations]
        return super().get_context_data(
            agreement=agreement,
            procured_under=register.procured_under(agreement),
            record=record,
            changes=changes,
            paid_over=PUBLISHED_OVER,
            ended=bool(agreement.ended_on and agreement.ended_on < day),
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class PaymentsCsv(View):
    """Payments of over £500 under every agreement of the register."""

    def get(self, request):
        rows = public_record.payment_rows(on=local_date(timezone.now()))
        return csv_response(name="payments", header=public_record.PAYMENTS_HEADER, rows=rows)


@method_decorator(login_not_required, name="dispatch")
class RegisterCsv(View):
    """The register as CSV, narrowed as the page is."""

    def get(self, request):
        agreements = RegisterFilter(request.GET).narrow(register.registered_agreements())
        named = register.naming_everybody(agreements, on=local_date(timezone.now()))
        rows = (register.csv_row(agreement) for agreement in named.iterator(chunk_size=500))
        return csv_response(name="register-of-agreements", header=register.CSV_HEADER, rows=rows)
