"""Promises: each "we will" of an outcome, with a person who keeps it, a day, and in the end the evidence (R-060)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from consultations import rules
from consultations.enums import LATE, OPEN_PROMISES, PromiseAct, PromiseStatus
from consultations.models.consultation import Consultation
from engagement.enums import Role


class PromiseQuerySet(models.QuerySet):
    def public(self):
        """Promises that the public may read: of outcomes that are published, of published activities."""
        return self.filter(
            consultation__outcome_published_at__isnull=False,
            consultation__published_at__isnull=False,
            consultation__activity__published_at__isnull=False,
        )

    def open(self):
        """Neither kept nor dropped yet."""
        return self.filter(status__in=OPEN_PROMISES)

    def late(self, *, on):
        """Not kept by their day. The day itself still belongs."""
        return self.open().filter(due_on__lt=on)

    def keepable_by(self, user, *, at):
        """Promises whose page this person opens, and on which they act: their own, or all (Involvement Team)."""
        return self.filter(rules.keepable_promises(user, at=at))


class Promise(models.Model):
    """One "we will". Its owner is a person of the office; the public reads the role that the owner had."""

    reference = models.CharField(max_length=20, unique=True)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="promises")
    words = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="promises")
    owner_role = models.CharField(max_length=20)
    due_on = models.DateField()
    set_at = models.DateTimeField("when the due day was last set")
    status = models.CharField(max_length=20, choices=PromiseStatus, default=PromiseStatus.PROMISED)
    reason = models.TextField("why it was changed or dropped, or is late", blank=True)
    kept_on = models.DateField(null=True, blank=True)
    evidence = models.TextField("how we know that it is kept", blank=True)
    evidence_url = models.CharField("address of the evidence", max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PromiseStatus.values), name="promise_status_known"),
            models.CheckConstraint(condition=~Q(words=""), name="promise_has_words"),
            models.CheckConstraint(
                condition=~Q(status__in=[PromiseStatus.CHANGED, PromiseStatus.DROPPED]) | ~Q(reason=""),
                name="promise_changed_or_dropped_with_reason",
            ),
            models.CheckConstraint(
                condition=(Q(status=PromiseStatus.KEPT) & Q(kept_on__isnull=False) & ~Q(evidence=""))
                | (~Q(status=PromiseStatus.KEPT) & Q(kept_on=None)),
                name="promise_kept_with_evidence",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="promise_due")]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        """Its public page, from the moment the outcome is published."""
        return reverse("consultations:promise-detail", args=[self.reference])

    def get_manage_url(self):
        """Where those who keep it act on it."""
        return reverse("consultations:promise-manage", args=[self.reference])

    def standing(self, *, on):
        """The code of where it stands on a Europe/London date: a `PromiseStatus`, or `LATE` once its day has passed."""
        late = self.status in OPEN_PROMISES and self.due_on < on
        return LATE if late else PromiseStatus(self.status)

    @property
    def is_open(self):
        """Whether it is neither kept nor dropped yet."""
        return self.status in OPEN_PROMISES

    @property
    def owner_words(self):
        """Who keeps it, as the public reads it: a role, never a name."""
        return Role(self.owner_role).label


class PromiseChange(models.Model):
    """One thing that was done about a promise after it was made. Never changed; the public reads all of them.

    `words` and `due_on` are those before a change. `note` is the public reason, or the evidence.
    """

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20, choices=PromiseAct)
    note = models.TextField(blank=True)
    words = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="promise_change_number_once"),
            models.CheckConstraint(condition=Q(act__in=PromiseAct.values), name="promise_act_known"),
        ]

    def __str__(self):
        return f"{self.promise}: {self.get_act_display()}"
