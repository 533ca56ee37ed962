"""The file of a return: its template, the upload, the preview in which nothing is kept yet, and keeping it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.generic import FormView, View

from contracts.domain import uploads
from contracts.domain.entries import boxes, label_of
from contracts.domain.figures import FiguresChanged, FiguresRefused
from contracts.domain.filled import Verdict
from contracts.domain.moves import ReturnRefused
from contracts.domain.parts import WORDS, part_boxes
from contracts.domain.ratings import Reading, Yardstick, rate
from contracts.domain.spreadsheet import COMMENTARY, FIGURE, HEADER, STATE, template_rows, written
from contracts.domain.workbook import workbook_of
from contracts.enums import FigureState
from contracts.forms.uploads import KeepUpload, UploadFile
from contracts.models import Upload
from contracts.views.provider import OneReturn
from engagement.domain.calendar import uk_time
from engagement.domain.tabular import TableRefused
from engagement.views.exports import WORKBOOKS, csv_response

MARKS = {
    Verdict.ACCEPTED: "ACCEPTED",
    Verdict.WARNED: "SENT_BACK",
    Verdict.REFUSED: "REFUSED",
    Verdict.CONFLICT: "TO_APPROVE",
    Verdict.SAME: "LEFT",
}


class ReturnTable(OneReturn):
    """The table made for this very return, with what is filled in and what was reported last quarter."""

    def table(self):
        """The measures of the return, and the rows of its table."""
        indicators = uploads.asked(self.kpi_return)
        rows = template_rows(
            reference=self.kpi_return.reference,
            indicators=indicators,
            current=uploads.given(self.kpi_return),
            last_quarter=uploads.last_quarter(self.kpi_return),
        )
        return indicators, rows


class ReturnTemplate(ReturnTable, View):
    """The table as CSV."""

    def get(self, request, *args, **kwargs):
        _, rows = self.table()
        return csv_response(name=self.kpi_return.reference, header=HEADER, rows=rows)


class ReturnWorkbook(ReturnTable, View):
    """The table as a workbook: what can be filled in is open, the rest is locked, and each box says what it takes."""

    def get(self, request, *args, **kwargs):
        indicators, rows = self.table()
        content = workbook_of(self.kpi_return, indicators=indicators, rows=rows)
        reply = HttpResponse(content, content_type=WORKBOOKS["xlsx"][1])
        name = f"{self.kpi_return.reference}.xlsx"
        reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return reply


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
    """Every figure of the file, what each changes, and what is wrong by cell. Only the POST keeps."""

    template_name = "contracts/returns/preview.html"
    form_class = KeepUpload

    def dispatch(self, request, *args, **kwargs):
        mine = Upload.objects.filter(kpi_return=self.kpi_return, uploaded_by=request.user, pk=kwargs["pk"])
        self.upload = mine.waiting(at=self.now).first()
        if self.upload is None:
            return self.gone()
        self.upload.kpi_return = self.kpi_return
        try:
            self.filled = uploads.preview(self.upload)
        except TableRefused as refused:  # the measures of the return were changed since the file was taken
            messages.warning(request, str(refused.problems[0]))
            return redirect("contracts:return-upload", self.kpi_return.reference)
        return super().dispatch(request, *args, **kwargs)

    def gone(self):
        """A file that is no longer here, and was nobody else's: back to where one is uploaded, with the reason."""
        elsewhere = Upload.objects.exclude(kpi_return=self.kpi_return, uploaded_by=self.request.user)
        if elsewhere.filter(pk=self.kwargs["pk"]).exists():
            raise Http404
        messages.info(self.request, "That file is no longer here: its figures were kept, or its time ran out.")
        return redirect("contracts:return-upload", self.kpi_return.reference)

    def get_initial(self):
        return {"seen_version": self.kpi_return.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "filled": self.filled}

    def get_context_data(self, **kwargs):
        writers = uploads.writers(self.kpi_return)
        rows = [row_of(line, writers.get(line.indicator.pk)) for line in self.filled.lines]
        counts = {verdict.name.lower(): len(self.filled.of(verdict)) for verdict in Verdict}
        return super().get_context_data(
            upload=self.upload,
            filled=self.filled,
            rows=rows,
            counts=counts,
            can_keep=counts["accepted"] + counts["warned"],
            problems=[
                (str(problem), anchor) for problem, anchor in zip(self.filled.problems, anchors(rows), strict=True)
            ],
            **kwargs,
        )

    def form_valid(self, form):
        try:
            kept = uploads.keep(
                upload=self.upload,
                seen_version=form.cleaned_data["seen_version"],
                partly=form.cleaned_data.get("partly", False),
                over=form.cleaned_data.get("over", ()),
                actor=self.request.user,
                at=self.now,
            )
        except (uploads.UploadRefused, FiguresChanged, FiguresRefused, ReturnRefused, TableRefused) as refused:
            return self.again(str(refused))
        wrong = [line.indicator.code for line in self.filled.of(Verdict.REFUSED)]
        measures = f"{len(kept)} measure{'' if len(kept) == 1 else 's'} of “{self.upload.file_name}”"
        if wrong:
            messages.success(self.request, f"{measures} kept. Not kept: {', '.join(wrong)}.")
            return redirect(self.request.path)
        messages.success(self.request, f"{measures} kept. Nothing has been sent to the office yet.")
        return redirect(self.kpi_return)

    def form_invalid(self, form):
        return self.again("Look at the figures again: something has changed.")

    def again(self, words):
        """The preview once more, against the return as it is now, with the reason why nothing was kept."""
        self.kpi_return.refresh_from_db(fields=["version", "state"])
        self.filled = uploads.preview(self.upload)
        ticked = {name: self.request.POST.getlist(name) for name in ("over", "partly")}
        data = {"seen_version": self.kpi_return.version, "over": ticked["over"], "partly": bool(ticked["partly"])}
        form = self.form_class(data, filled=self.filled)
        form.full_clean()
        asks_to_tick = self.filled.problems and not data["partly"]
        form.add_error(
            "partly" if asks_to_tick else None,
            "Tick this to keep the figures that are right, or upload a corrected file." if asks_to_tick else words,
        )
        return self.render_to_response(self.get_context_data(form=form))


def row_of(line, figure):
    """A row of the preview: what is kept and what the file says, part by part, and what becomes of it."""
    differs = line.behind and (line.verdict == Verdict.CONFLICT or not line.touched)
    return {
        "line": line,
        "parts": parts_of(line),
        "verdict": line.verdict,
        "mark": MARKS[line.verdict],
        "outcome": outcome(line),
        "who": f"{figure.saved_by or 'Someone'}, {uk_time(figure.saved_at)}" if figure and differs else "",
    }


def parts_of(line):
    """Number by number, then the two texts where there is anything to say: what is kept, what the file says."""
    kept = written(line.indicator, line.now)
    labels = {box: label_of(line.indicator, box) for box in boxes(line.indicator)}
    labels |= {"state": STATE, "commentary": COMMENTARY}
    for part in part_boxes(line.indicator):
        labels |= {part.name: part.label, part.state: f"{part.label}, {STATE.lower()}"}
    labels |= {WORDS: "Why the parts differ"}
    return [
        {
            "label": label if name not in {"value"} else FIGURE,
            "now": kept.get(name, ""),
            "file": line.typed.get(name, ""),
            "changes": name in line.was,
            "problem": line.problems.get(name, ""),
            "place": line.places.get(name, ""),
            "id": f"row-{line.row}-{name}",
        }
        for name, label in labels.items()
        if name in boxes(line.indicator) or kept.get(name) or line.typed.get(name) or line.problems.get(name)
    ]


def anchors(rows):
    """The addresses of the cells with problems, in the order in which `Filled.problems` names them."""
    return [f"#row-{row['line'].row}-{name}" for row in rows for name in row["line"].problems]


def outcome(line):
    """What the figure comes to when the line is kept, in a few words."""
    if not line.changes:
        return ""
    entry, yardstick = line.entry, Yardstick.of(line.indicator)
    judgement = rate(yardstick, Reading(FigureState(entry.state), entry.numerator, entry.denominator, entry.value))
    return f"{judgement.text}, {judgement.word.label}" if judgement.word else judgement.text
