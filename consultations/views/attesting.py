"""Those who decide read what people said, and say so."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView

from consultations import rules
from consultations.domain import attesting, theme_tables
from consultations.domain.editions import edition_of
from consultations.enums import Reading
from consultations.forms.attesting import AttestForm
from consultations.models import Consultation
from consultations.views import reporting
from consultations.views.public import results_context


class Attest(FormView):
    """What people said, on one page, for those who decide; and their word that they have read it."""

    form_class = AttestForm
    template_name = "consultations/attest.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        mine = Consultation.objects.filter(rules.attested_consultations(request.user, at=self.at))
        self.consultation = get_object_or_404(
            mine.select_related("activity", "version"), reference=self.kwargs["reference"]
        )
        self.revision = attesting.edition_now(self.consultation)
        self.themes = theme_tables.themes_read(self.consultation, at=self.at) if self.revision else None

    def get(self, request, *args, **kwargs):
        if self.revision is None:
            messages.info(request, "The results are not public yet, so there is nothing to have read.")
            return redirect(*self.leads_to())
        return super().get(request, *args, **kwargs)

    def leads_to(self):
        """To the office's page of the consultation, which everybody watches who comes here."""
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at).filter(pk=self.consultation.pk)
        if not watched.exists():
            raise Http404
        return "consultations:manage-detail", self.consultation.reference

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "themes": self.themes}

    def get_initial(self):
        return {"edition": self.revision.number if self.revision else 0}

    def form_valid(self, form):
        try:
            attesting.attest(
                consultation=self.consultation,
                edition=form.cleaned_data["edition"],
                readings=[Reading(code) for code in form.cleaned_data["readings"]],
                actor=self.request.user,
                at=self.at,
            )
        except attesting.AttestationRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, "It is on record that you have read this.")
        return redirect("consultations:manage-detail", self.consultation.reference)

    def get_context_data(self, **kwargs):
        edition = edition_of(self.revision) if self.revision else None
        return {
            **super().get_context_data(**kwargs),
            "consultation": self.consultation,
            "revision": self.revision,
            "report": reporting.report(edition, consultation=self.consultation) if edition else None,
            "themes": self.themes,
            "mine": [one for one in attesting.attestations_of(self.consultation) if one.person == self.request.user],
            **(results_context(edition.results) if edition and edition.results else {}),
        }
