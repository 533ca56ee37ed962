"""The money of an agreement, for the office: funding lines, share of public money, dates, and the list of streams."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import funding
from contracts.domain.funding import FundingRefused
from contracts.forms.funding import LimitsForm, LineForm, SharesForm, StreamForm
from contracts.models import Allocation, GrantStream
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from contracts.views.money import MoneyPage
from engagement.access import local_date
from engagement.views.exports import csv_response


def money_address(agreement):
    return reverse("contracts:agreement-money", args=[agreement.reference])


class AgreementMoney(OneAgreement, TemplateView):
    """What the value is made of, by financial year and grant stream, and what it leaves open."""

    allowed = "looked_after_by"
    template_name = "contracts/money/agreement.html"

    def get_context_data(self, **kwargs):
        may_write = self.manages and not self.agreement.is_recorded
        return super().get_context_data(parts=funding.parts_of(self.agreement), may_write=may_write, **kwargs)


class WriteMoney(OneAgreement, Asking):
    """A form of the Contract Manager about the money of an agreement."""

    refused = FundingRefused
    allowed = "writable_by"
    template_name = "contracts/money/form.html"
    heading = lead = button = ""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.agreement.is_recorded:
            raise Http404

    def get_context_data(self, **kwargs):
        told = {"heading": self.heading, "lead": self.lead, "button": self.button}
        return super().get_context_data(back=money_address(self.agreement), **told, **kwargs)


class AddLine(WriteMoney):
    """A new funding line."""

    form_class = LineForm
    heading, button = "Add a funding line", "Add the line"
    lead = "A part of the value, out of one grant stream in one financial year."
    line: Allocation | None = None

    def get_form_kwargs(self):
        own = Q(pk=self.line.stream_id) if self.line else Q(pk=None)
        streams = GrantStream.objects.filter(Q(is_open=True) | own, fund=self.agreement.fund).order_by("name")
        years = funding.years_of(self.agreement, on=local_date(self.now))
        return {**super().get_form_kwargs(), "streams": streams, "years": years}

    def act(self, given):
        funding.keep_line(agreement=self.agreement, line=self.line, actor=self.request.user, at=self.now, **given)
        return "The funding line is kept.", money_address(self.agreement)


class ChangeLine(AddLine):
    """One funding line: changed, or removed."""

    template_name = "contracts/money/line.html"
    heading, button = "Change a funding line", "Save changes"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        lines = Allocation.objects.select_related("stream", "agreement")
        self.line = get_object_or_404(lines, agreement=self.agreement, pk=kwargs["line"])

    def get_initial(self):
        line = self.line
        return {"stream": line.stream_id, "year_starts_on": line.year_starts_on.isoformat(), "amount": line.amount}

    def get_context_data(self, **kwargs):
        return super().get_context_data(line=self.line, **kwargs)


class DropLine(ChangeLine):
    """Removes a funding line."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            funding.drop_line(line=self.line, actor=request.user, at=self.now)
        except FundingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The funding line is removed.")
        return redirect(money_address(self.agreement))


class SetShares(WriteMoney):
    """How much of the cost is public money, year by year."""

    form_class = SharesForm
    heading, button = "How much of the cost is public money?", "Save the shares"
    lead = "As a percentage of what the service costs. It never rises. Leave a year empty where nothing is agreed."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "years": funding.years_of(self.agreement, on=local_date(self.now))}

    def get_initial(self):
        return {funding.field_of(one.year_starts_on): one.percent for one in self.agreement.public_shares.all()}

    def act(self, given):
        shares = {
            day: given[funding.field_of(day)] for day in funding.years_of(self.agreement, on=local_date(self.now))
        }
        funding.keep_shares(agreement=self.agreement, shares=shares, actor=self.request.user, at=self.now)
        return "The shares are kept.", money_address(self.agreement)


class SetLimits(WriteMoney):
    """Until when money is sure, how far it may be extended, and by when notice is given."""

    form_class = LimitsForm
    heading, button = "Dates of the money and of the end", "Save the dates"
    lead = "The office is warned before each of them."

    def get_initial(self):
        return {name: getattr(self.agreement, name) for name in LimitsForm.base_fields}

    def act(self, given):
        funding.keep_limits(agreement=self.agreement, actor=self.request.user, at=self.now, **given)
        return "The dates are kept.", money_address(self.agreement)


class FundingCsv(MoneyPage, View):
    """Every funding line that the person may read."""

    def get(self, request):
        rows = funding.csv_rows(request.user, at=self.now)
        return csv_response(name="funding-lines", header=funding.CSV_HEADER, rows=rows)


class StreamList(MoneyPage, TemplateView):
    """The office's grant streams, each in its fund, with what signed agreements have of them."""

    template_name = "contracts/money/streams.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            streams=GrantStream.objects.order_by("-fund", "-is_open", "name"),
            totals=funding.stream_totals(self.request.user, at=self.now),
            may_write=rules.keeps_streams(self.request.user, at=self.now),
            **kwargs,
        )


class KeepStream(Asking):
    """A grant stream is added, or changed."""

    refused = FundingRefused
    form_class = StreamForm
    template_name = "contracts/money/stream_form.html"
    stream = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.keeps_streams(request.user, at=self.now):
            raise Http404
        if "stream" in kwargs:
            self.stream = get_object_or_404(GrantStream, pk=kwargs["stream"])

    def get_initial(self):
        stream = self.stream
        return {"name": stream.name, "fund": stream.fund, "is_open": stream.is_open} if stream else {"is_open": True}

    def get_context_data(self, **kwargs):
        return super().get_context_data(stream=self.stream, **kwargs)

    def act(self, given):
        funding.keep_stream(stream=self.stream, actor=self.request.user, at=self.now, **given)
        return "The stream is kept.", reverse("contracts:stream-list")
