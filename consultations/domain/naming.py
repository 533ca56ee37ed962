"""Which organisations have begun and answered, and what of their answers is published with their name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from consultations.domain import questionnaires
from consultations.domain.frozen import FrozenQuestion
from consultations.enums import Interest, Publication
from consultations.models import Consultation, OrganisationAnswer, OrganisationDraft
from engagement.models import Organisation

NAMELESS = "An organisation that did not want its name published"


@dataclass(frozen=True)
class Standing:
    """How far one organisation is: `answer` is what it signed last, taken back or not, if it did."""

    organisation: Organisation
    begun_at: datetime
    answer: OrganisationAnswer | None

    @property
    def state(self) -> str:
        """`BEGUN`, `ANSWERED` or `WITHDRAWN`."""
        if self.answer is None:
            return "BEGUN"
        return "WITHDRAWN" if self.answer.withdrawn_at else "ANSWERED"


@dataclass(frozen=True)
class PublishedAnswer:
    """What is public of one organisation's answer, under its name or without it. Rows: question, answer in words."""

    name: str
    interests: tuple[str, ...]
    interest_words: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PublishedAnswers:
    """The public answers of a consultation of organisations. `answered` counts them all, `kept_private` the rest."""

    answered: int
    published: tuple[PublishedAnswer, ...]

    @property
    def kept_private(self) -> int:
        """How many answered and asked us to publish nothing of it."""
        return self.answered - len(self.published)


def standings(consultation: Consultation) -> list[Standing]:
    """Every organisation that has begun, by name. Two queries, however many. What a draft says is not read."""
    last = OrganisationAnswer.objects.current().filter(consultation=consultation).select_related("signed_by")
    answers = {answer.organisation_id: answer for answer in last}
    drafts = OrganisationDraft.objects.filter(consultation=consultation).select_related("organisation")
    return [
        Standing(draft.organisation, draft.begun_at, answers.get(draft.organisation_id))
        for draft in drafts.order_by("organisation__name")
    ]


def answered(consultation: Consultation) -> int:
    """How many organisations' answers stand. One query."""
    return int(OrganisationAnswer.objects.standing().filter(consultation=consultation).count())


def published_answers(consultation: Consultation) -> PublishedAnswers:
    """What organisations let us publish, the named first. One query, however many.

    Nothing of this changes after closing, so the signed answers are themselves what was published. Of one without a
    name the interests are left out: they would tell whose it is.
    """
    standing = OrganisationAnswer.objects.standing().filter(consultation=consultation)
    answers = list(standing.select_related("organisation", "version").order_by("organisation__name"))
    named = [one for one in answers if one.publication == Publication.WITH_NAME]
    nameless = [one for one in answers if one.publication == Publication.WITHOUT_NAME]
    published = [
        PublishedAnswer(one.organisation.name, interest_labels(one), one.interest_words, tuple(rows_of(one)))
        for one in named
    ]
    # By what they say and by nothing else, so that the order tells no name.
    hidden = sorted(tuple(rows_of(one)) for one in nameless)
    published += [PublishedAnswer(NAMELESS, (), "", rows) for rows in hidden]
    return PublishedAnswers(len(answers), tuple(published))


def interest_labels(answer: OrganisationAnswer) -> tuple[str, ...]:
    """The declared interests in words."""
    return tuple(Interest(one).label for one in answer.interests)


def rows_of(answer: OrganisationAnswer) -> Iterator[tuple[str, str]]:
    """Each question that was answered and the answer in words, in the order asked. No query."""
    yield from answered_rows(questionnaires.questions_of(answer.version), answer.answers)


def answered_rows(questions: Sequence[FrozenQuestion], given: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """The same of answers to these questions."""
    for question in questions:
        if given.get(question.key):
            yield question.text, "\n".join(question.words_for(given[question.key]))
