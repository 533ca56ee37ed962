"""What people say of two drafts: one that is open, and one whose next version shows what became of it."""

from datetime import datetime

from consultations.domain import commenting, disposing, documents, moderating, settling, tickets
from consultations.domain.commenting import Words
from consultations.domain.moderating import Decision
from consultations.enums import Publication
from consultations.models import Comment, CommentTheme, Consultation
from portal.demo import Demonstration
from portal.demo.pages import publish
from portal.demo.questions import ASKED
from portal.models import SpecificationPage

YES, NO = Publication.WITHOUT_NAME, Publication.NONE
UNREAD = "Please do not stop"  # how the comment begins that nobody has read yet

# On which section, what they said, whether it may be published.
OPEN = (
    ("3.1", "Two working days is right. Please say what happens when nobody can be reached.", YES),
    ("3.1", "A text first, then a call. I would not have picked up a number that I did not know.", YES),
    ("3.1", "My husband Martin Hale opens the post, so never a letter.", YES),
    ("3.1", "Weekends should count. That is when I needed it.", YES),
    ("3.2", "Ask after three months as well. At the end I only wanted it to be over.", YES),
    ("3.2", "Do not ask this by e-mail.", NO),
    ("2.1", "A plan for children too, in their own words.", YES),
    ("1.1", "One way in is good if it is open in the evening.", YES),
    ("4.1", "Sessions near the bus station would help. I do not drive.", YES),
    ("4.1", "The library in Millgate is too small to be private.", YES),
    ("1.2", "The car park at the town hall is too dear.", YES),
    ("3.1", "The woman at number 12 knows all about this, ask her.", YES),
    ("5.1", "Please do not stop the old service before the new one answers.", YES),
)
# By the first words of the comment: its theme.
THEMES = {
    "Two working days": "What happens when nobody can be reached",
    "A text first": "Never a letter or an unknown number",
    "My husband": "Never a letter or an unknown number",
    "Weekends": "Weekends count",
    "A plan for children": "Children have a plan of their own",
    "Sessions near": "Places that can be reached without a car",
}
HELD_BACK = {
    "The car park": ("OFF_TOPIC", "It is about parking, not about the service."),
    "The woman": ("PERSONAL", "It points at a neighbour, and little would be left without that."),
}
# How the next version of the specification answered, by theme: section, comments, disposition, why.
ANSWERED = {
    "Ring sooner": (
        "3.1",
        (
            "Two days at most.",
            "Within two days, and ring, do not write.",
            "I waited nine days. Two is enough.",
            "Two working days.",
            "Ring by the next day if you can, in two at the latest.",
            "Sooner than a week.",
        ),
        "ACCEPTED",
        "The measure now says two working days, by the way the person said is safe.",
    ),
    "Open at weekends": (
        "4.1",
        (
            "Open on Saturdays.",
            "Weekends, please.",
            "I work in the week and could never ring.",
            "Sunday is the worst day of all.",
            "Saturday mornings would help.",
        ),
        "PARTLY_ACCEPTED",
        "The line opens on Saturday mornings. For Sundays there is no money in this agreement.",
    ),
    "Say who will ring": (
        "1.1",
        (
            "Tell people the name of who will ring.",
            "A name before the call would have helped.",
            "I want to know who rings.",
            "Say the name in the text.",
            "A photograph would be good as well.",
        ),
        "NOT_ACCEPTED",
        "Naming somebody in a message would tell others in the house. People are told the name in the first call.",
    ),
}


def plan_comments(demo: Demonstration) -> None:
    """Plans when people commented, when the office read it, and when the next version answered."""
    demo.plan(demo.ago(4, hour=12), _comment_on_open)
    demo.plan(demo.ago(2, hour=12), _read_open)
    demo.plan(demo.ago(250), _comment_on_past)
    demo.plan(demo.ago(230), _read_past)
    demo.plan(demo.ago(186), _publish_next_version)
    demo.plan(demo.ago(185), _answer_past)


def _asked(key: str) -> Consultation:
    return Consultation.objects.select_related("activity", "version").get(title=ASKED[key].title)


def _say(consultation: Consultation, number: str, text: str, publish: Publication, *, at: datetime) -> None:
    document = documents.document_of(consultation)
    part = document.numbered(number) if document else None
    if part is None:
        raise ValueError(f"{consultation.reference} has no section {number}.")
    commenting.send_comment(
        consultation=consultation,
        part=part,
        words=Words(text, publish),
        code=tickets.new_code(),
        admitted=True,
        at=at,
    )


def _comment_on_open(demo: Demonstration, *, at: datetime) -> None:
    consultation = _asked("abuse")
    for number, text, publish_it in OPEN:
        _say(consultation, number, text, publish_it, at=at)
    settling.settle_comments(consultation=consultation)


def _read_open(demo: Demonstration, *, at: datetime) -> None:
    """The office has read all but one."""
    consultation = _asked("abuse")
    for _, text, publish_it in OPEN:
        if not text.startswith(UNREAD):
            _decide(demo, consultation, text, publish_it, at=at)


def _decide(
    demo: Demonstration, consultation: Consultation, text: str, publish_it: Publication, *, at: datetime
) -> None:
    held, theme = _by_words(HELD_BACK, text), _by_words(THEMES, text) or ""
    if held:
        decision = Decision("HELD_BACK", reason=held[0], words=held[1])
    elif publish_it == NO:
        decision = Decision("PRIVATE")
    else:
        lines = [("Martin Hale", "NAME")] if "Martin Hale" in text else []
        decision = Decision("PUBLISHED", lines=lines, new_theme=theme)
    comment = Comment.objects.select_related("consultation__activity").get(consultation=consultation, text=text)
    moderating.decide(comment=comment, decision=decision, seen="", actor=demo.people["reader"], at=at)


def _by_words(known, text):
    """What is known of a comment by its first words."""
    return next((value for words, value in known.items() if text.startswith(words)), None)


def _comment_on_past(demo: Demonstration, *, at: datetime) -> None:
    consultation = _asked("waiting")
    for number, texts, _, _ in ANSWERED.values():
        for text in texts:
            _say(consultation, number, text, YES, at=at)


def _read_past(demo: Demonstration, *, at: datetime) -> None:
    consultation = _asked("waiting")
    for theme, (_, texts, _, _) in ANSWERED.items():
        for text in texts:
            comment = Comment.objects.select_related("consultation__activity").get(consultation=consultation, text=text)
            decision = Decision("PUBLISHED", new_theme=theme)
            moderating.decide(comment=comment, decision=decision, seen="", actor=demo.people["reader"], at=at)


def _publish_next_version(demo: Demonstration, *, at: datetime) -> None:
    """Version 2 of the specification for victims: the first call is by a safe way, and there is a section on access."""
    page = SpecificationPage.objects.get(activity=demo.activities["victims"])
    page = page.get_latest_revision_as_object()
    content = page.content.get_prep_value()
    for block in content:
        if block["type"] == "indicators":
            text = "Within 2 working days of the referral, by the way the person said is safe."
            block["value"]["clauses"][0]["value"]["text"] = f"<p>{text}</p>"
        if block["type"] == "outputs":
            text = "Open from 9am to 7pm on weekdays, and from 9am to noon on Saturdays."
            block["value"]["clauses"][0]["value"]["text"] = f"<p>{text}</p>"
    reaching = {"heading": "No wrong door", "text": "<p>Whoever rings is never told to ring somebody else.</p>"}
    access = {"title": "Reaching the service", "clauses": [{**reaching, "openness": "FIXED"}]}
    page.content = [*content[:1], {"type": "section", "value": access}, *content[1:]]
    publish(demo, page, at=at, say="What changed after you told us how long is too long to wait.")


def _answer_past(demo: Demonstration, *, at: datetime) -> None:
    consultation = _asked("waiting")
    newer = SpecificationPage.objects.get(activity=demo.activities["victims"]).versions.get(number=2)
    found = disposing.moves_of(consultation, newer=newer)
    moves = {move.part.id: move.proposed.number for move in found if move.proposed}
    lead = demo.people["lead"]
    disposing.keep_moves(consultation=consultation, version=2, moves=moves, actor=lead, at=at)
    for theme in CommentTheme.objects.filter(consultation=consultation):
        _, _, disposition, why = ANSWERED[theme.name]
        disposing.dispose(
            theme=theme, disposition=disposition, why=why, seen=disposing.seen_in(theme), actor=lead, at=at
        )
