"""What every template may ask: who the office is, and where this person can go."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from consultations import rules as consultation_rules
from contracts import rules as contract_rules
from engagement import rules as activity_rules
from engagement.access import has_role, local_date
from engagement.enums import PROVIDER_ROLES
from portal import rules as site_rules
from portal.domain.acting import acting_of


def reports_returns(user, *, at):
    """Whether a person reports for a provider today."""
    return has_role(user, *PROVIDER_ROLES, on=local_date(at))


# Words and route names, in the order they are read. A section of which this site has no page is left out.
SECTIONS = (
    ("Intentions", "portal:intention-list"),
    ("Specifications", "portal:specification-list"),
    ("Have your say", "consultations:consultation-list"),
    ("Reviews and outcomes", "portal:review-list"),
    ("Performance", "contracts:performance-list"),
)
# What people who are signed in work with, each with the policy that opens it, in groups that keep the navigation to one
# line. Where a person has but one entry of a group, it stands for itself.
WORK = (
    (
        "Returns",
        (
            ("Returns", "contracts:return-list", reports_returns),
            ("Open actions", "contracts:action-list", reports_returns),
        ),
    ),
    (
        "Codes to hand out",
        (("Codes to hand out", "consultations:handout-list", consultation_rules.hands_out_codes),),
    ),
    (
        "Our say",
        (
            ("Our answers", "consultations:our-list", consultation_rules.answers_by_name),
            ("Our questions", "engagement:our-activities", activity_rules.asks_questions),
        ),
    ),
    (
        "Activities",
        (
            ("All activities", "engagement:activity-work-list", activity_rules.works_with_activities),
            ("Questions from providers", "engagement:question-queue", activity_rules.reads_questions),
        ),
    ),
    ("Consultations", (("Consultations", "consultations:manage-list", consultation_rules.watches_consultations),)),
    (
        "Agreements",
        (
            ("All agreements", "contracts:agreement-list", contract_rules.reads_office_lists),
            ("Returns to check", "contracts:office-return-list", contract_rules.reads_office_lists),
            ("Ratings to publish", "contracts:round-list", contract_rules.publishes_ratings),
            ("What needs attention", "contracts:attention", contract_rules.reads_office_lists),
            ("Open actions", "contracts:action-list", contract_rules.reads_office_lists),
            ("Money", "contracts:money", contract_rules.reads_office_lists),
            ("Library of measures", "contracts:measure-list", contract_rules.reads_office_lists),
            ("What providers say", "contracts:feedback-list", contract_rules.reads_all_feedback),
        ),
    ),
    (
        "Office",
        (
            ("Organisations", "engagement:organisation-list", activity_rules.reads_organisations),
            ("Messages", "engagement:delivery-list", activity_rules.settles_messages),
            ("Log", "engagement:log-list", activity_rules.reads_log),
            ("Pages", "wagtailadmin_home", site_rules.opens_cms),
        ),
    ),
)
# Where work is done. There the navigation is of work; everywhere else it is the public's, with one way in.
WORKPLACES = (
    "/dashboard/",
    "/drafts/",
    "/engagement/",
    "/returns/",
    "/agreements/",
    "/measures/",
    "/account/",
    "/invitations/",
    "/our-answers/",
    "/our-invitations/",
    "/our-questions/",
)

FOOTER = (
    (
        "Follow our work",
        (
            ("Activities, to follow by e-mail", "/activities/"),
            ("Have your say", "consultations:consultation-list"),
            ("Feed of what happens", "portal:feed"),
        ),
    ),
    (
        "How we commission",
        (
            ("Specifications", "portal:specification-list"),
            ("Performance of every service", "contracts:performance-list"),
            ("Register of agreements", "contracts:register"),
            ("Open data", "portal:data"),
        ),
    ),
    (
        "About this site",
        (("Accessibility statement", "/accessibility/"), ("Privacy", "/privacy/"), ("Cookies", "/cookies/")),
    ),
)
# Routes whose entry stands for a whole folder.
FOLDERS = {"account_email": "/account/", "account_login": "/account/"}


@dataclass(frozen=True)
class Link:
    """One entry of the navigation. `current` marks the section that holds this page."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Group:
    """Entries of the navigation under one word, which opens them. `current` marks the group that holds this page."""

    label: str
    links: list[Link]

    @property
    def current(self):
        """Whether this page is in one of its sections."""
        return any(link.current for link in self.links)


def office(request):
    """`office`: names and contacts, from settings."""
    return {"office": office_details()}


def navigation(request):
    """`nav`: the sections, each a `Link` or a `Group`. Worked out by a page that prints it: a journey asks nothing."""
    return {"nav": SimpleLazyObject(lambda: sections_for(request))}


def acting(request):
    """`acting`: for which of several organisations somebody at work acts now; nothing for everybody else."""
    return {"acting": SimpleLazyObject(lambda: acting_at(request))}


def acting_at(request):
    """The choice of somebody at work who has one. Elsewhere nobody is asked who they are."""
    user = getattr(request, "user", None)
    if user is None or not at_work(request.path) or not user.is_authenticated:
        return None
    return acting_of(user, at=timezone.now())


def office_details():
    """The office as templates name it. `title` is the name without the place: "Police, Fire and Crime Commissioner"."""
    return {
        "name": settings.OFFICE_NAME,
        "place": settings.OFFICE_PLACE,
        "title": settings.OFFICE_NAME.removeprefix(settings.OFFICE_PLACE).strip() or settings.OFFICE_NAME,
        "email": settings.OFFICE_EMAIL,
        "phone": settings.OFFICE_PHONE,
        "address": settings.OFFICE_ADDRESS,
        "logo": settings.OFFICE_LOGO,
        "support_phone": settings.SUPPORT_PHONE,
        "exit_url": settings.EXIT_URL,
    }


def public_sections(path=""):
    """The sections anybody may open, without asking who is there."""
    return known(SECTIONS, path)


def footer_columns():
    """The columns of the footer as (title, links), without asking who is there."""
    columns = [(title, known(rows, "")) for title, rows in FOOTER]
    return [(title, links) for title, links in columns if links]


def sections_for(request):
    """The sections this person may open: one query for the roles of somebody at work, none for a reader."""
    user, path = getattr(request, "user", None), request.path
    if user is None or not user.is_authenticated:
        return [*public_sections(path), *known([("Sign in", "account_login")], path)]
    home = ("Your work", "portal:dashboard")
    if not at_work(path):
        return [*public_sections(path), *known([home], path)]
    account = [("", [("Account", "account_email")]), ("", [("Sign out", "account_logout")])]
    return grouped([("", [home]), *work_of(user, at=timezone.now()), *account], path)


def work_of(user, *, at):
    """The groups of `WORK` with the entries that are open to this person, as (words, route) pairs."""
    for name, entries in WORK:
        yield name, [(label, route) for label, route, policy in entries if policy(user, at=at)]


def grouped(groups, path):
    """A `Link` for what stands alone, a `Group` for what does not; the entry nearest to `path` is the current one."""
    there = {link.url: link for link in known([entry for _, entries in groups for entry in entries], path)}
    menu = []
    for name, entries in groups:
        links = [there[url] for _, route in entries if (url := address(route))]
        menu += links if len(links) < 2 else [Group(name, links)]
    return menu


def at_work(path):
    """Whether a page is one of those on which people who are signed in work."""
    return path.startswith(WORKPLACES) or (path.startswith("/activities/") and "/manage/" in path)


def known(sections, path):
    """Entries for (words, route) pairs of which this site has a page. The one nearest to `path` is the current one."""
    links = [(label, url, FOLDERS.get(route, url)) for label, route in sections if (url := address(route))]
    nearest = max((folder for _, _, folder in links if path.startswith(folder)), key=len, default="")
    return [Link(label=label, url=url, current=folder == nearest) for label, url, folder in links]


def address(route):
    """Where a route is, or "" when this site has none of that name. An address is itself: pages have no routes."""
    if route.startswith("/"):
        return route
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
