"""What people wrote about waiting: read by two, put under themes, and quoted where they let us, then published."""

from datetime import datetime

from consultations.domain import codeframes, coding, double, quoting, redacting
from consultations.domain.codeframes import Words
from consultations.enums import PUBLISHABLE
from consultations.models import Consultation
from portal.demo import Demonstration

THEMES = {
    "A real person": Words("A person, not a letter", "That somebody rings or comes. Letters and forms belong here."),
    "safe": Words("Asked first what is safe", "Which number, which hour, who may answer. Not how soon.", "SUGGESTION"),
    "One name": Words("The same person each time", "That people need not tell their story again."),
}
SHARE = 20  # per cent of the texts that a second person reads


def read_what_was_written(demo: Demonstration, title: str, *, at: datetime) -> None:
    """Each text says one of three things; a fifth of them is read by a colleague as well, unseen."""
    consultation = Consultation.objects.select_related("activity", "version").get(title=title)
    first, second = demo.people["involvement"], demo.people["reader"]
    themes = {
        said: codeframes.add_theme(consultation=consultation, words=words, actor=first, at=at)
        for said, words in THEMES.items()
    }
    texts = coding.texts(consultation=consultation, reader=first, at=at)

    def under(text: str) -> list:
        return [theme for said, theme in themes.items() if said in text]

    for text in list(texts):
        coding.keep_reading(answer=text, themes=under(text.text), nothing=False, seen="", actor=first, at=at)
    double.draw_sample(consultation=consultation, percent=SHARE, actor=first, at=at)
    for number, text in enumerate(list(double.waiting_for(consultation=consultation, coder=second, at=at))):
        chosen = under(text.text) if number else list(themes.values())[:2]
        double.keep_second(answer=text, themes=chosen, nothing=False, actor=second, at=at)
    for said, theme in themes.items():
        able = texts.filter(text__contains=said, response__publication__in=PUBLISHABLE).order_by("key")
        redaction = redacting.keep_redaction(answer=able[0], lines=[], withheld=False, seen="", actor=first, at=at)
        redacting.approve(redaction=redaction, seen=redacting.seen_in(redaction), actor=second, at=at)
        quoting.choose_quotes(theme=theme, keys=[redaction.pk], seen="", actor=second, at=at)
