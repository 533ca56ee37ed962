"""A sample read twice: drawing it, reading it blind, how far two people agree, and settling where they do not."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from consultations.domain import coding, double
from consultations.enums import Round
from consultations.forms import coding as forms
from consultations.models import CodingSample, Reading
from consultations.views.analysis.coding import CodeText
from consultations.views.analysis.pages import AnalysisPage


class DoubleCoding(AnalysisPage, FormView):
    """Draws a sample; shows agreement and kappa by theme, what waits for this person, and what is still to settle."""

    form_class = forms.SampleForm
    template_name = "consultations/analysis/double.html"

    def form_valid(self, form):
        percent = form.cleaned_data["percent"]
        try:
            sample = double.draw_sample(
                consultation=self.consultation, percent=percent, actor=self.request.user, at=self.at
            )
        except coding.CodingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, f"{sample} were drawn by lot. Ask a colleague to read them.")
        return redirect("consultations:manage-double", self.consultation.reference)

    def get_context_data(self, **kwargs):
        waiting = double.waiting_for(consultation=self.consultation, coder=self.request.user, at=self.at)
        samples = CodingSample.objects.filter(consultation=self.consultation)
        following = coding.next_text(waiting, coder=self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "compared": double.compare(self.consultation),
            "disagreements": double.disagreements(self.consultation),
            "waiting": waiting.count(),
            "next_url": second_address(self.consultation, following) if following else "",
            "samples": samples.select_related("drawn_by").order_by("-pk"),
        }


def second_address(consultation, text):
    """Where a text is read a second time."""
    return reverse("consultations:manage-second", args=[consultation.reference, text.pk])


class SecondReading(CodeText):
    """A text as if nobody had read it before. The codeframe is as it is: a second reader adds no themes."""

    blind = True

    def waiting(self):
        return double.waiting_for(consultation=self.consultation, coder=self.request.user, at=self.at)

    def every_text(self):
        return self.waiting()

    def earlier(self):
        return None

    def keep(self, form):
        """Calls the one domain function of this page."""
        double.keep_second(
            answer=self.text,
            themes=form.chosen(),
            nothing=form.cleaned_data["nothing"],
            actor=self.request.user,
            at=self.at,
        )

    def form_valid(self, form):
        try:
            self.keep(form)
        except coding.CodingRefused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.onwards()

    def onwards(self):
        following = coding.next_text(self.waiting(), coder=self.request.user, after=self.text.pk)
        if following:
            return redirect(second_address(self.consultation, following))
        messages.success(self.request, "That was the last of the sample. Now see how far you agree.")
        return redirect("consultations:manage-double", self.consultation.reference)

    def get_context_data(self, **kwargs):
        following = coding.next_text(self.waiting(), coder=self.request.user, after=self.text.pk)
        return {
            **super().get_context_data(**kwargs),
            "blind": self.blind,
            "skip_url": second_address(self.consultation, following) if following else "",
            "back_url": "",
        }


class Settle(SecondReading):
    """A text that two people put under different themes: what each said, and what counts from now on."""

    blind = False
    template_name = "consultations/analysis/settle.html"

    def every_text(self):
        both = Reading.objects.filter(round=Round.SECOND).values("answer")
        return self.texts(coding.Which()).filter(pk__in=both)

    def keep(self, form):
        double.agree_on(
            answer=self.text,
            themes=form.chosen(),
            nothing=form.cleaned_data["nothing"],
            actor=self.request.user,
            at=self.at,
        )

    def onwards(self):
        messages.success(self.request, "Settled. The agreed themes count from now on.")
        return redirect("consultations:manage-double", self.consultation.reference)

    def get_context_data(self, **kwargs):
        readings = [coding.reading_of(self.text, turn=turn) for turn in (Round.FIRST, Round.SECOND)]
        return {**super().get_context_data(**kwargs), "readings": readings, "skip_url": ""}
