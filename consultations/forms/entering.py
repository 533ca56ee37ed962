"""Typing sheets in: beginning a batch, one sheet as all its questions on a page, and settling what two people read."""

from django import forms

from consultations.enums import Channel, QuestionKind
from consultations.forms.answering import answer_form
from consultations.forms.preparing import RefusableForm, day_field, offer
from consultations.forms.receipts import SendForm
from consultations.models.entry import MOST_SHEETS


class BatchForm(RefusableForm):
    """How, where and when answers were given, and on how many sheets."""

    channel = forms.ChoiceField(
        label="How did these answers come in?",
        choices=[choice for choice in Channel.choices if choice[0] != Channel.ONLINE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how these answers came in"},
    )
    wording = forms.ChoiceField(label="In which words do the sheets ask?", required=False)
    place = forms.CharField(
        label="Where were they given?",
        max_length=120,
        help_text="Name nobody. For example: Millgate Library, afternoon drop-in",
        error_messages={"required": "Enter where they were given"},
    )
    held_on = day_field("On which day?", missing="Enter the day on which they were given")
    sheets = forms.IntegerField(
        label="How many sheets?",
        min_value=1,
        max_value=MOST_SHEETS,
        widget=forms.NumberInput(attrs={"width": 4, "suffix": "sheets"}),
        help_text="Blank ones too. Number them from 1, so that whoever checks finds each.",
        error_messages={
            "required": "Enter how many sheets there are",
            "invalid": "Enter a whole number of sheets",
            "min_value": "A batch has at least one sheet",
            "max_value": f"A batch has at most {MOST_SHEETS} sheets. Make several of more",
        },
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["wording"], choices=[("", "Standard"), *((one.code, one.title) for one in offered)])
        if not offered:
            del self.fields["wording"]

    def words(self):
        """The batch as the domain takes it."""
        return {"wording": "", **self.cleaned_data}


class SheetForms:
    """Every question of a sheet on one page: the forms that respondents answer one by one."""

    def __init__(self, questions, *, offered, data=None, said=None):
        asked = [one for one in questions if one.asks and one.kind != QuestionKind.FILE]  # no sheet holds a file
        look = {"heading_field": None, "mark_optional": False, "summary": False}
        self.forms = []
        for question in asked:
            kind = answer_form(question)
            kept = said.answers.get(question.key, []) if said else []
            bound = data if data is not None else kind.data_of(kept, question.key) if said else None
            self.forms.append(type("SheetQuestion", (kind,), look)(bound, prefix=question.key))
        publish = {"publish": said.publish} if said else None
        self.publish = SendForm(data if data is not None else publish, offered=offered)
        self.publish.fields["publish"].help_text = "As the sheet says. Nothing ticked is a no."

    def is_valid(self):
        """Whether every answer can be kept."""
        return not [form for form in [*self.forms, self.publish] if not form.is_valid()]

    def answers(self):
        """Everything that was typed, by question."""
        return {form.question.key: form.values() for form in self.forms}

    def publishing(self):
        """Whether the words may be published."""
        return self.publish.cleaned_data["publish"]

    def problems(self):
        """Every error with the address of its field, for the error summary."""
        return [
            (words, f"#{form[name].auto_id}" if name in form.fields else "#sheet")
            for form in [*self.forms, self.publish]
            for name, errors in form.errors.items()
            for words in errors
        ]


class FinishForm(RefusableForm):
    """Handing a batch to a second person."""

    left_out_reason = forms.CharField(
        label="Why are sheets left out?",
        max_length=200,
        required=False,
        help_text="For example: three were blank, one could not be read",
    )


class SettleForm(RefusableForm):
    """What stands on the sheet, where two people read differently."""

    mark_optional = False

    def __init__(self, *args, differences, **kwargs):
        super().__init__(*args, **kwargs)
        for one in differences:
            choices = [("first", one.first or "Not answered"), ("second", one.second or "Not answered")]
            self.fields[one.key] = forms.ChoiceField(
                label=one.text,
                choices=choices,
                widget=forms.RadioSelect(attrs={"choice_hints": {"first": "Typed first", "second": "Read second"}}),
                error_messages={"required": f"Choose what stands on the sheet: {one.text}"},
            )
