"""A consultation: one thing asked of people, in public, between two moments (R-016, R-059, R-150)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from consultations import rules
from consultations.enums import NAMED_MODES, IdentityMode, State, StatutoryKind
from consultations.models.outcome import OUTCOME_CONSTRAINTS, Outcome
from consultations.models.questionnaire import Questionnaire, QuestionnaireVersion
from engagement.access import local_date
from engagement.models import Activity

CLOSING_SOON = timedelta(days=7)
RESPONSE_DUE = timedelta(weeks=12)
GRACE = timedelta(minutes=30)


class ConsultationQuerySet(models.QuerySet):
    def published(self):
        """Consultations that the public may know of: opened by the office, of a published activity."""
        return self.filter(published_at__isnull=False, activity__published_at__isnull=False)

    def open(self, *, at):
        """Taking answers at this moment. The closing moment no longer belongs."""
        return self.running().filter(opens_at__lte=at, closes_at__gt=at)

    def forthcoming(self, *, at):
        """Announced, and not yet taking answers."""
        return self.running().filter(opens_at__gt=at)

    def closed(self, *, at):
        """Over, by its date, and not withdrawn."""
        return self.running().filter(closes_at__lte=at)

    def named(self):
        """Those that organisations answer by name."""
        return self.filter(identity_mode__in=NAMED_MODES)

    def running(self):
        """Neither withdrawn nor suspended: what the dates say holds."""
        return self.published().filter(withdrawn_at=None, suspended_at=None)

    def suspended(self):
        """Taking no answers until the office resumes them, whatever their dates say."""
        return self.published().filter(withdrawn_at=None, suspended_at__isnull=False)

    def with_outcome(self):
        """Those whose results are published."""
        return self.published().filter(results_published_at__isnull=False)

    def unanswered(self, *, at):
        """Over, and the office has not yet said what it does: the clock of twelve weeks runs."""
        return self.closed(at=at).filter(outcome_published_at=None)

    def listed(self):
        """Those that lists, searches and feeds name. One that is not listed joins them with its results."""
        return self.filter(Q(listed=True) | Q(results_published_at__isnull=False))

    def visible_to(self, user, *, at):
        """Consultations whose public page this person may open: published ones, and for the office what it watches."""
        public = Q(published_at__isnull=False, activity__published_at__isnull=False)
        return self.filter(public | rules.watched_consultations(user, at=at))

    def watchable_by(self, user, *, at):
        """Consultations whose staff page and running counts this person may open."""
        return self.filter(rules.watched_consultations(user, at=at))

    def writable_by(self, user, *, at):
        """Drafts that this person may write."""
        return self.filter(rules.writable_consultations(user, at=at), published_at=None)

    def previewable_by(self, user, *, at):
        """Consultations whose questions this person may go through, with nothing kept, in any state."""
        return self.filter(rules.previewed_consultations(user, at=at))

    def signable_by(self, user, *, at):
        """Drafts that this person may sign off, as somebody who wrote no part of them."""
        return self.filter(rules.signable_consultations(user, at=at), published_at=None)

    def runnable_by(self, user, *, at):
        """Consultations that this person may open, extend, close, withdraw and publish."""
        return self if rules.runs_consultations(user, at=at) else self.none()

    def enterable_by(self, user, *, at):
        """Consultations whose answers of other channels this person may enter."""
        return self if rules.enters_answers(user, at=at) else self.none()

    def readable_by(self, user, *, at):
        """Consultations of which this person may read the answers in people's own words."""
        return self if rules.reads_responses(user, at=at) else self.none()

    def profiled_to(self, user, *, at):
        """Consultations of which this person may see who answered: with the public, or before as one who runs them."""
        if rules.reads_equality(user, at=at):
            return self.watchable_by(user, at=at)
        return self.watchable_by(user, at=at).filter(results_published_at__isnull=False)

    def heard_by(self, user, *, at):
        """Consultations of which this person may read what people wrote once it is redacted and approved."""
        return self.filter(rules.hears_of(user, at=at))


class Consultation(Outcome):
    """Open and closed are facts about time: see `state`. `closes_at` is the first moment that no longer counts."""

    reference = models.CharField(max_length=20, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="consultations")
    title = models.CharField(max_length=65, help_text="Plain words, without “consultation”, at most 65 characters.")
    summary = models.TextField(help_text="What is asked and of whom, at most 100 words.")
    purpose = models.TextField("why your views matter", blank=True)
    audience = models.CharField(max_length=120, help_text="For example: People who have used the service")
    statutory_kind = models.CharField(max_length=30, choices=StatutoryKind, blank=True)
    can_change = models.TextField("what can still change", blank=True)
    settled = models.TextField("what is already settled", blank=True)
    next_steps = models.TextField("what happens next", blank=True)
    other_ways = models.TextField("help and other formats", blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="The office's own contact when left empty.")
    minutes = models.PositiveSmallIntegerField("minutes to answer", default=5)
    sensitive = models.BooleanField(
        default=False, help_text="For people who may be at risk: exit button, neutral titles and messages."
    )
    sensitive_reason = models.TextField("why nobody it is for may be at risk", blank=True)
    support_contacts = models.TextField("who can support people now", blank=True)
    privacy_special = models.TextField("what is special about privacy here", blank=True)
    formative_statement = models.TextField("why nothing is decided yet", blank=True)
    information_statement = models.TextField("why people are told enough to answer", blank=True)
    consideration_statement = models.TextField("how views will be considered", blank=True)
    written_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    identity_mode = models.CharField(max_length=20, choices=IdentityMode, default=IdentityMode.OPEN_ANONYMOUS)
    eligibility = models.TextField("who can answer", blank=True)
    listed = models.BooleanField("named in lists while it runs", default=True)

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="consultations")
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    specification_page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    specification_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    specification_title = models.CharField(max_length=200, blank=True)
    specification_path = models.CharField(max_length=300, blank=True)
    specification_version = models.CharField(max_length=20, blank=True)

    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    length_reason = models.TextField("why it is open for so long", blank=True)
    grace = models.BooleanField("half an hour more for those who have started", default=False)
    election_override = models.TextField("why it opens in a pre-election period", blank=True)
    election_override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_closes_at = models.DateTimeField(
        null=True, blank=True, help_text="The closing time first announced, once moved."
    )
    dates_reason = models.TextField("why the closing time moved", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="consultation_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(identity_mode__in=IdentityMode.values), name="consultation_identity_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(version__isnull=False), name="consultation_asks_a_frozen_version"
            ),
            models.CheckConstraint(
                condition=Q(specification_page=None) | Q(specification_revision__isnull=False),
                name="consultation_pins_a_revision",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at=None) | Q(published_at__isnull=False),
                name="consultation_suspended_once_public",
            ),
            models.CheckConstraint(
                condition=Q(statutory_kind__in=["", *StatutoryKind.values]), name="consultation_statutory_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(election_override="") | Q(election_override_by__isnull=False),
                name="consultation_override_says_who",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""), name="consultation_withdrawn_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(first_closes_at=None) | ~Q(dates_reason=""), name="consultation_dates_moved_with_reason"
            ),
            *OUTCOME_CONSTRAINTS,
        ]
        indexes = [models.Index(fields=["opens_at", "closes_at"], name="consultation_dates")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("consultations:consultation-detail", args=[self.slug])

    def state(self, *, at):
        """Where it stands at a moment, as a `State`."""
        if not self.published_at:
            return State.DRAFT
        if self.withdrawn_at:
            return State.WITHDRAWN
        if self.results_published_at:
            return State.OUTCOME_PUBLISHED if self.outcome_published_at else State.RESULTS_PUBLISHED
        return State.SUSPENDED if self.suspended_at else self._state_by_dates(at)

    def _state_by_dates(self, at):
        if at < self.opens_at:
            return State.OPENING_SOON
        if at >= self.closes_at:
            return State.CLOSED
        return State.CLOSING_SOON if self.closes_at - at <= CLOSING_SOON else State.OPEN

    def takes_answers(self, *, at):
        """Whether somebody can begin at this moment, and what is received whole counts (security row C07)."""
        return self.is_running and self.opens_at <= at < self.closes_at

    def takes_started_answers(self, *, at):
        """Whether what was begun in time can still be sent: a while longer, where that was announced."""
        return self.is_running and self.opens_at <= at < self.ends_at

    @property
    def is_running(self):
        """Public, and neither withdrawn nor suspended: what the dates say holds."""
        return bool(self.published_at) and not self.withdrawn_at and not self.suspended_at

    @property
    def ends_at(self):
        """The first moment at which no answer is taken any more: the closing, or half an hour later with grace."""
        return self.closes_at + GRACE if self.grace else self.closes_at

    @property
    def needs_code(self):
        """Whether only people who were given a code can answer."""
        return self.identity_mode == IdentityMode.INVITED_ANONYMOUS

    @property
    def is_named(self):
        """Whether organisations answer by name, and nobody without one."""
        return self.identity_mode in NAMED_MODES

    @property
    def asked_version(self):
        """The frozen questions. Only a draft has none, and nobody answers a draft."""
        if self.version is None:
            raise ValueError(f"{self.reference} is a draft: nothing has been asked yet.")
        return self.version

    @property
    def response_due_on(self):
        """The date by which the office answers in public: 12 weeks after closing (gov.uk guidance)."""
        return local_date(self.closes_at) + RESPONSE_DUE
