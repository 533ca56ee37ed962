"""What people wrote about the night in town: put under themes, a sample read twice, not all of it settled."""

import random
from datetime import datetime

from consultations.domain import codeframes, coding, concerns, double, quoting, redacting
from consultations.domain.codeframes import Words
from consultations.enums import ConcernOutcome, ConcernReason
from consultations.models import Answer, Concern, Consultation, Redaction, Theme
from engagement.models import User
from portal.demo import Demonstration
from portal.demo.questions import ALARMING, ASKED

KEY = "marshals"
THEMES = {
    "The way home": Words(
        "The way home", "Streets, stops and stations between town and home. Not what happens in the town centre.", ""
    ),
    "Waiting for a taxi": Words(
        "Waiting for a taxi", "Ranks, queues and their lighting. The walk to a rank belongs here.", "SUGGESTION"
    ),
    "Marshals know people": Words(
        "Marshals know people", "That the same marshals come back and are known by name or face.", "OPPOSES"
    ),
}
SAYS = {"walk": "The way home", "taxi": "Waiting for a taxi", "regulars": "Marshals know people"}
ACTED = "Rang the police sergeant for the town centre and the council’s taxi licensing: both will watch the rank."
PLACE = ("the rank by the station", "PLACE")
REDACTED = 20  # texts
LEFT = 6  # texts that nobody has read yet
SHARE = 40  # per cent of what is coded


def plan_analysis(demo: Demonstration) -> None:
    """Plans the themes, the first reading, the sample and the second reading, in the days after it closed."""
    demo.plan(demo.ago(12), _code)
    demo.plan(demo.ago(12, hour=11), _pass_on)
    demo.plan(demo.ago(12, hour=14), _act)
    demo.plan(demo.ago(10), _redact)
    demo.plan(demo.ago(9), _approve)
    demo.plan(demo.ago(8), _draw)
    demo.plan(demo.ago(6), _read_again)


def _asked() -> Consultation:
    return Consultation.objects.select_related("activity", "version").get(title=ASKED[KEY].title)


def _texts(reader: User, *, at: datetime) -> list[Answer]:
    return list(coding.texts(consultation=_asked(), reader=reader, at=at).order_by("key"))


def _code(demo: Demonstration, *, at: datetime) -> None:
    consultation, coder = _asked(), demo.people["involvement"]
    themes = {
        name: codeframes.add_theme(consultation=consultation, words=words, actor=coder, at=at)
        for name, words in THEMES.items()
    }
    for text in _texts(coder, at=at)[LEFT:]:
        chosen = _chosen(text, themes)
        coding.keep_reading(answer=text, themes=chosen, nothing=not chosen, seen="", actor=coder, at=at)


def _chosen(text: Answer, themes: dict[str, Theme]) -> list[Theme]:
    return [themes[name] for word, name in SAYS.items() if word in text.text]


def _pass_on(demo: Demonstration, *, at: datetime) -> None:
    """A reader stops at a text in which somebody is hurt."""
    text = next(one for one in _texts(demo.people["reader"], at=at) if one.text == ALARMING[KEY])
    concerns.raise_concern(answer=text, reason=ConcernReason.DANGER, actor=demo.people["reader"], at=at)


def _act(demo: Demonstration, *, at: datetime) -> None:
    """The text names no person, and a place: that is what can be acted on."""
    concern = Concern.objects.get(consultation=_asked(), suggested=False)
    seen, actor = concerns.seen_in(concern), demo.people["involvement"]
    concerns.keep_act(concern=concern, words=ACTED, outcome=ConcernOutcome.ACTED, seen=seen, actor=actor, at=at)


def _redact(demo: Demonstration, *, at: datetime) -> None:
    """Most texts name nobody, and go as they are; in one a place would tell too much."""
    for text in _texts(demo.people["involvement"], at=at)[:REDACTED]:
        lines = [PLACE] if text.text == ALARMING[KEY] else []
        redacting.keep_redaction(
            answer=text, lines=lines, withheld=False, seen="", actor=demo.people["involvement"], at=at
        )


def _approve(demo: Demonstration, *, at: datetime) -> None:
    """A colleague approves all but two, and chooses words that stand for each theme."""
    consultation, actor = _asked(), demo.people["reader"]
    waiting = Redaction.objects.waiting().of(consultation).order_by("key")
    for redaction in waiting.select_related("answer__response__consultation")[2:]:
        redacting.approve(redaction=redaction, seen=redacting.seen_in(redaction), actor=actor, at=at)
    for theme in codeframes.themes_of(consultation):
        keys = list(quoting.quotable_under(theme).order_by("key").values_list("pk", flat=True)[:1])
        quoting.choose_quotes(theme=theme, keys=keys, seen="", actor=actor, at=at)


def _draw(demo: Demonstration, *, at: datetime) -> None:
    double.draw_sample(consultation=_asked(), percent=SHARE, actor=demo.people["involvement"], at=at)


def _read_again(demo: Demonstration, *, at: datetime) -> None:
    """All but two of the sample: now and then the second reader sees another theme."""
    consultation, coder, chance = _asked(), demo.people["reader"], random.Random(KEY)  # noqa: S311  invented
    themes = {theme.name: theme for theme in codeframes.themes_of(consultation)}
    waiting = list(double.waiting_for(consultation=consultation, coder=coder, at=at).order_by("text", "key"))
    for number, text in enumerate(waiting[2:]):
        chosen = [chance.choice([*themes.values()])] if number % 5 == 4 else _chosen(text, themes)
        double.keep_second(answer=text, themes=chosen, nothing=not chosen, actor=coder, at=at)
