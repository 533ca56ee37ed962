"""The library of measures: the list, one with its versions and who uses it, writing, approving, and taking into use."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from contracts import rules
from contracts.domain import library, library_pages
from contracts.domain.agreements import AgreementRefused
from contracts.domain.library import LibraryRefused
from contracts.forms.library import ApproveForm, ChooseForm, LibraryFilter, MeasureForm
from contracts.models.measure import Measure, MeasureVersion
from contracts.views.agreements import OneAgreement
from engagement.views.exports import csv_response

PAGE = 40


class LibraryPage:
    """A page for those of the office who read agreements."""

    may = staticmethod(rules.reads_office_lists)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not self.may(request.user, at=self.now):
            raise Http404
        if "pk" in kwargs:
            self.measure = get_object_or_404(Measure, pk=kwargs["pk"])


class MeasureList(LibraryPage, TemplateView):
    """Every measure with its newest approved version, by set."""

    template_name = "contracts/office/measure_list.html"

    def get_context_data(self, **kwargs):
        collections = library_pages.collections()
        form = LibraryFilter(self.request.GET or None, collections=collections)
        chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
        found = library_pages.found(
            words=chosen.get("q", ""),
            collection=chosen.get("collection", ""),
            measure_type=chosen.get("measure_type", ""),
        )
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            form=form,
            page=page,
            rows=library_pages.rows_of(page.object_list),
            drafts=library_pages.drafts(),
            filtered=any(chosen.values()),
            may_write=rules.writes_measures(self.request.user, at=self.now),
            **kwargs,
        )


class MeasureListCsv(LibraryPage, View):
    """The library as CSV: the newest approved version of each measure."""

    def get(self, request):
        return csv_response(name="measures", header=library_pages.CSV_HEADER, rows=library_pages.csv_rows())


class MeasureDetail(LibraryPage, TemplateView):
    """One measure: what it means now, its versions, who uses it, and what services have published by it."""

    template_name = "contracts/office/measure_detail.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        versions = list(library_pages.versions_of(self.measure))
        draft = next((version for version in versions if version.is_draft), None)
        approves = draft and rules.approves_measures(user, at=self.now) and not library.wrote(draft, user)
        return super().get_context_data(
            measure=self.measure,
            versions=versions,
            draft=draft,
            shown=next((version for version in versions if not version.is_draft), draft),
            facts=library_pages.facts_of(next((one for one in versions if not one.is_draft), versions[0])),
            uses=library_pages.uses_of(self.measure, user, at=self.now),
            together=library_pages.published_together(self.measure),
            may_write=rules.writes_measures(user, at=self.now),
            may_approve=approves,
            **kwargs,
        )


class WriteMeasure(LibraryPage, FormView):
    """A new measure, or the next version of one. It waits for the Management Team."""

    may = staticmethod(rules.writes_measures)
    measure = None
    form_class = MeasureForm
    template_name = "contracts/office/measure_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.latest = self.measure and self.measure.versions.order_by("-number").first()

    def get_form_kwargs(self):
        later = self.latest and (self.latest.number > 1 or not self.latest.is_draft)
        without = [*(["collection", "code"] if self.latest else []), *([] if later else ["note"])]
        return {**super().get_form_kwargs(), "without": without}

    def get_initial(self):
        return MeasureForm.facts_of(self.latest) if self.latest else {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(measure=self.measure, latest=self.latest, **kwargs)

    def form_valid(self, form):
        try:
            version = library.write_version(
                measure=self.measure, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except LibraryRefused as refusal:
            form.add_error("code" if "code" in form.fields else None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"Version {version.number} of “{version.name}” waits for the Management Team.")
        return redirect(version.measure)


class ApproveMeasure(LibraryPage, FormView):
    """The draft once more, word by word, and the button that approves it."""

    may = staticmethod(rules.approves_measures)
    form_class = ApproveForm
    template_name = "contracts/office/measure_approve.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.draft = self.measure.versions.filter(approved_at=None).select_related("written_by").first()

    def get(self, request, *args, **kwargs):
        if self.draft is None or library.wrote(self.draft, request.user):
            messages.info(request, "Nothing of this measure waits for your approval.")
            return redirect(self.measure)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.draft is None:
            messages.info(request, "This version is approved already.")
            return redirect(self.measure)
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"seen": self.draft.written_at.isoformat()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            measure=self.measure, draft=self.draft, facts=library_pages.facts_of(self.draft), **kwargs
        )

    def form_valid(self, form):
        try:
            library.approve_version(
                version=self.draft, seen_at=form.cleaned_data["seen"], actor=self.request.user, at=self.now
            )
        except LibraryRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Approved. Agreements can take it now.")
        return redirect(self.measure)


class ChooseMeasures(OneAgreement, FormView):
    """Several measures of the library for one agreement, each with its target."""

    allowed = "writable_by"
    form_class = ChooseForm
    template_name = "contracts/office/measure_choose.html"

    def get_form_kwargs(self):
        taken = self.agreement.indicators.current().values_list("code", flat=True)
        versions = MeasureVersion.objects.newest().exclude(measure__code__in=list(taken))
        return {**super().get_form_kwargs(), "versions": library_pages.in_order(versions)}

    def get_context_data(self, **kwargs):
        kwargs["form"] = kwargs.get("form") or self.get_form()
        return super().get_context_data(sets=library_pages.by_set(kwargs["form"].rows()), **kwargs)

    def form_valid(self, form):
        try:
            taken = library.take_measures(
                agreement=self.agreement, chosen=form.cleaned_data["chosen"], actor=self.request.user, at=self.now
            )
        except (AgreementRefused, LibraryRefused) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        count = len(taken)
        messages.success(self.request, f"{count} measure{'' if count == 1 else 's'} added from the library.")
        return redirect(self.agreement)


class TakeNewer(OneAgreement, View):
    """A button on the measure's page: the agreement takes the library's newest version of it."""

    allowed = "writable_by"

    def post(self, request, *args, **kwargs):
        indicator = get_object_or_404(self.agreement.indicators.current(), code=kwargs["code"])
        try:
            taken = library.take_newer(indicator=indicator, actor=request.user, at=self.now)
        except AgreementRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{taken.name}” follows the library’s newest version from the next return on.")
        return redirect(self.agreement)
