"""The page everybody lands on after signing in."""

from django.utils import timezone
from django.views.generic import TemplateView

from portal.domain.dashboard import dashboard_of


class Dashboard(TemplateView):
    template_name = "portal/dashboard.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        return super().get_context_data(board=dashboard_of(user=self.request.user, at=now), now=now, **kwargs)
