"""Words and phrases that come up in what people wrote: counted by text, as a place to begin a codeframe from.

Counting is no reading: a term is a suggestion, and nothing is coded by it. A term that fewer texts than the disclosure
threshold hold is not even kept: it could be somebody's name. Few texts are counted at once, many by the worker.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet

from consultations import rules
from consultations.domain import codeframes, coding, counting
from consultations.domain.coding import Which
from consultations.domain.stopwords import STOP_WORDS
from consultations.models import Answer, Consultation, TermList
from engagement.models import User

COUNT_TASK = "consultations.count_terms"
AT_ONCE = 2000  # texts: well under a second
MOST = 100  # terms kept of one question
CHUNK = 2000
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]\"“”\n\r]+")
_OWNER = re.compile(r"['’]s$")


class TermsRefused(Exception):
    """These terms cannot be counted; the message says why."""

    field = ""


def terms_in(text: str) -> tuple[set[str], set[str]]:
    """The words of a text and its phrases of two words, in small letters, stop words left out. Each once.

    A phrase does not reach over a stop word or a mark.
    """
    words, phrases = set[str](), set[str]()
    for part in _BREAK.split(text.casefold()):
        run = [_OWNER.sub("", word) for word in _WORD.findall(part)]
        words |= {word for word in run if _tells(word)}
        phrases |= {f"{one} {other}" for one, other in pairwise(run) if _tells(one) and _tells(other)}
    return words, phrases


def _tells(word: str) -> bool:
    return len(word) > 2 and word.replace("’", "'") not in STOP_WORDS


def counted(texts: QuerySet[Answer], *, threshold: int) -> tuple[int, list[tuple[str, int]]]:
    """How many texts there are, and the terms that most of them hold, at least `threshold`, most frequent first.

    The texts are read twice, never all at once: a phrase can only be frequent when both its words are.
    """
    words, number = Counter[str](), 0
    for text in _each(texts):
        number += 1
        words.update(terms_in(text)[0])
    frequent = {word for word, many in words.items() if many >= threshold}
    phrases = Counter[str]()
    for text in _each(texts):
        phrases.update(one for one in terms_in(text)[1] if frequent.issuperset(one.split(" ")))
    found = [(term, many) for term, many in _both(words, phrases) if many >= threshold]
    return number, sorted(found, key=lambda one: (-one[1], one[0]))[:MOST]


def _both(words: Counter[str], phrases: Counter[str]) -> Iterable[tuple[str, int]]:
    return (*words.items(), *phrases.items())


def _each(texts: QuerySet[Answer]) -> Iterator[str]:
    return texts.order_by().values_list("text", flat=True).iterator(chunk_size=CHUNK)


def terms_of(consultation: Consultation, question: str) -> TermList | None:
    """What was counted of the texts to a question (its key), or is waiting to be; `None` before anybody asked."""
    return TermList.objects.filter(consultation=consultation, question=question).first()


@transaction.atomic
def ask_for_terms(*, consultation: Consultation, question: str, actor: User, at: datetime) -> TermList:
    """Counts the terms of the texts to a question (its key), or has the worker count them where there are many.

    Raises `TermsRefused` for anybody but those who read what people wrote, and for a question without texts.
    """
    if not rules.reads_responses(actor, at=at):
        raise TermsRefused("Only the Involvement Team can do this.")
    if question not in {one.key for one in codeframes.written_questions(consultation)}:
        raise TermsRefused("Nobody was asked that question in their own words.")
    texts = coding.texts(consultation=consultation, reader=actor, at=at, which=Which(question=question))
    many = texts.count()
    if not many:
        raise TermsRefused("There is nothing to count yet: texts appear when ten or more people have answered.")
    kept, _ = TermList.objects.update_or_create(consultation=consultation, question=question, defaults={"wanted": True})
    if many <= AT_ONCE:
        _count(kept, texts)
    else:
        transaction.on_commit(_wake_worker)
    return kept


def count_waiting() -> int:
    """Counts every list that waits; returns how many. For the worker: safe to run twice."""
    waiting = TermList.objects.waiting().select_related("consultation__version")
    for kept in waiting:
        settled = Answer.objects.filter(response__consultation=kept.consultation, response__settled=True)
        _count(kept, settled.filter(question=kept.question).exclude(text=""))
    return len(waiting)


def _count(kept: TermList, texts: QuerySet[Answer]) -> None:
    number, found = counted(texts, threshold=counting.threshold_for(kept.consultation))
    kept.texts, kept.terms, kept.wanted = number, found, False
    kept.save()


def _wake_worker() -> None:
    """Only shortens the wait: the table is the queue, which the worker looks through every minute."""
    current_app.send_task(COUNT_TASK)
