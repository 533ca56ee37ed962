"""Files of the analysis: the codebook, and each settled response with its choices and themes, without its words.

Words leave the screen only once they have been read for what could tell who wrote them. Until a text has been through
that, its column says that something was written, and nothing more.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from consultations.domain import codeframes, correcting, questionnaires, responding, routes
from consultations.domain.columns import DUPLICATE
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import CHOICE_KINDS, GRID_KINDS, TEXT_KINDS
from consultations.models import Consultation, PastWording, QuestionnaireVersion, Response, Theme
from engagement.domain.exports import neutralised

NOT_ASKED, WRITTEN, GIVEN = "not asked", "written", "given"
CODEBOOK_HEADER = (
    "what",
    "code",
    "question",
    "words",
    "definition",
    "position",
    "under",
    "since_version",
    "until_version",
)
DUPLICATE_WORDS = (
    "In the file of answers: “excluded” when a person judged it to be a copy of others and left it out of the tables,"
    " “kept” when it is alike to others and counted; empty where nobody has judged."
)
CHUNK = 500

Line = tuple[str | int | None, ...]


def codebook_rows(consultation: Consultation) -> Iterator[Line]:
    """Rows under `CODEBOOK_HEADER`: each question and choice in the words of each version that was asked, what was
    corrected between them, then each theme in each version's words.

    Versions of questions are those of the questionnaire, as in the file of answers; those of themes the codeframe's.
    """
    yield from _question_rows(correcting.versions_asked(consultation))
    for correction in reversed(correcting.corrections_of(consultation)):
        for change in correction.changes:
            name = f"{change.wording_name}: {change.about}" if change.wording_name else change.about
            said = (change.after, f"{name}, before: {change.before}")
            yield (
                "CORRECTION",
                f"version {correction.number}",
                change.question or None,
                *said,
                None,
                None,
                correction.number,
                None,
            )
    yield ("COLUMN", DUPLICATE, None, "Judged a duplicate", DUPLICATE_WORDS, None, None, None, None)
    themes = Theme.objects.filter(codeframe__consultation=consultation, suggested=False)
    for theme in themes.select_related("parent", "merged_into").prefetch_related("past_wordings").order_by("number"):
        yield from _theme_rows(theme)


def _question_rows(asked: Sequence[QuestionnaireVersion]) -> Iterator[Line]:
    """Each question and choice, once for every spell of versions in which it had the same words."""
    said = [(version.number, list(_words_of(version))) for version in asked]
    latest = dict.fromkeys(known for _, lines in reversed(said) for known, _ in lines)
    for known in latest:
        spells = [(number, words) for number, lines in said for key, words in lines if key == known]
        for words, spell in groupby(spells, key=itemgetter(1)):
            numbers = [number for number, _ in spell]
            until = numbers[-1] if numbers[-1] != asked[-1].number else None
            yield (*known, *words, None, None, numbers[0], until)


def _words_of(version: QuestionnaireVersion) -> Iterator[tuple[tuple[str, str, str], tuple[str, str | None]]]:
    for question in questionnaires.questions_of(version):
        if question.asks:
            yield ("QUESTION", question.key, question.key), (question.text, question.hint)
            for key, label in question.labels.items():
                yield ("CHOICE", key, question.key), (label, None)


def _theme_rows(theme: Theme) -> Iterator[Line]:
    under = theme.parent or theme.merged_into
    place = f"T{under.number}" if under else None
    past: Sequence[PastWording] = sorted(theme.past_wordings.all(), key=lambda one: one.since)
    for words in past:
        known = (words.name, words.definition, words.position, place, words.since, words.until)
        yield ("THEME", f"T{theme.number}", theme.question or None, *known)
    until = theme.ended - 1 if theme.ended else None
    now = (theme.name, theme.definition, theme.position, place, theme.since, until)
    yield ("MERGED THEME" if theme.merged_into else "THEME", f"T{theme.number}", theme.question or None, *now)


def coded_header(consultation: Consultation) -> list[str]:
    """The way it came in, a column for each question as asked, and one for each theme as the codeframe has them."""
    asked = [neutralised(question.text) for question in _asking(consultation)]
    return ["came_in", *asked, *(f"T{theme.number} {theme.name}" for theme in codeframes.themes_of(consultation))]


def coded_rows(consultation: Consultation) -> Iterator[list[str | None]]:
    """The settled responses under `coded_header`, one at a time, in the order of their random keys.

    What was not asked says so; what was asked and not answered is empty. Themes say `yes` or `no`, and nothing where
    nobody has read a text of this response.
    """
    themes = codeframes.themes_of(consultation)
    responses = Response.objects.filter(consultation=consultation).settled().select_related("version")
    ordered = responses.prefetch_related("answers__readings__codings").order_by("key")
    for response in ordered.iterator(chunk_size=CHUNK):
        given = responding.answers_of(response)
        asked = {question.key for question in routes.path_of(questionnaires.questions_of(response.version), given)}
        cells = [_cell(question, given, asked) for question in _asking(consultation)]
        yield [response.get_channel_display(), *cells, *_themes(response, themes)]


def _asking(consultation: Consultation) -> list[FrozenQuestion]:
    return [one for one in questionnaires.questions_of(consultation.asked_version) if one.asks]


def _cell(question: FrozenQuestion, given: Mapping[str, list[str]], asked: set[str]) -> str | None:
    """An answer in the words that were offered; never in words of one's own."""
    values = given.get(question.key)
    if not values:
        return None if question.key in asked else NOT_ASKED
    if question.kind in TEXT_KINDS:
        return WRITTEN
    if question.kind in GRID_KINDS:
        return "; ".join(question.words_for(values))
    labels = question.labels if question.kind in CHOICE_KINDS else {band.key: band.label for band in question.bands}
    chosen = question.chosen(values)
    return "; ".join(label for key, label in labels.items() if key in chosen) or GIVEN


def _themes(response: Response, themes: Sequence[Theme]) -> list[str | None]:
    readings = [reading for answer in response.answers.all() for reading in answer.readings.all() if reading.counts]
    if not readings:
        return [None] * len(themes)
    under = {coding.theme_id for reading in readings for coding in reading.codings.all()}
    return ["yes" if theme.pk in under else "no" for theme in themes]
