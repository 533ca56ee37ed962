"""The forms with which the Involvement Team chooses tables of results."""

from django import forms

from consultations.forms.preparing import RefusableForm, offer


class TableForm(RefusableForm):
    """A table to publish. `rows` and `columns` are what can stand there: keys and words."""

    mark_optional = False

    row = forms.ChoiceField(
        label="Answers to",
        help_text="The answers to this question stand in the rows.",
        error_messages={
            "required": "Choose a question for the rows",
            "invalid_choice": "Choose a question from the list",
        },
    )
    column = forms.ChoiceField(
        label="By",
        help_text="Another question, such as where people live, or the way their answers came in.",
        error_messages={"required": "Choose what stands in the columns", "invalid_choice": "Choose one from the list"},
    )

    def __init__(self, *args, rows, columns, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["row"], choices=[("", "Choose a question"), *rows])
        offer(self.fields["column"], choices=[("", "Choose a question or the way"), *columns])


class RemoveTableForm(RefusableForm):
    """The table that a button stands beside."""

    row = forms.CharField(max_length=20)
    column = forms.CharField(max_length=20)
