"""What a provider tells beside its figures: the narrative, files of evidence, and what it thinks of the office."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, View

from contracts.domain import evidence, feedback, narrating
from contracts.domain.evidence import EvidenceRefused
from contracts.domain.feedback import FeedbackChanged
from contracts.domain.moves import ReturnRefused
from contracts.domain.narrating import NarrativeChanged, NarrativeRefused
from contracts.enums import Judged, ReturnState
from contracts.forms.telling import EvidenceForm, FeedbackForm, NarrativeForm
from contracts.models import EvidenceFile, KpiReturn
from contracts.views.attached import attached
from contracts.views.provider import OneReturn
from contracts.views.uploads import WritableReturn
from engagement.domain.calendar import uk_time


class TellAsDraft(FormView):
    """Words that several colleagues write: whoever comes second sees both versions, and loses nothing (C04).

    `labels` maps the boxes to their questions, `shown` gives the words of one answer, and `save` keeps them.
    """

    kpi_return: KpiReturn
    changed: type[Exception]
    refused: tuple[type[Exception], ...] = (ReturnRefused,)
    said = ""

    def labels(self):
        raise NotImplementedError

    def held(self):
        raise NotImplementedError

    def save(self, given):
        raise NotImplementedError

    def shown(self, _name, text):
        return text or "Empty"

    def get_initial(self):
        held = self.held()
        if held is None:
            return {"version": 0}
        return {"version": held.version, **{name: getattr(held, name) for name in self.labels()}}

    def form_valid(self, form):
        try:
            self.save(form.cleaned_data)
        except self.changed as changed:
            return self.both_versions(changed)
        except self.refused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.said)
        return redirect(self.kpi_return)

    def both_versions(self, changed):
        """Theirs and mine side by side, mine still in the boxes."""
        theirs, typed = changed.theirs, self.request.POST.copy()
        typed["version"] = str(theirs.version)
        form = self.form_class(typed)
        form.full_clean()
        form.add_error(None, str(changed))
        rows = []
        for name, label in self.labels().items():
            one, two = getattr(theirs, name), form.cleaned_data.get(name, "")
            rows.append((label, self.shown(name, one), self.shown(name, two), one != two))
        versions = {"rows": rows, "who": str(theirs.saved_by), "when": uk_time(theirs.saved_at)}
        return self.render_to_response(self.get_context_data(form=form, versions=versions))


class NarrativePage(WritableReturn, TellAsDraft):
    """The narrative of a return that can be written."""

    template_name = "contracts/returns/narrative.html"
    form_class = NarrativeForm
    changed = NarrativeChanged
    refused = (ReturnRefused, NarrativeRefused)
    said = "The narrative is saved. It goes with the return when a certifier sends it."

    def labels(self):
        return narrating.QUESTIONS

    def held(self):
        return narrating.narrative_of(self.kpi_return)

    def save(self, given):
        narrating.save_narrative(
            kpi_return=self.kpi_return,
            words={name: given[name] for name in narrating.QUESTIONS},
            seen_version=given["version"],
            actor=self.request.user,
            at=self.now,
        )


class EvidencePage(WritableReturn, FormView):
    """The files of a return, and one more."""

    template_name = "contracts/returns/evidence.html"
    form_class = EvidenceForm

    def get_context_data(self, **kwargs):
        files = [(file, evidence.was_sent(file, self.kpi_return)) for file in self.kpi_return.files.listed()]
        return super().get_context_data(files=files, most=evidence.MOST, **kwargs)

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            evidence.add_file(
                kpi_return=self.kpi_return,
                caption=form.cleaned_data["caption"],
                file_name=file.name,
                content=file.read(evidence.LARGEST + 1),
                actor=self.request.user,
                at=self.now,
            )
        except (ReturnRefused, EvidenceRefused) as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, f"“{form.cleaned_data['caption']}” is added.")
        return redirect("contracts:return-evidence", self.kpi_return.reference)


class RemoveEvidence(OneReturn, View):
    """Takes away a file that was not sent. A button on the page of the files, where the refusal is shown."""

    def get(self, request, *args, **kwargs):
        return redirect("contracts:return-evidence", self.kpi_return.reference)

    def post(self, request, *args, **kwargs):
        file = get_object_or_404(self.kpi_return.files.defer("content"), pk=kwargs["pk"])
        try:
            evidence.remove_file(file=file, actor=request.user, at=self.now)
        except (ReturnRefused, EvidenceRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{file.caption}” is removed.")
        return redirect("contracts:return-evidence", self.kpi_return.reference)


class EvidenceDownload(View):
    """A file of a return, for whoever reads the return: its provider, and the office as the state of it says."""

    def get(self, request, *args, **kwargs):
        seen = KpiReturn.objects.visible_to(request.user, at=timezone.now())
        file = get_object_or_404(
            EvidenceFile, pk=kwargs["pk"], kpi_return__in=seen.filter(reference=kwargs["reference"])
        )
        return attached(name=file.file_name, content=file.content, kind=evidence.kind_of(file))


class FeedbackPage(OneReturn, TellAsDraft):
    """What the provider thinks of the office, until the return is accepted."""

    template_name = "contracts/returns/feedback.html"
    form_class = FeedbackForm
    changed = FeedbackChanged
    said = "Thank you. The Management Team and the Contract Manager read it once the return is sent."

    def dispatch(self, request, *args, **kwargs):
        if self.kpi_return.state == ReturnState.ACCEPTED:
            return redirect(self.kpi_return)
        return super().dispatch(request, *args, **kwargs)

    def labels(self):
        return {"in_time": feedback.IN_TIME, "in_proportion": feedback.IN_PROPORTION, "words": feedback.CHANGE}

    def held(self):
        return feedback.feedback_of(self.kpi_return)

    def shown(self, name, text):
        answers = dict(Judged.choices) if name != "words" else {}
        return answers.get(text, text) or "Empty"

    def save(self, given):
        feedback.give_feedback(
            kpi_return=self.kpi_return,
            seen_version=given["version"],
            actor=self.request.user,
            at=self.now,
            **{name: given[name] for name in self.labels()},
        )
