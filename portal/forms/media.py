"""Changing a document or a picture in the CMS: what readers of a public page find stays what was approved (A15)."""

from django.utils import timezone
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from portal.domain.taking_back import why_file_stays


def keep_what_was_approved(form):
    """Refuses another file, or another name for it, while a public page shows it."""
    changed = [name for name in ("file", "title") if name in form.changed_data and name in form.cleaned_data]
    if form.instance.pk and changed and (words := why_file_stays(form.instance, at=timezone.now())):
        form.add_error(changed[0], words)


class DocumentForm(BaseDocumentForm):
    """Wagtail's form of a document."""

    def clean(self):
        cleaned = super().clean()
        keep_what_was_approved(self)
        return cleaned


class ImageForm(BaseImageForm):
    """Wagtail's form of a picture."""

    def clean(self):
        cleaned = super().clean()
        keep_what_was_approved(self)
        return cleaned
