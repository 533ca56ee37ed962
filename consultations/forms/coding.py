"""The forms of reading and coding: themes in words, a text under its themes, and which texts to read."""

from django import forms

from consultations.domain.codeframes import Words
from consultations.domain.coding import STATES, Which
from consultations.enums import Channel, ConcernReason, Position
from consultations.forms.preparing import RefusableForm, long_text, offer

NO_POSITION = [("", "None"), *Position.choices]
NAME = {
    "max_length": 80,
    "error_messages": {
        "required": "Name the theme",
        "max_length": "Use at most 80 characters for the name (there are %(show_value)d)",
    },
}


class ThemeChoice(forms.ModelChoiceField):
    """One theme, by the number that files know it by."""

    def __init__(self, **options):
        super().__init__(None, to_field_name="number", required=False, **options)


class ThemeForm(RefusableForm):
    """What a theme is called, what falls under it, and where it stands. `questions` are those in own words."""

    name = forms.CharField(
        label="Name", help_text="Short, in people’s own words: Nobody told me what came next", **NAME
    )
    definition = long_text(
        "What falls under it",
        "So that two people would choose the same texts. Say also what does not.",
        rows=3,
        required=False,
    )
    position = forms.ChoiceField(
        label="Position", help_text="Towards what was proposed.", required=False, choices=NO_POSITION
    )
    question = forms.ChoiceField(label="For the answers to", required=False)
    parent = ThemeChoice(label="Under", empty_label="No other theme")

    def __init__(self, *args, questions, themes, theme=None, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", "Every question"), *((one.key, one.text) for one in questions)]
        offer(self.fields["question"], choices=choices)
        above = themes.filter(parent=None).order_by("name")
        offer(self.fields["parent"], queryset=above.exclude(pk=theme.pk) if theme else above)
        if theme or len(questions) < 2:
            del self.fields["question"]
        if theme:
            known = {name: getattr(theme, name) for name in ("name", "definition", "position")}
            self.initial = {**known, "parent": theme.parent and theme.parent.number, **self.initial}

    def words(self):
        """The words of the theme as the domain takes them."""
        given = self.cleaned_data
        return Words(name=given["name"], definition=given["definition"], position=given["position"])


class MergeForm(RefusableForm):
    """The theme that takes over."""

    into = ThemeChoice(
        label="Merge it into", empty_label="Choose a theme", error_messages={"invalid_choice": "Choose a theme"}
    )

    def __init__(self, *args, themes, theme, **kwargs):
        super().__init__(*args, **kwargs)
        others = themes.exclude(pk=theme.pk).filter(question__in=["", theme.question])
        offer(self.fields["into"], queryset=others.order_by("name"))
        self.fields["into"].required = True
        self.fields["into"].error_messages["required"] = "Choose the theme that takes over"


class DropForm(RefusableForm):
    """One deliberate press."""


class CountForm(RefusableForm):
    """One press that has the words of the texts counted."""


class CodingForm(RefusableForm):
    """The themes of one text; a theme more can be added without losing what is ticked.

    `offered` are the themes that serve the question, in the order of the codeframe. The first nine have a number key.
    """

    mark_optional = False
    places = {"name": "new_name", "definition": "new_definition"}

    themes = forms.MultipleChoiceField(
        label="Themes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these themes has been merged or dropped meanwhile. Choose again."},
    )
    nothing = forms.BooleanField(label="Nothing to code", required=False)
    new_name = forms.CharField(
        label="Name of a new theme",
        max_length=80,
        required=False,
        error_messages={"max_length": NAME["error_messages"]["max_length"]},
    )
    new_definition = forms.CharField(
        label="What falls under it", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    danger = forms.ChoiceField(
        label="What may it mean?", required=False, choices=ConcernReason.choices, widget=forms.RadioSelect
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = {str(theme.number): theme for theme in offered}
        labels = [(number, theme.name) for number, theme in self.offered.items()]
        offer(self.fields["themes"], choices=labels)
        self.fields["themes"].widget.attrs = {
            "label_size": "m",
            "choice_hints": {number: theme.definition for number, theme in self.offered.items() if theme.definition},
            "choice_keys": {number: str(place) for place, (number, _) in enumerate(labels[:9], start=1)},
        }

    def chosen(self):
        """The themes that are ticked."""
        return [self.offered[number] for number in self.cleaned_data["themes"]]

    def new_words(self):
        """The words of a theme to add, or nothing."""
        name = self.cleaned_data["new_name"].strip()
        return Words(name=name, definition=self.cleaned_data["new_definition"]) if name else None


class SampleForm(RefusableForm):
    """How much of what is coded a second person reads."""

    percent = forms.IntegerField(
        label="How much should a second person read?",
        help_text="A share of the texts that are coded and not drawn yet. One in ten is usual.",
        min_value=1,
        max_value=100,
        initial=10,
        widget=forms.NumberInput(attrs={"width": 3, "suffix": "%"}),
        error_messages={
            "required": "Enter a whole number from 1 to 100",
            "invalid": "Enter a whole number from 1 to 100",
            "min_value": "Enter a whole number from 1 to 100",
            "max_value": "Enter a whole number from 1 to 100",
        },
    )


class TextFilter(forms.Form):
    """Which texts to read. What cannot be understood is left out, never an error."""

    use_required_attribute = False
    mark_optional = False

    question = forms.ChoiceField(label="Question", required=False)
    channel = forms.ChoiceField(label="Came in", required=False, choices=[("", "In any way"), *Channel.choices])
    theme = forms.ChoiceField(label="Theme", required=False)
    state = forms.ChoiceField(label="Show", required=False, choices=[("", "Every text"), *STATES.items()])
    words = forms.CharField(label="Words in the text", max_length=100, required=False)

    def __init__(self, data, *, questions, themes):
        super().__init__(data)
        asked = [("", "Every question"), *((one.key, one.text) for one in questions)]
        offer(self.fields["question"], choices=asked)
        offer(self.fields["theme"], choices=[("", "Any theme"), *((str(one.number), one.name) for one in themes)])

    def which(self):
        """The texts that are asked for."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return Which(**{**given, "theme": int(given["theme"]) if given["theme"] else None})
