"""What people wrote, and what the Involvement Team made of it, made as rows."""

import factory
from factory.django import DjangoModelFactory

from consultations import models
from consultations.domain import alike
from consultations.enums import Round
from engagement.enums import Role
from tests.factories.consultations import ResponseFactory
from tests.factories.engagement import NOW, UserFactory


class CodeframeFactory(DjangoModelFactory):
    class Meta:
        model = models.Codeframe
        django_get_or_create = ("consultation",)


class ThemeFactory(DjangoModelFactory):
    """A theme for every question of `consultation`. Trait: `suggested`."""

    class Meta:
        model = models.Theme
        exclude = ("consultation",)

    consultation = None
    codeframe = factory.LazyAttribute(lambda o: CodeframeFactory(consultation=o.consultation))
    number = factory.LazyAttribute(lambda o: o.codeframe.themes.count() + 1)
    name = factory.Sequence(lambda n: f"Theme {n}")


def write(consultation, text, question="q4", **fields):
    """A settled response with one text; gives the answer that holds it."""
    return ResponseFactory(consultation=consultation, answers={question: [text]}, **fields).answers.get()


class CodingSampleFactory(DjangoModelFactory):
    class Meta:
        model = models.CodingSample

    size = drawn_from = 1
    drawn_on = NOW.date()
    drawn_by = factory.SubFactory(UserFactory, role=Role.INVOLVEMENT)


def read_text(consultation, *, twice=False):
    """A text that somebody read and that was drawn for a second reading, which `twice` says was made."""
    text = write(consultation, "They came late.")
    ReadingFactory(answer=text, nothing=True)
    models.SampledText.objects.create(answer=text, sample=CodingSampleFactory(consultation=consultation))
    if twice:
        ReadingFactory(answer=text, nothing=True, round=Round.SECOND, counts=False)
    return text


class ReadingFactory(DjangoModelFactory):
    """A first reading of `answer` under `themes`."""

    class Meta:
        model = models.Reading
        skip_postgeneration_save = True

    coder = factory.SubFactory(UserFactory, role=Role.INVOLVEMENT)

    @factory.post_generation
    def themes(self, create, extracted, **kwargs):
        for theme in extracted or []:
            models.Coding.objects.create(reading=self, theme=theme)


class ConcernFactory(DjangoModelFactory):
    """A concern about `answer` that nobody has acted on. `acts` are written down as done today."""

    class Meta:
        model = models.Concern
        skip_postgeneration_save = True

    consultation = factory.SelfAttribute("answer.response.consultation")
    reason = "DANGER"

    @factory.post_generation
    def acts(self, create, extracted, **kwargs):
        for words in extracted or []:
            models.ConcernAct.objects.create(
                concern=self, words=words, done_on=NOW.date(), done_by=UserFactory(role=Role.INVOLVEMENT)
            )


class RedactionFactory(DjangoModelFactory):
    """A redacted text of `answer` that nobody has approved. Trait: `approved`."""

    class Meta:
        model = models.Redaction

    class Params:
        approved = factory.Trait(approved_by=factory.SubFactory(UserFactory, role=Role.INVOLVEMENT))

    text = factory.Sequence(lambda n: f"They came late, and [a name] was kind. {n}")
    written_by = factory.SubFactory(UserFactory, role=Role.INVOLVEMENT)


def alike_group(consultation, words="They came late, and nobody told us why they had come so late.", number=2):
    """Settled responses with the same words, found alike. Nobody has judged them."""
    keys = [write(consultation, words).response_id for _ in range(number)]
    alike.keep(consultation=consultation, found=alike.compare(consultation), at=NOW)
    return models.AlikeGroup.objects.distinct().get(members__response__in=keys)
