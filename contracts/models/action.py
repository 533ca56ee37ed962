"""What somebody has to do by a day: of a plan, or as a meeting decided (R-081, R-088, R-097)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import OPEN_ACTIONS, ActionKind, ActionState, PlanKind, Side
from contracts.models.agreement import Agreement
from contracts.models.meeting import Meeting
from contracts.models.plan import ActionPlan, PlanStamp


class ActionQuerySet(models.QuerySet):
    def open(self):
        """Neither done nor dropped."""
        return self.filter(state__in=OPEN_ACTIONS)

    def overdue(self, *, on):
        """Open after the day by which they were due."""
        return self.open().filter(due_on__lt=on)

    def visible_to(self, user, *, at):
        """Actions that this person may open: all of the office's agreements, the provider's own."""
        return self.filter(rules.readable_actions(user, at=at))

    def updatable_by(self, user, *, at):
        """Actions of which this person may say how far they are."""
        return self.filter(rules.updatable_actions(user, at=at))

    def public(self):
        """Milestones of mobilisation plans with words for the public, to which both sides once agreed."""
        agreed = PlanStamp.objects.filter(plan=OuterRef("plan"), side=Side.PROVIDER)
        found = self.filter(kind=ActionKind.MILESTONE, plan__kind=PlanKind.MOBILISATION).exclude(public_words="")
        found = found.exclude(state=ActionState.DROPPED).filter(Exists(agreed))
        return found.filter(agreement__in=Agreement.objects.registered())

    def for_table(self):
        """With the rows a list shows, in one query."""
        return self.select_related("agreement__activity", "agreement__provider", "plan", "meeting", "owner")


class Action(models.Model):
    """What, by whom, by when, and how far it is. It belongs to a plan or comes from a meeting.

    `recheck_on` is the day on which somebody looks whether it helped, `recheck_result` what they found. `public_words`
    are what the public reads of a milestone of a mobilisation plan, once both sides agreed to it; empty: nothing.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="actions")
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    kind = models.CharField(max_length=20, choices=ActionKind, default=ActionKind.ACTION)
    words = models.CharField(max_length=200)
    public_words = models.CharField(max_length=200, blank=True)
    side = models.CharField(max_length=10, choices=Side)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_actions"
    )
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=ActionState, default=ActionState.NOT_BEGUN)
    done_on = models.DateField(null=True, blank=True)
    recheck_on = models.DateField(null=True, blank=True)
    recheck_result = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActionKind.values), name="action_kind_known"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="action_side_known"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_on__isnull=False)
                | ~Q(state=ActionState.DONE) & Q(done_on=None),
                name="action_done_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, meeting=None) | Q(plan=None, meeting__isnull=False),
                name="action_of_plan_or_meeting",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="action_queue")]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        """Its page, for both sides. Needs `agreement` loaded."""
        return reverse("contracts:action-detail", args=[self.agreement.reference, self.pk])

    def is_late(self, *, on):
        """Open after its day."""
        return self.state in OPEN_ACTIONS and self.due_on < on

    def status(self, *, on):
        """The code of the tag it wears."""
        return "LATE" if self.is_late(on=on) else str(self.state)


class ActionUpdate(models.Model):
    """How far an action was, said by whom and when, with evidence in words and perhaps a file. Never changed."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ActionState)
    words = models.TextField(blank=True)
    file_name = models.CharField(max_length=100, blank=True)
    content = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_update_state_known"),
            models.CheckConstraint(
                condition=Q(file_name="", content=None) | ~Q(file_name="") & Q(content__isnull=False),
                name="action_update_file_is_named",
            ),
        ]

    def __str__(self):
        return f"{self.action_id}, {self.state}"
