"""Answers that are alike, for the Involvement Team: what was found, side by side, and what a person makes of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from consultations.domain import alike, judging, questionnaires, responding
from consultations.enums import TEXT_KINDS, Channel
from consultations.forms.alike import JudgeForm
from consultations.models import AlikeJudgement, AlikeSearch
from consultations.views.analysis.marking import marked
from consultations.views.analysis.pages import AnalysisPage
from engagement.domain.calendar import uk_time

PER_PAGE = 25
BESIDE = 10  # answers beside the one that is kept


class AlikeList(AnalysisPage, TemplateView):
    """The groups that were found, the strongest first, how far judging has come, and how far the worker is."""

    template_name = "consultations/analysis/alike.html"

    def post(self, request, *args, **kwargs):
        try:
            alike.ask_to_look(consultation=self.consultation, actor=request.user, at=self.at)
        except alike.SearchRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "The worker looks again. What has been judged stays.")
        return redirect("consultations:manage-alike", self.consultation.reference)

    def get_context_data(self, **kwargs):
        found = judging.groups_of(consultation=self.consultation, reader=self.request.user, at=self.at)
        judged = Prefetch("judgements", AlikeJudgement.objects.select_related("judged_by").order_by("-number"))
        page = Paginator(found.prefetch_related(judged), PER_PAGE).get_page(self.request.GET.get("page"))
        search = AlikeSearch.objects.filter(consultation=self.consultation).first()
        return {
            **super().get_context_data(**kwargs),
            "page_obj": page,
            "rows": [row_of(group) for group in page.object_list],
            "progress": judging.progress_of(self.consultation),
            "next": judging.next_to_judge(consultation=self.consultation, reader=self.request.user, at=self.at),
            "search": search,
            "percent": 100 * search.done // search.total if search and search.total else 0,
            "looked": f"Looked for the last time at {uk_time(search.finished_at)}."
            if search and search.finished_at
            else "",
        }


def row_of(group):
    """One group of the list. Its judgements were fetched before."""
    judgements = group.judgements.all()
    return {
        "group": group,
        "title": f"{group.size} answers: {evidence_words(group.evidence)}",
        "last": judgements[0] if judgements else None,
        "state": "Grown since" if group.grown else "Judged" if group.verdict else "To judge",
    }


def evidence_words(evidence):
    """What speaks for a group, in words without a capital."""
    parts = []
    if evidence["same"]:
        parts.append(f"{evidence['same']} in the same words")
    if evidence["near"]:
        parts.append(f"{evidence['near']} in nearly the same words ({evidence['least']}% and more of them shared)")
    if evidence["whole"]:
        parts.append(f"{evidence['whole']} with every choice and text the same")
    if evidence["choices"]:
        parts.append(f"{evidence['choices']} with the same choices, which hardly anybody else would make")
    return ", ".join(parts)


class JudgeAlike(AnalysisPage, FormView):
    """One group: the answer that would be kept, the others beside it with what differs marked, and the judgement."""

    form_class = JudgeForm
    template_name = "consultations/analysis/alike_group.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = judging.groups_of(consultation=self.consultation, reader=request.user, at=self.at)
        self.group = found.filter(pk=kwargs["group"]).first()

    def dispatch(self, request, *args, **kwargs):
        if self.group is None and request.method == "POST":
            messages.info(request, judging.GONE)
            return redirect("consultations:manage-alike", self.consultation.reference)
        if self.group is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"seen": judging.seen_in(self.group)}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "campaigns": judging.campaigns_of(self.consultation)}

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            judging.judge(
                group=self.group,
                grounds=given["grounds"],
                words=given["words"],
                campaign=given.get("campaign"),
                seen=given["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except judging.JudgementRefused as refusal:
            form.refuse(refusal)
            form.data = {**form.data.dict(), "seen": judging.seen_in(self.group)}
            return self.form_invalid(form)
        messages.success(self.request, "Judged.")
        return self.onwards()

    def onwards(self):
        """To the next group that waits, or back to the list."""
        following = judging.next_to_judge(
            consultation=self.consultation, reader=self.request.user, at=self.at, after=self.group.pk
        )
        if following:
            return redirect("consultations:manage-alike-group", self.consultation.reference, following.pk)
        return redirect("consultations:manage-alike", self.consultation.reference)

    def get_context_data(self, **kwargs):
        group, reader = self.group, self.request.user
        kept = alike.fullest(group)
        members = group.members.select_related("response__version").prefetch_related("response__answers")
        page = Paginator(members.exclude(pk=kept.pk).order_by("response"), BESIDE).get_page(
            self.request.GET.get("page")
        )
        kept = members.get(pk=kept.pk)
        following = judging.next_to_judge(consultation=self.consultation, reader=reader, at=self.at, after=group.pk)
        return {
            **super().get_context_data(**kwargs),
            "group": group,
            "evidence": evidence_words(group.evidence),
            "channels": channel_words(judging.channels_of(group)),
            "kept": shown(kept, None),
            "others": [
                (f"Answer {number}", shown(member, kept))
                for number, member in enumerate(page.object_list, start=page.start_index() + 1)
            ],
            "page_obj": page,
            "judgements": judging.judgements_of(group),
            "may_judge": judging.may_judge(group=group, actor=reader),
            "next_url": address(self.consultation, following) if following else "",
            "campaigns": judging.campaigns_of(self.consultation),
        }


def channel_words(channels):
    """How many came in which way, in words."""
    return ", ".join(f"{number} {Channel(code).label.lower()}" for code, number in channels.items())


def address(consultation, group):
    """Where a group is judged."""
    return reverse("consultations:manage-alike-group", args=[consultation.reference, group.pk])


def shown(member, kept):
    """An answer as the page lays it beside the one that is kept: texts in marked pieces, choices where they differ."""
    texts, choices = said(member.response)
    beside_texts, beside_choices = said(kept.response) if kept else (texts, choices)
    return {
        "left_out": member.left_out,
        "channel": member.response.get_channel_display(),
        "texts": [(question, marked(beside_texts.get(question, ""), text)) for question, text in texts.items()],
        "choices": [
            (question, choices.get(question, "not answered"), beside_choices.get(question, "not answered"))
            for question in {**beside_choices, **choices}
            if kept is None or choices.get(question) != beside_choices.get(question)
        ],
    }


def said(response):
    """The texts and the choices of a response in words, by question. No query when they were fetched before."""
    texts, choices = {}, {}
    for question in questionnaires.questions_of(response.version):
        given = responding.answers_in([question], response).get(question.key)
        if given:
            into = texts if question.kind in TEXT_KINDS else choices
            into[question.text] = "\n".join(question.words_for(given))
    return texts, choices
