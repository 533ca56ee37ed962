"""The Management Team publishes the ratings of a whole period, and sees how far that is."""

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView, View

from contracts import rules
from contracts.domain import rounds
from contracts.enums import RatingWord, RoundState
from contracts.models import PublicationRound
from contracts.views.asking import Asking
from engagement.views.exports import csv_response

PAGE = 25
ROUNDS = 10
CSV_HEADER = ["Return", "Agreement", "Provider", "Accepted by", *RatingWord.labels]


def tally_of(kpi_return):
    """How many measures of a return earned each word, in the order of the words."""
    return [getattr(kpi_return, word.lower()) for word in RatingWord]


class Publisher:
    """For whoever publishes ratings; it is not there for anybody else."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()

    def dispatch(self, request, *args, **kwargs):
        if not rules.publishes_ratings(request.user, at=self.now):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class PeriodsToPublish(Publisher, TemplateView):
    """The periods of which something is ready, what is left out and why, and the rounds before."""

    template_name = "contracts/office/rounds.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            periods=rounds.periods_for(self.request.user, at=self.now),
            rounds=PublicationRound.objects.select_related("ordered_by").order_by("-ordered_at")[:ROUNDS],
            **kwargs,
        )


class PublishPeriod(Publisher, Asking):
    """What of a period is ready, page by page, and the button that publishes all of it."""

    template_name = "contracts/office/round_order.html"
    refused = rounds.RoundRefused

    class Order(forms.Form):
        """Only what was on the page is published."""

        seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

        def refuse(self, refusal):
            """Whatever is refused is about the whole."""
            self.add_error(None, str(refusal))

    form_class = Order

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        periods = rounds.periods_for(request.user, at=self.now)
        self.period = next((one for one in periods if one.quarter == kwargs["quarter"]), None)

    def dispatch(self, request, *args, **kwargs):
        if self.period is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, quarter = self.request.user, self.period.quarter
        number, seen = rounds.fingerprint(user, quarter=quarter, at=self.now)
        ready = rounds.ready_for(user, quarter=quarter, at=self.now)
        page = Paginator(ready, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            period=self.period,
            number=number,
            seen=seen,
            page=page,
            rows=[(one, list(zip(RatingWord.labels, tally_of(one), strict=True))) for one in page],
            words=RatingWord.labels,
            **kwargs,
        )

    def act(self, given):
        """Orders the round."""
        made = rounds.order_round(quarter=self.period.quarter, seen=given["seen"], actor=self.request.user, at=self.now)
        return "Ordered. The ratings are published one after the other, and everyone engaged is told.", made


class PublishPeriodCsv(Publisher, View):
    """What of a period is ready, as CSV."""

    def get(self, request, *, quarter):
        ready = rounds.ready_for(request.user, quarter=quarter, at=self.now)
        rows = (
            [
                one.reference,
                one.agreement.title,
                str(one.agreement.provider or one.agreement.provider_note),
                str(one.accepted_by or ""),
                *tally_of(one),
            ]
            for one in ready.iterator(chunk_size=200)
        )
        return csv_response(name="ready-to-publish", header=CSV_HEADER, rows=rows)


class RoundDetail(Publisher, TemplateView):
    """How far a round is, and what was not published and why."""

    template_name = "contracts/office/round_detail.html"

    def get_context_data(self, **kwargs):
        kept = get_object_or_404(PublicationRound.objects.select_related("ordered_by"), pk=self.kwargs["pk"])
        counts = rounds.progress_of(kept)
        refused = (
            kept.items.filter(state=RoundState.REFUSED)
            .select_related("kpi_return__agreement__provider")
            .order_by("kpi_return__agreement__title", "pk")
        )
        return super().get_context_data(
            round=kept,
            total=counts["total"],
            published=counts[RoundState.PUBLISHED],
            done=counts["total"] - counts[RoundState.WAITING],
            page=Paginator(refused, PAGE).get_page(self.request.GET.get("page")),
            **kwargs,
        )
