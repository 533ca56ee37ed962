"""Answers that are alike: the words of a campaign, and answers that came twice. Found by the worker, judged in part."""

from datetime import datetime, timedelta

from consultations.domain import alike, collective, drafting, judging, responding
from consultations.domain.questionnaires import questions_of
from consultations.enums import CHOICE_KINDS, Channel, CollectiveKind, Publication, QuestionKind
from consultations.models import AlikeGroup, CollectiveResponse, Consultation
from consultations.models.alike import Grounds
from portal.demo import Demonstration
from portal.demo.groups import ticket_for

CAMPAIGN = (
    "Keep the marshals until there is something better. They walk people to the taxi rank, they know when to call the"
    " police and when not to, and nobody has shown us what will stand in their place."
)
OWN_WORDS = (
    "",
    "",
    "",
    "",
    "",
    "I work in a bar and see it every weekend.",
    "My daughter takes that walk at three in the morning.",
    "Thank you for asking us.",
    "I have signed the petition too.",
    "Please write back to all of us.",
    "They once found my phone.",
    "The rank has no light since spring.",
)
MARSHALS = (
    "I was walked to the rank twice this year, both times by the same two people. Without them I would have"
    " waited alone by the station, and I would not have gone out again."
)
WAITING = (
    "I rang three times, and each time I had to tell it all from the start. One name to ask for would have been"
    " enough, even if that person could only call me back the day after."
)
CAMPAIGN_TITLE = "Keep the marshals"


def send_campaign(demo: Demonstration, consultation: Consultation, *, at: datetime) -> None:
    """Twelve in the words of a campaign, some with a sentence of their own; and one person twice."""
    for number, own in enumerate(OWN_WORDS):
        _send(demo, consultation, f"{CAMPAIGN} {own}".strip(), choose=number, at=at)
    for _ in range(2):
        _send(demo, consultation, MARSHALS, choose=1, at=at)


def send_twice(demo: Demonstration, consultation: Consultation, *, at: datetime) -> None:
    """One person who pressed send on the phone and again at home."""
    for _ in range(2):
        _send(demo, consultation, WAITING, choose=0, at=at)


SENDS = {"marshals": send_campaign, "waiting": send_twice}


def _send(demo: Demonstration, consultation: Consultation, text: str, *, choose: int, at: datetime) -> None:
    ticket = ticket_for(demo, consultation, at=at)
    opened = drafting.find(consultation=consultation, ticket=ticket)
    for question in questions_of(consultation.version):
        keys = [choice.key for choice in question.choices]
        values = [keys[choose % len(keys)]] if question.kind in CHOICE_KINDS else []
        values = [text] if question.kind == QuestionKind.LONG_TEXT else values
        if values:
            opened = drafting.keep_step(opened=opened, question=question.key, values=values, at=at)
    responding.submit(consultation=consultation, ticket=ticket, publish=Publication.WITHOUT_NAME, at=at)


def look(demo: Demonstration, *, at: datetime) -> None:
    """As the worker does every minute."""
    alike.look_waiting(clock=lambda: at)


def judge_campaign(demo: Demonstration, title: str, *, at: datetime) -> None:
    """The campaign is recorded beside the answers, and theirs are said to be in its words. The other two wait."""
    consultation, actor = _titled(title), demo.people["involvement"]
    campaign: CollectiveResponse = collective.record(
        consultation=consultation,
        kind=CollectiveKind.CAMPAIGN,
        title=CAMPAIGN_TITLE,
        from_whom="Avonmere at Night, an association of bars and clubs",
        people=286,
        channel=Channel.EMAIL,
        received_on=(at - timedelta(days=12)).date(),
        summary="It asks that the marshals stay until something stands in their place.",
        actor=actor,
        at=at,
    )
    words = "They share their first two sentences to the letter. The association has sent us its template."
    _judge(demo, title, Grounds.CAMPAIGN, words, campaign=campaign, at=at)


def judge_twice(demo: Demonstration, title: str, *, at: datetime) -> None:
    """One of two is left out of the counts, before they are published."""
    words = "The same words to the letter and the same choices, in a text that nobody else wrote."
    _judge(demo, title, Grounds.SENT_TWICE, words, campaign=None, at=at)


def _judge(
    demo: Demonstration, title: str, grounds: Grounds, words: str, *, campaign: CollectiveResponse | None, at: datetime
) -> None:
    group = AlikeGroup.objects.filter(consultation=_titled(title)).order_by("-size")[0]
    judging.judge(
        group=group,
        grounds=grounds,
        words=words,
        campaign=campaign,
        seen=judging.seen_in(group),
        actor=demo.people["involvement"],
        at=at,
    )


def _titled(title: str) -> Consultation:
    return Consultation.objects.select_related("activity", "version").get(title=title)
