"""Who is in an agreement and its lots: read by both sides, kept by the Contract Manager."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from contracts.domain import parties
from contracts.domain.parties import LOT_FACTS, PARTY_FACTS, PartyRefused
from contracts.forms.parties import LotForm, PartyForm
from contracts.views.agreements import OneAgreement
from contracts.views.asking import Asking
from engagement.access import local_date
from engagement.views.exports import csv_response

PARTY_HEADER = ["agreement", "organisation", "part", "share_percent", "share_pounds", "first_day", "last_day"]
LOT_HEADER = ["agreement", "lot", "title", "value_pounds", "provider"]


def parties_address(agreement):
    return reverse("contracts:parties", args=[agreement.reference])


class Parties(OneAgreement, TemplateView):
    """Everybody in it with their part, share and days, and the lots that it is divided into."""

    template_name = "contracts/making/parties.html"

    def get_context_data(self, **kwargs):
        found, day = parties.parties_of(self.agreement), local_date(self.now)
        return super().get_context_data(
            rows=[(party, party.ends_on is not None and party.ends_on <= day) for party in found],
            rest=parties.rest_for_lead(found, on=day),
            lots=parties.lots_of(self.agreement),
            manages=self.manages,
            **kwargs,
        )


class PartiesCsv(OneAgreement, View):
    """The parties as a file."""

    def get(self, request, *args, **kwargs):
        rows = (
            [
                self.agreement.reference,
                party.organisation.name,
                party.get_role_display(),
                party.share_percent,
                party.share_pounds,
                party.starts_on,
                party.last_day,
            ]
            for party in parties.parties_of(self.agreement)
        )
        return csv_response(name=f"{self.agreement.reference}-parties", header=PARTY_HEADER, rows=rows)


class LotsCsv(OneAgreement, View):
    """The lots as a file."""

    def get(self, request, *args, **kwargs):
        rows = (
            [self.agreement.reference, lot.number, lot.title, lot.value, lot.provider.name if lot.provider else ""]
            for lot in parties.lots_of(self.agreement)
        )
        return csv_response(name=f"{self.agreement.reference}-lots", header=LOT_HEADER, rows=rows)


class KeepParty(OneAgreement, Asking):
    """A new party, or the one that the address names."""

    refused = PartyRefused
    allowed = "writable_by"
    template_name = "contracts/making/party_form.html"
    form_class = PartyForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.number, self.party = kwargs.get("number"), None
        if self.number is not None:
            found = self.agreement.parties.select_related("organisation")
            self.party = found.filter(number=self.number).first()
            if self.party is None and request.method == "GET":
                raise Http404

    def get_initial(self):
        if self.party is None:
            return {"starts_on": self.agreement.starts.earliest if self.agreement.starts else None}
        kept = {name: getattr(self.party, name) for name in PARTY_FACTS}
        return {**kept, "last_day": self.party.last_day}

    def get_context_data(self, **kwargs):
        return super().get_context_data(party=self.party, **kwargs)

    def form_valid(self, form):
        form.cleaned_data = form.facts()
        return super().form_valid(form)

    def act(self, given):
        party = parties.keep_party(
            agreement=self.agreement, number=self.number, actor=self.request.user, at=self.now, **given
        )
        return f"{party} is kept.", parties_address(self.agreement)


class TakeOut(OneAgreement, View):
    """Takes out what was entered by mistake."""

    allowed = "writable_by"
    what = staticmethod(parties.take_out_party)
    said = "The party is taken out."

    def post(self, request, *args, **kwargs):
        try:
            self.what(agreement=self.agreement, number=kwargs["number"], actor=request.user, at=self.now)
        except PartyRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self.said)
        return redirect(parties_address(self.agreement))


class TakeOutLot(TakeOut):
    what = staticmethod(parties.take_out_lot)
    said = "The lot is taken out."


class KeepLot(OneAgreement, Asking):
    """A new lot, or the one that the address names."""

    refused = PartyRefused
    allowed = "writable_by"
    template_name = "contracts/making/lot_form.html"
    form_class = LotForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.number, self.lot = kwargs.get("number"), None
        if self.number is not None:
            self.lot = self.agreement.lots.filter(number=self.number).first()
            if self.lot is None and request.method == "GET":
                raise Http404

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "providers": parties.organisations_that_deliver(self.agreement)}

    def get_initial(self):
        if self.lot is None:
            last = parties.lots_of(self.agreement)
            return {"number": last[-1].number + 1 if last else 1, "provider": self.agreement.provider_id}
        return {name: getattr(self.lot, name) for name in LOT_FACTS}

    def get_context_data(self, **kwargs):
        return super().get_context_data(lot=self.lot, **kwargs)

    def act(self, given):
        lot = parties.keep_lot(
            agreement=self.agreement, seen=self.number, actor=self.request.user, at=self.now, **given
        )
        return f"Lot {lot.number} is kept.", parties_address(self.agreement)
