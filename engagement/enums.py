"""The words of the ground floor: stages, funds, roles, and what can be told to whom."""

from django.db.models import TextChoices


class Stage(TextChoices):
    """Where an activity stands in the commissioning cycle (R-004)."""

    ANALYSE = "ANALYSE", "Analyse and understand"
    PLAN = "PLAN", "Plan"
    DO = "DO", "Do"
    REVIEW = "REVIEW", "Review"
    DECOMMISSIONING = "DECOMMISSIONING", "De-commissioning"
    CLOSED = "CLOSED", "Closed"


CYCLE = (Stage.ANALYSE, Stage.PLAN, Stage.DO, Stage.REVIEW)

# From de-commissioning an activity also returns to the stage it came from, when the case is dropped: see `move_stage`.
STAGE_MOVES = {
    Stage.ANALYSE: {Stage.PLAN, Stage.DECOMMISSIONING},
    Stage.PLAN: {Stage.DO, Stage.ANALYSE, Stage.DECOMMISSIONING},
    Stage.DO: {Stage.REVIEW, Stage.DECOMMISSIONING},
    Stage.REVIEW: {Stage.ANALYSE, Stage.PLAN, Stage.DO, Stage.DECOMMISSIONING},
    Stage.DECOMMISSIONING: {Stage.CLOSED},
    Stage.CLOSED: set(),
}


class Fund(TextChoices):
    """Policing money and fire and rescue money are kept apart on every line (R-022)."""

    POLICING = "POLICING", "Policing fund"
    FIRE = "FIRE", "Fire and rescue fund"


class OrganisationKind(TextChoices):
    """Who an organisation is to the office (R-006, R-147)."""

    OFFICE = "OFFICE", "The Commissioner's office"
    PROVIDER = "PROVIDER", "Provider"
    PARTNER = "PARTNER", "Partner"
    POLICE = "POLICE", "Police force"
    FIRE = "FIRE", "Fire and rescue service"
    CSP = "CSP", "Community safety partnership"
    COUNCIL = "COUNCIL", "Council"


class Sector(TextChoices):
    """Which sector an organisation belongs to (R-006). What nobody has said yet is not guessed."""

    POLICE = "POLICE", "Police"
    FIRE = "FIRE", "Fire and rescue"
    PUBLIC = "PUBLIC", "Wider public sector"
    VOLUNTARY = "VOLUNTARY", "Voluntary or community"
    PRIVATE = "PRIVATE", "Private"
    UNKNOWN = "UNKNOWN", "Not recorded"


class Size(TextChoices):
    """How large an organisation is, by the people it employs, in the steps of the Companies Act 2006."""

    MICRO = "MICRO", "Micro: fewer than 10 people"
    SMALL = "SMALL", "Small: 10 to 49 people"
    MEDIUM = "MEDIUM", "Medium: 50 to 249 people"
    LARGE = "LARGE", "Large: 250 people or more"
    UNKNOWN = "UNKNOWN", "Not recorded"


# The sector that follows from what an organisation is to us. Of a provider and a partner it does not.
USUAL_SECTORS = {
    OrganisationKind.OFFICE: Sector.PUBLIC,
    OrganisationKind.POLICE: Sector.POLICE,
    OrganisationKind.FIRE: Sector.FIRE,
    OrganisationKind.CSP: Sector.PUBLIC,
    OrganisationKind.COUNCIL: Sector.PUBLIC,
}


class Role(TextChoices):
    """What a membership lets a person do, while it lasts."""

    PREPARER = "PREPARER", "Preparer"
    CERTIFIER = "CERTIFIER", "Certifier"
    INVOLVEMENT = "INVOLVEMENT", "Involvement Team"
    LEAD_COMMISSIONER = "LEAD_COMMISSIONER", "Lead Commissioner"
    CONTRACT_MANAGER = "CONTRACT_MANAGER", "Contract Manager"
    MANAGEMENT = "MANAGEMENT", "Management Team"
    COMMISSIONER = "COMMISSIONER", "Commissioner"
    SPECIALIST = "SPECIALIST", "Finance, procurement or legal specialist"
    AUDITOR = "AUDITOR", "Auditor"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"


PROVIDER_ROLES = frozenset({Role.PREPARER, Role.CERTIFIER})
OFFICE_ROLES = frozenset(Role) - PROVIDER_ROLES

# Roles that open Wagtail's admin. Providers and respondents never do.
CMS_ROLES = frozenset({Role.INVOLVEMENT, Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.ADMINISTRATOR})


class EventKind(TextChoices):
    """What has happened, in the past tense."""

    STAGE_MOVED = "STAGE_MOVED", "Stage moved"
    DOCUMENT_PUBLISHED = "DOCUMENT_PUBLISHED", "Document published"
    CONSULTATION_OPENED = "CONSULTATION_OPENED", "Consultation opened"
    CONSULTATION_CHANGED = "CONSULTATION_CHANGED", "Consultation changed"
    CONSULTATION_CLOSING = "CONSULTATION_CLOSING", "Consultation closing soon"
    CONSULTATION_CLOSED = "CONSULTATION_CLOSED", "Consultation closed"
    RESULTS_PUBLISHED = "RESULTS_PUBLISHED", "Results published"
    RESULTS_UPDATED = "RESULTS_UPDATED", "Results updated"
    OUTCOME_PUBLISHED = "OUTCOME_PUBLISHED", "Outcome published"
    ANSWER_DUE = "ANSWER_DUE", "Answer to people due"
    ANSWER_LATE = "ANSWER_LATE", "Answer to people late"
    PROMISE_DUE = "PROMISE_DUE", "Promise due"
    PROMISE_UPDATED = "PROMISE_UPDATED", "Promise kept, changed or dropped"
    CODES_OFFERED = "CODES_OFFERED", "Codes to hand out"
    RETURN_OPENED = "RETURN_OPENED", "Return opened"
    RETURN_DUE = "RETURN_DUE", "Return due"
    RETURN_LATE = "RETURN_LATE", "Return not received"
    RETURN_EXTENDED = "RETURN_EXTENDED", "More time for a return"
    CALENDAR_CHANGED = "CALENDAR_CHANGED", "Calendar of returns changed"
    RETURN_SUBMITTED = "RETURN_SUBMITTED", "Return submitted"
    RETURN_QUERIED = "RETURN_QUERIED", "Return queried"
    RETURN_ACCEPTED = "RETURN_ACCEPTED", "Return accepted"
    RATING_PUBLISHED = "RATING_PUBLISHED", "Ratings published"
    SIGN_OFF_ASKED = "SIGN_OFF_ASKED", "Sign-off asked for"
    SIGN_OFF_DECIDED = "SIGN_OFF_DECIDED", "Sign-off decided"
    CONCERN_RAISED = "CONCERN_RAISED", "Something that was written needs a look"
    QUESTIONS_OPENED = "QUESTIONS_OPENED", "Questions from providers opened"
    QUESTIONS_EXTENDED = "QUESTIONS_EXTENDED", "More time for questions from providers"
    QUESTION_ASKED = "QUESTION_ASKED", "A provider asked a question"
    QUESTION_SETTLED = "QUESTION_SETTLED", "News on a question that a provider asked"
    ANSWERS_RELEASED = "ANSWERS_RELEASED", "Answers to providers released"
    PLAN_TO_AGREE = "PLAN_TO_AGREE", "A plan to agree"
    CONSEQUENCE_INVOKED = "CONSEQUENCE_INVOKED", "A consequence of an agreement"
    APPEAL_MADE = "APPEAL_MADE", "A provider has appealed"
    DECISION_ASKED = "DECISION_ASKED", "A decision is asked for"
    PAYMENT_APPROVED = "PAYMENT_APPROVED", "A payment is approved"
    VARIATION_TO_AGREE = "VARIATION_TO_AGREE", "A variation to agree"
    DOCUMENT_SENT = "DOCUMENT_SENT", "A provider sent a document to check"
    DOCUMENT_SETTLED = "DOCUMENT_SETTLED", "A document that was sent is accepted or returned"
    WORK_HANDED_OVER = "WORK_HANDED_OVER", "Work handed over"
    AGREEMENT_CHANGED = "AGREEMENT_CHANGED", "Who is in an agreement, or how it is steered"
    DOCUMENT_SHARED = "DOCUMENT_SHARED", "A document of an agreement"
    DOCUMENT_EXPIRING = "DOCUMENT_EXPIRING", "An insurance or policy runs out"
    PLAN_WAITS = "PLAN_WAITS", "A plan that waits for somebody"
    DECISION_TAKEN = "DECISION_TAKEN", "A decision that somebody asked for"
    AGREEMENT_ENDED = "AGREEMENT_ENDED", "An agreement ends"
    ANSWERS_HANDED_ON = "ANSWERS_HANDED_ON", "Earlier answers handed to an organisation that joined later"


class Audience(TextChoices):
    """Whom an event is for. Only what is for everyone engaged is public and stands on the activity's timeline.

    A reminder goes to the same people, and stands on no timeline: nothing has happened.
    """

    EVERYONE = "EVERYONE", "Everyone engaged with the activity"
    REMINDED = "REMINDED", "Everyone engaged with the activity, as a reminder"
    PEOPLE = "PEOPLE", "People of the office, by name"
    ORGANISATION = "ORGANISATION", "One organisation's people"
    OFFICE = "OFFICE", "Those who run the activity"
    ENGAGED = "ENGAGED", "Every organisation engaged with the activity"


class DeliveryStatus(TextChoices):
    """The life of one message to one person."""

    QUEUED = "QUEUED", "Waiting to be sent"
    CLAIMED = "CLAIMED", "Being sent"
    SENT = "SENT", "Sent"
    REFUSED = "REFUSED", "Refused by the mail server"
    IN_DOUBT = "IN_DOUBT", "In doubt"
    LEFT = "LEFT", "Left unsent by a person"


class PartyKind(TextChoices):
    """Why somebody is told about an activity."""

    FOLLOWER = "FOLLOWER", "Follower"
    ORGANISATION = "ORGANISATION", "Organisation"
    CONSULTEE = "CONSULTEE", "Took part in a consultation"


# What these are about is public: whoever is not engaged may open it too.
PUBLIC_AUDIENCES = frozenset({Audience.EVERYONE, Audience.REMINDED})

# The action of a log entry that names who was refused what.
ACCESS_REFUSED = "access.refused"


class QuestionSource(TextChoices):
    """How a question about an activity came to the office."""

    PORTAL = "PORTAL", "Asked here"
    EMAIL = "EMAIL", "E-mail"
    PHONE = "PHONE", "Phone"
    EVENT = "EVENT", "Event or meeting"
    OFFICE = "OFFICE", "Clarification of our own"


class QuestionState(TextChoices):
    """Where a question stands, in the office's words. The asker sees less: see `domain/packs.py`."""

    DRAFT = "DRAFT", "Being written"
    ASKED = "ASKED", "Waiting for an answer"
    ANSWERED = "ANSWERED", "Answered, not released"
    RELEASED = "RELEASED", "Released"
    IN_CONFIDENCE = "IN_CONFIDENCE", "Answered in confidence"
    MERGED = "MERGED", "Put together with another"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by the asker"


class Confidence(TextChoices):
    """What has become of a wish that a question be kept confidential. The rule is release to everyone."""

    NOT_ASKED = "NOT_ASKED", "Not asked for"
    ASKED = "ASKED", "Asked for, not decided"
    ACCEPTED = "ACCEPTED", "Accepted"
    REFUSED = "REFUSED", "Refused, the asker decides"
    LET_GO = "LET_GO", "Refused, the asker lets it be released"


class Telling(TextChoices):
    """When an organisation was given a release."""

    AT_RELEASE = "AT_RELEASE", "When it was released"
    ON_JOINING = "ON_JOINING", "When it joined"


class CheckKind(TextChoices):
    """What is checked of an organisation before and while we work with it (due diligence)."""

    IDENTITY = "IDENTITY", "Identity and registration"
    ACCOUNTS = "ACCOUNTS", "Accounts and financial standing"
    PUBLIC_LIABILITY = "PUBLIC_LIABILITY", "Public liability insurance"
    EMPLOYERS_LIABILITY = "EMPLOYERS_LIABILITY", "Employers’ liability insurance"
    SAFEGUARDING = "SAFEGUARDING", "Safeguarding policy"
    DATA_PROTECTION = "DATA_PROTECTION", "Data protection and ICO registration"
    DBS = "DBS", "DBS checks in practice"
    CONFLICTS = "CONFLICTS", "Conflicts of interest"
    DEBARMENT = "DEBARMENT", "Debarment list and exclusion grounds"

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.value.lower().replace("_", "-")


# What an organisation sends itself when it is renewed. The others the office looks up.
SENT_BY_ORGANISATIONS = frozenset(
    {
        CheckKind.ACCOUNTS,
        CheckKind.PUBLIC_LIABILITY,
        CheckKind.EMPLOYERS_LIABILITY,
        CheckKind.SAFEGUARDING,
        CheckKind.DATA_PROTECTION,
        CheckKind.DBS,
    }
)


class CheckOutcome(TextChoices):
    """What a check found."""

    SATISFACTORY = "SATISFACTORY", "Satisfactory"
    CONDITIONS = "CONDITIONS", "Satisfactory with conditions"
    UNSATISFACTORY = "UNSATISFACTORY", "Not satisfactory"


class SentState(TextChoices):
    """What has become of a document that an organisation sent to be checked."""

    WAITING = "WAITING", "Waits for the office"
    REPLACED = "REPLACED", "Replaced by a newer one"
    ACCEPTED = "ACCEPTED", "Accepted"
    RETURNED = "RETURNED", "Returned"
