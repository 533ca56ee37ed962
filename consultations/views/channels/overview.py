"""What came in other ways than online, on one page: batches of sheets, files, voices of many, suspected duplicates."""

from django.views.generic import TemplateView

from consultations.domain import arriving, collective
from consultations.domain.files import FileRefused, refuse_unless_enterable
from consultations.enums import Channel
from consultations.models import AnswerFile
from consultations.views.channels.files import Enterable
from consultations.views.figures import shown

RECENT = 50


class Channels(Enterable, TemplateView):
    """The way to everything that is entered by the office, and how far it is."""

    template_name = "consultations/channels/overview.html"

    def shown_when_over(self):
        return self.consultation.published_at is not None

    def get_context_data(self, **kwargs):
        try:
            refuse_unless_enterable(self.consultation)
            over = ""
        except FileRefused as refusal:
            over = str(refusal)
        batches = self.consultation.entry_batches.select_related("typed_by", "checked_by").order_by("-number")
        files = AnswerFile.objects.shown_to(self.request.user, at=self.at).filter(consultation=self.consultation)
        found = list(self.consultation.collective_responses.order_by("-received_on", "-pk"))
        came = arriving.arrivals(self.consultation)
        return super().get_context_data(
            over=over,
            came=came,
            by_channel=[(Channel(code).label, shown(number)) for code, number in came.by_channel.items()],
            batches=batches[:RECENT],
            many=zip(found, collective.rows_of(found), strict=True) if found else [],
            files=files.waiting(at=self.at).count(),
            **kwargs,
        )
