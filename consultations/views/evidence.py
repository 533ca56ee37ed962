"""The evidence of one consultation: asked for and fetched by those who watch it, put into words for the worker.

Every part is made of what the public read, of the office's own acts, and of protected counts.
"""

from functools import partial

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from consultations.domain import (
    attesting,
    codebooks,
    counting,
    editions,
    evidence,
    promising,
    questionnaires,
    theme_tables,
)
from consultations.domain.evidence import Part
from consultations.enums import EvidenceState
from consultations.forms.preparing import OpenForm
from consultations.models import Consultation, EvidenceFile
from consultations.views import crossed, figures, promise_wording, reporting, wording
from consultations.views.running import ActOnConsultation
from engagement.domain.calendar import uk_date, uk_time
from engagement.domain.exports import csv_lines
from engagement.enums import DeliveryStatus
from engagement.models import Event

TOLD_HEADER = ["occurred_at", "what", "title", "words", "for_whom", "messages", "sent", "waiting", "troubled"]
DATES_HEADER = ["at", "what", "reason"]
THEMES_HEADER = ["question", "number", "theme", "definition", "position", "under", "texts", "withheld"]
ATTESTED_HEADER = ["attested_at", "person", "role", "what", "edition"]
CHANGES_HEADER = ["promise", "number", "changed_on", "act", "note", "words_before", "due_before"]


class ManageEvidence(ActOnConsultation):
    """The evidence files of a consultation, and the press that has a new one made."""

    form_class = OpenForm
    template_name = "consultations/manage_evidence.html"
    goes_to = "consultations:manage-evidence"
    done = "The file is being made. Look again in a minute."

    def load(self):
        watched = Consultation.objects.watchable_by(self.request.user, at=self.at)
        return get_object_or_404(watched.select_related("activity"), reference=self.kwargs["reference"])

    def not_now(self):
        return "" if self.consultation.published_at else "This is still a draft: nothing has happened yet."

    def act(self, form):
        evidence.ask_for(consultation=self.consultation, actor=self.request.user, at=self.at)
        return self.consultation

    def get_context_data(self, **kwargs):
        files = self.consultation.evidence_files.select_related("asked_by").defer("content")
        return {
            **super().get_context_data(**kwargs),
            "files": files.order_by("-asked_at", "-pk"),
            "parts": list(CONTENTS.items()),
        }


@require_safe
def evidence_file(request, pk):
    """One evidence file as a download, for those who watch its consultation."""
    readable = EvidenceFile.objects.readable_by(request.user, at=timezone.now())
    file = get_object_or_404(readable.select_related("consultation"), pk=pk, state=EvidenceState.READY)
    reply = HttpResponse(bytes(file.content), content_type="application/zip")
    name = f"evidence-{file.consultation.reference.lower()}-{file.made_at:%Y-%m-%d}.zip"
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    reply["Cache-Control"] = "private, no-store"
    return reply


CONTENTS = {
    "page.html": "What people read before they answered, as it was.",
    "questions.html": "The questions and the answers that were offered.",
    "codebook.csv": "Questions and choices in each version, what was corrected, and the themes with their definitions.",
    "dates.csv": "When it was opened, moved, closed and answered, with the reasons that the public read.",
    "gunning.html": "Why nothing was decided, why people were told enough, how views were to be considered; sign-off.",
    "told.csv": "What was announced, and to how many. No names, no addresses.",
    "counts.csv": "The counts, question by question, with small numbers withheld.",
    "themes.csv": "The themes in what people wrote, and how many texts stand under each, small numbers withheld.",
    "attestations.csv": "Who of those who decide has read what, in which edition.",
    "promises.csv": "What was promised, by when, and where it stands.",
    "promise_changes.csv": "What was done about each promise.",
}


def parts_of(consultation, at):
    """The files of the evidence of one consultation, as `evidence.Part`: each is made when its turn comes."""
    makers = {
        "page.html": page,
        "questions.html": questions,
        "codebook.csv": lambda one, _: table(codebooks.CODEBOOK_HEADER, codebooks.codebook_rows(one)),
        "dates.csv": lambda one, _: table(DATES_HEADER, dates(one)),
        "gunning.html": gunning,
        "told.csv": lambda one, _: table(TOLD_HEADER, told(one)),
        "counts.csv": counts,
        "themes.csv": lambda one, moment: table(THEMES_HEADER, themes(one, moment)),
        "attestations.csv": lambda one, _: table(ATTESTED_HEADER, attested(one)),
        "promises.csv": promises,
        "promise_changes.csv": lambda one, _: table(CHANGES_HEADER, promise_changes(one)),
        "index.html": index,
    }
    own = [Part(name, partial(make, consultation, at)) for name, make in makers.items()]
    revisions = consultation.revisions.defer("counts").order_by("number")
    return own + [Part(f"edition-{one.number}.html", partial(edition, consultation, one)) for one in revisions]


def table(header, rows):
    """A CSV file."""
    return "".join(csv_lines(header=header, rows=rows)).encode()


def document(consultation, title, sections):
    """An HTML file that stands alone. `sections`: heading, text, rows (key, value), points."""
    context = {"consultation": consultation, "title": title, "sections": sections}
    return render_to_string("consultations/evidence_file/document.html", context).encode()


def index(consultation, at):
    """What the file holds."""
    facts = [(row["term"], row["value"]) for row in wording.office_facts(consultation, at=at) if row["value"]]
    held = list(CONTENTS.items())
    held += [
        (f"edition-{number}.html", "What was public after closing, as it was public then.")
        for number in consultation.revisions.order_by("number").values_list("number", flat=True)
    ]
    about = (
        "It holds no answer of any single person, and nobody’s name or address but of those who acted for the office."
    )
    sections = [
        {"heading": "The consultation", "rows": facts},
        {"heading": "What this file holds", "text": about, "rows": held},
    ]
    return document(consultation, f"Evidence: {consultation.title}", sections)


def page(consultation, at):
    """What people read before they answered."""
    ways = [wording.way(way, at=at) for way in consultation.ways.order_by("starts_at", "pk")]
    sections = [
        {"heading": "What it was about", "text": consultation.summary},
        {"heading": "Why your views matter", "text": consultation.purpose},
        {"heading": "Who was asked", "points": [one.get_group_display() for one in consultation.asked.order_by("pk")]},
        {"heading": "Who it was for", "text": consultation.audience},
        {"heading": "Views could change", "points": wording.lines(consultation.can_change)},
        {"heading": "Already settled", "points": wording.lines(consultation.settled)},
        {
            "heading": "Other ways to answer",
            "points": [f"{way['name']}: {way['words']}: {way['contact']}. {way['when']}" for way in ways]
            + wording.lines(consultation.other_ways),
        },
        {"heading": "What happens next", "text": consultation.next_steps},
        {"heading": "What people were promised about their name", "text": wording.promise(consultation)},
    ]
    if consultation.specification_path:
        pinned = f"{consultation.specification_title}, version {consultation.specification_version}"
        sections.append({"heading": "The document it was about", "rows": [(pinned, consultation.specification_path)]})
    return document(consultation, consultation.title, sections)


def questions(consultation, at):
    """The questions as they were frozen."""
    asked = questionnaires.questions_of(consultation.asked_version)
    sections = [
        {
            "heading": question.text,
            "text": "\n\n".join(filter(None, [question.hint, question.evidence_title, question.evidence])),
            "points": [line.label for line in question.lines] + list(question.labels.values()),
        }
        for question in asked
    ]
    return document(consultation, f"The questions: {consultation.asked_version}", sections)


def dates(consultation):
    """Everything that has a moment, in its order."""
    rows = [
        (consultation.published_at, "made public", ""),
        (consultation.opens_at, "opened", consultation.length_reason),
        *((one.at, one.get_kind_display(), one.reason) for one in consultation.events.order_by("at", "pk")),
        (consultation.first_closes_at, "first announced to close", ""),
        (consultation.closes_at, "closed", consultation.dates_reason),
        (consultation.withdrawn_at, "withdrawn", consultation.withdrawn_reason),
        *(
            (one.published_at, f"edition {one.number}: {one.get_kind_display()}", one.note)
            for one in editions.editions_listed(consultation)
        ),
        *(
            (one.said_at, f"said to be late, expected by {uk_date(one.expected_on)}", one.explanation)
            for one in consultation.late_notices.order_by("said_at", "pk")
        ),
    ]
    known = sorted((row for row in rows if row[0]), key=lambda row: row[0])
    return [(uk_time(moment), what, reason) for moment, what, reason in known]


def gunning(consultation, at):
    """The statements made before opening, and who signed them."""
    given = consultation.sign_offs.exclude(outcome="").select_related("asked_by", "decided_by").order_by("decided_at")
    signed = [
        (
            f"{one.get_outcome_display()} by {one.decided_by} at {uk_time(one.decided_at)}",
            " ".join(
                filter(
                    None,
                    [
                        f"Asked for by {one.asked_by}.",
                        one.reason,
                        f"Signed: {one.digest}" * bool(one.digest),
                        f"Void since {uk_time(one.voided_at)}." if one.voided_at else "",
                    ],
                )
            ),
        )
        for one in given
    ]
    sections = [
        {"heading": "1. Nothing was decided yet", "text": consultation.formative_statement},
        {"heading": "2. People were told enough to answer", "text": consultation.information_statement},
        {"heading": "3. People had enough time", "text": consultation.length_reason},
        {"heading": "4. How views were to be considered", "text": consultation.consideration_statement},
        {"heading": "In a pre-election period", "text": consultation.election_override},
        {"heading": "Sign-off by a second person", "rows": signed},
    ]
    return document(consultation, "The four principles, as signed before opening", sections)


def told(consultation):
    """What was announced about it, and to how many messages that came."""
    sent = Q(deliveries__status=DeliveryStatus.SENT)
    waits = Q(deliveries__status__in=[DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED])
    found = Event.objects.filter(about=consultation.reference).annotate(
        messages=Count("deliveries"), sent=Count("deliveries", filter=sent), waiting=Count("deliveries", filter=waits)
    )
    for event in found.order_by("occurred_at", "pk"):
        troubled = event.messages - event.sent - event.waiting
        about = [uk_time(event.occurred_at), event.get_kind_display(), event.title, event.summary]
        yield [*about, event.get_audience_display(), event.messages, event.sent, event.waiting, troubled]


def counts(consultation, at):
    """The counts as published, else as they may be shown; nothing but the header while there are too few."""
    results = counting.results_of(consultation) or counting.running_results(consultation)
    if results is None:
        return table(figures.CSV_HEADER, [])
    return table(
        figures.CSV_HEADER, [*figures.csv_rows(consultation, results), *crossed.csv_rows(consultation, results)]
    )


def themes(consultation, at):
    """The themes with protected counts."""
    read = theme_tables.themes_read(consultation, at=at)
    for table in read.tables if read else ():
        for one in table.themes:
            under = f"T{one.under}" if one.under else None
            words = [table.text, f"T{one.number}", one.name, one.definition, one.position, under]
            yield [*words, one.count, figures.yes_or_no(one.count is None)]


def attested(consultation):
    """Who of those who decide has read what."""
    for one in attesting.attestations_of(consultation):
        yield [uk_time(one.attested_at), str(one.person), one.role, one.get_what_display(), one.revision.number]


def promises(consultation, at):
    """What was promised. Where each stands is that of its last act: lateness is for whoever reads the dates."""
    rows = (promise_wording.csv_row(one, standing=one.status) for one in promising.promises_of(consultation))
    return table(promise_wording.CSV_HEADER, rows)


def promise_changes(consultation):
    """What was done about each promise."""
    for promise in consultation.promises.prefetch_related("changes").order_by("pk"):
        for change in sorted(promise.changes.all(), key=lambda one: one.number):
            known = [promise.reference, change.number, uk_time(change.changed_at), change.get_act_display()]
            yield [*known, change.note, change.words, change.due_on]


def edition(consultation, revision):
    """One edition as people read it."""
    kept = editions.edition_of(revision)
    said, outcome = kept.feedback, kept.outcome
    move = editions.move_numbered(consultation, outcome.get("decision_move"))
    rows = reporting.outcome_rows(outcome, activity=consultation.activity, move=move) if outcome else []
    sections = [
        {
            "heading": "This edition",
            "rows": [("Published", uk_time(kept.published_at)), ("Why", kept.note or kept.kind.label)],
        },
        {"heading": said["finding"], "text": ""},
        {"heading": "We asked", "text": said["we_asked"]},
        {"heading": "You said", "text": said["you_said"]},
        {
            "heading": "Who was asked and who answered",
            "rows": [(one["key"], one["value"]) for one in reporting.feedback_rows(kept)],
        },
        {"heading": "What the answers cannot tell", "text": said["limits"]},
        {"heading": "How the answers were read", "text": said["method"]},
        {"heading": "We did", "text": outcome.get("we_did", "")},
        {
            "heading": "What was decided",
            "text": outcome.get("decision", ""),
            "rows": [(one["key"], one["value"]) for one in rows],
        },
        {"heading": "What did not change, and why", "text": outcome.get("unchanged", "")},
        {"heading": "What comes next", "text": outcome.get("next_words", "")},
    ]
    return document(consultation, f"Edition {kept.number}", sections)
