"""Very many responses, made inside the database: as wide as real ones, and as random in their keys."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from consultations.enums import Channel, Publication, QuestionKind
from consultations.models import Answer, Response
from tests.factories.consultations import ChoiceFactory, ConsultationFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.engagement import ActivityFactory

QUESTIONS = 20
CHOICES = 5
OWN_WORDS = 3  # the last questions; people write about 100 characters to each
WORDS = "They rang back after a week, and nobody could say why it took so long. Number "


def pour(responses):
    """A closed consultation that so many people answered, each all of its twenty questions."""
    now = timezone.now()
    consultation = ConsultationFactory(
        launched=True,
        activity=ActivityFactory(published=True, at_do=True),
        questionnaire=twenty_questions(),
        opens_at=now - timedelta(days=40),
        closes_at=now - timedelta(days=5),
    )
    series, random_key, random_number = {
        "postgresql": (
            f"generate_series(1, {int(responses)}) AS person(number)",
            "(random() * 9e18)::bigint",
            "(random() * 1e9)::int",
        ),
        "sqlite": (
            "(WITH RECURSIVE counter(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counter"
            f" WHERE number < {int(responses)}) SELECT number FROM counter) AS person",
            "abs(random())",
            "abs(random() %% 1000000000)",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Response._meta.db_table}"
            " (key, consultation_id, version_id, channel, received_on, receipt_hash, settled, publication)"
            f" SELECT {random_key}, %s, %s, %s, NULL, NULL, %s, %s FROM {series} ORDER BY 1",
            [consultation.pk, consultation.version_id, Channel.ONLINE, True, Publication.NONE],
        )
        for number in range(1, QUESTIONS + 1):
            own_words = number > QUESTIONS - OWN_WORDS
            choice = "''" if own_words else f"'c' || (1 + {random_number} %% {CHOICES})"
            text = f"'{WORDS}' || {random_number}" if own_words else "''"
            cursor.execute(
                f"INSERT INTO {Answer._meta.db_table} (key, response_id, question, choice, text)"
                f" SELECT {random_key}, key, %s, {choice}, {text} FROM {Response._meta.db_table}",
                [f"q{number}"],
            )
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM (FREEZE, ANALYZE) {Response._meta.db_table}")
            cursor.execute(f"VACUUM (FREEZE, ANALYZE) {Answer._meta.db_table}")
        else:
            cursor.execute("ANALYZE")
    return consultation


def twenty_questions():
    """A questionnaire with one choice of five in most questions, and people's own words in the last."""
    questionnaire = QuestionnaireFactory(asked=[])
    for number in range(1, QUESTIONS + 1):
        own_words = number > QUESTIONS - OWN_WORDS
        kind = QuestionKind.LONG_TEXT if own_words else QuestionKind.SINGLE
        question = QuestionFactory(questionnaire=questionnaire, sort_order=number, key=f"q{number}", kind=kind)
        for place in range(1, 0 if own_words else CHOICES + 1):
            ChoiceFactory(question=question, sort_order=place, key=f"c{place}", label=f"Choice {place}")
    return questionnaire
