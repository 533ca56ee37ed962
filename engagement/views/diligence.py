"""Due diligence of an organisation: what was checked, documents that it sends, and what becomes of them."""

from mimetypes import guess_type

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from engagement.access import local_date
from engagement.domain import diligence
from engagement.domain.diligence import CheckRefused
from engagement.domain.received import LARGEST
from engagement.enums import SENT_BY_ORGANISATIONS, CheckOutcome
from engagement.forms.diligence import CheckForm, SendForm, SettleForm
from engagement.models import Check, Organisation, SentDocument


@require_safe
def check_detail(request, slug, kind):
    """One kind of check of an organisation, with all that was recorded of it before."""
    at = timezone.now()
    organisation = get_object_or_404(Organisation.objects.checked_by(request.user, at=at), slug=slug)
    kind = _kind(kind)
    standings = diligence.standings_of(organisation, on=local_date(at))
    context = {
        "organisation": organisation,
        "standing": next(one for one in standings if one.kind == kind),
        "checks": diligence.history_of(organisation, kind),
        "keeps": Organisation.objects.kept_by(request.user, at=at).filter(pk=organisation.pk).exists(),
    }
    return render(request, "engagement/diligence/check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check_record(request, slug, kind):
    """A new check; those before stay."""
    at = timezone.now()
    organisation = get_object_or_404(Organisation.objects.kept_by(request.user, at=at).outside(), slug=slug)
    kind = _kind(kind)
    initial = {"done_on": local_date(at), "done_by": str(request.user)}
    form = CheckForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given.pop("file")
        try:
            check = diligence.record_check(
                organisation=organisation,
                kind=kind,
                file_name=file.name if file else "",
                content=file.read(LARGEST + 1) if file else None,
                actor=request.user,
                at=at,
                **given,
            )
        except CheckRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{kind.label}: the check is kept.")
            return redirect(check)
    return render(request, "engagement/diligence/record.html", _asked(form, organisation, kind))


@require_safe
def check_file(request, slug, pk):
    """The file of a check, for the office."""
    organisations = Organisation.objects.checked_by(request.user, at=timezone.now()).filter(slug=slug)
    return _file(get_object_or_404(Check, pk=pk, organisation__in=organisations, size__gt=0))


@require_http_methods(["GET", "HEAD", "POST"])
def document_send(request, slug, kind):
    """An organisation sends a renewed document from its own page."""
    at = timezone.now()
    organisation = get_object_or_404(Organisation.objects.sent_for_by(request.user, at=at), slug=slug)
    kind = _kind(kind)
    if kind not in SENT_BY_ORGANISATIONS:
        raise Http404
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given.pop("file")
        try:
            diligence.send_document(
                organisation=organisation,
                kind=kind,
                file_name=file.name,
                content=file.read(LARGEST + 1),
                actor=request.user,
                at=at,
                **given,
            )
        except CheckRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{kind.label}: we have your document. The office checks it and answers you.")
            return redirect(organisation)
    return render(request, "engagement/diligence/send.html", _asked(form, organisation, kind))


@require_safe
def sent_file(request, slug, pk):
    """A document that was sent, for the office and for whose it is."""
    at = timezone.now()
    seen = Organisation.objects.visible_to(request.user, at=at).filter(slug=slug)
    return _file(get_object_or_404(SentDocument, pk=pk, organisation__in=seen))


@require_http_methods(["GET", "HEAD", "POST"])
def sent_settle(request, slug, pk):
    """The office accepts a document or returns it. Who comes too late reads what has become of it."""
    at = timezone.now()
    kept = Organisation.objects.kept_by(request.user, at=at).filter(slug=slug)
    rows = SentDocument.objects.defer("content").select_related("organisation", "sent_by", "settled_by")
    document = get_object_or_404(rows, pk=pk, organisation__in=kept)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision = form.cleaned_data["decision"]
        accept = decision != SettleForm.RETURN
        try:
            diligence.settle_document(
                document=document,
                accept=accept,
                outcome=decision if accept else CheckOutcome.SATISFACTORY,
                words=form.cleaned_data["words"],
                actor=request.user,
                at=at,
            )
        except CheckRefused as refusal:
            form.refuse(refusal)
        else:
            said = "is accepted" if accept else "goes back to them, with your reason"
            messages.success(request, f"{document.get_kind_display()}: it {said}.")
            return redirect(document.organisation)
    context = {"document": document, **_asked(form, document.organisation, _kind_of(document))}
    return render(request, "engagement/diligence/settle.html", context)


def _asked(form, organisation, kind):
    return {"form": form, "organisation": organisation, "kind": kind}


def _kind(slug):
    if kind := diligence.kind_at(slug):
        return kind
    raise Http404


def _kind_of(document):
    return next(kind for kind in SENT_BY_ORGANISATIONS if kind == document.kind)


def _file(row):
    """A kept file as an attachment that may run nothing, kept by no cache."""
    reply = HttpResponse(bytes(row.content), content_type=guess_type(row.file_name)[0] or "application/octet-stream")
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.file_name)
    reply["Content-Security-Policy"] = "default-src 'none'"
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cache-Control"] = "private, no-store"
    return reply
