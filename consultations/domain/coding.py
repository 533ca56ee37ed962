"""Reading what people wrote, one text at a time, and putting it under themes.

Only settled responses are read, so that nobody sees an answer arrive. Texts come in the order of their random keys,
each coder beginning at a place of their own: the order says nothing of who came first.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from consultations import rules
from consultations.domain import codeframes, sealing, settling
from consultations.domain.codeframes import Words
from consultations.enums import Channel, Round
from consultations.models import Answer, Codeframe, Coding, Consultation, Reading, SampledText, Theme
from engagement.access import local_date
from engagement.domain import log
from engagement.domain.refused import Refused
from engagement.models import User

UNCODED, CODED, NOTHING = "uncoded", "coded", "nothing"
STATES = {UNCODED: "Not coded yet", CODED: "Coded", NOTHING: "Nothing to code"}


class CodingRefused(Refused):
    """This text cannot be coded like this. `field` names the part that is wrong, if one is."""


@dataclass(frozen=True)
class Which:
    """Which texts to read: of a question (key), a channel, a theme (number), a state, or with these words in them.

    Words between quotation marks are one phrase.
    """

    question: str = ""
    channel: str = ""
    theme: int | None = None
    state: str = ""
    words: str = ""

    def as_query(self) -> dict[str, str]:
        """What of it is set, as the parts of an address."""
        parts = {
            "question": self.question,
            "channel": self.channel,
            "theme": str(self.theme or ""),
            "state": self.state,
            "words": self.words,
        }
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True)
class Progress:
    """How many texts have been read, of how many, and with how many of those there was nothing to code."""

    read: int
    texts: int
    nothing: int = 0

    @property
    def coded(self) -> int:
        """How many stand under a theme."""
        return self.read - self.nothing

    @property
    def left(self) -> int:
        """How many nobody has read."""
        return self.texts - self.read


def texts(*, consultation: Consultation, reader: User, at: datetime, which: Which | None = None) -> QuerySet[Answer]:
    """The texts of a consultation that this person may read, narrowed to those asked for, in no order."""
    which = which or Which()
    written = {question.key for question in codeframes.written_questions(consultation)}
    readable: QuerySet[Answer] = Answer.objects.texts_readable_by(reader, at=at)
    readable = readable.filter(response__consultation=consultation)
    readable = readable.filter(question__in=written & {which.question} if which.question else written)
    if which.channel in Channel.values:
        readable = readable.filter(response__channel=which.channel)
    for word in _sought(which.words):
        readable = readable.filter(text__icontains=word)
    counting = Reading.objects.filter(answer=OuterRef("pk"), counts=True)
    if which.theme:
        readable = readable.filter(Exists(counting.filter(codings__theme__number=which.theme)))
    if which.state == UNCODED:
        readable = readable.filter(~Exists(counting))
    elif which.state in {CODED, NOTHING}:
        readable = readable.filter(Exists(counting.filter(nothing=which.state == NOTHING)))
    return readable


def _sought(words: str) -> list[str]:
    """What a text must hold: each word, or what stands between quotation marks as a whole. At most ten."""
    found = re.findall(r'["“”]([^"“”]+)["“”]|(\S+)', words)
    return [phrase.strip() or word for phrase, word in found][:10]


def next_text(found: QuerySet[Answer], *, coder: User, after: int | None = None, back: bool = False) -> Answer | None:
    """The text that follows one (its key) in the coder's order, or comes before it; without one, the first.

    The order is a circle of random keys. Each coder begins elsewhere on it, so that two who start at once do not meet.
    """
    here = _start(coder) if after is None else after
    side, other, order = ("lt", "gte", "-key") if back else ("gt", "lte", "key")
    nearest = found.filter(**{f"key__{side}": here}).order_by(order).first()
    if nearest is None:
        round_again = found.filter(**{f"key__{other}": here})
        round_again = round_again if after is None else round_again.exclude(key=after)
        nearest = round_again.order_by(order).first()
    return nearest


def _start(coder: User) -> int:
    return int(sealing.keyed_hash("coding-order", str(coder.pk))[:15], 16) << 3  # somewhere below 2**63


def progress_of(*, consultation: Consultation, reader: User, at: datetime) -> dict[str, Progress]:
    """How far reading has come: under "" for all, and by the key of each question. Three queries."""
    every = texts(consultation=consultation, reader=reader, at=at)
    unread = texts(consultation=consultation, reader=reader, at=at, which=Which(state=UNCODED))
    empty = texts(consultation=consultation, reader=reader, at=at, which=Which(state=NOTHING))
    written, left, nothing = (_by_question(found) for found in (every, unread, empty))
    by_question = {
        key: Progress(written.get(key, 0) - left.get(key, 0), written.get(key, 0), nothing.get(key, 0))
        for key in (question.key for question in codeframes.written_questions(consultation))
    }
    each = by_question.values()
    total = Progress(sum(one.read for one in each), sum(one.texts for one in each), sum(one.nothing for one in each))
    return {"": total, **by_question}


def _by_question(found: QuerySet[Answer]) -> Mapping[str, int]:
    return dict(found.order_by().values_list("question").annotate(number=Count("pk")))


def reading_of(answer: Answer, *, turn: Round = Round.FIRST) -> Reading | None:
    """The reading of a text in a round, with its themes, or `None`. Two queries."""
    found: Reading | None = (
        Reading.objects.filter(answer=answer, round=turn)
        .select_related("coder")
        .prefetch_related("codings__theme")
        .first()
    )
    return found


def seen_in(reading: Reading | None) -> str:
    """What a form remembers of the reading it was opened with, to notice that somebody else has coded since (C04)."""
    if reading is None:
        return ""
    themes = sorted(coding.theme_id for coding in reading.codings.all())
    return f"{reading.coder_id}:{'-' if reading.nothing else ','.join(map(str, themes))}"


@transaction.atomic
def keep_reading(
    *,
    answer: Answer,
    themes: Collection[Theme],
    nothing: bool,
    seen: str,
    actor: User,
    at: datetime,
    adding: Words | None = None,
) -> Reading:
    """Keeps under which themes a text falls, or that there is nothing to code; later readings replace earlier ones.

    `adding` makes a theme more and codes under it, too. `seen` is `seen_in` the reading that the person had before
    them. While answers come in no day is kept. Raises `CodingRefused`: no right, the text is gone, no choice made, or
    somebody else coded it meanwhile; `ThemeRefused` for the theme to add.
    """
    consultation = answer.response.consultation
    settling.hold_responses(consultation)
    if not rules.reads_responses(actor, at=at):
        raise CodingRefused("Only the Involvement Team can do this.")
    if not texts(consultation=consultation, reader=actor, at=at).filter(pk=answer.pk).exists():
        raise CodingRefused("Whoever wrote this has changed or withdrawn it. Go on with the next text.")
    if adding:
        home = home_of_new_themes(answer)
        added = codeframes.add_theme(consultation=consultation, words=adding, question=home, actor=actor, at=at)
        themes = [*themes, added]
    if seen != seen_in(reading_of(answer)):
        raise CodingRefused("Somebody else has coded this text meanwhile. Look at their themes, then save yours.")
    if SampledText.objects.filter(answer=answer).exists():
        raise CodingRefused("Two people read this text. What they disagree on is settled among the double readings.")
    return write_reading(
        answer=answer, turn=Round.FIRST, themes=themes, nothing=nothing, counts=True, actor=actor, at=at
    )


def home_of_new_themes(answer: Answer) -> str:
    """The question (key) that a theme first met in this text serves; none in particular where only one was asked."""
    return answer.question if len(codeframes.written_questions(answer.response.consultation)) > 1 else ""


def _refuse_themes(consultation: Consultation, answer: Answer, themes: Collection[Theme], nothing: bool) -> None:
    if not themes and not nothing:
        raise CodingRefused("Choose the themes that this text falls under, or “Nothing to code”.", "themes")
    if themes and nothing:
        raise CodingRefused("Choose themes, or “Nothing to code”. It cannot be both.", "themes")
    serving = Theme.objects.in_use().serving(answer.question).filter(codeframe__consultation=consultation)
    if serving.filter(pk__in=[theme.pk for theme in themes]).count() < len(set(themes)):
        raise CodingRefused("One of these themes has been merged or dropped meanwhile. Choose again.", "themes")


def write_reading(
    *,
    answer: Answer,
    turn: Round,
    themes: Collection[Theme],
    nothing: bool,
    counts: bool,
    actor: User,
    at: datetime,
) -> Reading:
    """Writes the reading of one round, within the caller's transaction and under its lock.

    Raises `CodingRefused` when nothing or too much is chosen, or a theme serves no longer.
    """
    consultation = answer.response.consultation
    _refuse_themes(consultation, answer, themes, nothing)
    frame = Codeframe.objects.filter(consultation=consultation).first()
    reading, _ = Reading.objects.update_or_create(
        answer=answer,
        round=turn,
        defaults={
            "coder": actor,
            "nothing": nothing,
            "counts": counts,
            "version": frame.version if frame else 1,
            "read_on": local_date(at) if codeframes.is_over(consultation, at=at) else None,
        },
    )
    reading.codings.exclude(theme__in=themes).delete()
    kept = set(reading.codings.values_list("theme", flat=True))
    Coding.objects.bulk_create(Coding(reading=reading, theme=theme) for theme in set(themes) if theme.pk not in kept)
    log.record(
        action="response.coded",
        subject=consultation,
        actor=actor,
        at=at,
        activity=consultation.activity,
        summary=f"An answer to {consultation.reference} was coded.",
        data={"question": answer.question, "round": turn},
    )
    return reading
