"""A past figure that is put right: asked for, decided by somebody else, with the old and the new both kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import RestatementReason, RestatementState
from contracts.models.rating import Publication
from contracts.models.returns import Figure


class RestatementQuerySet(models.QuerySet):
    def waiting(self):
        """Asked for and not yet decided."""
        return self.filter(state=RestatementState.ASKED)

    def visible_to(self, user, *, at):
        """Those that this person may read: who may decide them, and who reads the return that they are about."""
        return self.filter(rules.readable_restatements(user, at=at))

    def decidable_by(self, user, *, at):
        """Those that this person decides: never their own."""
        return self.filter(rules.decidable_restatements(user, at=at))

    def decided_by_whom(self, user, *, at):
        """Those that this person decides when it is time, decided or not: whoever comes too late reads so."""
        return self.filter(rules.decided_restatements(user, at=at))

    def for_table(self):
        """With the rows a page shows, in one query."""
        return self.select_related(
            "figure__indicator", "figure__kpi_return__agreement__activity", "asked_by", "decided_by"
        )


class Restatement(models.Model):
    """One figure of an accepted return, before and after. `before` and `after` are written by `restating.kept`.

    `words` say why to those who decide; `public_note` is what the public reads beside a published figure.
    `seen_version` is the version of the figure that was looked at.
    """

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="restatements")
    state = models.CharField(max_length=10, choices=RestatementState, default=RestatementState.ASKED)
    reason = models.CharField(max_length=20, choices=RestatementReason)
    words = models.TextField()
    public_note = models.CharField(max_length=300)
    before = models.JSONField()
    after = models.JSONField()
    seen_version = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_words = models.TextField(blank=True)

    objects = RestatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure"], condition=Q(state=RestatementState.ASKED), name="restatement_one_waiting"
            ),
            models.CheckConstraint(condition=Q(state__in=RestatementState.values), name="restatement_state_known"),
            models.CheckConstraint(condition=Q(reason__in=RestatementReason.values), name="restatement_reason_known"),
            models.CheckConstraint(
                condition=Q(state=RestatementState.ASKED, decided_at=None, decided_by=None)
                | ~Q(state=RestatementState.ASKED) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="restatement_decided_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="restatement_decided_by_another"
            ),
        ]

    def __str__(self):
        return f"Restatement {self.pk} of {self.figure_id}"

    def get_absolute_url(self):
        return reverse("contracts:restatement-detail", args=[self.pk])


class Edition(models.Model):
    """One edition of a publication, word for word: 1 as first published, then one for each time it was put right.

    Made when a publication changes for the first time. The publication's own `snapshot` is that of the latest edition.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    snapshot = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    restatement = models.ForeignKey(
        Restatement, on_delete=models.PROTECT, null=True, blank=True, related_name="editions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, restatement=None) | Q(number__gt=1, restatement__isnull=False),
                name="edition_after_first_has_reason",
            ),
        ]

    def __str__(self):
        return f"Edition {self.number} of {self.publication_id}"
