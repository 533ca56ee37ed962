"""The words of agreements, indicators, returns and ratings."""

from django.db.models import TextChoices


class AgreementKind(TextChoices):
    """What was agreed with whoever provides the service; not everything is a contract (R-005, R-007, R-026)."""

    CONTRACT = "CONTRACT", "Contract"
    GRANT = "GRANT", "Grant"
    SLA = "SLA", "Service level agreement"
    IN_HOUSE = "IN_HOUSE", "In-house agreement"
    DEVOLVED_BUDGET = "DEVOLVED_BUDGET", "Devolved budget"


class IndicatorKind(TextChoices):
    """What a figure is made of."""

    COUNT = "COUNT", "A count"
    PERCENTAGE = "PERCENTAGE", "A percentage, from two counts"
    MONEY = "MONEY", "Money, in pounds"


class Direction(TextChoices):
    """Which way is better."""

    UP = "UP", "More is better"
    DOWN = "DOWN", "Less is better"


class Aggregation(TextChoices):
    """How quarters make a year. The mean of percentages is not among the ways."""

    SUM = "SUM", "Quarters are added up"
    RATIO = "RATIO", "Both counts are added up, then divided"
    LATEST = "LATEST", "The latest quarter stands for the year"


AGGREGATIONS = {
    IndicatorKind.COUNT: (Aggregation.SUM, Aggregation.LATEST),
    IndicatorKind.PERCENTAGE: (Aggregation.RATIO, Aggregation.LATEST),
    IndicatorKind.MONEY: (Aggregation.SUM, Aggregation.LATEST),
}


class ReturnState(TextChoices):
    """The life of a quarterly return. Overdue and "with changes" are facts about it, not states."""

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
