"""The Management Team publishes ratings, having seen exactly what the public will see."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView

from contracts.domain import publishing
from contracts.domain.moves import ReturnRefused
from contracts.domain.standing import Act
from contracts.forms.office import PublishForm
from contracts.views.office import ActOnReturn


class PublishRatings(ActOnReturn, FormView):
    """The snapshot as it would be, which of the provider's words go with it, and the button."""

    allowed, in_time, does = "rated_by", "publishable_by", Act.PUBLISH
    form_class = PublishForm
    template_name = "contracts/office/rating_publish.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # The version before the snapshot: what changes in between is refused, and never published unread.
        self.version = publishing.version_of(self.kpi_return)
        self.snapshot = None if self.not_now else publishing.snapshot_of(self.kpi_return)

    def get_initial(self):
        return {"seen": self.version}

    def form_invalid(self, form):
        """The page shows what would be published now: whoever sends it again has read that."""
        form.data = form.data.copy()
        form.data["seen"] = str(self.version)
        return super().form_invalid(form)

    def get_form_kwargs(self):
        shown = [line["code"] for line in self.snapshot["lines"] if not line["withheld"]]
        figures = self.kpi_return.figures.exclude(commentary="").filter(indicator__code__in=shown)
        ordered = figures.select_related("indicator").order_by("indicator__order", "indicator__code")
        return {**super().get_form_kwargs(), "figures": list(ordered)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(snapshot=self.snapshot, **kwargs)

    def form_valid(self, form):
        try:
            publishing.publish_ratings(
                kpi_return=self.kpi_return,
                words=set(form.cleaned_data.get("words", [])),
                seen=form.cleaned_data["seen"] or 0,
                actor=self.request.user,
                at=self.now,
            )
        except ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, "Published. Everyone engaged with the activity is told.")
        return redirect(self.kpi_return.get_office_url())
