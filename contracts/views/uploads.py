"""The file of a return: its template, the upload, the preview in which nothing is kept yet, and keeping it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView, View

from contracts.domain import uploads
from contracts.domain.figures import FiguresChanged, FiguresRefused
from contracts.domain.moves import ReturnRefused
from contracts.domain.queries import lines_of
from contracts.domain.ratings import Reading, Yardstick, rate
from contracts.domain.spreadsheet import FIELDS, HEADER, template_rows
from contracts.enums import FigureState
from contracts.forms.uploads import KeepUpload, UploadFile
from contracts.models import Upload
from contracts.views.provider import OneReturn
from engagement.domain.tabular import TableRefused
from engagement.views.exports import csv_response


class ReturnTemplate(OneReturn, View):
    """The file made for this very return, with what is filled in and what was reported last quarter."""

    def get(self, request, *args, **kwargs):
        lines = lines_of(self.kpi_return)
        rows = template_rows(
            reference=self.kpi_return.reference,
            indicators=[line.indicator for line in lines],
            current=uploads.given(self.kpi_return),
            last_quarter=uploads.last_quarter(self.kpi_return),
            last_values={
                line.indicator.pk: line.last.value for line in lines if line.last and line.last.value is not None
            },
        )
        return csv_response(name=self.kpi_return.reference, header=HEADER, rows=rows)


class WritableReturn(OneReturn):
    """A return whose figures can be written now; otherwise back to it, where it says who sent it and when."""

    def dispatch(self, request, *args, **kwargs):
        if not self.kpi_return.is_writable:
            return redirect(self.kpi_return)
        return super().dispatch(request, *args, **kwargs)


class UploadReturn(WritableReturn, FormView):
    """Choosing the file. What cannot be read as this return is refused here, in words; nothing is stored then."""

    template_name = "contracts/returns/upload.html"
    form_class = UploadFile

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            upload = uploads.receive(
                kpi_return=self.kpi_return,
                content=file.read(),
                file_name=file.name,
                actor=self.request.user,
                at=self.now,
            )
        except TableRefused as refused:
            for problem in refused.problems:
                form.add_error("file", str(problem))
            return self.form_invalid(form)
        return redirect("contracts:return-preview", self.kpi_return.reference, upload.pk)


class UploadPreview(WritableReturn, FormView):
    """Every figure of the file, what each changes, and what is wrong by cell. Only the POST keeps, all or none."""

    template_name = "contracts/returns/preview.html"
    form_class = KeepUpload

    def dispatch(self, request, *args, **kwargs):
        mine = Upload.objects.filter(kpi_return=self.kpi_return, uploaded_by=request.user, pk=kwargs["pk"])
        self.upload = mine.waiting(at=self.now).first()
        if self.upload is None:
            return self.gone()
        self.upload.kpi_return = self.kpi_return
        try:
            return super().dispatch(request, *args, **kwargs)
        except TableRefused:  # the measures of the return were changed since the file was taken
            return redirect("contracts:return-upload", self.kpi_return.reference)

    def gone(self):
        """A file that is no longer here, and was nobody else's: back to where one is uploaded, with the reason."""
        elsewhere = Upload.objects.exclude(kpi_return=self.kpi_return, uploaded_by=self.request.user)
        if elsewhere.filter(pk=self.kwargs["pk"]).exists():
            raise Http404
        messages.info(self.request, "That file is no longer here: its figures were kept, or its time ran out.")
        return redirect("contracts:return-upload", self.kpi_return.reference)

    def get_initial(self):
        return {"seen_version": self.kpi_return.version}

    def get_context_data(self, **kwargs):
        sheet = uploads.preview(self.upload)
        rows = [sheet_row(line) for line in sheet.lines]
        words = [str(problem) for problem in sheet.problems]
        return super().get_context_data(
            upload=self.upload,
            sheet=sheet,
            rows=rows,
            columns=list(FIELDS.values()),
            problems=list(zip(words, anchors(rows), strict=True)),
            changed=sum(line.changes for line in sheet.lines),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            uploads.keep(
                upload=self.upload,
                seen_version=form.cleaned_data["seen_version"],
                actor=self.request.user,
                at=self.now,
            )
        except (uploads.UploadRefused, FiguresChanged, FiguresRefused, ReturnRefused, TableRefused) as refused:
            return self.again(str(refused))
        messages.success(self.request, f"The figures of “{self.upload.file_name}” are kept.")
        return redirect(self.kpi_return)

    def again(self, words):
        """The preview once more, against the return as it is now, with the reason why nothing was kept."""
        self.kpi_return.refresh_from_db(fields=["version", "state"])
        form = self.form_class({"seen_version": self.kpi_return.version})
        form.full_clean()
        form.add_error(None, words)
        return self.render_to_response(self.get_context_data(form=form))


def sheet_row(line):
    """A row of the preview: its cells with what stood there before and what is wrong, and what the figure comes to."""
    cells = [
        {
            "label": column,
            "text": line.typed[name],
            "was": line.was.get(name, ""),
            "problem": line.problems.get(name, ""),
            "id": f"row-{line.row}-{name}",
            "numeric": name in {"numerator", "denominator", "value"},
        }
        for name, column in FIELDS.items()
    ]
    return {"line": line, "cells": cells, "outcome": outcome(line)}


def anchors(rows):
    """The addresses of the cells with problems, in the order in which `Sheet.problems` names them."""
    return [f"#{cell['id']}" for row in rows for cell in row["cells"] if cell["problem"]]


def outcome(line):
    """What keeping the row would do, in a few words."""
    if line.problems:
        return "Needs attention"
    if not line.changes:
        return "Stays as it is"
    entry, yardstick = line.entry, Yardstick.of(line.indicator)
    judgement = rate(yardstick, Reading(FigureState(entry.state), entry.numerator, entry.denominator, entry.value))
    owing = uploads.owed(line.indicator, entry)
    if owing:
        return f"{judgement.text}. Kept, but not completed: {next(iter(owing.values()))}"
    return f"{judgement.text}, {judgement.word.label}" if judgement.word else judgement.text
