"""What follows when a provider fails to deliver: the office's ladder, and each step taken on it (R-084)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import AppealOutcome, ConsequenceState
from contracts.models.agreement import Agreement
from contracts.models.plan import ActionPlan
from engagement.access import local_date


class Ladder(models.Model):
    """The steps as the office words them, from a day on. An agreement keeps the ladder that was attached to it."""

    starts_on = models.DateField(unique=True)
    reason = models.CharField(max_length=300)

    def __str__(self):
        return f"The ladder from {self.starts_on}"


class Rung(models.Model):
    """One step of a ladder, the mildest first. `appeal_days` are calendar days, 0 for none.

    `needs_decision`: the Management Team or the Commissioner decides, and not whoever proposed it. `withholds`: while
    it is in force, nothing is paid to the provider. `notice_days` are calendar days in which the provider puts right
    what led to it, before a next step is taken without a reason of its own; 0 for none.
    """

    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="rungs")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    words = models.CharField(max_length=300)
    needs_decision = models.BooleanField()
    appeal_days = models.PositiveSmallIntegerField()
    notice_days = models.PositiveSmallIntegerField(default=0)
    withholds = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ladder", "order"], name="rung_order_once"),
            models.UniqueConstraint(fields=["ladder", "name"], name="rung_name_once"),
        ]

    def __str__(self):
        return self.name


class LadderAttachment(models.Model):
    """That a ladder is part of an agreement, and where its words say so."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="ladder_attachment")
    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=200)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    def __str__(self):
        return f"{self.agreement_id}: {self.clause}"


class ConsequenceQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Those this person may read: the office all, a provider its own once they are in force."""
        return self.filter(rules.readable_consequences(user, at=at))

    def public(self):
        """Failures in force whose statutory notice is published, of agreements on the register: that, and no more."""
        noticed = self.filter(state=ConsequenceState.IN_FORCE, noticed_on__isnull=False)
        return noticed.filter(agreement__in=Agreement.objects.registered())

    def for_table(self):
        """With the rows a page shows, in one query."""
        people = ("proposed_by", "decided_by", "appealed_by", "appeal_decided_by")
        return self.select_related("agreement__activity", "agreement__provider", "rung", "plan", *people)


class Consequence(models.Model):
    """A step taken, or proposed, with its reason and evidence, who decided, and what became of an appeal.

    `known_on` is the day on which the office knew of the failure: the clock of a statutory notice runs from it.
    `needs_decision` is as the rung was that day. `amount` is pounds withheld.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="consequences")
    number = models.PositiveSmallIntegerField()
    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences")
    needs_decision = models.BooleanField()
    state = models.CharField(max_length=20, choices=ConsequenceState)
    known_on = models.DateField()
    reason = models.TextField()
    evidence = models.TextField()
    out_of_order = models.TextField(blank=True, help_text="Why a step of the ladder was passed over.")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_words = models.TextField(blank=True)
    appeal_by = models.DateField(null=True, blank=True)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(blank=True)
    appeal_outcome = models.CharField(max_length=20, choices=AppealOutcome, blank=True)
    appeal_words = models.TextField(blank=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_words = models.TextField(blank=True)
    noticed_on = models.DateField(null=True, blank=True, help_text="When the statutory notice was published.")
    notice_url = models.URLField(max_length=500, blank=True)

    objects = ConsequenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="consequence_number_once"),
            models.CheckConstraint(condition=Q(state__in=ConsequenceState.values), name="consequence_state_known"),
            models.CheckConstraint(
                condition=Q(state=ConsequenceState.PROPOSED, decided_by=None, decided_at=None)
                | ~Q(state=ConsequenceState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="consequence_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(needs_decision=False) | Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="consequence_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None)
                | ~Q(appeal_decided_by=F("decided_by")) & ~Q(appeal_decided_by=F("proposed_by")),
                name="appeal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(appeal_outcome="") | Q(appealed_at__isnull=False, appeal_decided_by__isnull=False),
                name="appeal_outcome_of_an_appeal",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0, amount__lt=10**12), name="consequence_amount_finite"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=False, state=ConsequenceState.LIFTED)
                | Q(lifted_at=None) & ~Q(state=ConsequenceState.LIFTED),
                name="consequence_lifted_is_dated",
            ),
        ]

    def __str__(self):
        return f"{self.rung_id} of {self.agreement_id}"

    def get_absolute_url(self):
        """Its page, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:consequence-detail", args=[self.agreement.reference, self.number])

    @property
    def put_right_by(self):
        """The last day on which the provider puts it right before a next step; nothing before it is in force."""
        if self.decided_at is None or not self.rung.notice_days or self.state == ConsequenceState.DECLINED:
            return None
        return local_date(self.decided_at) + timedelta(days=self.rung.notice_days)
