"""A file of answers on screen: choose it, match its columns, explain its words, see what would be entered, enter it."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from consultations.domain import columns, files
from consultations.enums import FILE_IN_WORK, Channel, FileState, QuestionKind
from consultations.forms.channels import EnterForm, FileForm, MatchForm, WordsForm
from consultations.models import AnswerFile, Consultation
from engagement.domain.exports import neutralised
from engagement.domain.tabular import TableRefused
from engagement.views.exports import csv_response

RECENT = 20


class Enterable:
    """A page on answers of other channels, for those who enter them; for anybody else it is not there."""

    request: Any

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        enterable = Consultation.objects.enterable_by(request.user, at=self.at).select_related("activity", "version")
        self.consultation = get_object_or_404(enterable, reference=kwargs["reference"])

    def dispatch(self, request, *args, **kwargs):
        try:
            files.refuse_unless_enterable(self.consultation)
        except files.FileRefused as refusal:
            if not self.shown_when_over():
                messages.info(request, str(refusal))
                return redirect("consultations:manage-detail", self.consultation.reference)
        return super().dispatch(request, *args, **kwargs)

    def shown_when_over(self):
        """Whether the page has its use when no more answers can be entered."""
        return False

    def address(self, name, *args):
        """The address of another page on answers of other channels."""
        return reverse(f"consultations:channel-{name}", args=[self.consultation.reference, *args])

    def get_context_data(self, **kwargs):
        return super().get_context_data(consultation=self.consultation, **kwargs)


class UploadFile(Enterable, FormView):
    """Choosing a file, and the reports of those that were entered."""

    form_class = FileForm
    template_name = "consultations/channels/file_upload.html"

    def form_valid(self, form):
        sent = form.cleaned_data["file"]
        try:
            file = files.receive(
                consultation=self.consultation,
                content=sent.read(),
                file_name=sent.name,
                saved=form.cleaned_data.get("saved"),
                actor=self.request.user,
                at=self.at,
            )
        except TableRefused as refused:
            for problem in refused.problems:
                form.add_error("file", str(problem))
            return self.form_invalid(form)
        return redirect(self.address("file-match", file.pk))

    def get_context_data(self, **kwargs):
        shown = AnswerFile.objects.shown_to(self.request.user, at=self.at).filter(consultation=self.consultation)
        rows = (
            shown.waiting(at=self.at).defer("content").select_related("uploaded_by").order_by("-uploaded_at")[:RECENT]
        )
        return super().get_context_data(files=[(one, self.where(one)) for one in rows], **kwargs)

    def where(self, file):
        """Where a file is to be gone on with."""
        return self.address("file-match" if file.state == FileState.MATCHING else "file", file.pk)


class FileTemplate(Enterable, View):
    """Our own format with nothing in it: a heading for each question as it is asked."""

    def get(self, request, *args, **kwargs):
        known = columns.columns_of(files.questions_of(self.consultation))
        asked = [column for column in known if column.question.kind != QuestionKind.FILE]
        header = [columns.CHANNEL, *(neutralised(column.title) for column in asked)]
        return csv_response(name=f"template-{self.consultation.reference.lower()}", header=header, rows=[])


class OneFile(Enterable):
    """A page on one file: one's own, or the report of a colleague's."""

    expects = frozenset(FileState)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        shown = AnswerFile.objects.shown_to(request.user, at=self.at).waiting(at=self.at)
        known = shown.filter(consultation=self.consultation).select_related("uploaded_by")
        self.file = known.filter(pk=kwargs["pk"]).first()
        if self.file is None:
            elsewhere = AnswerFile.objects.filter(pk=kwargs["pk"]).exclude(uploaded_by=request.user)
            if elsewhere.exists():
                raise Http404
        else:
            self.file.consultation = self.consultation

    def dispatch(self, request, *args, **kwargs):
        if self.file is None:
            messages.info(request, "That file is no longer here: it was thrown away, or its time ran out.")
            return redirect(self.address("files"))
        if self.file.state not in self.expects:
            return redirect(self.address("file", self.file.pk))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(file=self.file, **kwargs)

    def ask_check(self):
        """Has the rows checked, and leads to where that is seen."""
        files.ask_check(file=self.file, actor=self.request.user, at=self.at)
        return redirect(self.address("file", self.file.pk))


class MatchFile(OneFile, FormView):
    """Which column answers what: guessed, and changed or dropped here. Nothing of the file is entered yet."""

    form_class = MatchForm
    template_name = "consultations/channels/file_match.html"
    expects = frozenset({FileState.MATCHING, FileState.CHECKED})

    def get_form_kwargs(self):
        self.columns = files.columns_of(self.file)
        return {
            **super().get_form_kwargs(),
            "columns": self.columns,
            "match": files.match_of(self.file),
            "questions": files.questions_of(self.consultation),
        }

    def form_valid(self, form):
        channel = form.cleaned_data["channel"]
        try:
            files.keep_targets(
                file=self.file, targets=form.targets(), channel=channel, actor=self.request.user, at=self.at
            )
            if files.unknown_words(self.file):
                return redirect(self.address("file-words", self.file.pk))
            return self.ask_check()
        except files.FileRefused as refusal:
            form.refuse(refusal)
        except TableRefused as refusal:
            for problem in refusal.problems:
                form.refuse(files.FileRefused(str(problem), {problem.column or "": problem.message}))
        return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "personal": [column for column in self.columns if column.personal]}


class FileWords(OneFile, FormView):
    """What words mean that no choice has."""

    form_class = WordsForm
    template_name = "consultations/channels/file_words.html"
    expects = frozenset({FileState.MATCHING, FileState.CHECKED})

    def dispatch(self, request, *args, **kwargs):
        try:
            self.unknown = self.file and self.file.content and files.unknown_words(self.file)
        except TableRefused:
            return redirect(self.address("file-match", self.file.pk))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "unknown": self.unknown,
            "match": files.match_of(self.file),
            "questions": files.questions_of(self.consultation),
        }

    def form_valid(self, form):
        try:
            files.keep_words(file=self.file, words=form.words(), actor=self.request.user, at=self.at)
            return self.ask_check()
        except files.FileRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)


class FileProgress(OneFile, FormView):
    """Where a file stands: how far the worker is, what would be entered, and in the end the report."""

    form_class = EnterForm
    template_name = "consultations/channels/file.html"

    def shown_when_over(self):
        return self.request.method == "GET"

    def get(self, request, *args, **kwargs):
        if self.file.state == FileState.MATCHING:
            return redirect(self.address("file-match", self.file.pk))
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            files.ask_entry(file=self.file, save_as=form.cleaned_data["save_as"], actor=self.request.user, at=self.at)
        except files.FileRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return redirect(self.address("file", self.file.pk))

    def get_context_data(self, **kwargs):
        report = self.file.report
        asked = files.questions_of(self.consultation)
        answered = report.get("answered", {})
        return super().get_context_data(
            in_work=self.file.state in FILE_IN_WORK,
            checked=self.file.state == FileState.CHECKED,
            entered=self.file.state == FileState.ENTERED,
            report=report,
            channels=[(Channel(code).label, number) for code, number in report.get("channels", {}).items()],
            sources=report.get("sources", {}).items(),
            answered=[(question.text, answered.get(question.key, 0)) for question in asked],
            dropped=report.get("dropped", []),
            problems=report.get("problems", []),
            **kwargs,
        )


class ThrowFileAway(OneFile, TemplateView):
    """Deletes a file that was not entered."""

    template_name = "consultations/channels/file_discard.html"
    expects = frozenset(FileState) - {FileState.ENTERED, FileState.ENTERING}

    def shown_when_over(self):
        return True

    def post(self, request, *args, **kwargs):
        files.throw_away(file=self.file, actor=request.user, at=self.at)
        messages.success(request, "The file is gone. Nothing of it was entered.")
        return redirect(self.address("files"))
