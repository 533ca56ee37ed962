"""What the office knows about whom it works with, on what, and what it has told them."""

from engagement.models.activity import Activity, FundingLine, StageChange
from engagement.models.clarification import (
    Answer,
    Clarification,
    ConflictOfInterest,
    QuestionWindow,
    Release,
    Told,
)
from engagement.models.diligence import Check, SentDocument
from engagement.models.log import LogEntry, LogHead
from engagement.models.organisation import Membership, Organisation
from engagement.models.outbox import Delivery, Event
from engagement.models.party import EngagedParty
from engagement.models.plan import Priority, StrategicPlan
from engagement.models.user import User

__all__ = [
    "Activity",
    "Answer",
    "Check",
    "Clarification",
    "ConflictOfInterest",
    "Delivery",
    "EngagedParty",
    "Event",
    "FundingLine",
    "LogEntry",
    "LogHead",
    "Membership",
    "Organisation",
    "Priority",
    "QuestionWindow",
    "Release",
    "SentDocument",
    "StageChange",
    "StrategicPlan",
    "Told",
    "User",
]
