"""Writing routes in the CMS: what can be picked for each question, and what is wrong with the way, beside it."""

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from consultations.domain import soundness
from consultations.domain.fitness import QuestionUnfit, as_frozen
from consultations.domain.frozen import FrozenChoice
from consultations.domain.routes import END, Graph, Route
from consultations.enums import RouteWhen

TO_THE_END = (END, "The end: nothing more is asked")
GONE = "No longer there"


class RouteForm(WagtailAdminModelForm):
    """One route. `answers` and `goals` are (key, words) of what it can be for and where it can lead."""

    when = forms.ChoiceField(label="When", choices=RouteWhen.choices)
    choices = forms.MultipleChoiceField(label="These answers", required=False, widget=forms.CheckboxSelectMultiple)
    goal = forms.ChoiceField(label="Then go to", error_messages={"required": "Choose where this leads."})

    def __init__(self, *args, answers=(), goals=(), **kwargs):
        super().__init__(*args, **kwargs)
        kept = [self.instance.goal] if self.instance.goal else []
        self.fields["choices"].choices = with_what_is_gone(answers, self.instance.choices)
        goals = with_what_is_gone([*goals, TO_THE_END], kept)
        self.fields["goal"].choices = [("", "Choose a question"), *goals]

    def clean(self):
        """Answers count only for a route that is for some of them."""
        cleaned = super().clean()
        if cleaned.get("when") != RouteWhen.CHOSEN:
            cleaned["choices"] = []
        return cleaned


def with_what_is_gone(offered, kept):
    """What can be picked, and what was picked once and is gone: its author has to see it to change it."""
    known = dict(offered)
    return [*offered, *((key, GONE) for key in kept if key not in known)]


def offer_routes(question_forms):
    """Tells the routes of each saved question which answers it has and which questions stand after it.

    Both are as they were saved last: what is new on the page has no key yet to go by.
    """
    saved = [form for form in question_forms if form.instance.pk]
    goals = [(form.instance.key, f"{number}. {form.instance.text}") for number, form in enumerate(saved, start=1)]
    for number, form in enumerate(saved, start=1):
        answers = labels_of(form, saved_rows).items()
        form.formsets["routes"].form_kwargs = {"answers": list(answers), "goals": goals[number:]}


def saved_rows(form, name):
    """The rows of one of a form's own formsets as they were saved last."""
    formset = form.formsets.get(name)
    return [one.instance for one in formset.forms if one.instance.pk] if formset else []


def labels_of(form, rows_of):
    """The answers that a question offers, by key; none while it cannot be asked as it is."""
    try:
        return frozen_of(form, rows_of).labels
    except QuestionUnfit:
        return {}


def frozen_of(form, rows_of):
    """A question as its rows say it, saved or not. Raises `QuestionUnfit`."""
    question = form.instance
    said = {one.attname: getattr(question, one.attname) for one in question._meta.concrete_fields}
    choices, statements = (
        [FrozenChoice(row.key, row.label) for row in rows_of(form, name)] for name in ("choices", "statements")
    )
    return as_frozen(said, choices=choices, statements=statements)


def say_what_is_wrong_with_the_way(question_forms, rows_of):
    """Puts each fault beside its question. `rows_of(form, name)` gives the kept rows of a question, in order."""
    try:
        stops = [frozen_of(form, rows_of) for form in question_forms]
    except QuestionUnfit:
        return  # said beside the question already
    routes = {
        form.instance.key: tuple(Route(row.goal, row.when, tuple(row.choices)) for row in rows_of(form, "routes"))
        for form in question_forms
    }
    by_key = {form.instance.key: form for form in question_forms}
    for fault in soundness.judge(Graph(tuple(stops), {key: ways for key, ways in routes.items() if ways})):
        by_key[fault.question].add_error(None, fault.sentence)
