"""What is asked, between which moments, and what people answered."""

from consultations.models.alike import AlikeGroup, AlikeJudgement, AlikeMember, AlikeSearch
from consultations.models.analysis import (
    Codeframe,
    CodeframeVersion,
    Coding,
    CodingSample,
    PastWording,
    Reading,
    SampledText,
    Theme,
)
from consultations.models.area import Area
from consultations.models.attachment import DraftFile, SentFile
from consultations.models.beside import CollectiveResponse
from consultations.models.comment import (
    Comment,
    CommentTheme,
    Moderation,
    MovedPart,
    PastDisposition,
    SignedComment,
)
from consultations.models.concern import Concern, ConcernAct, Safeguarding
from consultations.models.consultation import Consultation
from consultations.models.correction import Correction
from consultations.models.crossing import Crossing
from consultations.models.entry import EntryBatch, EntrySheet
from consultations.models.equality import EqualityCount, EqualityMark, EqualityPart, EqualityPlan
from consultations.models.evidence import EvidenceFile
from consultations.models.file import AnswerFile, SavedMatch
from consultations.models.invitation import CodeBatch
from consultations.models.life import ConsultationEvent
from consultations.models.order import PublicationOrder
from consultations.models.organisation_answer import OrganisationAnswer, OrganisationDraft, OrganisationEntry
from consultations.models.preparation import Asked, ElectionPeriod, SignOff, Way
from consultations.models.promise import Promise, PromiseChange
from consultations.models.published import Attestation, LateNotice, ResultsRevision, RevisionIsFrozen
from consultations.models.questionnaire import (
    Choice,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Statement,
    VersionIsFrozen,
)
from consultations.models.redaction import Quote, Redaction
from consultations.models.response import (
    Answer,
    Draft,
    OutcomeRequest,
    Response,
    ResponseBatch,
    RunningCount,
)
from consultations.models.route import Route
from consultations.models.terms import TermList
from consultations.models.wording import QuestionWording, Wording

__all__ = [
    "AlikeGroup",
    "AlikeJudgement",
    "AlikeMember",
    "AlikeSearch",
    "Answer",
    "AnswerFile",
    "Area",
    "Asked",
    "Attestation",
    "Choice",
    "CodeBatch",
    "Codeframe",
    "CodeframeVersion",
    "Coding",
    "CodingSample",
    "CollectiveResponse",
    "Comment",
    "CommentTheme",
    "Concern",
    "ConcernAct",
    "Consultation",
    "ConsultationEvent",
    "Correction",
    "Crossing",
    "Draft",
    "DraftFile",
    "ElectionPeriod",
    "EntryBatch",
    "EntrySheet",
    "EqualityCount",
    "EqualityMark",
    "EqualityPart",
    "EqualityPlan",
    "EvidenceFile",
    "LateNotice",
    "Moderation",
    "MovedPart",
    "OrganisationAnswer",
    "OrganisationDraft",
    "OrganisationEntry",
    "OutcomeRequest",
    "PastDisposition",
    "PastWording",
    "Promise",
    "PromiseChange",
    "PublicationOrder",
    "Question",
    "QuestionWording",
    "Questionnaire",
    "QuestionnaireVersion",
    "Quote",
    "Reading",
    "Redaction",
    "Response",
    "ResponseBatch",
    "ResultsRevision",
    "RevisionIsFrozen",
    "Route",
    "RunningCount",
    "Safeguarding",
    "SampledText",
    "SavedMatch",
    "SentFile",
    "SignOff",
    "SignedComment",
    "Statement",
    "TermList",
    "Theme",
    "VersionIsFrozen",
    "Way",
    "Wording",
]
