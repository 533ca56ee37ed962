"""Consultations in every state of their life, with answers given through the same door as the public's."""

import random
from datetime import datetime, timedelta
from typing import Any

from consultations.domain import (
    areas,
    authoring,
    concerns,
    concluding,
    drafting,
    lifecycle,
    moving,
    publishing,
    responding,
    settling,
    signing,
)
from consultations.domain.preparing import PinnedSpecification, create_consultation
from consultations.domain.questionnaires import questions_of
from consultations.domain.substance import digest_of
from consultations.domain.timekeeping import keep_time
from consultations.domain.ways import keep_way
from consultations.enums import CHOICE_KINDS, Channel, IdentityMode, Publication, QuestionKind
from consultations.models import Choice, Consultation, Question, Questionnaire
from engagement.access import local_date
from engagement.domain.calendar import add_working_days, is_working_day
from portal.demo import Demonstration, alike, at_hour, beside, young
from portal.demo.groups import answer_together, hand_out, ticket_for
from portal.demo.heard import read_what_was_written
from portal.demo.promises import explain_second, keep_first, promise, read_results
from portal.demo.questions import ALARMING, AREAS, ASKED, FAIR, LONGER, PAUSED, QUESTIONS, SUPPORT, WORDS, Asked
from portal.models import SpecificationPage

NOT_OPENED = ("DRAFT", "ASKED")
PINNED = {"abuse": "abuse", "waiting": "victims"}  # consultations on a specification, and whose it is
SKIPPED = 0.08  # of questions, as people do
FINDING = "Most people want to hear from somebody within two days"
FEEDBACK = {
    "finding": FINDING,
    "we_asked": "How soon after reporting a crime would you want to hear from someone?",
    "asked_by": {"LETTER": 410, "PROVIDER": 65},
    "asked_also": "posters in both courts and in four libraries",
    "you_said": "Two days at most, from a person and not a letter, and never on a shared phone without asking first.",
    "limits": "Most who answered had been in touch with a service already. We heard from few people under 25, and the "
    "answers do not stand for everyone who never asked for help.",
    "method": "One of the Involvement Team read every answer. A second reader coded a sample without seeing the "
    "first reading. No machine was used.",
}
OUTCOME = {
    "we_did": "First contact within 2 working days is now a published measure. Every referral records a safe way to "
    "get in touch.",
    "unchanged": "Letters stay for people who asked for one: for some it is the only safe way.",
    "decision": "The first call within two working days becomes part of the agreement with Brightway.",
    "decided_by": "Rowan Hale, the Commissioner",
    "decision_reference": "DR-2026-009",
    "next_stage": "REVIEW",
    "next_words": "We publish how often the first call came in time, every quarter, and look again in the review.",
}


def plan_consultations(demo: Demonstration) -> None:
    """Plans when each was drafted, opened, answered and closed, and how the loop of the oldest was closed."""
    for key, asked in ASKED.items():
        opens_at = at_hour(demo.ahead(asked.opens), 9) if asked.opens > 0 else demo.ago(-asked.opens, hour=9)
        tomorrow = demo.today + timedelta(days=1)
        closes_at = at_hour(tomorrow if asked.closes == 1 else demo.ahead(asked.closes), 17)
        demo.plan(demo.ago(max(10 - asked.opens, 6)), _draft, key, asked, opens_at, closes_at)
        if asked.state in NOT_OPENED:
            if asked.state == "ASKED":
                demo.plan(demo.ago(1, hour=15), _ask_for_sign_off, key)
            continue
        opened_at = min(opens_at, demo.ago(1))
        demo.plan(opened_at - timedelta(hours=20), _ask_for_sign_off, key)
        demo.plan(opened_at - timedelta(hours=18), _sign_off, key)
        demo.plan(opened_at, _open, key)
        if asked.named:
            demo.plan(demo.ago(2, hour=11), answer_together, asked.title)
        if asked.invited:
            demo.plan(opened_at + timedelta(hours=1), hand_out, asked.title)
        over = closes_at <= demo.now
        demo.plan(closes_at - timedelta(minutes=1) if over else demo.now, _answer, key, asked.answers)
        if asked.state == "WITHDRAWN":
            demo.plan(demo.ago(asked.withdrawn), _withdraw, key)
        if asked.state == "SUSPENDED":
            demo.plan(demo.ago(asked.paused), _pause, key)
        if asked.longer:
            demo.plan(demo.ago(5), _extend, key, at_hour(demo.ahead(asked.closes + asked.longer), 17))
        if over:
            demo.plan(closes_at + timedelta(minutes=5), _keep_time)
            demo.plan(closes_at + timedelta(minutes=10), alike.look)
    _plan_what_follows(demo)


def _plan_what_follows(demo: Demonstration) -> None:
    """Plans what is done about all of them: corrected words, answers that are alike, and how the loop was closed."""
    demo.plan(demo.ago(7), young.correct, ASKED["young"].title)
    demo.plan(demo.ago(30), _keep_bank)
    demo.plan(demo.ago(320), _enter_areas)
    beside.plan_sheets(demo)
    demo.plan(demo.now, _settle)
    demo.plan(demo.ago(11, hour=15), alike.judge_campaign, ASKED["marshals"].title)
    demo.plan(demo.ago(202), alike.judge_twice, ASKED["waiting"].title)
    answered = ASKED["waiting"].title
    demo.plan(demo.ago(205), read_what_was_written, answered)
    demo.plan(demo.ago(200), _conclude)
    demo.plan(demo.ago(194), read_results, answered)
    demo.plan(demo.ago(192), promise, answered)
    demo.plan(demo.ago(190), _decide)
    demo.plan(demo.ago(120), keep_first)
    demo.plan(demo.ago(12), explain_second)


def _keep_bank(demo: Demonstration, *, at: datetime) -> None:
    bank = young.make_bank()
    authoring.note_writing(questionnaire=bank, actor=demo.people["involvement"], at=at, begun=True)


def _enter_areas(demo: Demonstration, *, at: datetime) -> None:
    areas.keep_areas(text=AREAS, seen=areas.fingerprint(""), actor=demo.people["involvement"], at=at)


def _keep_time(demo: Demonstration, *, at: datetime) -> None:
    keep_time(at=at)


def _settle(demo: Demonstration, *, at: datetime) -> None:
    """As every night: answers that came in company join those that are counted."""
    for consultation in Consultation.objects.open(at=at):
        settling.settle(consultation=consultation, at=at)
        settling.shuffle(consultation=consultation, at=at)
        concerns.suggest_concerns(consultation=consultation, at=at)


def _draft(
    demo: Demonstration, key: str, asked: Asked, opens_at: datetime, closes_at: datetime, *, at: datetime
) -> None:
    consultation = create_consultation(
        activity=demo.activities[asked.activity],
        questionnaire=_questionnaire(demo, key, asked.title, at=at),
        title=asked.title,
        summary=asked.summary,
        audience=asked.audience,
        opens_at=opens_at,
        closes_at=closes_at,
        specification=_pinned(demo, PINNED[key]) if key in PINNED else None,
        groups=asked.groups,
        sensitive=asked.sensitive,
        support_contacts=SUPPORT if asked.sensitive else "",
        **FAIR,
        minutes=asked.minutes,
        can_change="\n".join(asked.can_change),
        settled=asked.settled,
        other_ways="Easy Read, large print, British Sign Language and other languages: ask us",
        next_steps="We read every answer, and publish what you said, what we will change, and why.",
        contact="Involvement Team, 01632 960 144",
        identity_mode=_mode(asked),
        eligibility=asked.eligibility,
        actor=demo.people["involvement"],
        at=at,
    )
    for way in _ways(demo, opens_at):
        keep_way(consultation=consultation, **way, actor=demo.people["involvement"], at=at)
    if key == beside.ABOUT:
        beside.declare(consultation, demo=demo, at=at)
    concerns.name_people(
        consultation=consultation,
        first=demo.people["involvement"],
        second=demo.people["reader"],
        actor=demo.people["involvement"],
        at=at,
    )


def _mode(asked: Asked) -> IdentityMode:
    if asked.named:
        return IdentityMode.ORGANISATIONS
    return IdentityMode.INVITED_ANONYMOUS if asked.invited else IdentityMode.OPEN_ANONYMOUS


def _ways(demo: Demonstration, opens_at: datetime) -> list[dict[str, Any]]:
    """By phone, on paper, and an afternoon at the library two weeks on."""
    day = local_date(opens_at) + timedelta(days=14)
    day = day if is_working_day(day) else add_working_days(day, 1)
    undated = {"starts_at": None, "ends_at": None}
    library = {"starts_at": at_hour(day, 14), "ends_at": at_hour(day, 16)}
    call, paper = "Call and we fill it in with you, 9am to 7pm on weekdays", "Ask for the questions on paper"
    return [
        {"channel": Channel.PHONE, "words": call, "contact": "01632 960 144", **undated},
        {"channel": Channel.PAPER, "words": paper, "contact": "Any library in Avonmere", **undated},
        {
            "channel": Channel.EVENT,
            "words": "Tell us in person, with tea",
            "contact": "Millgate Library, AV1 2AB",
            **library,
        },
    ]


def _questionnaire(demo: Demonstration, key: str, title: str, *, at: datetime) -> Questionnaire:
    if key == "young":
        return young.make_questionnaire(title, today=local_date(at), actor=demo.people["involvement"], at=at)
    questionnaire = Questionnaire.objects.create(title=title)
    for order, (kind, text, choices, evidence) in enumerate(QUESTIONS[key]):
        question = Question.objects.create(
            questionnaire=questionnaire,
            sort_order=order,
            kind=kind,
            text=text,
            evidence=evidence,
            evidence_title="What the draft says (section 3.1)" if evidence else "",
            prefer_not=kind == QuestionKind.SINGLE,
            hint="Do not name anyone." if kind == QuestionKind.LONG_TEXT else "",
        )
        for place, label in enumerate(choices):
            Choice.objects.create(question=question, sort_order=place, label=label)
    return questionnaire


def _pinned(demo: Demonstration, key: str) -> PinnedSpecification:
    page = SpecificationPage.objects.get(activity=demo.activities[key])
    version = page.versions.select_related("page__activity").get(number=1)
    return PinnedSpecification(
        page_id=page.pk,
        revision_id=version.revision_id,
        title=version.title,
        path=version.get_absolute_url(),
        version=str(version.number),
    )


def _asked(key: str) -> Consultation:
    return Consultation.objects.select_related("activity", "version", "questionnaire").get(title=ASKED[key].title)


def _open(demo: Demonstration, key: str, *, at: datetime) -> None:
    lifecycle.open_consultation(consultation=_asked(key), actor=demo.people["involvement"], at=at)


def _ask_for_sign_off(demo: Demonstration, key: str, *, at: datetime) -> None:
    signing.ask_for_sign_off(
        consultation=_asked(key),
        asked_of=demo.people["management"],
        note="The dates leave time for the report.",
        actor=demo.people["involvement"],
        at=at,
    )


def _sign_off(demo: Demonstration, key: str, *, at: datetime) -> None:
    consultation = _asked(key)
    signing.sign_off(consultation=consultation, seen=digest_of(consultation), actor=demo.people["management"], at=at)


def _pause(demo: Demonstration, key: str, *, at: datetime) -> None:
    moving.suspend_consultation(consultation=_asked(key), reason=PAUSED, actor=demo.people["involvement"], at=at)


def _extend(demo: Demonstration, key: str, closes_at: datetime, *, at: datetime) -> None:
    actor = demo.people["involvement"]
    moving.extend_consultation(consultation=_asked(key), closes_at=closes_at, reason=LONGER, actor=actor, at=at)


def _withdraw(demo: Demonstration, key: str, *, at: datetime) -> None:
    moving.withdraw_consultation(
        consultation=_asked(key),
        reason="The grant that would have paid for longer hours was not renewed. Thank you to all who answered.",
        actor=demo.people["involvement"],
        at=at,
    )


def _answer(demo: Demonstration, key: str, answers: int, *, at: datetime) -> None:
    """Answers over the days it was open until then, some in part, as people do. The same ones every time."""
    consultation, chance = _asked(key), random.Random(key)  # noqa: S311  invented answers, not secrets
    questions = questions_of(consultation.version) if answers else []
    for number in range(answers):
        moment = consultation.opens_at + (at - consultation.opens_at) * chance.random()
        ticket = ticket_for(demo, consultation, at=moment)
        opened = drafting.find(consultation=consultation, ticket=ticket)
        for place, question in enumerate(questions):
            if question.kind == QuestionKind.FILE:
                opened = young.show(opened, question, chance, at=moment)
            elif not place or number == 0 or chance.random() > SKIPPED:
                values = _choose(key, question, chance)
                if number == 0 and question.kind == QuestionKind.LONG_TEXT:
                    values = [ALARMING.get(key, values[0])]
                opened = drafting.keep_step(opened=opened, question=question.key, values=values, at=moment)
        publish = Publication.NONE if number % 4 == 3 else Publication.WITHOUT_NAME
        responding.submit(consultation=consultation, ticket=ticket, publish=publish, at=moment)
        if key == beside.ABOUT:
            beside.say_who(consultation, ticket, chance, at=moment)
    if key in alike.SENDS:
        alike.SENDS[key](demo, consultation, at=at)


def _choose(key: str, question, chance: random.Random) -> list[str]:
    if question.kind == QuestionKind.LONG_TEXT:
        return [chance.choice(WORDS[key])]
    if question.kind not in CHOICE_KINDS:
        return young.choose(question, chance)
    keys = [choice.key for choice in question.choices]
    weights = [len(keys) - place for place in range(len(keys))]
    if question.kind == QuestionKind.SEVERAL:
        return sorted(set(chance.choices(keys, weights, k=2)))
    return chance.choices(keys, weights)


def _conclude(demo: Demonstration, *, at: datetime) -> None:
    consultation, actor = _asked("waiting"), demo.people["involvement"]
    seen = concluding.fingerprint(consultation, concluding.FEEDBACK)
    concluding.write_feedback(consultation=consultation, seen=seen, words=FEEDBACK, actor=actor, at=at)
    publishing.publish_results(consultation=consultation, actor=actor, at=at)


def _decide(demo: Demonstration, *, at: datetime) -> None:
    consultation, actor = _asked("waiting"), demo.people["involvement"]
    seen = concluding.fingerprint(consultation, concluding.OUTCOME)
    words = {**OUTCOME, "decided_on": local_date(at)}
    concluding.write_outcome(consultation=consultation, seen=seen, words=words, actor=actor, at=at)
    publishing.publish_outcome(consultation=consultation, actor=actor, at=at)
