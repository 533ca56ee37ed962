"""Reading and coding: one text at a time, in an order that says nothing, each press leading to the next unread one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from consultations.domain import codeframes, coding, concerns, double, questionnaires
from consultations.forms import coding as forms
from consultations.models import Concern
from consultations.views.analysis.pages import AnalysisPage

ADD, DANGER = "add", "danger"


class CodingPage(AnalysisPage):
    """A page on which texts are found: the filter, and addresses that keep it."""

    @cached_property
    def themes(self):
        return codeframes.themes_of(self.consultation)

    @cached_property
    def filter(self):
        return forms.TextFilter(self.request.GET, questions=self.questions, themes=self.themes)

    @cached_property
    def which(self):
        return self.filter.which()

    def texts(self, which=None):
        return coding.texts(
            consultation=self.consultation, reader=self.request.user, at=self.at, which=which or self.which
        )

    def address_of(self, text):
        """Where a text is coded, among those that were asked for; nothing when there is none."""
        if text is None:
            return ""
        address = reverse("consultations:manage-code", args=[self.consultation.reference, text.pk])
        query = urlencode(self.which.as_query())
        return f"{address}?{query}" if query else address

    def unread(self):
        """Of the texts asked for, those that nobody has coded; all of them when a state was asked for."""
        narrowed = self.texts()
        if self.which.state:
            return narrowed
        uncoded = coding.Which(state=coding.UNCODED)
        return narrowed.filter(pk__in=self.texts(uncoded).values("pk"))


class StartCoding(CodingPage, TemplateView):
    """How far reading has come, question by question; a filter; and the way to the next text."""

    template_name = "consultations/analysis/coding.html"

    def get_context_data(self, **kwargs):
        progress = coding.progress_of(consultation=self.consultation, reader=self.request.user, at=self.at)
        user, found = self.request.user, self.texts()
        following = coding.next_text(self.unread(), coder=user) or coding.next_text(found, coder=user)
        return {
            **super().get_context_data(**kwargs),
            "filter": self.filter,
            "filtered": bool(self.which.as_query()),
            "found": found.count(),
            "progress": progress[""],
            "rows": [{"question": one, "progress": progress[one.key]} for one in self.questions],
            "next_url": self.address_of(following),
            "themes": self.themes,
        }


class CodeText(CodingPage, FormView):
    """One text with its question, and its themes. Without script an ordinary form."""

    form_class = forms.CodingForm
    template_name = "consultations/analysis/code.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        every = self.every_text().select_related("response__consultation__activity")
        self.text = get_object_or_404(every, pk=kwargs["text"])
        self.reading = self.earlier()

    def every_text(self):
        """The texts that can be opened here: not those that this person is to read a second time, unseen."""
        waiting = double.waiting_for(consultation=self.consultation, coder=self.request.user, at=self.at)
        return self.texts(coding.Which()).exclude(pk__in=waiting.values("pk"))

    def earlier(self):
        """The reading that this one replaces, if there is one."""
        return coding.reading_of(self.text)

    def offered(self):
        """The themes that serve this question, in the order of the codeframe."""
        return [
            theme for theme in codeframes.themes_of(self.consultation) if theme.question in {"", self.text.question}
        ]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "offered": self.offered()}

    def get_initial(self):
        reading = self.reading
        ticked = [one.theme.number for one in reading.codings.all()] if reading else []
        return {"themes": ticked, "nothing": bool(reading and reading.nothing), "seen": coding.seen_in(reading)}

    def post(self, request, *args, **kwargs):
        if request.POST.get("press") == DANGER or request.POST.get("danger"):  # whichever button was pressed
            return self.pass_on(self.get_form())
        return super().post(request, *args, **kwargs)

    def pass_on(self, form):
        """Tells the people named that this text may speak of danger, and shows it again with all that was ticked."""
        form.is_valid()
        given = {name: form[name].value() for name in form.fields if name != "danger"}
        try:
            concerns.raise_concern(
                answer=self.text, reason=form.cleaned_data.get("danger", ""), actor=self.request.user, at=self.at
            )
        except concerns.ConcernRefused as refusal:
            form.errors.clear()
            form.refuse(refusal)
            return self.form_invalid(form)
        again = self.form_class(initial=given, offered=self.offered())
        return self.render_to_response(self.get_context_data(form=again, passed_on=True))

    def form_valid(self, form):
        try:
            if self.request.POST.get("press") == ADD:
                return self.add_theme(form)
            coding.keep_reading(
                answer=self.text,
                themes=form.chosen(),
                nothing=form.cleaned_data["nothing"],
                adding=form.new_words(),
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                at=self.at,
            )
        except (codeframes.ThemeRefused, coding.CodingRefused) as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        return self.onwards()

    def add_theme(self, form):
        """Adds a theme and shows the same text again, the new theme ticked with the others. Nothing is coded yet."""
        theme = codeframes.add_theme(
            consultation=self.consultation,
            words=form.new_words() or codeframes.Words(name=""),
            question=coding.home_of_new_themes(self.text),
            actor=self.request.user,
            at=self.at,
        )
        given = form.cleaned_data
        ticked = {"themes": [*given["themes"], theme.number], "nothing": given["nothing"], "seen": given["seen"]}
        again = self.form_class(initial=ticked, offered=self.offered())
        return self.render_to_response(self.get_context_data(form=again, added=theme))

    def onwards(self):
        """To the next text that nobody has coded, else to where reading starts."""
        following = coding.next_text(self.unread(), coder=self.request.user, after=self.text.pk)
        if following:
            return redirect(self.address_of(following))
        messages.success(self.request, "That was the last of these texts.")
        return redirect("consultations:manage-coding", self.consultation.reference)

    def get_context_data(self, **kwargs):
        user, here = self.request.user, self.text.pk
        numbers = {question.key: (place, question) for place, question in enumerate(self.asked(), start=1)}
        number, question = numbers[self.text.question]
        progress = coding.progress_of(consultation=self.consultation, reader=user, at=self.at)
        return {
            **super().get_context_data(**kwargs),
            "text": self.text,
            "reading": self.reading,
            "question": question,
            "number": number,
            "channel": self.text.response.get_channel_display(),
            "concern": Concern.objects.filter(answer=self.text).first(),
            "progress": progress[self.which.question] if self.which.question in progress else progress[""],
            "skip_url": self.address_of(coding.next_text(self.unread(), coder=user, after=here)),
            "back_url": self.address_of(coding.next_text(self.texts(), coder=user, after=here, back=True)),
            "which": self.which,
            "found": self.texts().count() if self.which.as_query() else None,
        }

    def asked(self):
        """Every question of the consultation, for its number."""
        return questionnaires.questions_of(self.consultation.asked_version)
