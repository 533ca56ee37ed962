"""What was agreed, what is measured, what was reported, and how it was rated."""

from contracts.models.agreement import Agreement
from contracts.models.indicator import Indicator
from contracts.models.partial_date import PartialDate, PartialDateField
from contracts.models.rating import Publication, Rating
from contracts.models.returns import Figure, KpiReturn, Query, Submission
from contracts.models.upload import Upload

__all__ = [
    "Agreement",
    "Figure",
    "Indicator",
    "KpiReturn",
    "PartialDate",
    "PartialDateField",
    "Publication",
    "Query",
    "Rating",
    "Submission",
    "Upload",
]
