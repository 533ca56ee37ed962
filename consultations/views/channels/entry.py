"""Typing in what came on paper, by phone, by letter or at an event, and reading it a second time."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView, View

from consultations.domain import entering, publication, questionnaires
from consultations.domain.entering import EntryRefused, SheetAnswers
from consultations.domain.files import FileRefused
from consultations.enums import BatchState
from consultations.forms.entering import BatchForm, FinishForm, SettleForm, SheetForms
from consultations.models import EntryBatch
from consultations.views.channels.files import Enterable

REFUSALS = (EntryRefused, FileRefused)


class BeginBatch(Enterable, FormView):
    """A new batch."""

    form_class = BatchForm
    template_name = "consultations/channels/batch_begin.html"

    def get_form_kwargs(self):
        offered = questionnaires.wordings_of(self.consultation.asked_version)
        return {**super().get_form_kwargs(), "offered": offered}

    def form_valid(self, form):
        try:
            batch = entering.begin_batch(
                consultation=self.consultation, **form.words(), actor=self.request.user, at=self.at
            )
        except REFUSALS as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return redirect(self.address("sheet", batch.number, 1))


class OneBatch(Enterable):
    """A page on one batch of the consultation."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        known = EntryBatch.objects.select_related("typed_by", "checked_by")
        self.batch = get_object_or_404(known, consultation=self.consultation, number=kwargs["number"])
        self.batch.consultation = self.consultation

    def batch_address(self, name="batch", *args):
        """The address of a page on this batch."""
        return self.address(name, self.batch.number, *args)

    def back(self, words="", *, done=False):
        """To the batch, with what is to be known there."""
        if words:
            (messages.success if done else messages.info)(self.request, words)
        return redirect(self.batch_address())

    def get_context_data(self, **kwargs):
        return super().get_context_data(batch=self.batch, **kwargs)


class BatchDetail(OneBatch, FormView):
    """Where a batch stands, and what can be done next. Posting here hands it to a second person."""

    form_class = FinishForm
    template_name = "consultations/channels/batch.html"

    def shown_when_over(self):
        return self.request.method == "GET"

    def form_valid(self, form):
        try:
            entering.finish_typing(batch=self.batch, **form.cleaned_data, actor=self.request.user, at=self.at)
        except REFUSALS as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.back("The batch waits for a second person. Give them the sheets.", done=True)

    def get_context_data(self, **kwargs):
        batch, user = self.batch, self.request.user
        typed = set(batch.entry_sheets.values_list("number", flat=True))
        reading = batch.state == BatchState.TO_CHECK
        texts = {one.key: one.text for one in questionnaires.questions_of(self.consultation.asked_version)}
        return super().get_context_data(
            typing=batch.state == BatchState.TYPING,
            reading=reading,
            own=batch.typed_by_id == user.pk,
            may_check=reading and entering.may_check(batch, actor=user),
            typed=len(typed),
            untyped=[number for number in range(1, batch.sheets + 1) if number not in typed],
            numbers=sorted(typed) if batch.state == BatchState.TYPING else [],
            drawn=batch.entry_sheets.filter(drawn=True).count() if reading else batch.checked_sheets,
            to_read=list(entering.to_read(batch).values_list("number", flat=True)) if reading else [],
            to_settle=list(entering.to_settle(batch).values_list("number", flat=True)) if reading else [],
            differences=[(texts.get(key, "May we publish"), number) for key, number in batch.differences.items()],
            **kwargs,
        )


class SheetPage(OneBatch, TemplateView):
    """One sheet with every question on it. Subclasses say what keeping it means."""

    template_name = "consultations/channels/sheet.html"
    second = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.sheet = kwargs["sheet"]
        if not 1 <= self.sheet <= self.batch.sheets:
            raise Http404

    def forms(self, data=None, said=None):
        """The forms of this sheet."""
        offered = publication.offered(self.consultation)
        return SheetForms(entering.questions_of(self.batch), offered=offered, data=data, said=said)

    def get(self, request, *args, **kwargs):
        if words := self.not_now():
            return self.back(words)
        return self.render_to_response(self.get_context_data(sheet_forms=self.forms(said=self.said())))

    def post(self, request, *args, **kwargs):
        forms = self.forms(data=request.POST)
        if not forms.is_valid():
            return self.again(forms, forms.problems())
        try:
            return self.keep(SheetAnswers(forms.answers(), forms.publishing()))
        except REFUSALS as refusal:
            return self.again(forms, [(str(refusal), "#sheet")])

    def again(self, forms, problems):
        """The same page with everything that was typed, and what is wrong with it."""
        return self.render_to_response(self.get_context_data(sheet_forms=forms, problems=problems), status=422)

    def not_now(self):
        """Why this sheet cannot be typed or read now, or nothing."""
        raise NotImplementedError

    def said(self):
        """What was typed before, to be changed."""
        return

    def keep(self, said):
        """Keeps what was typed, and leads on."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        offered = questionnaires.wordings_of(self.consultation.asked_version)
        wording = next((one for one in offered if one.code == self.batch.wording), None)
        return super().get_context_data(sheet=self.sheet, second=self.second, wording=wording, **kwargs)


class TypeSheet(SheetPage):
    """Typing a sheet in, or changing what was typed of it, until the batch is handed on."""

    def not_now(self):
        if self.batch.state != BatchState.TYPING:
            return "This batch is typed in. Whoever checks it puts right what differs."
        return "" if self.batch.typed_by_id == self.request.user.pk else f"{self.batch.typed_by} types this batch in."

    def said(self):
        kept = self.batch.entry_sheets.filter(number=self.sheet).first()
        return entering.read_sheet(kept.first) if kept else None

    def keep(self, said):
        passed = entering.keep_sheet(
            batch=self.batch, number=self.sheet, said=said, actor=self.request.user, at=self.at
        )
        if passed:
            questions = "; ".join(f"“{text}”" for text in passed)
            messages.info(
                self.request, f"Sheet {self.sheet}: the answers before lead past {questions}, so that is not kept."
            )
        typed = set(self.batch.entry_sheets.values_list("number", flat=True))
        ahead = [number for number in range(self.sheet + 1, self.batch.sheets + 1) if number not in typed]
        if "next" in self.request.POST and ahead:
            return redirect(self.batch_address("sheet", ahead[0]))
        return self.back(f"Sheet {self.sheet} is kept.", done=True)


class ReadSheet(SheetPage):
    """Reading a sheet a second time, without seeing what was typed first."""

    second = True

    def not_now(self):
        if self.batch.state != BatchState.TO_CHECK:
            return f"This batch is not to be checked now: {self.batch.get_state_display().lower()}."
        if not entering.may_check(self.batch, actor=self.request.user):
            return "Somebody else checks this batch: whoever typed it cannot."
        return "" if entering.to_read(self.batch).filter(number=self.sheet).exists() else "This sheet needs no reading."

    def keep(self, said):
        alike = entering.keep_second(
            batch=self.batch, number=self.sheet, said=said, actor=self.request.user, at=self.at
        )
        if not alike:
            return redirect(self.batch_address("sheet-settle", self.sheet))
        ahead = entering.to_read(self.batch).first()
        if "next" in self.request.POST and ahead:
            return redirect(self.batch_address("sheet-check", ahead.number))
        return self.back(f"Sheet {self.sheet}: both readings are alike.", done=True)


class SettleSheet(OneBatch, FormView):
    """What two people read differently on a sheet, and what stands on it."""

    form_class = SettleForm
    template_name = "consultations/channels/settle.html"

    def dispatch(self, request, *args, **kwargs):
        sheet = entering.to_settle(self.batch).filter(number=kwargs["sheet"], second__isnull=False).first()
        if sheet is None or not entering.may_check(self.batch, actor=request.user):
            return self.back("There is nothing for you to settle on this sheet.")
        questions = entering.questions_of(self.batch)
        readings = [entering.read_sheet(one) for one in (sheet.first, sheet.second)]
        self.differences = entering.differences_in(questions, *readings)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "differences": self.differences}

    def form_valid(self, form):
        number = self.kwargs["sheet"]
        try:
            entering.settle_sheet(
                batch=self.batch, number=number, right=form.cleaned_data, actor=self.request.user, at=self.at
            )
        except REFUSALS as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.back(f"Sheet {number} is settled.", done=True)

    def get_context_data(self, **kwargs):
        return super().get_context_data(sheet=self.kwargs["sheet"], **kwargs)


class ActOnBatch(OneBatch, View):
    """One press on a batch: `act` does it and returns what to say."""

    def post(self, request, *args, **kwargs):
        try:
            words = self.act(batch=self.batch, actor=request.user, at=self.at)
        except REFUSALS as refusal:
            return self.back(str(refusal))
        return self.back(words, done=True)

    def act(self, **named):
        """Calls one domain function."""
        raise NotImplementedError


class CheckAll(ActOnBatch):
    """Has every sheet read a second time."""

    def act(self, **named):
        entering.check_all(**named)
        return "Every sheet is to be read a second time."


class TakeBatchBack(ActOnBatch):
    """Gives the batch back to whoever typed it."""

    def act(self, **named):
        entering.take_back(**named)
        return "The batch is yours to change again."


class FinishCheck(ActOnBatch):
    """Closes the batch: its answers count, and nobody can tell any more which they are."""

    def act(self, **named):
        batch = entering.finish_check(**named)
        return f"{batch.entered} of {batch.sheets} sheets are entered."


class ThrowBatchAway(OneBatch, TemplateView):
    """Deletes a batch that is still being typed."""

    template_name = "consultations/channels/batch_discard.html"

    def post(self, request, *args, **kwargs):
        try:
            entering.throw_away(batch=self.batch, actor=request.user, at=self.at)
        except REFUSALS as refusal:
            return self.back(str(refusal))
        messages.success(request, "The batch is gone, with what was typed of it.")
        return redirect(self.address("list"))
