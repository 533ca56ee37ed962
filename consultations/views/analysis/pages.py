"""What every page of the analysis has in common."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import View

from consultations.domain import codeframes
from consultations.models import Consultation, Theme


class AnalysisPage(View):
    """A page of the analysis of one public consultation, for those who read what people wrote; else it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        readable = Consultation.objects.readable_by(request.user, at=self.at).exclude(published_at=None)
        self.consultation = get_object_or_404(
            readable.select_related("activity", "version"), reference=kwargs["reference"]
        )
        self.questions = codeframes.written_questions(self.consultation)

    def in_use(self):
        """The themes that texts can be put under."""
        return Theme.objects.in_use().filter(codeframe__consultation=self.consultation)

    def get_context_data(self, **kwargs):
        """What every page of the analysis shows. Stands before the generic view that draws the page."""
        return {
            **super().get_context_data(**kwargs),
            "consultation": self.consultation,
            "is_over": codeframes.is_over(self.consultation, at=self.at),
        }
