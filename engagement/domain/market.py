"""The record of preliminary market engagement, from what the portal holds (Procurement Act 2023 sections 16 and 17).

The parts are those of a preliminary market engagement notice (Procurement Regulations 2024, SI 2024/692, regulation
17). What is not held is said to be missing; nothing is made up.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q

from engagement.domain.calendar import uk_time
from engagement.domain.windows import engaged_organisations
from engagement.enums import EventKind, QuestionSource, QuestionState
from engagement.models import Activity, Clarification, Told

AUTHORITY, SUBJECT, ENGAGED, FAIRNESS = "Contracting authority", "What it is", "How suppliers were engaged", "Fairness"


@dataclass(frozen=True)
class Fact:
    """One line of the record. `key` is its name in files. Without a value it is missing, and `value` is empty."""

    part: str
    key: str
    name: str
    value: str
    hint: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether the portal does not hold it."""
        return not self.value


def market_record(activity: Activity, *, at: datetime) -> list[Fact]:
    """The record of an activity at a moment, in the order of the notice. Six queries."""
    return [*_authority(), *_subject(activity), *_engagement(activity, at=at), *_fairness(activity)]


def _authority() -> list[Fact]:
    return [
        Fact(AUTHORITY, "authority_name", "Name", settings.OFFICE_NAME),
        Fact(AUTHORITY, "authority_address", "Address", settings.OFFICE_ADDRESS, "Set the office’s address."),
        Fact(AUTHORITY, "authority_email", "E-mail address", settings.OFFICE_EMAIL),
        Fact(AUTHORITY, "authority_phone", "Phone", settings.OFFICE_PHONE),
        Fact(AUTHORITY, "authority_ppon", "Public procurement organisation number", "", "The portal does not hold it."),
    ]


def _subject(activity: Activity) -> list[Fact]:
    hint = "Given by the central digital platform; the portal does not hold it."
    return [
        Fact(SUBJECT, "title", "Title of the procurement", activity.title),
        Fact(SUBJECT, "reference", "Our reference", activity.reference),
        Fact(SUBJECT, "procurement_identifier", "Unique identifier of the procurement", "", hint),
        Fact(SUBJECT, "subject_matter", "Subject-matter", activity.summary),
        Fact(SUBJECT, "area", "Area", activity.area),
    ]


def _engagement(activity: Activity, *, at: datetime) -> list[Fact]:
    windows = list(activity.question_windows.order_by("number"))
    ends = max((window.closes_at for window in windows), default=None)
    periods = [f"{window.about}: {uk_time(window.opens_at)} to {uk_time(window.closes_at)}" for window in windows]
    kinds = [EventKind.DOCUMENT_PUBLISHED, EventKind.CONSULTATION_OPENED]
    events = activity.events.filter(kind__in=kinds).order_by("occurred_at", "pk")
    told = Told.objects.filter(release__window__activity=activity).values("organisation").distinct().count()
    counts = Clarification.objects.filter(window__activity=activity).aggregate(
        released=Count("pk", filter=Q(state=QuestionState.RELEASED)),
        at_events=Count("pk", filter=Q(source=QuestionSource.EVENT)),
    )
    published = [f"{event.get_kind_display()}: {event.title}, {uk_time(event.occurred_at)}" for event in events]
    meetings = f"{counts['at_events']} questions noted at events or meetings" if counts["at_events"] else ""
    return [
        Fact(ENGAGED, "engagement_ends", "When preliminary market engagement ends", uk_time(ends) if ends else "",
             "Open a window for questions."),
        Fact(ENGAGED, "submission_periods", "Periods for questions", "\n".join(periods), "No window was opened."),
        Fact(ENGAGED, "published", "What was published and asked", "\n".join(published), "No document yet."),
        Fact(ENGAGED, "events", "Events and meetings", meetings, "The portal holds no list of events."),
        Fact(ENGAGED, "suppliers_engaged", "Organisations engaged now", str(len(engaged_organisations(activity)))),
        Fact(ENGAGED, "suppliers_told", "Organisations given the released answers", str(told) if told else "",
             "No answer has been released."),
        Fact(ENGAGED, "answers_released", "Questions answered to everyone", str(counts["released"] or ""),
             "No answer has been released."),
        Fact(ENGAGED, "as_at", "As at", uk_time(at)),
    ]  # fmt: skip


def _fairness(activity: Activity) -> list[Fact]:
    conflicts = activity.conflicts.count()
    return [
        Fact(FAIRNESS, "conflicts_recorded", "Conflicts of interest recorded", str(conflicts) if conflicts else "",
             "None is recorded. Check that nobody has one."),
    ]  # fmt: skip
