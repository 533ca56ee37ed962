"""The words of agreements, indicators, returns and ratings."""

from django.db.models import IntegerChoices, TextChoices

from contracts.enums.awards import COMPETED, DecidedAs, HowChosen  # noqa: F401  every word is to be had from here
from contracts.enums.changes import (  # noqa: F401
    SETTLED_ENDINGS,
    AmountPurpose,
    EndingKind,
    EndingState,
    ModificationGround,
    PaymentKind,
    PaymentState,
    VariationState,
)


class AgreementKind(TextChoices):
    """What was agreed with whoever provides the service; not everything is a contract (R-005, R-007, R-026)."""

    CONTRACT = "CONTRACT", "Contract"
    GRANT = "GRANT", "Grant"
    SLA = "SLA", "Service level agreement"
    IN_HOUSE = "IN_HOUSE", "In-house agreement"
    DEVOLVED_BUDGET = "DEVOLVED_BUDGET", "Devolved budget"


class Regime(TextChoices):
    """The law by which a provider was chosen. The Procurement Act 2023 holds since Monday 24 February 2025."""

    FULL = "FULL", "Procurement Act 2023"
    LIGHT_TOUCH = "LIGHT_TOUCH", "Procurement Act 2023, light touch"
    CONCESSION = "CONCESSION", "Procurement Act 2023, concession"
    BELOW_THRESHOLD = "BELOW_THRESHOLD", "Below the threshold of the Procurement Act 2023"
    EARLIER = "EARLIER", "Earlier law: procurement that began before Monday 24 February 2025"
    PROVIDER_SELECTION = "PROVIDER_SELECTION", "Provider Selection Regime, for health services"
    NONE = "NONE", "None: not procured, or exempt from procurement law"


# Agreements that are public contracts under the Act, whatever their value beyond the threshold.
UNDER_THE_ACT = frozenset({Regime.FULL, Regime.LIGHT_TOUCH, Regime.CONCESSION})
# Kinds that are no contract for pecuniary interest, so that no law of procurement chose the provider.
NEVER_PROCURED = frozenset({AgreementKind.GRANT, AgreementKind.IN_HOUSE, AgreementKind.DEVOLVED_BUDGET})


class PartyRole(TextChoices):
    """What another organisation does in an agreement, beside the provider that reports and whoever awarded it."""

    CONSORTIUM = "CONSORTIUM", "Consortium member"
    SUBCONTRACTOR = "SUBCONTRACTOR", "Subcontractor"
    CO_COMMISSIONER = "CO_COMMISSIONER", "Co-commissioner"
    SUB_COMMISSIONER = "SUB_COMMISSIONER", "Sub-commissioner"


PROVIDING = frozenset({PartyRole.CONSORTIUM, PartyRole.SUBCONTRACTOR})


class DocumentKind(TextChoices):
    """What a document of an agreement is."""

    AGREEMENT = "AGREEMENT", "Signed agreement"
    SPECIFICATION = "SPECIFICATION", "Specification"
    VARIATION = "VARIATION", "Variation"
    AWARD = "AWARD", "How bids were assessed, and value for money at award"
    INSURANCE = "INSURANCE", "Insurance"
    POLICY = "POLICY", "Safeguarding or other policy"
    DATA = "DATA", "Data protection agreement"
    OTHER = "OTHER", "Something else"


EXPIRING = frozenset({DocumentKind.INSURANCE, DocumentKind.POLICY})


class IndicatorKind(TextChoices):
    """What a figure is made of."""

    COUNT = "COUNT", "A count"
    PERCENTAGE = "PERCENTAGE", "A percentage, from two counts"
    MONEY = "MONEY", "Money, in pounds"
    DAYS = "DAYS", "A number of days"
    SCORE = "SCORE", "A score"
    YES_NO = "YES_NO", "Yes or no"
    NARRATIVE = "NARRATIVE", "Words, without a number"
    RATIO = "RATIO", "One number divided by another"
    RATE = "RATE", "A rate: so many for every 1,000 or 10,000"
    UNIT_COST = "UNIT_COST", "A unit cost: pounds divided by a number"


# Made of two numbers, of which neither is published alone: the part over the whole, the pounds over the people.
TWO_NUMBERS = frozenset({IndicatorKind.PERCENTAGE, IndicatorKind.RATIO, IndicatorKind.RATE, IndicatorKind.UNIT_COST})
POUNDS = frozenset({IndicatorKind.MONEY, IndicatorKind.UNIT_COST})
NEVER_RATED = frozenset({IndicatorKind.NARRATIVE})
# One number of which parts make a whole: only these can be told by district or age band and added up again.
ADDED_UP = frozenset({IndicatorKind.COUNT, IndicatorKind.MONEY, IndicatorKind.DAYS})


class PartState(TextChoices):
    """What a part of a figure says. One that nobody has typed yet says nothing."""

    NUMBER = "NUMBER", "Number"
    ZERO = "ZERO", "None, confirmed"
    NOT_AVAILABLE = "NOT_AVAILABLE", "Not available"


class Direction(TextChoices):
    """Which way is better."""

    UP = "UP", "More is better"
    DOWN = "DOWN", "Less is better"
    RANGE = "RANGE", "Best between two values"


class Aggregation(TextChoices):
    """How periods make a year. The mean of percentages is not among the ways."""

    SUM = "SUM", "Periods are added up"
    RATIO = "RATIO", "Both numbers are added up, then divided"
    LATEST = "LATEST", "The latest period stands for the year"
    AVERAGE = "AVERAGE", "The mean of the periods, each counting the same"
    NONE = "NONE", "They make no year: each period stands alone"


_DIVIDED = (Aggregation.RATIO, Aggregation.LATEST, Aggregation.NONE)
AGGREGATIONS = {
    IndicatorKind.COUNT: (Aggregation.SUM, Aggregation.LATEST, Aggregation.AVERAGE, Aggregation.NONE),
    IndicatorKind.PERCENTAGE: _DIVIDED,
    IndicatorKind.MONEY: (Aggregation.SUM, Aggregation.LATEST, Aggregation.AVERAGE, Aggregation.NONE),
    IndicatorKind.DAYS: (Aggregation.SUM, Aggregation.LATEST, Aggregation.NONE),
    IndicatorKind.SCORE: (Aggregation.LATEST, Aggregation.AVERAGE, Aggregation.NONE),
    IndicatorKind.YES_NO: (Aggregation.LATEST, Aggregation.NONE),
    IndicatorKind.NARRATIVE: (Aggregation.NONE,),
    IndicatorKind.RATIO: _DIVIDED,
    IndicatorKind.RATE: _DIVIDED,
    IndicatorKind.UNIT_COST: _DIVIDED,
}


class Judged(TextChoices):
    """What a provider answers when it is asked about the office."""

    YES = "YES", "Yes"
    PARTLY = "PARTLY", "Partly"
    NO = "NO", "No"
    NOTHING = "NOTHING", "There was nothing to judge"


class Frequency(IntegerChoices):
    """How often an agreement reports: the months of a period, or only on dates that are set by hand."""

    MONTHLY = 1, "Every month"
    QUARTERLY = 3, "Every quarter"
    HALF_YEARLY = 6, "Every half-year"
    YEARLY = 12, "Every year"
    BY_HAND = 0, "Only on dates that are set by hand"


class AskedEvery(IntegerChoices):
    """How often a measure is asked for: in each return, or in the one with which so many months of its year end."""

    RETURN = 0, "In every return"
    QUARTER = 3, "Once a quarter"
    HALF_YEAR = 6, "Once a half-year"
    YEAR = 12, "Once a year, in its last return"


class ReminderTo(TextChoices):
    """Whom a reminder of a return goes to."""

    PROVIDER = "PROVIDER", "Those who report for the provider"
    CONTRACT_MANAGER = "CONTRACT_MANAGER", "The Contract Manager"
    MANAGEMENT = "MANAGEMENT", "The Management Team"


class MeasureType(TextChoices):
    """What sort of thing a measure tells of (R-012)."""

    OUTCOME = "OUTCOME", "Outcome: the difference it makes"
    OUTPUT = "OUTPUT", "Output: how much was done"
    QUALITY = "QUALITY", "Quality: how well it was done"
    PROCESS = "PROCESS", "Process: how it was done, and how fast"
    INPUT = "INPUT", "Input: what went into it"


class ToleranceUnit(TextChoices):
    """In what a movement since the last figure is told."""

    PERCENT = "PERCENT", "Per cent of the last figure"
    POINTS = "POINTS", "Its own unit; points of a percentage"


class ReturnState(TextChoices):
    """The life of a return. Overdue and "with changes" are facts about it, not states."""

    DUE = "DUE", "Due"
    SUBMITTED = "SUBMITTED", "Submitted"
    QUERIED = "QUERIED", "Queried"
    ACCEPTED = "ACCEPTED", "Accepted"


RETURN_MOVES = {
    ReturnState.DUE: {ReturnState.SUBMITTED},
    ReturnState.SUBMITTED: {ReturnState.QUERIED, ReturnState.ACCEPTED},
    ReturnState.QUERIED: {ReturnState.SUBMITTED},
    ReturnState.ACCEPTED: set(),
}

# While a return stands in one of these, the provider may write its figures.
WRITABLE_STATES = (ReturnState.DUE, ReturnState.QUERIED)


class FigureState(TextChoices):
    """What an entry says. Nought is a reported figure; an empty box is not."""

    REPORTED = "REPORTED", "Reported"
    NOT_APPLICABLE = "NOT_APPLICABLE", "Not applicable"
    NOT_AVAILABLE = "NOT_AVAILABLE", "Not available"
    MISSING = "MISSING", "Missing"


class RatingWord(TextChoices):
    """The five words of the Procurement Regulations 2024 (SI 2024/692), regulation 39(5), best first."""

    GOOD = "GOOD", "Good"
    APPROACHING = "APPROACHING", "Approaching target"
    REQUIRES_IMPROVEMENT = "REQUIRES_IMPROVEMENT", "Requires improvement"
    INADEQUATE = "INADEQUATE", "Inadequate"
    OTHER = "OTHER", "Other"


class RestatementReason(TextChoices):
    """Why a past figure is put right."""

    COUNTED_WRONG = "COUNTED_WRONG", "It was counted wrongly"
    TYPED_WRONG = "TYPED_WRONG", "It was typed wrongly"
    LATE_DATA = "LATE_DATA", "Data arrived after the return was sent"
    DEFINITION = "DEFINITION", "The definition was read differently"
    OTHER = "OTHER", "Something else"


class RestatementState(TextChoices):
    """The life of a restatement: asked for, then decided once."""

    ASKED = "ASKED", "To decide"
    APPROVED = "APPROVED", "Approved"
    REFUSED = "REFUSED", "Refused"


class OverrideState(TextChoices):
    """The life of an override of a rating: proposed, decided once, and void when the figure is put right."""

    PROPOSED = "PROPOSED", "Waits for a decision"
    CONFIRMED = "CONFIRMED", "Confirmed"
    DECLINED = "DECLINED", "Decided against"
    VOID = "VOID", "No longer holds"


class Level(TextChoices):
    """How much one of the questions about a tier weighs."""

    LOW = "LOW", "Low"
    MIDDLE = "MIDDLE", "Middling"
    HIGH = "HIGH", "High"


class ReviewOutcome(TextChoices):
    """What a review of an agreement leads to (R-089)."""

    CONTINUE = "CONTINUE", "Go on as agreed"
    IMPROVE = "IMPROVE", "Improve"
    VARY = "VARY", "Vary"
    EXTEND = "EXTEND", "Extend"
    RECOMMISSION = "RECOMMISSION", "Commission anew"
    DECOMMISSION = "DECOMMISSION", "De-commission"


class Side(TextChoices):
    """Who does something, or agrees to it."""

    OFFICE = "OFFICE", "The office"
    PROVIDER = "PROVIDER", "The provider"


class PlanKind(TextChoices):
    """What a plan that both sides agree is for (R-073, R-074, R-084)."""

    MOBILISATION = "MOBILISATION", "Mobilisation plan"
    IMPROVEMENT = "IMPROVEMENT", "Improvement plan"
    EXIT = "EXIT", "Exit plan"


class PlanOutcome(TextChoices):
    """What became of a plan when it was closed."""

    ACHIEVED = "ACHIEVED", "Achieved"
    PARTLY = "PARTLY", "Achieved in part"
    NOT_ACHIEVED = "NOT_ACHIEVED", "Not achieved"
    REPLACED = "REPLACED", "Replaced by something else"


class ActionKind(TextChoices):
    """What somebody has to do by a day."""

    MILESTONE = "MILESTONE", "Milestone"
    ACTION = "ACTION", "Action"
    SUPPORT = "SUPPORT", "Support from the office"


class ActionState(TextChoices):
    """Where an action stands. Late is a fact of its date, not a state."""

    NOT_BEGUN = "NOT_BEGUN", "Not begun"
    ON_TRACK = "ON_TRACK", "On track"
    AT_RISK = "AT_RISK", "At risk"
    DONE = "DONE", "Done"
    DROPPED = "DROPPED", "Dropped"


OPEN_ACTIONS = (ActionState.NOT_BEGUN, ActionState.ON_TRACK, ActionState.AT_RISK)


class Rag(TextChoices):
    """How a plan stands, in the three words of its traffic light."""

    GREEN = "GREEN", "Green: on course"
    AMBER = "AMBER", "Amber: needs attention"
    RED = "RED", "Red: late or in danger"


class ConsequenceState(TextChoices):
    """The life of a consequence. A provider knows of it once it is in force."""

    PROPOSED = "PROPOSED", "Waits for a decision"
    IN_FORCE = "IN_FORCE", "In force"
    DECLINED = "DECLINED", "Decided against"
    LIFTED = "LIFTED", "Lifted"


class AppealOutcome(TextChoices):
    """What was decided of a provider's appeal."""

    UPHELD = "UPHELD", "Upheld: the consequence is lifted"
    PARTLY = "PARTLY", "Upheld in part"
    DISMISSED = "DISMISSED", "Dismissed: it stands"


class RiskKind(TextChoices):
    """What may happen, or what has."""

    RISK = "RISK", "Risk"
    ISSUE = "ISSUE", "Issue"


class RiskState(TextChoices):
    """Whether somebody still looks after it."""

    OPEN = "OPEN", "Open"
    CLOSED = "CLOSED", "Closed"


class MeetingKind(TextChoices):
    """How the two sides met."""

    REVIEW = "REVIEW", "Review meeting"
    VISIT = "VISIT", "Visit"
    OTHER = "OTHER", "Other meeting"


class RoundState(TextChoices):
    """What became of one return whose ratings were to be published together with those of others."""

    WAITING = "WAITING", "Waits"
    PUBLISHED = "PUBLISHED", "Published"
    REFUSED = "REFUSED", "Not published"
