"""What the tables may hold of a respondent, column by column, and what no log may (docs/decisions/0004)."""

import hashlib
import io
import logging
import re

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.urls import reverse

from consultations import models
from consultations.domain import tickets
from consultations.models.keys import RandomKeyField
from engagement.models import User
from portal import logs
from tests.factories.consultations import ConsultationFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

# A column more needs a reason here: what it says of the person who answered, and why that is nothing.
ALLOWED = {
    models.Draft: {
        "key": "random",
        "consultation_id": "what is answered",
        "token_hash": "keyed hash of a secret that only the respondent holds; gone when the answer is sent",
        "sealed": "opens with that secret only; padded",
        "number": "how often something was kept; gone when the answer is sent",
        "touched_on": "a day; gone when the answer is sent",
    },
    models.Response: {
        "key": "random",
        "consultation_id": "what is answered",
        "version_id": "which words were asked",
        "channel": "online, on paper…",
        "received_on": "a day that ten or more share, or nothing",
        "receipt_hash": "keyed hash of a code that only the respondent holds, and that no draft ever held",
        "publication": "whether the words may be quoted: one of three, chosen by the person, counted like an answer",
        "settled": "whether the counts on screen hold it: at least ten join together",
    },
    models.Answer: {
        "key": "random",
        "response_id": "which answers belong together",
        "question": "which question",
        "choice": "what was chosen",
        "text": "what was written",
    },
    models.Reading: {
        "key": "random",
        "answer_id": "which text was read, once at least ten had joined the counts",
        "round": "about the coder's work",
        "coder_id": "a colleague of the office, never who answered",
        "read_on": "a day after closing, or nothing: while answers come in it would tell what had come by then",
        "version": "of the codeframe; always the first while answers come in, for the same reason",
        "nothing": "what the coder made of the text",
        "counts": "which reading results are made of",
    },
    models.AlikeMember: {
        "key": "random",
        "group_id": "with which others it is alike, found after closing by what they say",
        "response_id": "which response; goes with it",
        "left_out": "whether a person decided to count it with others as one",
    },
    models.AlikeGroup: {
        "key": "random",
        "consultation_id": "what was answered",
        "strength": "of the evidence",
        "size": "how many",
        "evidence": "how many share which likeness, and of which questions; never the words",
        "verdict": "what people decided of all of them; who and why stands on the judgement",
        "grown": "how many were found since",
    },
    models.Coding: {
        "key": "random",
        "reading_id": "which reading",
        "theme_id": "what the coder made of the text",
    },
    models.SampledText: {
        "key": "random",
        "answer_id": "which text, drawn by lot after closing",
        "sample_id": "in which sample",
    },
    models.Concern: {
        "key": "random",
        "consultation_id": "what was answered",
        "answer_id": "which text, once at least ten had joined the counts; nothing once it is withdrawn or changed",
        "comment_id": "the same of a comment on a section",
        "reason": "what a reader, or the machine at night, took the text to mean",
        "suggested": "whether it was the machine",
        "outcome": "how it ended; when, and by whom, stands with the acts of the office",
    },
    models.Redaction: {
        "key": "random",
        "answer_id": "which text, once at least ten had joined the counts; goes with it",
        "text": "the text less what could tell who wrote it",
        "parts": "where something was taken out, and why; never the words",
        "withheld": "that nothing of it can be shown",
        "written_by_id": "a colleague of the office, never who answered",
        "written_on": "a day after closing, or nothing",
        "approved_by_id": "another colleague",
        "approved_on": "a day after closing, or nothing",
        "sent_back": "about the colleague's work",
    },
    models.Quote: {
        "key": "random",
        "redaction_id": "which redacted text",
        "theme_id": "what it stands for",
    },
    models.Comment: {
        "key": "random",
        "consultation_id": "what it is about",
        "version": "which version of the draft was read",
        "part": "which section",
        "number": "the same",
        "heading": "the same",
        "digest": "of the words of the section, the same for everybody",
        "text": "what was written",
        "publication": "whether it may be published: chosen by the person",
        "receipt_hash": "keyed hash of a code that only the writer holds",
        "settled": "whether the office may read it: at least ten join together",
    },
    models.Moderation: {
        "key": "random",
        "comment_id": "which comment, once at least ten had joined; goes with it",
        "decision": "about the colleague's work",
        "text": "the comment less what could tell who wrote it",
        "parts": "where something was taken out, and why; never the words",
        "reason": "about the colleague's work",
        "words": "the same",
        "theme_id": "what the colleague made of it",
        "decided_by_id": "a colleague of the office, never who wrote",
        "decided_on": "a day after closing, or nothing",
    },
    models.DraftFile: {
        "key": "random; stands in the sealed draft only",
        "draft_id": "which draft it goes with; gone when the answer is sent",
        "sealed": "opens with the secret of its draft only; padded",
    },
    models.SentFile: {
        "key": "random, and another than while it was a draft",
        "answer_id": "which answer it belongs to",
        "content": "a picture drawn anew from its points, or plain words: never the file as it came, nor its name",
    },
    models.OutcomeRequest: {
        "key": "random",
        "consultation_id": "of what they want to hear",
        "sealed": "an address under the office's key; padded; leaves the pool with nine others",
    },
}

# Sheets that wait for a second person: they are read from paper, and gone before there is a response.
ALLOWED[models.EntrySheet] = {
    "key": "random",
    "batch_id": "which batch: until it is checked",
    "number": "written on the sheet, so that whoever checks finds it",
    "first": "sealed under the office's key; padded; deleted when the batch is checked",
    "second": "the same",
    "drawn": "whether lot chose it to be read twice",
    "settled": "about the checking",
    "differs": "about the checking",
}

# Tables whose rows are of many people or of the office, and so may have a key in order.
ALLOWED_OF_MANY = {
    models.EntryBatch: {
        "id": "of a batch of sheets",
        "consultation_id": "what they answer",
        "number": "in the order of the batches",
        "channel": "how they came in; so does each response",
        "wording": "in which words the sheets ask",
        "place": "where they were given: many sheets, and no response says of which batch it is",
        "held_on": "the day on which they were given: of the batch, never of a response",
        "sheets": "how many",
        "left_out": "how many were blank or unreadable",
        "left_out_reason": "why",
        "state": "about the work",
        "typed_by_id": "a colleague of the office",
        "typed_on": "a day of work",
        "checked_by_id": "another colleague",
        "checked_on": "a day of work",
        "checked_sheets": "about the checking",
        "differing_sheets": "about the checking",
        "differences": "how often each question was read differently, without the sheet",
        "entered": "how many responses it became",
    },
    models.CodeBatch: {
        "id": "of ten codes or more",
        "consultation_id": "what the codes open",
        "organisation_id": "who hands them out",
        "label": "what the office calls the batch",
        "size": "how many codes",
        "office_makes": "who sees them once",
        "offered_at": "when the office set the batch aside: before any code was handed out",
        "offered_by_id": "who of the office did",
        "made_at": "when the sheet was shown: before any code was handed out",
        "voided_at": "when the office voided it",
        "voided_reason": "why the sheet was withdrawn",
        "unused": "keyed hashes of all codes not used, sorted: no order, no time, no code",
        "used": "keyed hashes of all codes used, sorted; who has the codes with names learns who began, and no answer",
        "used_number": "how many were used",
    },
    models.AlikeJudgement: {
        "id": "of a judgement of several answers",
        "group_id": "which group: two answers or more",
        "number": "in the order of the judgements",
        "grounds": "what was decided",
        "words": "what makes the colleague think so",
        "campaign_id": "the campaign as it was recorded beside the answers",
        "size": "of how many answers",
        "left_out": "how many are not counted",
        "judged_on": "a day of work after closing",
        "judged_by_id": "a colleague of the office, never who answered",
    },
}


@pytest.mark.threat("P01")
@pytest.mark.parametrize("model", [*ALLOWED, *ALLOWED_OF_MANY], ids=lambda model: model.__name__)
def test_table_has_the_columns_that_may_be_and_no_other(model):
    with connection.cursor() as cursor:
        columns = {
            column.name for column in connection.introspection.get_table_description(cursor, model._meta.db_table)
        }

    assert columns == set((ALLOWED | ALLOWED_OF_MANY)[model])
    assert (model in ALLOWED_OF_MANY) or isinstance(model._meta.pk, RandomKeyField)


@pytest.mark.threat("P01")
def test_only_its_files_point_at_a_draft_and_only_answers_and_what_was_made_of_them_at_a_response():
    pointing = {
        (field.model.__name__, field.related_model.__name__)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model
        in {models.Draft, models.Response, models.Answer, models.OutcomeRequest, models.CodeBatch, models.Comment}
    }

    assert pointing == {
        ("Answer", "Response"),
        ("Reading", "Answer"),
        ("SampledText", "Answer"),
        ("Concern", "Answer"),
        ("Redaction", "Answer"),
        ("Concern", "Comment"),
        ("Moderation", "Comment"),
        ("SignedComment", "Comment"),  # by name only, and the database refuses it elsewhere
        ("SentFile", "Answer"),
        ("DraftFile", "Draft"),
        ("AlikeMember", "Response"),
    }


@pytest.mark.threat("P01")
def test_no_path_of_foreign_keys_leads_from_a_response_to_a_person_who_is_not_staff():
    """Following every foreign key of these tables: the people it reaches work for the office; nobody there answered."""
    reached, waiting = set(), list(ALLOWED)
    ways = set()
    while waiting:
        model = waiting.pop()
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                ways.add(f"{model.__name__}.{field.name}")
            elif field.related_model and field.related_model not in reached:
                reached.add(field.related_model)
                waiting.append(field.related_model)

    assert {way for way in ways if not way.startswith(("Page.", "Revision.", "Locale."))} == {
        "Activity.lead_commissioner",
        "Activity.contract_manager",
        "Reading.coder",
        "Redaction.written_by",
        "Redaction.approved_by",
        "Moderation.decided_by",
        "CommentTheme.disposed_by",
        "CodingSample.drawn_by",
        "EntryBatch.typed_by",
        "EntryBatch.checked_by",
        *{way for way in ways if way.startswith("Consultation.")},
    }


@pytest.mark.threat("T01")
def test_tokens_and_codes_have_the_length_and_the_chance_they_promise():
    drawn = [tickets.new_ticket() for _ in range(20)]  # slow on purpose
    codes = [tickets.new_code() for _ in range(2000)]

    assert len({ticket.token for ticket in drawn} | {ticket.code for ticket in drawn}) == 40
    assert {len(ticket.token) for ticket in drawn} == {22}
    assert len(set(codes)) == 2000
    shape = re.compile(r"([A-HJ-NPR-Y]{2}[2-9]){4}")
    assert [code for code in codes if not shape.fullmatch(code)] == []


def test_code_typed_with_one_digit_wrong_is_mostly_caught():
    code = tickets.new_code()
    wrong = [code[:2] + digit + code[3:] for digit in tickets.DIGITS if digit != code[2]]

    caught = 0
    for typed in wrong:
        try:
            tickets.read_code(typed)
        except tickets.CodeMistyped:
            caught += 1

    assert caught >= 4


@pytest.fixture
def written():
    """Everything that any logger writes, as the product writes it, tracebacks included."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.threat("P03", "P04")
def test_neither_logs_nor_tables_hold_the_address_the_token_or_an_unsent_answer(client, written, monkeypatch):
    consultation = ConsultationFactory(open=True)
    address = "203.0.113.77"
    client.force_login(UserFactory(email="who-am-i@people.example"))
    client.raise_request_exception = False

    def page(name, *args):
        return reverse(f"consultations:consultation-{name}", args=[consultation.slug, *args])

    with time_machine.travel(NOW, tick=False):
        client.post(page("start"), REMOTE_ADDR=address)
        client.post(page("answer", "4"), {"4-answer": "canary-kept"}, REMOTE_ADDR=address)
        held = tickets.read_ticket(client.cookies["answers"].value)
        token, code = held.token, held.code
        client.get(page("resume", token), REMOTE_ADDR=address)
        client.post(page("change"), {"code": code}, REMOTE_ADDR=address)
        monkeypatch.setattr("consultations.domain.drafting.keep_step", explode)
        broken = client.post(page("answer", "4"), {"4-answer": "canary-lost"}, REMOTE_ADDR=address)
        gone = client.get(page("resume", "x" * 22), REMOTE_ADDR=address)
    logging.getLogger("consultations").warning("The logs are read")

    secrets = [token, code, tickets.shown(code), "canary-kept", "canary-lost", "x" * 22, address]
    secrets += [hashlib.new(name, address.encode()).hexdigest() for name in ("md5", "sha1", "sha256")]
    assert (broken.status_code, gone.status_code) == (500, 410)
    assert "The logs are read" in written.getvalue()
    assert [secret for secret in secrets if secret in written.getvalue()] == []
    assert [secret for secret in secrets if secret in everything_stored()] == []


def explode(**kwargs):
    raise RuntimeError("The disk is full")


def everything_stored():
    """Every value of every table that answering could touch, as text. Sessions are the signed-in person's own."""
    words = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("consultations_", "engagement_", "portal_cache", "contracts_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                words += [
                    bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    for row in cursor.fetchall()
                    for value in row
                ]
    return "\n".join(words)
