"""Files in the wizard: what was chosen is kept at once, the good ones also when another cannot be taken."""

from itertools import chain
from typing import Any

from django.conf import settings
from django.utils import timezone

from consultations.domain import attaching, attempts, previewing
from consultations.enums import QuestionKind
from engagement.views.sources import source_of


class AsksForFiles:
    """What asking for files adds to the pages of a wizard. Stands before the wizard's own view."""

    request: Any
    storage: Any
    steps: Any

    def get_form_kwargs(self, step=None):
        question = self.storage.questions[step or self.steps.current]
        if question.kind != QuestionKind.FILE:
            return {}
        kept = self.request.draft.answers.get(question.key, [])
        return {"kept": kept, "oversized": self.request.method == "POST" and is_oversized(self.request), **self.spent()}

    def spent(self):
        """Counts the files of this press; why they are not looked at, once too many came from one place."""
        try:
            for _ in chain.from_iterable(files for _, files in self.request.FILES.lists()):
                attempts.FILES.count(source_of(self.request), at=timezone.now())
        except attempts.TooManyAttempts as refusal:
            return {"too_often": str(refusal)}
        return {}

    def keep(self, form):
        """Keeps the answer of a valid form. Raises like `storage.set_step_data`."""
        if getattr(form, "keeps_files", False):
            self.storage.keep_files(self.steps.current, added=form.added, removed=form.removed)
        else:
            self.storage.set_step_data(self.steps.current, form.values())

    def keep_in_part(self, form):
        """Of a form with a file that cannot be taken, keeps the others."""
        if getattr(form, "keeps_files", False) and form.changes:
            self.keep(form)
            question = self.storage.questions[self.steps.current]
            form.keep_valid(self.request.draft.answers.get(question.key, []))


def is_oversized(request):
    """Whether more was sent than is read: larger requests have no files."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and not request.FILES


class KeepsFiles:
    """Files in the storage of a draft."""

    request: Any
    questions: Any

    def keep_files(self, step, *, added, removed):
        """Keeps files with the draft. Raises as `set_step_data`, and `attaching.TooManyFiles`."""
        self.request.draft = attaching.keep_files(
            opened=self.request.draft,
            question=self.questions[step].key,
            added=added,
            removed=removed,
            at=timezone.now(),
        )


class ForgetsFiles:
    """The same for a preview: only that there was a file stays with the browser, never the file."""

    request: Any
    questions: Any

    def keep_files(self, step, *, added, removed):
        """Keeps names that stand for nothing."""
        key = self.questions[step].key
        kept = [name for name in self.request.draft.answers.get(key, []) if name not in removed]
        names = [*kept, *(attaching.new_name(one.ending) for one in added)]
        self.request.draft = previewing.keep_step(self.request.draft, question=key, values=names)
