"""Agreements: the list, one with its measures, returns and history, entering and signing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from contracts import rules
from contracts.domain import agreements, checked, funding, going, making, queries
from contracts.domain.agreements import AgreementRefused
from contracts.domain.phrasing import target_text
from contracts.domain.quality import quality_of
from contracts.domain.rolling import put_together
from contracts.domain.yardsticks import Yardstick
from contracts.forms.agreements import AgreementForm, SignForm
from contracts.forms.office import AgreementFilter
from contracts.models import Agreement, KpiReturn
from engagement.access import local_date
from engagement.models import Activity

PAGE = 25


class AgreementList(TemplateView):
    """Every agreement this person may open."""

    template_name = "contracts/office/agreement_list.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_agreements(user, at=now):
            raise Http404
        form = AgreementFilter(self.request.GET)
        found = form.narrow(Agreement.objects.visible_to(user, at=now).for_table().order_by("-created_at", "-pk"))
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        may_enter = rules.makes_agreements(user, at=now)
        of_office = rules.reads_office_lists(user, at=now)
        return super().get_context_data(
            form=form,
            narrowed=any(form.data.get(name) for name in form.fields),
            page=page,
            may_enter=may_enter,
            of_office=of_office,
            **kwargs,
        )


class OneAgreement:
    """Loads the agreement that the address names, when this person may open it."""

    request: HttpRequest
    allowed = "visible_to"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        found = getattr(Agreement.objects, self.allowed)(request.user, at=self.now).for_table()
        people = ("activity__contract_manager", "activity__lead_commissioner")
        self.agreement = get_object_or_404(found.select_related(*people), reference=kwargs["reference"])

    @cached_property
    def manages(self):
        """Whether this person is the Contract Manager of the agreement."""
        return Agreement.objects.writable_by(self.request.user, at=self.now).filter(pk=self.agreement.pk).exists()

    @cached_property
    def is_looked_after(self):
        """Whether this person reads, for the office, how the agreement is looked after."""
        return Agreement.objects.looked_after_by(self.request.user, at=self.now).filter(pk=self.agreement.pk).exists()

    def get_context_data(self, **kwargs):
        return super().get_context_data(agreement=self.agreement, now=self.now, **kwargs)


class AgreementDetail(OneAgreement, TemplateView):
    """One agreement: what is measured, what was returned, what was published, what happened."""

    template_name = "contracts/office/agreement_detail.html"

    def get_context_data(self, **kwargs):
        user, agreement = self.request.user, self.agreement
        of_office = rules.reads_office_lists(user, at=self.now)
        indicators = list(
            agreement.indicators.current().as_of(local_date(self.now)).select_related("measure_version__measure")
        )
        visible = KpiReturn.objects.visible_to(user, at=self.now)
        together = put_together(agreement, indicators, beside=visible)
        measures = [(one, target_text(Yardstick.of(one)), *together.get(one.pk, (None, None))) for one in indicators]
        kpi_returns = list(queries.returns_for(user, at=self.now).filter(agreement=agreement)[:PAGE])
        published = {publication.kpi_return_id: publication for publication in queries.publications_of(agreement)}
        return super().get_context_data(
            measures=measures,
            kpi_returns=[
                {
                    "one": one,
                    "tag": one.status(at=self.now),
                    "url": one.get_office_url() if of_office else one.get_absolute_url(),
                    "publication": published.get(one.pk),
                }
                for one in kpi_returns
            ],
            quality=quality_of(agreement, beside=visible, at=self.now) if agreement.is_live else [],
            has_published=bool(published),
            put_together=bool(together),
            of_office=of_office,
            may_write=self.manages,
            may_sign=self.manages and not agreement.is_live and measures,
            going=going.going_of(agreement, user, at=self.now),
            made_of=making.made_of(agreement, user, at=self.now),
            history=queries.history_of(agreement, user, at=self.now),
            **kwargs,
        )


class EnterAgreement(FormView):
    """A new agreement, for an activity that this person manages."""

    form_class = AgreementForm
    template_name = "contracts/office/agreement_form.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.makes_agreements(request.user, at=self.now):
            raise Http404

    def get_form_kwargs(self):
        managed = Activity.objects.filter(rules.activities_for_agreements(self.request.user, at=self.now))
        return {**super().get_form_kwargs(), "activities": managed.order_by("title")}

    def form_valid(self, form):
        try:
            agreement = agreements.enter_agreement(actor=self.request.user, at=self.now, **form.cleaned_data)
        except AgreementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{agreement.reference} is entered as a draft. Add its measures, then sign it.")
        return redirect(agreement)


class WhileUnsigned(OneAgreement):
    """A page that has its use until the agreement is signed; after that it leads to the agreement and says why.

    What was typed before somebody else signed is not thrown away: it is refused in the form.
    """

    refuse = staticmethod(agreements.refuse_changing)

    def get(self, request, *args, **kwargs):
        try:
            self.refuse(self.agreement)
        except AgreementRefused as refusal:
            messages.info(request, str(refusal))
            return redirect(self.agreement)
        return super().get(request, *args, **kwargs)


class ChangeAgreement(WhileUnsigned, FormView):
    """The facts of an agreement that is not signed yet."""

    allowed = "writable_by"
    form_class = AgreementForm
    template_name = "contracts/office/agreement_form.html"

    def get_initial(self):
        return AgreementForm.facts_of(self.agreement)

    def form_valid(self, form):
        try:
            agreements.change_agreement(
                agreement=self.agreement, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except AgreementRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Your changes are saved.")
        return redirect(self.agreement)


class SignAgreement(WhileUnsigned, FormView):
    """Records that both sides have signed."""

    refuse = staticmethod(agreements.refuse_signing_again)

    allowed = "writable_by"
    form_class = SignForm
    template_name = "contracts/office/agreement_sign.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            parts=funding.parts_of(self.agreement),
            lacking=checked.lacking(self.agreement, on=local_date(self.now)),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            agreements.sign_agreement(
                agreement=self.agreement, actor=self.request.user, at=self.now, **form.cleaned_data
            )
        except AgreementRefused as refusal:
            form.add_error("signed_on", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Recorded as signed. The provider is asked for a return when the period ends.")
        return redirect(self.agreement)
