"""Files that respondents send: sealed with the draft, then with the answer, stripped of all but what can be seen.

Both tables are written anew in random order with what they hang on (`domain.settling`). Nothing lies in a folder, where
a file's place and moment would say when it came (docs/decisions/0023).
"""

from django.db import models

from consultations import rules
from consultations.models.keys import RandomKeyField
from consultations.models.response import Answer, Draft


class DraftFile(models.Model):
    """A file not yet sent, sealed under its draft's secret. Its key is in its name, which only the draft holds."""

    key = RandomKeyField()
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    sealed = models.BinaryField()

    def __str__(self):
        return "A file not yet sent"


class SentFileQuerySet(models.QuerySet):
    def readable_by(self, user, *, at):
        """Files of settled responses, for those who read what people write. Without their content."""
        if not rules.reads_responses(user, at=at):
            return self.none()
        return self.filter(answer__response__settled=True).select_related("answer").defer("content")


class SentFile(models.Model):
    """One file of an answer. `answer.choice` is its name: this key and the kind of file, nothing of the person's."""

    key = RandomKeyField()
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    objects = SentFileQuerySet.as_manager()

    def __str__(self):
        return "A file that somebody sent"
