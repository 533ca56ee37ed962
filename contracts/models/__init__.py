"""What was agreed, what is measured, what was reported, and how it was rated."""

from contracts.models.action import Action, ActionUpdate
from contracts.models.agreement import Agreement
from contracts.models.award import Award
from contracts.models.calendar import Extension, MonitoringCalendar, ReminderRule, SetPeriod
from contracts.models.consequence import Consequence, Ladder, LadderAttachment, Rung
from contracts.models.document import AgreementDocument, DocumentVersion
from contracts.models.duty import StatutoryAmount
from contracts.models.ending import Ending
from contracts.models.funding import Allocation, GrantStream, PublicShare
from contracts.models.governance import GovernanceArrangement
from contracts.models.indicator import Indicator
from contracts.models.meeting import Attendance, Meeting
from contracts.models.monitoring import AnnualReview, MonitoringPlan, Tier, TierScheme
from contracts.models.narrative import EvidenceFile, Feedback, Narrative
from contracts.models.partial_date import PartialDate, PartialDateField
from contracts.models.party import AgreementParty, Lot
from contracts.models.payment import Payment
from contracts.models.plan import ActionPlan, PlanReview, PlanStamp
from contracts.models.rating import Override, Publication, Rating
from contracts.models.restatement import Edition, Restatement
from contracts.models.returns import Figure, KpiReturn, Query, Submission
from contracts.models.risk import Risk, RiskChange
from contracts.models.round import PublicationRound, RoundReturn
from contracts.models.terms import SignedTerms
from contracts.models.upload import Upload
from contracts.models.variation import Variation

__all__ = [
    "Action",
    "ActionPlan",
    "ActionUpdate",
    "Agreement",
    "AgreementDocument",
    "AgreementParty",
    "Allocation",
    "AnnualReview",
    "Attendance",
    "Award",
    "Consequence",
    "DocumentVersion",
    "Edition",
    "Ending",
    "EvidenceFile",
    "Extension",
    "Feedback",
    "Figure",
    "GovernanceArrangement",
    "GrantStream",
    "Indicator",
    "KpiReturn",
    "Ladder",
    "LadderAttachment",
    "Lot",
    "Meeting",
    "MonitoringCalendar",
    "MonitoringPlan",
    "Narrative",
    "Override",
    "PartialDate",
    "PartialDateField",
    "Payment",
    "PlanReview",
    "PlanStamp",
    "PublicShare",
    "Publication",
    "PublicationRound",
    "Query",
    "Rating",
    "ReminderRule",
    "Restatement",
    "Risk",
    "RiskChange",
    "RoundReturn",
    "Rung",
    "SetPeriod",
    "SignedTerms",
    "StatutoryAmount",
    "Submission",
    "Tier",
    "TierScheme",
    "Upload",
    "Variation",
]
