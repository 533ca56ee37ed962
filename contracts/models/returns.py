"""Returns of a period: opened for the provider, filled, submitted, queried line by line, accepted (R-077, R-149)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from contracts import rules
from contracts.enums import WRITABLE_STATES, FigureState, ReturnState
from contracts.models.agreement import Agreement
from contracts.models.indicator import DIGITS, PLACES, Indicator
from engagement.access import local_date
from engagement.domain.calendar import is_provisional
from engagement.domain.periods import Period

LARGEST = 10 ** (DIGITS - PLACES)


class KpiReturnQuerySet(models.QuerySet):
    def visible_to(self, user, *, at):
        """Returns that this person may open, by role and by state. Ended memberships count nowhere."""
        return self.filter(rules.readable_returns(user, at=at))

    def provided_by(self, user, *, at):
        """Returns that this person's own organisations give, in every state: those of the provider's pages."""
        return self.filter(rules.provided_returns(user, at=at))

    def of_office(self, user, *, at):
        """Returns that this person may open on the office's pages, where ratings are proposed."""
        return self.filter(rules.office_returns(user, at=at))

    def writable_by(self, user, *, at):
        """Returns whose figures this person may write: their organisation's, while due or queried."""
        return self.filter(rules.writable_returns(user, at=at))

    def submittable_by(self, user, *, at):
        """Returns that this person may declare and submit, and whose queries they may answer: as certifier."""
        return self.filter(rules.submittable_returns(user, at=at))

    def certified_by(self, user, *, at):
        """Returns that this person declares when it is time, in every state: as certifier of the provider."""
        return self.filter(rules.certified_returns(user, at=at))

    def checked_by(self, user, *, at):
        """Returns that this person checks when it is time, in every state: as the activity's Contract Manager."""
        return self.filter(rules.checked_returns(user, at=at))

    def rated_by(self, user, *, at):
        """Returns whose ratings this person publishes when it is time, in every state: as Management Team."""
        return self.filter(rules.rated_returns(user, at=at))

    def extendable_by(self, user, *, at):
        """Returns to which this person may give more time: due ones, as the activity's Contract Manager."""
        return self.filter(rules.extendable_returns(user, at=at))

    def queryable_by(self, user, *, at):
        """Returns of which this person may query a line: submitted ones, as the activity's Contract Manager."""
        return self.filter(rules.queryable_returns(user, at=at))

    def acceptable_by(self, user, *, at):
        """Returns that this person may accept: submitted ones, as the activity's Contract Manager."""
        return self.filter(rules.acceptable_returns(user, at=at))

    def publishable_by(self, user, *, at):
        """Returns whose ratings this person may publish: accepted, not yet published, as Management Team."""
        return self.filter(rules.publishable_returns(user, at=at))

    def restatable_by(self, user, *, at):
        """Accepted returns of which this person may ask to put a figure right."""
        return self.filter(rules.restatable_returns(user, at=at))

    def overdue(self, *, at):
        """Not yet submitted after the moment they were due."""
        return self.filter(state=ReturnState.DUE, due_at__lte=at)

    def for_table(self):
        """With the rows a list shows, in one query."""
        return self.select_related("agreement__activity", "agreement__provider", "submitted_by", "accepted_by")


class KpiReturn(models.Model):
    """One agreement's figures for one period, from `starts_on` up to `ends_on`, which no longer belongs.

    `quarter` is the period's code (`2026-27 Q2`, `2026-27 H1`, `2026-06-15 to 2026-09-14`), its name in addresses and
    files; dates sort, codes do not. Figures are added up within the year that begins on `year_starts_on`. `due_at`
    stays as it was issued; only an extension moves it (`contracts.domain.extensions`).

    `version` counts every change, so that nobody declares figures they have not seen. `submissions` counts how often
    it was submitted; `with_changes` says that the latest submission differs from the one before.
    """

    reference = models.CharField(max_length=30, unique=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="returns")
    quarter = models.CharField("period", max_length=24)
    starts_on = models.DateField()
    ends_on = models.DateField()
    year_starts_on = models.DateField()
    state = models.CharField(max_length=20, choices=ReturnState, default=ReturnState.DUE)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    submissions = models.PositiveSmallIntegerField(default=0)
    with_changes = models.BooleanField(default=False)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = KpiReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "quarter"], name="return_once_per_quarter"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), year_starts_on__lte=F("starts_on")),
                name="return_period_in_order",
            ),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReturnState.DUE) | Q(submitted_at__isnull=False, submissions__gte=1),
                name="return_submitted_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.ACCEPTED) | Q(accepted_at__isnull=False),
                name="return_accepted_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | Q(submitted_by=None) | ~Q(accepted_by=F("submitted_by")),
                name="return_accepted_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="return_queue"),
            models.Index(fields=["agreement", "ends_on"], name="return_in_order"),
        ]

    def __str__(self):
        return f"{self.reference}, {self.period.label}"

    def get_absolute_url(self):
        """Where its provider fills and reads it."""
        return f"/returns/{self.reference}/"

    @property
    def period(self):
        """What it covers, with its dates and words."""
        return Period(self.starts_on, self.ends_on, self.year_starts_on)

    @property
    def is_provisional(self):
        """Whether its due date may still move, since bank holidays up to it are not all published."""
        return self.state == ReturnState.DUE and is_provisional(local_date(self.due_at))

    @property
    def is_writable(self):
        """Whether the provider may change figures now."""
        return self.state in WRITABLE_STATES

    @property
    def was_late(self):
        """First submitted after it was due."""
        return self.first_submitted_at is not None and self.first_submitted_at >= self.due_at

    def status(self, *, at):
        """The code of the tag it wears: the state, or what time and history make of it."""
        if self.state == ReturnState.DUE and self.due_at <= at:
            return "OVERDUE"
        if self.state == ReturnState.SUBMITTED and self.with_changes:
            return "SUBMITTED_WITH_CHANGES"
        return str(self.state)

    def get_office_url(self):
        """Where the office checks it. Needs `agreement` loaded."""
        return reverse("contracts:return-review", args=[self.agreement.reference, self.reference])

    def get_publish_url(self):
        """Where its ratings are published. Needs `agreement` loaded."""
        return reverse("contracts:rating-publish", args=[self.agreement.reference, self.reference])


class Figure(models.Model):
    """What a provider says for one indicator: one number in `value`, or two where one is divided by the other.

    Whether a part may be more than its whole is a matter of the indicator's kind: `contracts.domain.figures`.

    A percentage has a `value` (0 to 100) of its own only where a source states one: it is kept as stated, beside the
    counts. `commentary` explains a figure off target, or why there is none. `completed`: the provider is done with it.

    `parts` tell the figure by group, as `contracts.domain.parts.as_kept` writes them, and `parts_words` why they do not
    add up to it. They are the figure's own, so that no version of it can stand beside the parts of another.
    """

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    state = models.CharField(max_length=20, choices=FigureState, default=FigureState.REPORTED)
    numerator = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    denominator = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    commentary = models.TextField(blank=True)
    parts = models.JSONField(default=dict, blank=True)
    parts_words = models.TextField(blank=True)
    completed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi_return", "indicator"], name="figure_once_per_return"),
            models.CheckConstraint(condition=Q(state__in=FigureState.values), name="figure_state_known"),
            # The upper bound also keeps NaN and infinity out: both databases sort them above every number (K01).
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0, f"{name}__lt": LARGEST}),
                    name=f"figure_{name}_finite",
                )
                for name in ("numerator", "denominator", "value")
            ),
            models.CheckConstraint(
                condition=Q(completed=False)
                | ~Q(state=FigureState.REPORTED)
                | Q(value__isnull=False)
                | Q(numerator__isnull=False, denominator__isnull=False)
                | ~Q(commentary=""),  # a measure told in words
                name="figure_completed_has_content",
            ),
            models.CheckConstraint(
                condition=Q(state=FigureState.REPORTED) | Q(numerator=None, denominator=None, value=None),
                name="figure_without_number_has_none",
            ),
        ]

    def __str__(self):
        return f"{self.indicator_id} in {self.kpi_return_id}"


class Submission(models.Model):
    """What was declared, word for word, each time a return was submitted. Never changed, never deleted.

    `lines` is the list of figures as `contracts.domain.returns.freeze` writes it; `beside` the narrative and the names
    of the files that went with them; `declaration` the words declared; `changes` the codes of indicators that differ
    from the submission before, and the words for what else does.
    """

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="submission_history")
    number = models.PositiveSmallIntegerField()
    lines = models.JSONField()
    beside = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=list, blank=True)
    declaration = models.CharField(max_length=300)
    declared_as = models.CharField(max_length=80)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kpi_return", "number"], name="submission_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="submission_number_counts"),
        ]

    def __str__(self):
        return f"Submission {self.number} of {self.kpi_return_id}"

    @property
    def changed_measures(self):
        """The measures of `changes` as people read them, "Waiting over 6 weeks (V4)": as they were named that day."""
        names = {line["code"]: line["name"] for line in self.lines}
        return [f"{names[code]} ({code})" if code in names else code for code in self.changes]


class QueryQuerySet(models.QuerySet):
    def open(self):
        """Not yet answered."""
        return self.filter(answered_at=None)


class Query(models.Model):
    """A question of the office about one figure, and the provider's answer."""

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="queries")
    question = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QueryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "queries"
        constraints = [
            models.UniqueConstraint(fields=["figure"], condition=Q(answered_at=None), name="query_one_open_per_figure"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="query_answer_is_dated",
            ),
        ]

    def __str__(self):
        return self.question[:60]
