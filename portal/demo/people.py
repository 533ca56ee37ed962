"""One person for each role, two providers, and the office."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from engagement.domain.organisations import give_membership, register_organisation
from engagement.enums import OrganisationKind, Role, Sector, Size
from engagement.models import User
from portal.demo import PASSWORD, YEAR, Demonstration

# Short name, name, kind, sector, whether a VCSE, size, charity number, company number.
ORGANISATIONS = (
    ("office", "Office of the Avonmere Commissioner", OrganisationKind.OFFICE, Sector.PUBLIC, False, Size.SMALL, "",
     ""),
    ("brightway", "Brightway", OrganisationKind.PROVIDER, Sector.VOLUNTARY, True, Size.MEDIUM, "1190041", "09990041"),
    ("harbourlight", "Harbourlight", OrganisationKind.PROVIDER, Sector.VOLUNTARY, True, Size.SMALL, "1190057", ""),
    ("tidewater", "Tidewater Counselling", OrganisationKind.PROVIDER, Sector.PRIVATE, True, Size.MICRO, "",
     "09990088"),
    ("council", "Avonmere City Council", OrganisationKind.COUNCIL, Sector.PUBLIC, False, Size.LARGE, "", ""),
    ("fire", "Avonmere Fire and Rescue Service", OrganisationKind.FIRE, Sector.FIRE, False, Size.LARGE, "", ""),
    ("police", "Avonmere Police", OrganisationKind.POLICE, Sector.POLICE, False, Size.LARGE, "", ""),
)  # fmt: skip

# Short name, e-mail address, name, organisation, role, what waits for them here.
PEOPLE = (
    ("admin", "admin@demo.example", "Ines Marlowe", "office", Role.ADMINISTRATOR,
     "people, and a message that may not have arrived"),
    ("involvement", "involvement@demo.example", "Farah Quill", "office", Role.INVOLVEMENT,
     "consultations to open, watch and conclude"),
    ("reader", "reader@demo.example", "Iris Fenwick", "office", Role.INVOLVEMENT, "texts to read a second time"),
    ("lead", "commissioner.lead@demo.example", "Amara Lindqvist", "office", Role.LEAD_COMMISSIONER,
     "activities, and a consultation to finish"),
    ("contracts", "contracts@demo.example", "Tomasz Bell", "office", Role.CONTRACT_MANAGER,
     "a return to check, another overdue"),
    ("second", "contracts.second@demo.example", "Leonie Hart", "office", Role.CONTRACT_MANAGER,
     "who takes over activities"),
    ("management", "management@demo.example", "Gwen Adebayo", "office", Role.MANAGEMENT,
     "a page to approve, a consultation to sign off, ratings to publish"),
    ("pfcc", "pfcc@demo.example", "Rowan Hale", "office", Role.COMMISSIONER, "what people said, and the whole picture"),
    ("finance", "finance@demo.example", "Bram Okafor", "office", Role.SPECIALIST, "agreements and money, by fund"),
    ("auditor", "auditor@demo.example", "Sunniva Clay", "office", Role.AUDITOR, "everything to read, with the log"),
    ("preparer", "preparer@brightway.demo.example", "Priya Nair", "brightway", Role.PREPARER,
     "a return half filled in"),
    ("certifier", "certifier@brightway.demo.example", "Jo Okonkwo", "brightway", Role.CERTIFIER,
     "a question to answer, a return to send"),
    ("other", "preparer@harbourlight.demo.example", "Ellis Thorne", "harbourlight", Role.PREPARER,
     "another provider, with a return overdue"),
    ("other_certifier", "certifier@harbourlight.demo.example", "Mina Sørby", "harbourlight", Role.CERTIFIER,
     "who sends it"),
    ("shared", "finance@tidewater.demo.example", "Kit Aldous", "tidewater", Role.PREPARER,
     "two organisations, and a way to switch"),
    ("respondent", "respondent@demo.example", "Robin Ashe", None, None,
     "a service user with an account: consultations to answer"),
)  # fmt: skip

# Who also acts for another: one finance officer who two small providers share.
ALSO = (("shared", "harbourlight", Role.PREPARER),)


def make_people(demo: Demonstration) -> None:
    """Enters the organisations, and everybody with a verified address and the printed password."""
    at = demo.ago(4 * YEAR)
    for key, name, kind, sector, is_vcse, size, charity, company in ORGANISATIONS:
        demo.organisations[key] = register_organisation(
            name=name,
            slug=key,
            kind=kind,
            sector=sector,
            is_vcse=is_vcse,
            size=size,
            charity_number=charity,
            company_number=company,
            actor=None,
            at=at,
        )
    hashed = make_password(PASSWORD)  # once: it is one password for all, and slow to hash on purpose
    for key, email, name, organisation, role, _ in PEOPLE:
        person = User.objects.create_user(email, None, name=name)
        User.objects.filter(pk=person.pk).update(password=hashed)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        demo.people[key] = person
        if organisation:
            _let_act(demo, key, organisation, role, at=at)
    for key, organisation, role in ALSO:
        _let_act(demo, key, organisation, role, at=at)


def _let_act(demo: Demonstration, key: str, organisation: str, role: Role, *, at: datetime) -> None:
    give_membership(
        user=demo.people[key],
        organisation=demo.organisations[organisation],
        role=role,
        starts_on=at.date(),
        actor=demo.people["admin"],
        at=at,
    )
