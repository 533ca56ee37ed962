"""The question that asks for files: pictures and texts chosen, judged one by one, and those kept before to take out."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html

from consultations.domain.answers import MOST_FILES
from consultations.domain.frozen import FrozenQuestion
from consultations.domain.stripping import LARGEST, FileUnfit, stripped

ACCEPTED = ".jpg,.jpeg,.png,.txt,image/jpeg,image/png,text/plain"
LONGEST_NAME_SHOWN = 60


class FilesInput(forms.FileInput):
    """Takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """All files that were chosen, as a list. What they are is judged by the form, each for itself."""

    def clean(self, data, initial=None):
        return list(data or [])


class RemoveField(forms.MultipleChoiceField):
    """Files to take out: none, some or all. One that another device took out meanwhile is no mistake."""

    def validate(self, value):
        """Takes whatever is ticked."""


class FilesMixin(forms.Form):
    """What `AnswerForm` needs for files. `kept` are the names in the draft, `added` what can be kept of the new ones.

    A file that cannot be taken says so; the others are kept all the same, since a browser forgets what was chosen.
    """

    keeps_files = True
    question: FrozenQuestion
    data: Any
    _bound_fields_cache: dict[str, Any]

    def __init__(self, *args, kept=(), oversized=False, too_often="", **kwargs):
        super().__init__(*args, **kwargs)
        self.added, self.oversized, self.too_often = [], oversized, too_often
        self.offer(kept)

    def offer(self, kept):
        """Lets these files be taken out; without any there is nothing to tick."""
        self.kept = list(kept)
        self._bound_fields_cache.pop("remove", None)
        words = self.question.words_for(self.kept)
        self.fields["remove"] = RemoveField(
            label="Files you have added",
            help_text="Tick those you want to take out.",
            choices=list(zip(self.kept, words, strict=True)),
            widget=forms.CheckboxSelectMultiple,
        )
        if not self.kept:
            del self.fields["remove"]

    @property
    def removed(self):
        """The names of files to take out, of those that are there."""
        return [name for name in self.data.getlist(self.add_prefix("remove")) if name in self.kept]

    def values(self):
        """The names that stay. New files have none before they are kept."""
        return [name for name in self.kept if name not in self.removed]

    @property
    def changes(self):
        """Whether anything is added or taken out."""
        return bool(self.added or self.removed)

    def clean(self):
        chosen = self.cleaned_data.get("answer") or []
        room = MOST_FILES - len(self.values())
        if self.too_often:
            self.add_error("answer", self.too_often)
        elif self.oversized:
            most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
            self.add_error("answer", f"These files are larger than {most} MB together. Choose fewer, or smaller ones")
        elif len(chosen) > room:
            self.add_error("answer", self.too_many(room))
        else:
            for file in chosen:
                self.take(file)
        return self.cleaned_data

    def too_many(self, room):
        """Why so many cannot be taken, in words."""
        if not room:
            return f"You have added {MOST_FILES} files already. Take one out before you add another"
        return f"Choose {room} file{'' if room == 1 else 's'} at most: {MOST_FILES} can be sent here"

    def take(self, file):
        """Adds one file, or says why it cannot be taken. Its name is in what we say, and nowhere else."""
        try:
            self.added.append(stripped(file.read(LARGEST + 1)))
        except FileUnfit as unfit:
            self.add_error("answer", f"“{file.name[:LONGEST_NAME_SHOWN]}” {unfit}")

    def keep_valid(self, kept):
        """After the good files of a press were kept: the same form with what is there now."""
        self.added = []
        self.offer(kept)

    @classmethod
    def typed(cls, values):
        return {}


def files_field(question, *, before):
    """The field of a question that asks for files, with what is taken out of them and what is not."""
    look = {"accept": ACCEPTED, "multiple": True}
    told = render_to_string("consultations/answer/_files_told.html", {"most": MOST_FILES, "largest": LARGEST >> 20})
    widget = FilesInput(attrs={**look, "before": format_html("{}{}", before, told)})
    return {
        "answer": FilesField(
            label=question.text, help_text=question.hint, required=False, widget=widget, max_length=None
        )
    }
