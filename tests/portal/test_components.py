"""Components say the same with a word as with a mark, and shells work with nothing but settings."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory

from engagement.enums import Role
from engagement.models import User
from portal import context_processors
from portal.templatetags import wording
from portal.templatetags.marks import MARKS, TAGS, draw_tag
from tests.factories.engagement import UserFactory


def drawn(source, **words):
    return BeautifulSoup(Template("{% load portal %}" + source).render(Context(words)), "html.parser")


@pytest.mark.parametrize("code", TAGS)
def test_every_state_has_a_mark_and_a_word(code):
    tag = BeautifulSoup(draw_tag(code), "html.parser")

    assert tag.text == TAGS[code].words
    assert tag.path["d"] == MARKS[TAGS[code].mark]
    assert tag.svg["aria-hidden"] == "true"


def test_no_two_ratings_share_a_mark():
    ratings = [TAGS[code].mark for code in ("GOOD", "APPROACHING", "REQUIRES_IMPROVEMENT", "INADEQUATE", "OTHER")]

    assert len(set(ratings)) == 5


def test_finished_things_have_no_box():
    assert drawn('{% tag "COMPLETED" %}').select(".govuk-tag") == []


def test_unknown_state_is_refused():
    with pytest.raises(KeyError):
        draw_tag("FINE")


def test_other_words_are_escaped():
    assert drawn('{% tag "GOOD" words %}', words="<b>x</b>").select("b") == []


def test_stage_tracker_says_where_things_stand_in_words():
    steps = [
        {"name": "Analyse", "state": "done", "text": "Done, 26 June 2026"},
        SimpleNamespace(stage=SimpleNamespace(label="Plan"), state="now", since=datetime(2026, 6, 26, 9, tzinfo=UTC)),
        {"name": "Do", "state": "next", "text": "Expected April 2027"},
    ]

    items = drawn("{% stage_tracker steps %}", steps=steps).select("li")

    assert [item.get_text(" ", strip=True) for item in items] == [
        "Analyse Done, 26 June 2026",
        "Plan Now since Friday 26 June 2026",
        "Do Expected April 2027",
    ]
    assert [item.get("aria-current") for item in items] == [None, "step", None]


def test_thread_hides_only_what_is_far():
    names = ["Intention", "Evidence", "Draft specification", "Consultation", "Decision", "Agreement"]
    items = [
        {"name": name, "url": "/x/" if place < 3 else None, "current": place == 3} for place, name in enumerate(names)
    ]

    page = drawn('{% thread "Support" "/activities/support/" items %}', items=items)

    far = [item.get_text() for item in page.select(".portal-thread__item--far")]
    assert far == ["Intention", "Evidence", "Agreement (not yet)"]
    assert [item.text for item in page.select("[aria-current=page]")] == ["Consultation"]
    assert len(page.select("li a")) == 3


def test_facts_leave_out_what_is_not_known_but_not_nought():
    rows = [
        {"term": "Area", "value": ""},
        {"term": "Upheld", "value": 0},
        {"term": "Lead", "value": "Amara", "url": "/a/"},
    ]

    page = drawn('{% facts "Key facts" rows %}', rows=rows)

    assert [(row.dt.text, row.dd.text) for row in page.select(".portal-facts__row")] == [
        ("Upheld", "0"),
        ("Lead", "Amara"),
    ]


def test_unanswered_question_is_not_provided():
    rows = [{"key": "Anything else?", "value": "", "change_url": "/change/"}, {"key": "How many?", "value": 0}]

    page = drawn("{% summary_list rows %}", rows=rows)

    assert [value.text for value in page.select(".govuk-summary-list__value")] == ["Not provided", "0"]
    assert page.a.text == "Change Anything else?"


def test_task_that_cannot_start_is_not_a_link():
    tasks = [{"title": "Referrals", "url": "/r/", "hint": "430", "status": "COMPLETED"}]
    tasks += [{"title": "Declare", "url": None, "status": "CANNOT_START"}]

    page = drawn("{% task_list tasks %}", tasks=tasks)

    assert [link.text for link in page.select("a")] == ["Referrals"]
    described = [page.find(id=part).text.strip() for part in page.a["aria-describedby"].split()]
    assert described == ["430", "Completed"]


def test_pages_keep_the_rest_of_the_query():
    request = RequestFactory().get("/search/", {"q": "support", "page": "2"})
    page = Paginator(range(45), 10).get_page(2)

    links = drawn("{% pagination page %}", page=page, request=request).select("a")

    assert [link["href"] for link in links] == [
        "?q=support&page=1",
        "?q=support&page=1",
        "?q=support&page=2",
        "?q=support&page=3",
        "?q=support&page=4",
        "?q=support&page=5",
        "?q=support&page=3",
    ]


def test_one_page_needs_no_pages():
    request = RequestFactory().get("/")

    assert drawn("{% pagination page %}", page=Paginator([1], 10).get_page(1), request=request).select("nav") == []


def test_tally_carries_its_numbers_in_words():
    page = drawn("{% tally counts %}", counts={"GOOD": 19, "INADEQUATE": 1})

    assert [item.get_text(" ", strip=True) for item in page.select("li")] == [
        "Good 19",
        "Approaching target 0",
        "Requires improvement 0",
        "Inadequate 1",
        "Other 0",
    ]
    assert [part["width"] for part in page.select(".portal-tally__part")] == ["95.00%", "5.00%"]


def test_steps_are_said_and_drawn():
    page = drawn("{% steps 3 9 %}")

    assert page.p.text == "Question 3 of 9"
    assert (len(page.select("li")), len(page.select(".is-done"))) == (9, 3)


def test_free_content_keeps_its_markup_and_titles_are_escaped():
    page = drawn("{% ask title %}<p>Closes soon</p>{% endask %}", title="<b>Right?</b>")

    assert page.h2.text == "<b>Right?</b>"
    assert page.section.find_all("p")[-1].text == "Closes soon"


def test_confirmation_panel_is_the_heading_and_shows_the_reference():
    page = drawn('{% panel "Thank you" reference="7K4M-22QP" %}{% endpanel %}')

    assert (page.h1.text, page.select_one(".portal-reference").text) == ("Thank you", "7K4M-22QP")


def test_exit_is_a_plain_link(settings):
    settings.EXIT_URL = "https://weather.example/"

    links = drawn("{% exit_bar %}").select("a")

    assert {link["href"] for link in links} == {"https://weather.example/"}
    assert {"noreferrer"} <= set(links[-1]["rel"])


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"]
)
def test_error_page_needs_neither_request_nor_database(name):
    page = BeautifulSoup(get_template(name).render(), "html.parser")

    assert len(page.select("main h1")) == 1
    assert page.title.text == f"{page.h1.text} - Avonmere"
    assert page.select("[style], script:not([src])") == []


@pytest.mark.parametrize("name", ["base.html", "journey.html"])
def test_shell_has_one_main_and_a_way_past_the_masthead(name):
    page = BeautifulSoup(get_template(name).render({}), "html.parser")

    assert [main["id"] for main in page.select("main")] == ["main-content"]
    assert page.select_one(".govuk-skip-link")["href"] == "#main-content"
    assert "GOV.UK" not in page.text


class Name(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("data", "start"), [(None, "Commissioning"), ({}, "Error: "), ({"name": "Jo"}, "Commissioning")]
)
def test_title_says_when_a_form_has_errors(data, start):
    page = BeautifulSoup(get_template("base.html").render({"form": Name(data)}), "html.parser")

    assert page.title.text.startswith(start)


def test_visitor_is_offered_to_sign_in():
    request = RequestFactory().get("/account/login/")
    request.user = AnonymousUser()

    last = context_processors.sections_for(request)[-1]

    assert (last.label, last.url, last.current) == ("Sign in", "/account/login/", True)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/account/email/", ["Account"]),
        ("/account/2fa/totp/activate/", ["Account"]),
        ("/account/logout/", ["Sign out"]),
        ("/specifications/", []),
    ],
)
def test_entry_nearest_to_the_page_is_the_current_one(path, current):
    entries = context_processors.known([("Account", "account_email"), ("Sign out", "account_logout")], path)

    assert [entry.label for entry in entries if entry.current] == current


def test_section_without_a_page_is_left_out():
    entries = context_processors.known([("Nowhere", "portal:nowhere"), ("Privacy", "/privacy/")], "/")

    assert [(entry.label, entry.url) for entry in entries] == [("Privacy", "/privacy/")]


@pytest.mark.parametrize(
    ("path", "work"),
    [
        ("/dashboard/", True),
        ("/returns/KPI-2026/", True),
        ("/activities/support/manage/move/", True),
        ("/activities/support/", False),
        ("/activities/", False),
        ("/", False),
    ],
)
def test_work_has_its_own_navigation(path, work):
    assert context_processors.at_work(path) is work


def test_reader_who_is_signed_in_finds_the_way_back_to_work():
    request = RequestFactory().get("/performance/")
    request.user = SimpleNamespace(is_authenticated=True)

    entries = context_processors.sections_for(request)

    assert (entries[-1].label, entries[-1].url) == ("Your work", "/dashboard/")


@pytest.mark.django_db
def test_navigation_at_work_asks_for_the_roles_once(django_assert_num_queries):
    request = RequestFactory().get("/dashboard/")
    request.user = User.objects.create(email="jo@brightway.example", name="Jo")

    with django_assert_num_queries(1):
        entries = context_processors.sections_for(request)

    assert [entry.label for entry in entries] == ["Your work", "Account", "Sign out"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_organisations_are_in_the_navigation_of_those_who_read_them(client, role):
    client.force_login(UserFactory(role=role))

    entries = client.get("/dashboard/").context["nav"]

    reads = client.get("/engagement/organisations/").status_code == 200
    assert ("Organisations" in [link.label for entry in entries for link in getattr(entry, "links", [entry])]) is reads


@pytest.mark.django_db
def test_navigation_at_work_groups_what_belongs_together(client):
    client.force_login(UserFactory(role=Role.MANAGEMENT))

    page = BeautifulSoup(client.get("/engagement/log/").content, "html.parser").nav

    entries = page.select(":scope > ul > li")
    assert [(entry.find(["a", "summary"]).text.split(" (")[0], len(entry.select("a"))) for entry in entries] == [
        ("Your work", 1),
        ("Activities", 2),
        ("Consultations", 1),
        ("Agreements", 8),
        ("Office", 3),
        ("Account", 1),
        ("Sign out", 1),
    ]
    assert [link.text for link in page.select("[aria-current]")] == ["Log"]
    assert page.select_one(".govuk-service-navigation__item--active summary").text == "Office (you are here)"


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_navigation_at_work_is_short_for_every_role(client, role):
    client.force_login(UserFactory(role=role))

    assert len(client.get("/dashboard/").context["nav"]) <= 7


def test_navigation_is_not_worked_out_by_a_page_that_does_not_print_it():
    class Nobody:
        path = "/"

        @property
        def user(self):
            raise AssertionError("the page did not ask who is there")

    words = context_processors.navigation(Nobody())

    assert list(words) == ["nav"]


def test_office_is_named_without_its_place_twice(settings):
    settings.OFFICE_PLACE, settings.OFFICE_NAME = "Avonmere", "Avonmere Police, Fire and Crime Commissioner"

    assert context_processors.office_details()["title"] == "Police, Fire and Crime Commissioner"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Decimal("1234500.00"), "£1,234,500"),
        (Decimal("0.5"), "£0.50"),
        (Decimal("-12"), "−£12"),
        (Decimal(0), "£0"),
        (None, ""),
    ],
)
def test_pounds_are_written_as_people_read_them(amount, words):
    assert wording.pounds(amount) == words


def test_dates_are_written_with_their_weekday_in_uk_time():
    closing = datetime(2026, 7, 3, 16, tzinfo=UTC)

    assert wording.uk_time(closing) == "5pm on Friday 3 July 2026"
    assert wording.uk_date(datetime(2026, 7, 3, 23, 30, tzinfo=UTC)) == "Saturday 4 July 2026"
    assert wording.uk_time(None) == wording.uk_date(None) == wording.dated(None) == ""


@pytest.mark.parametrize(
    ("when", "element"),
    [
        (date(2026, 7, 3), '<time datetime="2026-07-03">Friday 3 July 2026</time>'),
        (
            datetime(2026, 7, 3, 16, tzinfo=UTC),
            '<time datetime="2026-07-03T17:00+01:00">5pm on Friday 3 July 2026</time>',
        ),
    ],
)
def test_day_or_moment_is_dated_for_people_and_machines(when, element):
    assert wording.dated(when) == element


@pytest.mark.parametrize(
    ("day", "words"),
    [(4, "in 3 days"), (2, "tomorrow"), (1, "today"), (31, "in 30 days")],
)
def test_distance_of_a_day_is_said_in_words(day, words):
    assert wording.in_days(date(2026, 12, day), date(2026, 12, 1)) == words


def test_past_days_are_said_in_words():
    assert wording.in_days(date(2026, 11, 30), date(2026, 12, 1)) == "yesterday"
    assert wording.in_days(date(2026, 11, 21), date(2026, 12, 1)) == "10 days ago"
