"""Each private value of the world is a token: whoever may read it finds it, and nobody else meets it anywhere.

What is read: pages, files, feeds, calendars and lists of data with their headers, by every link and search form, by
every address that can be guessed, and the e-mails that each person was sent.
"""

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from consultations.domain import attempts
from tests.architecture.routes import routes
from tests.canary import addresses
from tests.canary.crawler import Crawl, content_of, links, words_of
from tests.canary.register import OURS, PEOPLE, THEIRS, Register
from tests.canary.world import build
from tests.factories.engagement import NOW

pytestmark = pytest.mark.timeout(900)  # each reads the whole site as one person

# Whose references each guesses at: another's, and of those who have their own there, also what is not theirs to open.
GUESSES_AT = {"stranger": [OURS], "preparer": [OURS, THEIRS], "lead": [OURS, THEIRS], "manager": [OURS, THEIRS]}


class Readers:
    """The world, built once, and each person's crawl of it, made when it is first asked for. Crawls change nothing."""

    def __init__(self):
        self.world = build()
        self.crawls = {}

    def crawl(self, name):
        if name not in self.crawls:
            with time_machine.travel(NOW, tick=False), transaction.atomic():
                self.crawls[name] = self._crawl(name)
                transaction.set_rollback(True)
        return self.crawls[name]

    def statuses(self, name, paths):
        """What a person is answered at these addresses, without going further."""
        with time_machine.travel(NOW, tick=False), transaction.atomic():
            client, answers = self.client(name), {}
            for path in paths:
                reply = client.get(path)
                content_of(reply)
                answers[path] = reply.status_code
            transaction.set_rollback(True)
        return answers

    def posted(self, name, paths):
        """What a person is answered when they press the button that leads there."""
        with time_machine.travel(NOW, tick=False), transaction.atomic():
            client = self.client(name)
            replies = [client.post(path) for path in paths]
            for reply in replies:
                content_of(reply)
            transaction.set_rollback(True)
        return [reply.status_code for reply in replies]

    def client(self, name):
        """A browser of this person."""
        client = Client()
        if person := self.world.person(name):
            client.force_login(person)
        return client

    def _crawl(self, name):
        client = self.client(name)
        if name == "respondent":
            self._begin_answer(client)
        patience = 4 if name == "lead" else 1  # in the CMS only the lead reads the drafts of some and not of others
        crawl = Crawl(client, self.world.register, signed_in=name != "public", patience=patience)
        told = [found for mail in self.world.mails_to(name) for found in crawl.open_letter(mail)]
        sides = [self.world.sides[side] for side in GUESSES_AT.get(name, [THEIRS])]
        guessed = addresses.guesses(self.world, sides, cms=name == "lead")
        return crawl.go(["/", "/dashboard/", *told, *guessed])

    def _begin_answer(self, client):
        """What a respondent has typed and not sent yet."""
        slug = self.world.sides[THEIRS].open_consultation.slug
        client.post(reverse("consultations:consultation-start", args=[slug]))
        step = reverse("consultations:consultation-answer", args=[slug, "4"])
        client.post(step, {"4-answer": self.world.writing})


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker):
    patched = pytest.MonkeyPatch()
    patched.setattr(attempts, "STARTS", attempts.Attempts(limit=1000, limit_for_all=1000))
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            built = Readers()
        yield built
        transaction.set_rollback(True)
    patched.undo()


# Who reads everything in each run of the tests; the others do in `make prove`, since it takes its time.
IN_EVERY_RUN = {"public", "preparer", "stranger", "involvement", "lead", "commissioner"}
CRAWLERS = [name if name in IN_EVERY_RUN else pytest.param(name, marks=pytest.mark.prove) for name in PEOPLE]


@pytest.mark.threat("A07", "A12", "W01", "W04", "W07", "W11", "W15")
@pytest.mark.parametrize("name", CRAWLERS)
def test_everybody_meets_what_is_theirs_to_read_and_nothing_else(readers, record_property, name):
    register = readers.world.register

    crawl = readers.crawl(name)

    met = set(crawl.found)
    strange = [f"{one} at {crawl.found[one.token]}" for one in register.named(met - register.for_eyes_of(name))]
    missed = [str(one) for one in register.named(register.shown_to(name) - met)]
    record_property("addresses read", f"{name}: {len(crawl.read)}, of which {len(crawl.opened())} opened")
    assert len(crawl.opened()) > 50
    assert (strange, missed, crawl.kept_by_caches) == ([], [], [])


def test_all_but_a_few_tokens_are_shown_to_somebody(readers):
    """Whatever is left out of what must be found is left out for a reason."""
    register = readers.world.register

    shown = set().union(*(register.shown_to(name) for name in PEOPLE))

    unread = set(register.secrets) - shown
    assert sorted({secret.row for secret in register.named(unread)}) == [
        "file in preview",  # the stranger's: no link leads to it, and only "preparer" guesses at their own
        "file of a respondent",  # opened by a POST alone
        "page or file, draft",  # past its end, which nothing has swept: on nobody's list of drafts
        "party's address",
        "return, open",  # what a message to the office is called
        "wish to hear the outcome",
    ]


# Each organisation meets its own at these addresses. The crawl judges what is written there.
OF_EACH_ORGANISATION = {"consultations:our-comments", "consultations:our-comment"}


@pytest.mark.threat("A02", "A07")
@pytest.mark.parametrize("other", ["stranger", "their preparer"])
def test_what_a_provider_opened_is_not_there_for_another(readers, other):
    general = {reverse(route.url_name) for route in routes() if route.url_name and not route.parameters}
    opened = [address for address in readers.crawl("preparer").opened() if address.partition("?")[0] not in general]
    public = readers.statuses("public", opened)

    theirs = [address for address in opened if resolve(address.partition("?")[0]).view_name not in OF_EACH_ORGANISATION]
    answers = readers.statuses(other, [address for address in theirs if public[address] != 200])

    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status != 404} == {}


@pytest.mark.threat("W07", "W08")
@pytest.mark.parametrize("name", ["respondent", "certifier"])
def test_the_cms_is_not_there_for_providers_and_respondents(readers, name):
    everything = addresses.guesses(readers.world, readers.world.sides.values(), cms=True)
    cms = [address for address in everything if address.startswith("/cms/")]

    answers = readers.statuses(name, cms)

    assert len(answers) > 150
    assert answers.pop("/cms/login/") == 302  # on to the site's own door
    assert {address: status for address, status in answers.items() if status != 404} == {}


@pytest.mark.threat("A07")
def test_a_file_in_preview_is_there_for_whoever_uploaded_it(readers):
    ours = readers.world.sides[OURS]
    preview = reverse("contracts:return-preview", args=[ours.returns["due"].reference, ours.upload.pk])

    answers = {name: readers.statuses(name, [preview])[preview] for name in ("preparer", "certifier", "stranger")}

    assert answers == {"preparer": 200, "certifier": 404, "stranger": 404}


@pytest.mark.threat("A07", "A12")
def test_a_file_that_a_respondent_sent_opens_for_those_who_read_texts(readers):
    side = readers.world.sides[OURS]
    reference = side.closed_consultation.reference
    one = reverse("consultations:manage-sent-file", args=[reference, side.sent_file.answer.choice])
    every = reverse("consultations:manage-sent-files-zip", args=[reference])

    answers = {name: readers.posted(name, [one, every]) for name in PEOPLE}

    assert answers.pop("involvement") == [200, 200]
    assert answers.pop("public") == [302, 302]  # to the door
    assert set(map(tuple, answers.values())) == {(404, 404)}


@pytest.mark.threat("W01", "W03")
@pytest.mark.parametrize("name", ["public", "respondent", "certifier", "stranger"])
def test_files_of_drafts_are_not_there_for_those_outside(readers, name):
    files = [address for side in readers.world.sides.values() for address in (side.document.url, side.rendition.url)]

    answers = readers.statuses(name, files)

    assert answers == dict.fromkeys(files, 404)
    assert readers.statuses("involvement", files) == dict.fromkeys(files, 200)


@pytest.mark.threat("A07")
def test_mails_to_anybody_say_only_what_everybody_may_read(readers):
    world = readers.world
    own = {world.people[name].email for name in world.people}
    sides = world.sides.values()
    own |= {person.email for side in sides for person in (side.preparer, side.certifier, side.lead, side.manager)}
    outside = [mail for mail in world.mails if mail.to[0] not in own]
    public = world.register.for_eyes_of("public")

    strange = {
        (mail.subject, token)
        for mail in outside
        for token in world.register.found_in(words_of(mail)) - public - world.register.found_in(mail.to[0])
    }

    assert len(outside) > 2
    assert strange == set()


def test_every_route_that_names_something_is_guessed_at(readers):
    """A new route with arguments has to be given things of the world to guess at."""
    world = readers.world
    unguessed = [
        route.name
        for route in routes()
        if addresses.is_guessable(route)
        and not route.pattern.startswith("cms/")
        and not addresses.addresses_of(route, world, world.sides.values())
    ]

    assert unguessed == []


def test_register_finds_numbers_however_they_are_written():
    register = Register()
    count = register.count("how many", row="return, open", owner=OURS)
    share = register.percent("how much", row="return, open", owner=OURS)
    words = register.words("why", row="return, open", owner=OURS)

    found = register.found_in(f"<td>£{count:,.2f}</td> {share}% or more, because {words}; 1{count}")

    assert found == {str(count), str(share), words}
    assert register.found_in(f"{count}9 {share}1") == set()


def test_crawler_follows_links_of_every_kind_on_this_host_alone():
    text = """
    <a href="?page=2">More</a> <img src="/pictures/1/a.png"> <a href="https://elsewhere.example/">Away</a>
    <form action="/search/"><input type="search" name="q"></form> {"edit": "/cms/pages/4/edit/"}
    <form method="post" action="/follow/x/"><input type="text" name="email"></form> <a href="mailto:a@b.example">
    URL:http://testserver/returns/R-1/
    Location: /dashboard/
    """

    assert links("/returns/", text) == [
        "/returns/?page=2",
        "/pictures/1/a.png",
        "/search/",
        "/follow/x/",
        "/cms/pages/4/edit/",
        "/returns/R-1/",
        "/search/?q=canary",
    ]
