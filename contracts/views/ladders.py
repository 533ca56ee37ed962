"""The office's ladder of consequences: what agreements take today, and writing another from a day on."""

from django.http import Http404
from django.utils import timezone
from django.views.generic import TemplateView

from contracts import rules
from contracts.domain import ladders
from contracts.domain.ladders import LadderRefused
from contracts.forms.ladders import LadderForm, RungForms
from contracts.views.asking import Asking
from engagement.access import local_date

RUNG_FACTS = ("name", "words", "notice_days", "appeal_days", "withholds")


class OfficeLadder(TemplateView):
    """The ladder of today with its steps, and every other one with the agreements that keep it."""

    template_name = "contracts/care/ladder.html"

    def get_context_data(self, **kwargs):
        now, user = timezone.now(), self.request.user
        if not rules.reads_office_lists(user, at=now):
            raise Http404
        ladder = ladders.ladder_on(local_date(now))
        return super().get_context_data(
            ladder=ladder,
            rungs=ladders.rungs_of(ladder),
            kept=ladders.ladders_kept(on=local_date(now)),
            may_write=rules.settles_schemes(user, at=now),
            **kwargs,
        )


class WriteLadder(Asking):
    """A new ladder from a day on, beginning with the steps of today."""

    refused = LadderRefused
    template_name = "contracts/care/ladder_form.html"
    form_class = LadderForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        if not rules.settles_schemes(request.user, at=self.now):
            raise Http404
        today = ladders.rungs_of(ladders.ladder_on(local_date(self.now)))
        steps = [
            {name: getattr(rung, name) for name in RUNG_FACTS}
            | {"place": place, "needs_decision": "yes" if rung.needs_decision else "no"}
            for place, rung in enumerate(today, start=1)
        ]
        self.rungs = RungForms(request.POST or None, initial=steps, prefix="steps")

    def get_context_data(self, **kwargs):
        return super().get_context_data(rungs=self.rungs, **kwargs)

    def form_valid(self, form):
        return super().form_valid(form) if self.rungs.is_valid() else self.form_invalid(form)

    def act(self, given):
        rows = [step.cleaned_data for step in self.rungs if step.has_changed() or step.initial]
        named = sorted((row for row in rows if row.get("name")), key=lambda row: row["place"])
        steps = [{name: row[name] for name in (*RUNG_FACTS, "needs_decision")} for row in named]
        ladders.write_ladder(rungs=steps, actor=self.request.user, at=self.now, **given)
        return "The new ladder is kept.", "contracts:ladder"
