"""Codes to hand out: the office sets batches aside and voids them; a sheet is shown once, to whoever makes it."""

import base64

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, FormView, ListView, View

from consultations import rules
from consultations.domain import inviting, tickets
from consultations.enums import IdentityMode
from consultations.forms.inviting import CodesForm, VoidForm
from consultations.models import CodeBatch, Consultation
from engagement.domain.calendar import uk_time
from engagement.domain.exports import csv_lines
from engagement.models import Organisation

SLIPS_PER_PAGE = 8
CSV_HEADER = ["code", "address", "closes"]


def use_words(batch, *, at):
    """How many codes of a batch were used, in words that tell nobody about one person."""
    if not batch.made_at:
        return "Not made yet"
    use = inviting.use_of(batch, at=at)
    if use.exact is not None:
        return f"{use.exact:,} of {batch.size:,}"
    return f"At least {use.least:,} of {batch.size:,}" if use.least else "Not shown: too few to say"


def state_words(batch, *, at):
    """Where a batch stands."""
    consultation = batch.consultation
    if batch.voided_at:
        return "Void"
    if consultation.withdrawn_at or consultation.closes_at <= at:
        return "Over"
    return "Handed out" if batch.made_at else "To be made"


def batch_row(batch, *, at):
    """A batch for a list or its own page."""
    return {
        "batch": batch,
        "holder": batch.organisation or "The office",
        "used": use_words(batch, at=at),
        "state": state_words(batch, at=at),
        "running": state_words(batch, at=at) in {"Handed out", "To be made"},
    }


def draw_sheet(request, *, batch, at, back):
    """The one answer that holds the codes: a page to print, with the same as a file inside it. Kept by nobody."""
    codes = [tickets.shown(code) for code in inviting.make_codes(batch=batch, actor=request.user, at=at)]
    consultation = batch.consultation
    address = settings.BASE_URL + reverse("consultations:invitation-enter")  # whatever host was asked (T05)
    closes = uk_time(consultation.closes_at)
    lines = csv_lines(header=CSV_HEADER, rows=((code, address, closes) for code in codes))
    content = base64.b64encode("".join(lines).encode()).decode()
    pages = [codes[start : start + SLIPS_PER_PAGE] for start in range(0, len(codes), SLIPS_PER_PAGE)]
    context = {
        "batch": batch,
        "consultation": consultation,
        "pages": pages,
        "address": address.partition("://")[2],
        "closes": closes,
        "file": f"data:text/csv;charset=utf-8;base64,{content}",
        "file_name": f"codes-{consultation.reference.lower()}-{batch.pk}.csv",
        "back": back,
    }
    response = render(request, "consultations/codes/sheet.html", context)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


class OfficeCodes:
    """A page about the codes of one consultation, for those who run it; for anybody else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        runnable = Consultation.objects.runnable_by(request.user, at=self.at)
        found = runnable.filter(identity_mode=IdentityMode.INVITED_ANONYMOUS).select_related("activity")
        self.consultation = get_object_or_404(found, reference=kwargs["reference"])

    def batches(self):
        """The consultation's batches with their holders."""
        return CodeBatch.objects.filter(consultation=self.consultation).select_related("consultation", "organisation")

    def address(self, name, *args):
        """The address of another page about these codes."""
        return reverse(f"consultations:codes-{name}", args=[self.consultation.reference, *args])

    def get_context_data(self, **kwargs):
        return super().get_context_data(consultation=self.consultation, **kwargs)


class CodeList(OfficeCodes, ListView):
    """Every batch of a consultation: whose, how many, and how many were used, in company."""

    template_name = "consultations/codes/list.html"

    def get_queryset(self):
        return self.batches().order_by("-offered_at", "-pk")

    def get_context_data(self, **kwargs):
        ended = self.consultation.withdrawn_at or self.consultation.closes_at <= self.at
        rows = [batch_row(batch, at=self.at) for batch in self.object_list]
        return super().get_context_data(rows=rows, ended=ended, **kwargs)


class OfferCodes(OfficeCodes, FormView):
    """Sets a batch aside for somebody to hand out."""

    form_class = CodesForm
    template_name = "consultations/codes/offer.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "organisations": Organisation.objects.outside().order_by("name")}

    def form_valid(self, form):
        try:
            batch = inviting.offer_codes(
                consultation=self.consultation, **form.words(), actor=self.request.user, at=self.at
            )
        except inviting.CodesRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        told = "" if batch.office_makes else f" {batch.organisation} can make its sheet now, and has been told."
        messages.success(self.request, f"{batch.size} codes are set aside.{told}")
        return redirect(self.address("detail", batch.pk))


class OneOfficeBatch(OfficeCodes):
    """A page about one batch of the consultation that the address names."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.batch = get_object_or_404(self.batches(), pk=kwargs["pk"])

    def get_object(self):
        return self.batch

    def get_context_data(self, **kwargs):
        makes = self.batch.office_makes and not self.batch.made_at
        return super().get_context_data(**batch_row(self.batch, at=self.at), makes=makes, **kwargs)


class CodeBatchDetail(OneOfficeBatch, DetailView):
    """One batch as the office sees it."""

    template_name = "consultations/codes/detail.html"


class MakeSheet:
    """Shows the codes of a batch, once. Whoever comes second is told so on the batch's page."""

    def show_codes(self, request, batch, *, at, back):
        """The sheet, or the way back with the reason why there is none."""
        try:
            return draw_sheet(request, batch=batch, at=at, back=back)
        except inviting.CodesRefused as refusal:
            messages.info(request, str(refusal))
            return redirect(back)


class CodeSheet(MakeSheet, OneOfficeBatch, View):
    """The sheet that the office makes."""

    def post(self, request, *args, **kwargs):
        return self.show_codes(request, self.batch, at=self.at, back=self.address("detail", self.batch.pk))


class VoidCodes(OneOfficeBatch, FormView):
    """Makes the unused codes of a lost sheet worthless."""

    form_class = VoidForm
    template_name = "consultations/codes/void.html"

    def form_valid(self, form):
        try:
            inviting.void_codes(batch=self.batch, **form.cleaned_data, actor=self.request.user, at=self.at)
        except inviting.CodesRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "The batch is void. Set another aside for the same people if they need one.")
        return redirect(self.address("list"))


class HandOut:
    """A page for those whose organisation hands codes out; for anybody else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        if not rules.hands_out_codes(request.user, at=self.at):
            raise Http404
        own = CodeBatch.objects.handed_out_by(request.user, at=self.at)
        self.own = own.select_related("consultation", "organisation")


class HandOutList(HandOut, ListView):
    """The batches of a provider's own organisations."""

    template_name = "consultations/codes/handout_list.html"

    def get_queryset(self):
        return self.own.order_by("-offered_at", "-pk")

    def get_context_data(self, **kwargs):
        rows = [batch_row(batch, at=self.at) for batch in self.object_list]
        return super().get_context_data(rows=rows, **kwargs)


class HandOutDetail(HandOut, DetailView):
    """One batch as those who hand it out see it: no answer, no code a second time."""

    template_name = "consultations/codes/handout_detail.html"

    def get_queryset(self):
        return self.own

    def get_context_data(self, **kwargs):
        mine = CodeBatch.objects.makeable_by(self.request.user, at=self.at).filter(pk=self.object.pk, made_at=None)
        row = batch_row(self.object, at=self.at)
        return super().get_context_data(**row, makes=mine.exists(), consultation=self.object.consultation, **kwargs)


class HandOutSheet(MakeSheet, HandOut, View):
    """The sheet that a certifier makes: the office never sees these codes."""

    def post(self, request, *args, pk, **kwargs):
        makeable = CodeBatch.objects.makeable_by(request.user, at=self.at)
        batch = get_object_or_404(self.own.filter(pk__in=makeable.values("pk")), pk=pk)
        back = reverse("consultations:handout-detail", args=[batch.pk])
        return self.show_codes(request, batch, at=self.at, back=back)
