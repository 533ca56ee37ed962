"""The forms of a file of answers: choosing it, matching its columns, explaining its words, entering it."""

from django import forms

from consultations.domain import matching
from consultations.domain.matching import AS_OTHER, LEFT_OUT, SOURCE
from consultations.enums import Channel
from consultations.forms.preparing import RefusableForm, offer
from consultations.models import SavedMatch
from engagement.domain.tabular import MAX_BYTES

MEGABYTES = MAX_BYTES // 1024 // 1024
NOT_ANSWERED = "=NOTHING"
SHOWN = 60


class FileForm(RefusableForm):
    """One file, and how it is matched if one of its kind came before. What is inside is judged by the domain."""

    file = forms.FileField(
        label="The file",
        help_text=f"CSV in UTF-8 or an Excel workbook (XLSX), {MEGABYTES} MB or less, one row a response.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        max_length=None,
        allow_empty_file=True,
        error_messages={"required": "Choose a file", "invalid": "Choose the file again"},
    )
    saved = forms.ModelChoiceField(
        None,
        label="Match its columns as before",
        required=False,
        empty_label="No: guess from the headings",
        help_text="You can change every column on the next page.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        matches = SavedMatch.objects.order_by("name")
        offer(self.fields["saved"], queryset=matches)
        if not matches:
            del self.fields["saved"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MEGABYTES} MB.")
        return file


class MatchForm(forms.Form):
    """What each column answers. `columns` are those that may be matched; what tells of a person is never offered."""

    mark_optional = False
    channel = forms.ChoiceField(
        label="How did these answers come in?",
        help_text="If no column of the file says it row by row.",
        required=False,
        choices=[("", "A column of the file says it"), *Channel.choices],
    )

    def __init__(self, *args, columns, match, questions, **kwargs):
        super().__init__(*args, **kwargs)
        targets = matching.targets_of(questions)
        offered = [
            (LEFT_OUT, "Leave out"),
            (SOURCE, "How the answer came in"),
            *((name, target.title[:120]) for name, target in targets.items()),
        ]
        self.columns = [column for column in columns if not column.personal]
        self.fields["channel"].initial = match.channel
        for place, column in enumerate(self.columns):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=column.heading[:200],
                help_text=hint_of(column),
                required=False,
                choices=offered,
                initial=match.targets.get(column.heading, LEFT_OUT),
                error_messages={"invalid_choice": "Choose one of the answers on this page"},
            )

    @property
    def rows(self):
        """Each column of the file with its field."""
        return [(column, self[f"column_{place}"]) for place, column in enumerate(self.columns)]

    def targets(self):
        """What was chosen, by heading."""
        return {column.heading: self.cleaned_data[f"column_{place}"] for place, column in enumerate(self.columns)}

    def refuse(self, refusal):
        """Puts each problem beside the column that it names."""
        places = {column.heading: f"column_{place}" for place, column in enumerate(self.columns)}
        for heading, words in (refusal.problems or {"": str(refusal)}).items():
            field = places.get(heading)
            self.add_error(field or ("channel" if "came in" in words else None), words)


def hint_of(column):
    """What stands in a column, shortened, and why it is left out unless somebody says otherwise."""
    samples = " · ".join(f"“{shortened(sample)}”" for sample in column.samples)
    words = f"{column.filled:,} filled. For example: {samples}." if samples else "Empty."
    why = f"Its cells hold {column.moment}." if column.moment else ""
    return f"{words} {why or f'Its heading speaks of {column.suspect}.'}" if why or column.suspect else words


def shortened(words):
    """A little of a cell, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


class WordsForm(forms.Form):
    """What words of the file mean that no choice has."""

    mark_optional = False

    def __init__(self, *args, unknown, match, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.unknown = unknown
        targets = matching.targets_of(questions)
        for place, one in enumerate(unknown):
            kept = match.words.get(one.heading, {}).get(one.word)
            initial = matching.guess_word(one, questions) if kept is None else kept or NOT_ANSWERED
            self.fields[f"word_{place}"] = forms.ChoiceField(
                label=f"“{shortened(one.word)}”",
                help_text=f"In “{shortened(one.heading)}”, {one.rows:,} time{'' if one.rows == 1 else 's'}.",
                choices=[("", "Choose what it means"), *meanings(targets.get(one.target))],
                initial=initial,
                error_messages={
                    "required": f"Choose what “{shortened(one.word)}” means",
                    "invalid_choice": "Choose one of the answers on this page",
                },
            )

    def words(self):
        """What each word means, by heading and word, as the domain takes it."""
        said = {}
        for place, one in enumerate(self.unknown):
            chosen = self.cleaned_data[f"word_{place}"]
            said.setdefault(one.heading, {})[one.word] = "" if chosen == NOT_ANSWERED else chosen
        return said


def meanings(target):
    """What a word under a target can mean: channels, or the words of the choices."""
    if target is None:
        return Channel.choices
    labels = [(label, label) for label in target.question.labels.values()]
    other = [(AS_OTHER, "Another answer, kept in these words")] if target.question.other else []
    return [*labels, *other, (NOT_ANSWERED, "No answer: leave it out")]


class EnterForm(RefusableForm):
    """The last press. A name keeps the match for the next file of this kind."""

    save_as = forms.CharField(
        label="Keep how the columns are matched, under this name",
        max_length=60,
        required=False,
        help_text="For the next file of this kind. For example: Citizen Space, young people’s survey",
    )
