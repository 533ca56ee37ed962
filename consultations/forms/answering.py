"""One question, one form: made from the question as it was frozen, judged by `domain.answers` alone.

A form knows both ways: `values` are the answer as drafts keep it, and `typed` is how an answer that is kept stands in
the boxes when somebody comes back to it.
"""

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from consultations.domain import answers
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import CHOICE_KINDS, DONT_KNOW, JOIN, OTHER, PREFER_NOT, QuestionKind
from consultations.forms.attaching import FilesMixin, files_field
from engagement.forms.dates import DayField, DayInput

RADIOS_AT_MOST = 10
ORDINALS = ("1st", "2nd", "3rd", *(f"{number}th" for number in range(4, 11)))


class AnswerForm(forms.Form):
    """The form of one question; `answer_form` makes the class that has its fields."""

    heading_field = "answer"
    summary = False
    question: FrozenQuestion

    def values(self):
        """The answer as drafts keep it, empty when the question was passed."""
        return self.cleaned_data["values"]

    def said(self):
        """What was typed and chosen, as values not yet put in order."""
        answer = self.cleaned_data.get("answer")
        return [answer] if answer else []

    def clean(self):
        if not self.errors:
            values = answers.cleaned(self.question, self.said())
            if problem := answers.problem_with(self.question, values):
                self.add_error(self.place_of(problem), problem.words)
            else:
                self.cleaned_data["values"] = values
        return self.cleaned_data

    def place_of(self, problem):
        """The field beside which a problem stands."""
        return "answer"

    @classmethod
    def typed(cls, values):
        """Names of fields and what stands in them, for an answer that is kept."""
        return {"answer": list(values)}

    @classmethod
    def data_of(cls, values, prefix):
        """The same as the data of a bound form."""
        return MultiValueDict({f"{prefix}-{name}": said for name, said in cls.typed(values).items()})


class ChoiceForm(AnswerForm):
    """One choice or several, and beside “Other” the words of somebody whose answer was not offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.question.other:
            self.fields["answer"].widget.attrs["beneath"] = {OTHER: self["other"]}

    @property
    def below(self):
        """The room for other words where the choices are a list to pick from, which cannot hold it."""
        return self["other"] if self.question.other and is_long(self.question) else None

    def said(self):
        answer = self.cleaned_data.get("answer") or []
        keys = [answer] if isinstance(answer, str) else list(answer)
        words = self.cleaned_data.get("other") or ""
        return [f"{key}{JOIN}{words}" if key == OTHER and words else key for key in keys]

    def clean(self):
        if (self.cleaned_data.get("other") or "").strip() and OTHER not in answer_keys(self.cleaned_data.get("answer")):
            self.add_error("other", "You wrote another answer here. Choose “Other” too, or delete what you wrote")
        return super().clean()

    def place_of(self, problem):
        return "other" if problem.line == OTHER else "answer"

    @classmethod
    def typed(cls, values):
        split = [value.partition(JOIN) for value in values]
        return {"answer": [key for key, _, _ in split], "other": [said for key, _, said in split if key == OTHER]}


class LinesForm(AnswerForm):
    """An answer for each statement, or a place for each thing to rank: fields named after their line."""

    heading_field = None
    mark_optional = False

    @property
    def lines(self):
        """The fields, in the order of the page."""
        return [self[name_of(line.key)] for line in self.question.lines]

    def said(self):
        given = [(line.key, self.cleaned_data.get(name_of(line.key))) for line in self.question.lines]
        return [f"{key}{JOIN}{answer}" for key, answer in given if answer]

    def place_of(self, problem):
        return name_of(problem.line or self.question.lines[0].key)

    @classmethod
    def typed(cls, values):
        return {name_of(key): [answer] for key, _, answer in (value.partition(JOIN) for value in values)}


class DateForm(AnswerForm):
    """A date in three boxes."""

    def said(self):
        answer = self.cleaned_data.get("answer")
        return [answer.isoformat()] if answer else []

    @classmethod
    def typed(cls, values):
        parts = values[0].split("-") if values else ("", "", "")
        boxes = zip(("year", "month", "day"), parts, strict=True)
        return {f"answer_{box}": [said.lstrip("0")] for box, said in boxes}


class FilesForm(FilesMixin, AnswerForm):
    """Files to send, and those sent before."""


class InformationForm(AnswerForm):
    """Nothing to answer: going on says that it was seen."""

    heading_field = None


def name_of(line):
    """The name of the field of one line of a grid."""
    return f"line_{line}"


def answer_keys(answer):
    """The keys that a field of choices holds, whichever kind of field it is."""
    return {answer} if isinstance(answer, str) else set(answer or ())


def is_long(question):
    """Whether a list of places is too long for radios."""
    return question.kind == QuestionKind.PLACE and len(question.labels) > RADIOS_AT_MOST


def answer_form(question):
    """The form class that asks one `FrozenQuestion`."""
    kind = QuestionKind(question.kind)
    base, fields = (ChoiceForm, _choices) if kind in CHOICE_KINDS else _FORMS[kind]
    return type("AskedForm", (base,), {"question": question, **fields(question)})


def _words(question):
    return {"label": question.text, "help_text": question.hint, "required": question.required}


def evidence_of(question):
    """What a person needs to know to answer, as HTML, or nothing."""
    return render_to_string("consultations/evidence.html", {"question": question}) if question.evidence else ""


def _choices(question):
    look = {
        "divider_before": (DONT_KNOW, PREFER_NOT),
        "choice_hints": {choice.key: choice.hint for choice in question.choices if choice.hint},
        "before": evidence_of(question),
    }
    offered = list(question.labels.items())
    errors = {"required": "Choose an answer", "invalid_choice": "Choose one of the answers on this page"}
    words = {**_words(question), "error_messages": errors}
    if question.kind == QuestionKind.SEVERAL:
        answer = forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple(attrs=look), **words)
    elif is_long(question):
        nothing = [("", "Choose from the list")]
        answer = forms.ChoiceField(
            choices=nothing + offered, widget=forms.Select(attrs={"before": look["before"]}), **words
        )
    else:
        answer = forms.ChoiceField(choices=offered, widget=forms.RadioSelect(attrs=look), **words)
    return {"answer": answer, **({"other": _other()} if question.other else {})}


def _other():
    return forms.CharField(label="Please say what", required=False)


def _statements(question):
    look = {"divider_before": (DONT_KNOW, PREFER_NOT)}
    return {
        name_of(line.key): forms.ChoiceField(
            label=line.label,
            choices=list(question.labels.items()),
            widget=forms.RadioSelect(attrs=look),
            required=question.required,
            error_messages={
                "required": f"Choose an answer for “{line.label}”",
                "invalid_choice": "Choose one of the answers on this page",
            },
        )
        for line in question.lines
    }


def _places(question):
    places = [("", "No place"), *((str(number), ORDINALS[number - 1]) for number in range(1, question.places + 1))]
    return {
        name_of(line.key): forms.ChoiceField(
            label=line.label,
            choices=places,
            required=False,
            error_messages={"invalid_choice": "Choose one of the places on this page"},
        )
        for line in question.lines
    }


def _number(question):
    money = question.kind == QuestionKind.MONEY
    look = {
        "width": 10,
        "inputmode": "decimal" if question.decimals else "numeric",
        "before": evidence_of(question),
        **({"prefix": "£"} if money else {"suffix": question.unit} if question.unit else {}),
    }
    errors = {"required": "Enter an amount" if money else "Enter a number"}
    words = _words(question)
    return {"answer": forms.CharField(widget=forms.TextInput(attrs=look), error_messages=errors, **words)}


def _date(question):
    year, month, day = (int(part) for part in question.maximum.split("-"))
    words = {**_words(question), "help_text": question.hint or f"For example, {day} {month} {year}"}
    boxes = DayInput(attrs={"before": evidence_of(question)})
    return {"answer": DayField(name="The date", widget=boxes, error_messages={"required": "Enter a date"}, **words)}


def _short_text(question):
    errors = {"required": "Write your answer"}
    look = {"before": evidence_of(question)}
    words = _words(question)
    return {"answer": forms.CharField(widget=forms.TextInput(attrs=look), error_messages=errors, **words)}


def _long_text(question):
    look = {"rows": 6, "maxlength": question.max_length, "before": evidence_of(question)}
    errors = {"required": "Write your answer"}
    words = _words(question)
    return {"answer": forms.CharField(widget=forms.Textarea(attrs=look), error_messages=errors, **words)}


def _files(question):
    return files_field(question, before=evidence_of(question))


_FORMS = {
    QuestionKind.MATRIX: (LinesForm, _statements),
    QuestionKind.RANKING: (LinesForm, _places),
    QuestionKind.NUMBER: (AnswerForm, _number),
    QuestionKind.MONEY: (AnswerForm, _number),
    QuestionKind.DATE: (DateForm, _date),
    QuestionKind.SHORT_TEXT: (AnswerForm, _short_text),
    QuestionKind.LONG_TEXT: (AnswerForm, _long_text),
    QuestionKind.FILE: (FilesForm, _files),
    QuestionKind.INFORMATION: (InformationForm, lambda question: {}),
}
