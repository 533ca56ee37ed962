"""Questionnaires, consultations and answers of an invented county, made as rows.

`NOW` is the moment of the engagement factories: open ones are open then, closed ones are over.
"""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from consultations import models
from consultations.domain import attaching, publishing, questionnaires, responding, rewording, substance
from consultations.domain.routes import END
from consultations.enums import AskedGroup, Channel, IdentityMode, QuestionKind, RouteWhen, SignOffOutcome, WordingKind
from engagement.enums import Role
from tests.factories.engagement import NOW, ActivityFactory, OrganisationFactory, UserFactory

OPENED = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)  # 9am on Monday 7 September 2026
CLOSES = datetime(2026, 10, 16, 16, 0, tzinfo=UTC)  # 5pm on Friday 16 October 2026
SAID = {
    "finding": "Most want a call",
    "we_asked": "What?",
    "you_said": "Call us",
    "limits": "Few young people answered.",
    "method": "Two people read every answer.",
}
DECIDED = {
    "we_did": "We call",
    "decision": "Agreed.",
    "decided_by": "The Commissioner",
    "decided_on": NOW.date(),
    "next_words": "The first calls are made in the new year.",
}
CONTACT_WAYS = {"PHONE": "A phone call", "TEXT": "A text message", "LETTER": "A letter"}


class QuestionnaireFactory(DjangoModelFactory):
    """One question of each kind: `q1` one choice, `q2` several, `q3` a scale, `q4` own words. `bare` has none."""

    class Meta:
        model = models.Questionnaire
        skip_postgeneration_save = True

    class Params:
        bare = False

    title = factory.Sequence(lambda n: f"Questions about the service {n}")

    @factory.post_generation
    def asked(self, create, extracted, **kwargs):
        if not create or extracted == []:
            return
        QuestionFactory(questionnaire=self, sort_order=1, key="q1", text="How should we first get in touch?", ways=True)
        QuestionFactory(
            questionnaire=self,
            sort_order=2,
            key="q2",
            kind=QuestionKind.SEVERAL,
            text="Which of these have helped you?",
            ways=True,
            prefer_not=True,
        )
        QuestionFactory(
            questionnaire=self, sort_order=3, key="q3", kind=QuestionKind.SCALE, text="The draft covers what matters."
        )
        QuestionFactory(
            questionnaire=self,
            sort_order=4,
            key="q4",
            kind=QuestionKind.LONG_TEXT,
            text="What should change?",
            hint="Do not name anyone.",
            dont_know=False,
        )


class QuestionFactory(DjangoModelFactory):
    """A question without choices; `ways` offers three ways of getting in touch."""

    class Meta:
        model = models.Question
        skip_postgeneration_save = True

    questionnaire = factory.SubFactory(QuestionnaireFactory, asked=[])
    sort_order = factory.Sequence(lambda n: n + 1)
    key = factory.Sequence(lambda n: f"question{n}")
    kind = QuestionKind.SINGLE
    text = factory.Sequence(lambda n: f"What do you think of point {n}?")

    @factory.post_generation
    def ways(self, create, extracted, **kwargs):
        if create and extracted:
            for place, (key, label) in enumerate(CONTACT_WAYS.items(), start=1):
                ChoiceFactory(question=self, sort_order=place, key=key, label=label)


class ChoiceFactory(DjangoModelFactory):
    class Meta:
        model = models.Choice

    question = factory.SubFactory(QuestionFactory)
    sort_order = factory.Sequence(lambda n: n + 1)
    key = factory.Sequence(lambda n: f"choice{n}")
    label = factory.Sequence(lambda n: f"Choice {n}")


class RouteFactory(DjangoModelFactory):
    """A route out of a question. `choices` are keys; without a `goal` it leads to the end."""

    class Meta:
        model = models.Route

    question = factory.SubFactory(QuestionFactory, ways=True)
    sort_order = factory.Sequence(lambda n: n + 1)
    when = RouteWhen.CHOSEN
    choices = []
    goal = END


class WordingFactory(DjangoModelFactory):
    """Easy Read, not yet written. `said="Easy"` writes every piece of words as the standard ones after that word."""

    class Meta:
        model = models.Wording
        skip_postgeneration_save = True

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    sort_order = factory.Sequence(lambda n: n + 1)
    kind = WordingKind.EASY_READ
    language = ""

    @factory.post_generation
    def said(self, create, extracted, **kwargs):
        if create and extracted:
            words = {
                sheet.key: {slot.name: f"{extracted} {slot.standard}" for slot in sheet.slots}
                for sheet in rewording.sheets_of(self)
            }
            seen = rewording.fingerprint(self)
            rewording.write_words(wording=self, words=words, seen=seen, actor=None, at=OPENED)
            self.refresh_from_db()


class ConsultationFactory(DjangoModelFactory):
    """A draft on a published activity. Traits: `opening_soon`, `open`, `closing_soon`, `closed`, `withdrawn`; `said`
    and `decided`, the words of either half of what comes of it; `invited`, for people with a code; `named`, for
    organisations."""

    class Meta:
        model = models.Consultation
        skip_postgeneration_save = True

    class Params:
        launched = factory.Trait(
            published_at=OPENED - timedelta(days=1),
            version=factory.LazyAttribute(lambda o: questionnaires.freeze(questionnaire=o.questionnaire, at=OPENED)),
        )
        opening_soon = factory.Trait(launched=True, opens_at=NOW + timedelta(days=12))
        open = factory.Trait(launched=True)
        closing_soon = factory.Trait(launched=True, closes_at=NOW + timedelta(days=2))
        closed = factory.Trait(launched=True, opens_at=OPENED - timedelta(days=30), closes_at=NOW - timedelta(days=5))
        withdrawn = factory.Trait(
            launched=True, withdrawn_at=NOW - timedelta(days=1), withdrawn_reason="The service has changed."
        )
        said = factory.Trait(**SAID)
        decided = factory.Trait(**DECIDED)
        invited = factory.Trait(identity_mode=IdentityMode.INVITED_ANONYMOUS)
        named = factory.Trait(identity_mode=IdentityMode.ORGANISATIONS)

    reference = factory.Sequence(lambda n: f"C-2026-{n + 1:03d}")
    slug = factory.LazyAttribute(lambda o: o.reference.lower())
    activity = factory.SubFactory(ActivityFactory, published=True)
    questionnaire = factory.SubFactory(QuestionnaireFactory)
    title = factory.Sequence(lambda n: f"Have we got the draft right? {n}")
    summary = "We have drafted what the new service must do. Tell us what we have missed."
    audience = "People who have used the service"
    formative_statement = "The draft is out for comment, and nothing has been decided."
    information_statement = "The whole draft, its cost and the other options are on the page."
    length_reason = "Five weeks and a half reach those whom providers see once a month."
    consideration_statement = "The Involvement Team reads every answer before the Commissioner decides."
    opens_at = OPENED
    closes_at = CLOSES

    @factory.post_generation
    def groups(self, create, extracted, **kwargs):
        if create:
            for group in extracted if extracted is not None else [AskedGroup.SERVICE_USERS]:
                models.Asked.objects.create(consultation=self, group=group)


def signed_off(consultation, *, at=NOW):
    """The same draft with the signature that it needs to be opened, given by two people made for it.

    Where people may be at risk, two more are named who are told of danger.
    """
    if consultation.sensitive:
        named = UserFactory.create_batch(2, role=Role.INVOLVEMENT)
        models.Safeguarding.objects.get_or_create(
            consultation=consultation, defaults=dict(zip(("first", "second"), named, strict=True))
        )
    models.SignOff.objects.create(
        consultation=consultation,
        asked_at=at,
        asked_by=UserFactory(role=Role.INVOLVEMENT),
        asked_of=(signer := UserFactory(role=Role.MANAGEMENT)),
        outcome=SignOffOutcome.SIGNED_OFF,
        decided_at=at,
        decided_by=signer,
        digest=substance.digest_of(consultation),
    )
    return consultation


def report(consultation, *, outcome=False, at=NOW):
    """Publishes what people said, and then what was decided, of a closed consultation; one without words gets some."""
    actor = UserFactory(role=Role.INVOLVEMENT)
    if not consultation.finding:
        models.Consultation.objects.filter(pk=consultation.pk).update(**SAID)
    consultation = publishing.publish_results(consultation=consultation, actor=actor, at=at)
    return publishing.publish_outcome(consultation=consultation, actor=actor, at=at) if outcome else consultation


class CodeBatchFactory(DjangoModelFactory):
    """Fifty codes that a provider hands out, whose sheet is not made. `office_makes=False`: the provider makes it."""

    class Meta:
        model = models.CodeBatch

    consultation = factory.SubFactory(ConsultationFactory, open=True, invited=True)
    organisation = factory.SubFactory(OrganisationFactory)
    label = factory.Sequence(lambda n: f"Tuesday group {n}")
    size = 50
    offered_at = OPENED
    offered_by = factory.SubFactory(UserFactory)


class ResponseFactory(DjangoModelFactory):
    """A finished answer to an open consultation. `answers={"q1": ["PHONE"], "q4": ["Be quicker."]}` gives its rows."""

    class Meta:
        model = models.Response
        skip_postgeneration_save = True

    consultation = factory.SubFactory(ConsultationFactory, open=True)
    version = factory.SelfAttribute("consultation.version")
    channel = Channel.ONLINE
    received_on = NOW.date()
    settled = True

    @factory.post_generation
    def answers(self, create, extracted, **kwargs):
        if not create:
            return
        questions = questionnaires.questions_of(self.version)
        kept = questionnaires.check_answers(questions, extracted or {})
        models.Answer.objects.bulk_create(responding.answer_rows(self, questions=questions, kept=kept))


def send_file(consultation, *, content=b"I was there.", question="files", ending="txt", settled=True):
    """A file that somebody sent with an answer to a consultation; gives the `SentFile`."""
    response = ResponseFactory(consultation=consultation, answers={}, settled=settled)
    name = attaching.new_name(ending)
    answer = models.Answer.objects.create(response=response, question=question, choice=name)
    attaching.store([answer], {name: content})
    return answer.file
