"""People, organisations, plans and activities of an invented county, made as rows.

Times are fixed: what has begun, began before `NOW`, a Wednesday noon in summer time.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory

from engagement import enums, models
from engagement.domain import organisations
from engagement.enums import OFFICE_ROLES, DeliveryStatus, Role, Stage

NOW = datetime(2026, 9, 16, 11, 0, tzinfo=UTC)
LONG_AGO = date(2025, 4, 1)
PASSWORD = "correct horse battery staple"


class OrganisationFactory(DjangoModelFactory):
    """A provider, unless a trait says otherwise. There is one office: asking for it again gives the same one."""

    class Meta:
        model = models.Organisation
        django_get_or_create = ("slug",)

    class Params:
        office = factory.Trait(
            name="Office of the Avonmere Commissioner", slug="office", kind=enums.OrganisationKind.OFFICE
        )
        partner = factory.Trait(kind=enums.OrganisationKind.PARTNER)
        police = factory.Trait(kind=enums.OrganisationKind.POLICE)
        council = factory.Trait(kind=enums.OrganisationKind.COUNCIL)

    name = factory.Sequence(lambda n: f"Brightway {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    kind = enums.OrganisationKind.PROVIDER


class UserFactory(DjangoModelFactory):
    """Somebody with an account: a service user, or with `role` a member of the office or of `organisation`.

    `UserFactory(role=Role.CERTIFIER, organisation=brightway)`. An office role brings the office, another role a new
    provider. `from_on` and `until_on` date the membership. The password is `PASSWORD`, the address is verified.
    """

    class Meta:
        model = models.User

    email = factory.Sequence(lambda n: f"person{n}@demo.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = PASSWORD
    role = None
    organisation = None
    from_on = LONG_AGO
    until_on = None

    @classmethod
    def _create(cls, model_class, *args, role, organisation, from_on, until_on, **fields):
        user = model_class.objects.create_user(**fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        if role:
            organisation = organisation or OrganisationFactory(office=role in OFFICE_ROLES)
            MembershipFactory(user=user, organisation=organisation, role=role, starts_on=from_on, ends_on=until_on)
        return user


class MembershipFactory(DjangoModelFactory):
    """A person acts for a provider as its preparer. An office role opens the CMS through the group of that name."""

    class Meta:
        model = models.Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.PREPARER
    starts_on = LONG_AGO
    ends_on = None

    @classmethod
    def _create(cls, model_class, *args, **fields):
        membership = super()._create(model_class, *args, **fields)
        organisations.sync_groups(user=membership.user, on=max(membership.starts_on, LONG_AGO))
        return membership


class CheckFactory(DjangoModelFactory):
    """A satisfactory check of public liability insurance, with its paper, that holds for most of a year."""

    class Meta:
        model = models.Check

    organisation = factory.SubFactory(OrganisationFactory)
    kind = enums.CheckKind.PUBLIC_LIABILITY
    done_on = (NOW - timedelta(days=30)).date()
    done_by = "Somebody of the office"
    outcome = enums.CheckOutcome.SATISFACTORY
    due_on = (NOW + timedelta(days=300)).date()
    recorded_at = NOW - timedelta(days=30)
    recorded_by = factory.SubFactory(UserFactory, role=Role.CONTRACT_MANAGER)
    file_name = "certificate.txt"
    content = b"Certificate"
    size = 11


class SentDocumentFactory(DjangoModelFactory):
    """A renewed certificate that waits for the office."""

    class Meta:
        model = models.SentDocument

    organisation = factory.SubFactory(OrganisationFactory)
    kind = enums.CheckKind.PUBLIC_LIABILITY
    expires_on = (NOW + timedelta(days=365)).date()
    sent_at = NOW - timedelta(days=1)
    sent_by = factory.SubFactory(UserFactory, role=Role.PREPARER, organisation=factory.SelfAttribute("..organisation"))
    file_name = "renewed.txt"
    content = b"Renewed"
    size = 7


class StrategicPlanFactory(DjangoModelFactory):
    class Meta:
        model = models.StrategicPlan
        django_get_or_create = ("title",)

    class Params:
        fire = factory.Trait(title="Fire and Rescue Plan 2025 to 2029", fund=enums.Fund.FIRE)

    title = "Police and Crime Plan 2025 to 2029"
    fund = enums.Fund.POLICING
    starts_on = date(2025, 4, 1)
    ends_on = date(2029, 4, 1)


class PriorityFactory(DjangoModelFactory):
    class Meta:
        model = models.Priority

    plan = factory.SubFactory(StrategicPlanFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda o: f"Priority {o.number}: victims are supported")


class ActivityFactory(DjangoModelFactory):
    """An activity in draft at Analyse, with one priority, a Lead Commissioner, a Contract Manager, and its history.

    Traits: `published`; a stage each (`at_plan`, `at_do`, `at_review`, `decommissioning`, `closed`); `funded` (one line
    of each fund). `priorities=[…]` replaces the priority.
    """

    class Meta:
        model = models.Activity
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(published_at=NOW - timedelta(days=80))
        at_plan = factory.Trait(stage=Stage.PLAN)
        at_do = factory.Trait(stage=Stage.DO)
        at_review = factory.Trait(stage=Stage.REVIEW)
        decommissioning = factory.Trait(stage=Stage.DECOMMISSIONING)
        closed = factory.Trait(stage=Stage.CLOSED)
        funded = factory.Trait(
            policing_line=factory.RelatedFactory("tests.factories.engagement.FundingLineFactory", "activity"),
            fire_line=factory.RelatedFactory("tests.factories.engagement.FundingLineFactory", "activity", fire=True),
        )

    reference = factory.Sequence(lambda n: f"CI-2026-{n + 1:03d}")
    title = factory.Sequence(lambda n: f"Independent support for victims {n + 1}")
    slug = factory.LazyAttribute(lambda o: slugify(o.title))
    summary = "Support for people harmed by domestic abuse in Avonmere, from April 2027."
    area = "All of Avonmere"
    stage = Stage.ANALYSE
    lead_commissioner = factory.SubFactory(UserFactory, role=Role.LEAD_COMMISSIONER)
    contract_manager = factory.SubFactory(UserFactory, role=Role.CONTRACT_MANAGER)
    created_at = NOW - timedelta(days=90)

    @factory.post_generation
    def priorities(self, create, extracted, **kwargs):
        if create:
            self.priorities.set(extracted if extracted is not None else [PriorityFactory()])

    @factory.post_generation
    def history(self, create, extracted, **kwargs):
        if not create:
            return
        road = list(Stage)[: list(Stage).index(Stage(self.stage)) + 1]
        for number, (before, after) in enumerate(zip(["", *road], road, strict=False), start=1):
            StageChangeFactory(
                activity=self,
                sequence=number,
                from_stage=before,
                to_stage=after,
                moved_by=self.lead_commissioner,
                moved_at=self.created_at + timedelta(days=number - 1),
            )


class StageChangeFactory(DjangoModelFactory):
    class Meta:
        model = models.StageChange

    activity = factory.SubFactory(ActivityFactory)
    sequence = 2
    from_stage = Stage.ANALYSE
    to_stage = Stage.PLAN
    moved_at = NOW - timedelta(days=10)
    moved_by = factory.SelfAttribute("activity.lead_commissioner")


class FundingLineFactory(DjangoModelFactory):
    """Policing money for three years, or with `fire` fire and rescue money."""

    class Meta:
        model = models.FundingLine

    class Params:
        fire = factory.Trait(fund=enums.Fund.FIRE, stream="Fire prevention reserve", amount=Decimal("45000.00"))

    activity = factory.SubFactory(ActivityFactory)
    fund = enums.Fund.POLICING
    stream = "Victims grant 2026 to 2029"
    amount = Decimal("310000.00")
    starts_on = date(2026, 4, 1)
    ends_on = date(2029, 4, 1)


class EngagedPartyFactory(DjangoModelFactory):
    """A confirmed follower; `asked` has not confirmed yet, `left` follows no more, `represented` is an organisation."""

    class Meta:
        model = models.EngagedParty

    class Params:
        asked = factory.Trait(confirmed_at=None)
        left = factory.Trait(left_at=NOW - timedelta(days=1))
        represented = factory.Trait(
            kind=enums.PartyKind.ORGANISATION, email="", organisation=factory.SubFactory(OrganisationFactory)
        )

    activity = factory.SubFactory(ActivityFactory, published=True)
    kind = enums.PartyKind.FOLLOWER
    email = factory.Sequence(lambda n: f"follower{n}@people.example")
    asked_at = NOW - timedelta(days=21)
    confirmed_at = NOW - timedelta(days=20)


class EventFactory(DjangoModelFactory):
    """A public event of a published activity; `for_office` and `for_organisation` are private."""

    class Meta:
        model = models.Event

    class Params:
        for_office = factory.Trait(audience=enums.Audience.OFFICE)
        for_organisation = factory.Trait(
            audience=enums.Audience.ORGANISATION, organisation=factory.SubFactory(OrganisationFactory)
        )

    key = factory.Sequence(lambda n: f"event:{n}")
    kind = enums.EventKind.STAGE_MOVED
    activity = factory.SubFactory(ActivityFactory, published=True)
    audience = enums.Audience.EVERYONE
    title = factory.Sequence(lambda n: f"Support for victims: news {n}")
    path = factory.LazyAttribute(lambda o: o.activity.get_absolute_url() if o.activity else "/")
    occurred_at = NOW - timedelta(hours=2)


class DeliveryFactory(DjangoModelFactory):
    """A message to a follower, waiting; the traits are what can become of it."""

    class Meta:
        model = models.Delivery

    class Params:
        sent = factory.Trait(status=DeliveryStatus.SENT, attempts=1, settled_at=NOW - timedelta(hours=1))
        in_doubt = factory.Trait(
            status=DeliveryStatus.IN_DOUBT,
            attempts=1,
            settled_at=NOW - timedelta(hours=1),
            note="The conversation with the mail server broke off: TimeoutError",
        )
        refused = factory.Trait(
            status=DeliveryStatus.REFUSED,
            attempts=1,
            settled_at=NOW - timedelta(hours=1),
            note="The mail server answered 550",
        )
        claimed = factory.Trait(status=DeliveryStatus.CLAIMED, attempts=1, claimed_at=NOW - timedelta(minutes=1))

    event = factory.SubFactory(EventFactory)
    party = factory.SubFactory(EngagedPartyFactory, activity=factory.SelfAttribute("..event.activity"))
    address = factory.LazyAttribute(lambda o: o.party.email if o.party else "somebody@demo.example")
    message_id = factory.LazyFunction(lambda: f"<{uuid4()}@testserver>")
    not_before = NOW - timedelta(hours=2)
