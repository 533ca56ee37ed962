"""What the office sees of organisations that answer by name: which have begun, which have answered, and what."""

from django.shortcuts import get_object_or_404

from consultations.domain import naming
from consultations.enums import Publication
from consultations.forms.cowriting import PUBLISH
from consultations.models import Consultation, OrganisationAnswer
from consultations.views.office import OnceOpened

STATES = {"BEGUN": ("IN_PROGRESS", "Begun"), "ANSWERED": ("COMPLETED", "Answered"), "WITHDRAWN": ("WITHDRAWN", "")}


class NamedList(OnceOpened):
    """Which organisations have begun and answered, for those who watch the consultation. No answer stands here."""

    template_name = "consultations/named/list.html"

    def get_queryset(self):
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at).named()
        return watched.select_related("activity")

    def get_context_data(self, **kwargs):
        known = naming.standings(self.object)
        readable = Consultation.objects.readable_by(self.request.user, at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "rows": [{"standing": one, "tag": STATES[one.state]} for one in known],
            "answered": sum(one.state == "ANSWERED" for one in known),
            "reads": readable.filter(pk=self.object.pk).exists(),
        }


class NamedAnswer(OnceOpened):
    """What one organisation signed, with its interests and its declaration, for the Involvement Team."""

    template_name = "consultations/named/detail.html"

    def get_queryset(self):
        readable = Consultation.objects.readable_by(self.request.user, at=self.at).named()
        return readable.select_related("activity")

    def get_context_data(self, **kwargs):
        signed = OrganisationAnswer.objects.readable_by(self.request.user, at=self.at)
        answer = get_object_or_404(
            signed.select_related("organisation", "version", "signed_by", "withdrawn_by"),
            consultation=self.object,
            organisation__slug=self.kwargs["who"],
        )
        return {
            **super().get_context_data(**kwargs),
            "answer": answer,
            "rows": [{"key": key, "value": value} for key, value in naming.rows_of(answer)],
            "interests": naming.interest_labels(answer),
            "published": dict(PUBLISH)[Publication(answer.publication)],
        }
