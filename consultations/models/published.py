"""What the public has read after closing, edition by edition; who of those who decide had read it; why we are late."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.enums import Reading, RevisionKind
from consultations.models.consultation import Consultation


class RevisionIsFrozen(Exception):
    """An edition that people have read was about to be changed. It never is: publish another."""


class ResultsRevision(models.Model):
    """One edition of everything that was public after closing. The first one has no note; later ones say why they are.

    `content` is read through `consultations.domain.editions.edition_of`. `counts` are the exact counts behind it, which
    nobody is shown: a later correction is measured against them.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind)
    note = models.TextField(blank=True)
    content = models.JSONField()
    counts = models.JSONField(default=dict)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="revision_number_once_per_consultation"),
            models.CheckConstraint(condition=Q(kind__in=RevisionKind.values), name="revision_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[RevisionKind.RESULTS, RevisionKind.OUTCOME]) | ~Q(note=""),
                name="revision_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.consultation.reference}, edition {self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RevisionIsFrozen(f"{self} is frozen.")
        super().save(*args, **kwargs)


class Attestation(models.Model):
    """A decision-maker says that they have read something, in the edition that was public then. Never taken back."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="attestations")
    revision = models.ForeignKey(ResultsRevision, on_delete=models.PROTECT, related_name="attestations")
    what = models.CharField(max_length=20, choices=Reading)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    attested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "what", "person"], name="attestation_once_per_edition"),
            models.CheckConstraint(condition=Q(what__in=Reading.values), name="attestation_of_something_known"),
        ]

    def __str__(self):
        return f"{self.person} has read {self.get_what_display()}"


class LateNotice(models.Model):
    """Why the answer to people is late, and when it is now expected, as the public is told. Never changed."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="late_notices")
    explanation = models.TextField()
    expected_on = models.DateField()
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(explanation=""), name="late_notice_says_why")]

    def __str__(self):
        return f"{self.consultation.reference} is late"
