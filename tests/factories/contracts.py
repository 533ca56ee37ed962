"""Agreements, indicators, returns and ratings of an invented county, made as rows. `NOW` is the engagement factories'.

The quarter of a return is April to June 2026 (`2026-27 Q1`), unless a test says otherwise.
"""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory

from contracts import enums, models
from contracts.models.measure import Measure, MeasureVersion
from engagement.domain.periods import Period
from engagement.enums import Fund, Role
from tests.factories.engagement import NOW, ActivityFactory, OrganisationFactory, UserFactory

QUARTER = "2026-27 Q1"


class AgreementFactory(DjangoModelFactory):
    """A signed contract of a published activity in Do. `draft` is unsigned, `recorded` copied from a public source."""

    class Meta:
        model = models.Agreement

    class Params:
        draft = factory.Trait(signed_on=None)
        recorded = factory.Trait(
            signed_on=None,
            source_url="https://decisions.neighbouring-office.example/2024/12",
            awarding_organisation=factory.SubFactory(OrganisationFactory, partner=True),
        )

    reference = factory.Sequence(lambda n: f"A-2025-{n + 1:03d}")
    title = factory.Sequence(lambda n: f"Victim support and navigation {n + 1}")
    slug = factory.LazyAttribute(lambda o: slugify(o.title))
    activity = factory.SubFactory(ActivityFactory, published=True, at_do=True)
    provider = factory.SubFactory(OrganisationFactory)
    kind = enums.AgreementKind.CONTRACT
    fund = Fund.POLICING
    value = Decimal("1920000.00")
    regime = enums.Regime.LIGHT_TOUCH
    signed_on = models.PartialDate("2025-03-14")
    starts = models.PartialDate("2025-04-01")
    ends = models.PartialDate("2028-03-31")
    created_at = NOW - timedelta(days=600)


class IndicatorFactory(DjangoModelFactory):
    """First contact in time: a rated percentage, more is better, 90 with bands of 5 and 15, of at least 10.

    `count` is a count where less is better (waiting, 10 with 5 and 15), `money` a cost where less is better, `context`
    a count that is not rated; `people` withholds small numbers.
    """

    class Meta:
        model = models.Indicator

    class Params:
        count = factory.Trait(
            name="Waiting over 6 weeks",
            kind=enums.IndicatorKind.COUNT,
            aggregation=enums.Aggregation.LATEST,
            direction=enums.Direction.DOWN,
            unit="people",
            numerator_words="",
            denominator_words="",
            decimals=0,
            target=Decimal(10),
            minimum_n=0,
        )
        money = factory.Trait(
            name="Cost per person supported",
            kind=enums.IndicatorKind.MONEY,
            aggregation=enums.Aggregation.LATEST,
            direction=enums.Direction.DOWN,
            unit="",
            numerator_words="",
            denominator_words="",
            decimals=2,
            target=Decimal(650),
            approaching_by=Decimal(50),
            improvement_by=Decimal(150),
            minimum_n=0,
        )
        context = factory.Trait(
            name="Referrals received",
            kind=enums.IndicatorKind.COUNT,
            aggregation=enums.Aggregation.SUM,
            unit="referrals",
            numerator_words="",
            denominator_words="",
            decimals=0,
            is_rated=False,
            target=None,
            approaching_by=None,
            improvement_by=None,
            minimum_n=0,
        )
        people = factory.Trait(counts_people=True)

    agreement = factory.SubFactory(AgreementFactory)
    code = factory.Sequence(lambda n: f"V{n + 1}")
    order = factory.Sequence(lambda n: n + 1)
    group = "People reaching the service"
    name = "First contact within 2 working days"
    why = "People who have been harmed should not wait for a first call."
    how = "Count each referral due for contact in the quarter once."
    kind = enums.IndicatorKind.PERCENTAGE
    unit = "referrals"
    numerator_words = "contacted in time"
    denominator_words = "due to be contacted"
    decimals = 1
    direction = enums.Direction.UP
    aggregation = enums.Aggregation.RATIO
    is_rated = True
    target = Decimal(90)
    approaching_by = Decimal(5)
    improvement_by = Decimal(15)
    minimum_n = 10


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = Measure

    collection = "Support for victims"
    code = factory.Sequence(lambda n: f"L{n + 1}")


class MeasureVersionFactory(DjangoModelFactory):
    """An approved first version of a measure of the library: a rated percentage, usually 75 with 5 and 15."""

    class Meta:
        model = MeasureVersion

    class Params:
        draft = factory.Trait(approved_at=None, approved_by=None)

    measure = factory.SubFactory(MeasureFactory)
    name = "Feeling safer at the end"
    measure_type = enums.MeasureType.OUTCOME
    why = "It is what the service is for."
    how = "Ask at the start and at the end."
    kind = enums.IndicatorKind.PERCENTAGE
    unit = "people"
    numerator_words = "who feel safer"
    denominator_words = "who were asked twice"
    aggregation = enums.Aggregation.RATIO
    target = Decimal(75)
    approaching_by = Decimal(5)
    improvement_by = Decimal(15)
    minimum_n = 10
    written_at = NOW - timedelta(days=40)
    written_by = factory.SubFactory(UserFactory, role=Role.CONTRACT_MANAGER)
    approved_at = NOW - timedelta(days=30)
    approved_by = factory.SubFactory(UserFactory, role=Role.MANAGEMENT)


class KpiReturnFactory(DjangoModelFactory):
    """A return that is due in five days, without figures. Traits: `overdue`, `submitted`, `queried`, `accepted`.

    A submitted return has been declared once, by a certifier of the provider who is made for it.
    """

    class Meta:
        model = models.KpiReturn
        skip_postgeneration_save = True

    class Params:
        overdue = factory.Trait(due_at=NOW - timedelta(days=1))
        sent = factory.Trait(
            submissions=1,
            first_submitted_at=NOW - timedelta(days=3),
            submitted_at=NOW - timedelta(days=3),
            submitted_by=factory.SubFactory(
                UserFactory, role=Role.CERTIFIER, organisation=factory.SelfAttribute("..agreement.provider")
            ),
            declared=factory.RelatedFactory("tests.factories.contracts.SubmissionFactory", "kpi_return"),
        )
        submitted = factory.Trait(sent=True, state=enums.ReturnState.SUBMITTED)
        queried = factory.Trait(sent=True, state=enums.ReturnState.QUERIED)
        accepted = factory.Trait(
            sent=True,
            state=enums.ReturnState.ACCEPTED,
            accepted_at=NOW - timedelta(days=1),
            accepted_by=factory.SelfAttribute("agreement.activity.contract_manager"),
        )

    agreement = factory.SubFactory(AgreementFactory)
    quarter = QUARTER
    starts_on = factory.LazyAttribute(lambda o: Period.from_code(o.quarter).starts_on)
    ends_on = factory.LazyAttribute(lambda o: Period.from_code(o.quarter).ends_on)
    year_starts_on = factory.LazyAttribute(lambda o: Period.from_code(o.quarter).year_starts_on)
    reference = factory.Sequence(lambda n: f"KPI-Q1-2026-{n + 1:04d}")
    opened_at = NOW - timedelta(days=15)
    due_at = NOW + timedelta(days=5)


class FigureFactory(DjangoModelFactory):
    """391 of 430 contacted in time, completed. `value=…` with another indicator for counts and money."""

    class Meta:
        model = models.Figure

    class Params:
        unavailable = factory.Trait(
            state=enums.FigureState.NOT_AVAILABLE,
            numerator=None,
            denominator=None,
            commentary="Our case system is being replaced.",
        )
        of_value = factory.Trait(numerator=None, denominator=None, value=Decimal(8))

    kpi_return = factory.SubFactory(KpiReturnFactory)
    indicator = factory.SubFactory(IndicatorFactory, agreement=factory.SelfAttribute("..kpi_return.agreement"))
    numerator = Decimal(391)
    denominator = Decimal(430)
    completed = True
    saved_at = NOW - timedelta(days=4)


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = models.Submission

    kpi_return = factory.SubFactory(KpiReturnFactory)
    number = 1
    lines = factory.LazyFunction(list)
    declaration = "These figures are complete and true to the best of my knowledge."
    declared_as = "Certifier"
    declared_by = factory.SelfAttribute("kpi_return.submitted_by")
    declared_at = factory.SelfAttribute("kpi_return.submitted_at")


class QueryFactory(DjangoModelFactory):
    """An open question about a figure; `answered` has its answer."""

    class Meta:
        model = models.Query

    class Params:
        answered = factory.Trait(
            answer="Yes, two advocates left in May.",
            answered_at=NOW - timedelta(days=1),
            answered_by=factory.SelfAttribute("figure.kpi_return.submitted_by"),
        )

    figure = factory.SubFactory(FigureFactory, kpi_return__queried=True)
    question = "This fell by a third. Is that right?"
    asked_by = factory.SelfAttribute("figure.kpi_return.agreement.activity.contract_manager")
    asked_at = NOW - timedelta(days=2)


class RiskFactory(DjangoModelFactory):
    """An open risk of 12, looked at again in a month."""

    class Meta:
        model = models.Risk

    agreement = factory.SubFactory(AgreementFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = enums.RiskKind.RISK
    title = "Advocates leave"
    likelihood = 3
    impact = 4
    owner = factory.SelfAttribute("agreement.activity.contract_manager")
    review_on = factory.LazyFunction((NOW + timedelta(days=30)).date)
    fund = factory.SelfAttribute("agreement.fund")
    entered_at = NOW - timedelta(days=3)


class MeetingFactory(DjangoModelFactory):
    """A review meeting of last week, for the office alone."""

    class Meta:
        model = models.Meeting

    agreement = factory.SubFactory(AgreementFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = enums.MeetingKind.REVIEW
    held_on = factory.LazyFunction((NOW - timedelta(days=7)).date)
    minutes = "We spoke of waiting times."
    recorded_by = factory.SelfAttribute("agreement.activity.contract_manager")
    recorded_at = NOW - timedelta(days=6)
