"""Files that people sent: a list in no order, one to open, all of them as an archive. Every opening is in the log."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView

from consultations.domain import sent_files
from consultations.domain.frozen import FILE_WORDS
from consultations.domain.questionnaires import questions_of
from consultations.views.analysis.pages import AnalysisPage

PER_PAGE = 50


class SentFiles(AnalysisPage, TemplateView):
    """The files of settled answers by question, in no order of arrival."""

    template_name = "consultations/analysis/sent_files.html"

    def get_context_data(self, **kwargs):
        found = sent_files.sent_to(self.consultation, reader=self.request.user, at=self.at)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        asked = {question.key: question.text for question in questions_of(self.consultation.asked_version)}
        rows = [(file.answer.choice, asked.get(file.answer.question, "")) for file in page]
        return {
            **super().get_context_data(**kwargs),
            "page_obj": page,
            "rows": [{"name": name, "kind": FILE_WORDS[name[-3:]], "question": text} for name, text in rows],
        }


class OpenSentFile(AnalysisPage):
    """One file as a download. A POST, because the log says who opened it."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        try:
            file = sent_files.open_file(
                consultation=self.consultation, name=kwargs["name"], actor=request.user, at=self.at
            )
        except sent_files.FileUnknown as refusal:
            messages.info(request, str(refusal))
            return redirect("consultations:manage-sent-files", self.consultation.reference)
        return harmless(HttpResponse(file.content, content_type=file.content_type), file.name)


class TakeSentFiles(AnalysisPage):
    """Every file in one archive, streamed. A POST for the same reason."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        parts = sent_files.take_all(consultation=self.consultation, actor=request.user, at=self.at)
        name = f"files-{self.consultation.reference.lower()}.zip"
        return harmless(StreamingHttpResponse(parts, content_type="application/zip"), name)


def harmless(response, name):
    """A download that no browser opens by itself, runs or takes for something else, or keeps."""
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
