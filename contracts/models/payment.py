"""Payments of an agreement: planned, made with four eyes, and taken back (R-022)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import ActionState, ConsequenceState, PaymentKind, PaymentState, ReturnState
from contracts.models.action import Action
from contracts.models.agreement import Agreement
from contracts.models.consequence import Consequence
from contracts.models.funding import Allocation
from contracts.models.returns import KpiReturn

# Over so many pounds each item of spending is published: the Elected Local Policing Bodies (Specified Information)
# Order 2011, and for fire the Local Government Transparency Code 2015.
PUBLISHED_OVER = 500


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Payments this person may read: the office all, a provider its own; what is taken back, once approved."""
        office = Q(agreement__in=Agreement.objects.looked_after_by(user, at=at))
        known = Q(kind=PaymentKind.PAYMENT) | Q(state=PaymentState.APPROVED)
        return self.filter(rules.readable_by_both_sides(user, at=at) & (office | known))

    def paid(self, *, on):
        """Approved, and its day has come."""
        return self.filter(state=PaymentState.APPROVED, paid_on__lte=on)

    def public(self, *, on):
        """Paid, or taken back, in single items of over £500, of agreements on the register."""
        large = Q(paid_amount__gt=PUBLISHED_OVER) | Q(paid_amount__lt=-PUBLISHED_OVER)
        return self.paid(on=on).filter(large, agreement__in=Agreement.objects.registered())

    def unpaid(self):
        """Planned or waiting for approval."""
        return self.filter(state__in=[PaymentState.PLANNED, PaymentState.PROPOSED])

    def with_hindrances(self):
        """Each with whether its return is accepted, its milestone reached and money withheld, in the same query."""
        accepted = KpiReturn.objects.filter(
            agreement=OuterRef("agreement"), quarter=OuterRef("after_period"), state=ReturnState.ACCEPTED
        )
        reached = Action.objects.filter(pk=OuterRef("milestone"), state=ActionState.DONE)
        withholding = Consequence.objects.filter(
            agreement=OuterRef("agreement"), rung__withholds=True, state=ConsequenceState.IN_FORCE
        )
        return self.annotate(
            return_accepted=Exists(accepted), milestone_reached=Exists(reached), is_withheld=Exists(withholding)
        )

    def for_table(self):
        """With the rows a page shows, in one query."""
        people = ("planned_by", "proposed_by", "decided_by")
        agreed = ("agreement__activity", "agreement__provider")
        return self.select_related(*agreed, "allocation__stream", "milestone", *people).with_hindrances()


class Payment(models.Model):
    """Pounds to a provider out of one funding line, as planned and as made; negative where they are taken back.

    `after_period` is the code of the period whose return is accepted first (its words are `after_words`); `milestone`
    is done first. `invoice_on` is when a valid invoice or claim came. What was made has `paid_amount`, `paid_on` and
    `paid_reference` from whoever proposed it; somebody else approves.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=PaymentKind, default=PaymentKind.PAYMENT)
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="payments")
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.TextField(blank=True)
    after_period = models.CharField(max_length=40, blank=True)
    after_words = models.CharField(max_length=80, blank=True)
    milestone = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    invoice_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=PaymentState, default=PaymentState.PLANNED)
    paid_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    paid_reference = models.CharField(max_length=60, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_words = models.TextField(blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="payment_number_once"),
            models.CheckConstraint(condition=Q(kind__in=PaymentKind.values), name="payment_kind_known"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.PAYMENT, amount__gt=0, amount__lt=10**12)
                | ~Q(kind=PaymentKind.PAYMENT) & Q(amount__lt=0, amount__gt=-(10**12)) & ~Q(reason=""),
                name="payment_taken_back_is_negative_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(paid_amount=None)
                | Q(kind=PaymentKind.PAYMENT, paid_amount__gt=0)
                | ~Q(kind=PaymentKind.PAYMENT) & Q(paid_amount__lt=0),
                name="payment_made_has_the_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PaymentState.PROPOSED, PaymentState.APPROVED])
                | Q(paid_amount__isnull=False, paid_on__isnull=False, proposed_by__isnull=False)
                & ~Q(paid_reference=""),
                name="payment_proposed_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.APPROVED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="payment_approved_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self):
        """Its page, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:payment-detail", args=[self.agreement.reference, self.number])

    def is_paid(self, *, on):
        """Approved, and its day has come."""
        return self.state == PaymentState.APPROVED and self.paid_on <= on
