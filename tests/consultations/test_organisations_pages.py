"""The pages on which organisations answer by name, their people's, the office's and the public's."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from consultations.models import OrganisationAnswer, OrganisationDraft, OrganisationEntry
from engagement.domain.calendar import uk_time
from engagement.enums import Role
from tests.consultations.test_organisations_answer import keep, sign, take_back, team
from tests.factories.consultations import CLOSES, ConsultationFactory, report
from tests.factories.engagement import NOW, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return ConsultationFactory(open=True, named=True)


@pytest.fixture
def brightway():
    return team("Brightway")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def ours(page, asked, who, *more):
    return reverse(f"consultations:our-{page}", args=[asked.slug, who.organisation.slug, *more])


def words(reply):
    return reply.content.decode()


SIGNATURE = {"interests": ["PROVIDES"], "interest_words": "", "publish": "WITH_NAME", "declared": "on"}


# Before anybody signs in


def test_the_public_page_and_the_start_say_that_answers_are_named_and_what_is_published(client, asked):
    overview, start = (
        words(client.get(asked.get_absolute_url())),
        words(client.get(reverse("consultations:consultation-start", args=[asked.slug]))),
    )

    assert "Answers are named." in overview
    assert "their answers are named" in overview
    assert "You do not need an account" not in overview
    assert "Answers are named." in start
    assert "your answers with your name and your interests, your answers without your name, or nothing" in start
    assert "We cannot tell who gave which answer" not in start + overview
    privacy = words(client.get(reverse("consultations:consultation-privacy", args=[asked.slug])))
    assert "who signed it and when" in privacy
    assert "we cannot find them" not in privacy


def test_starting_leads_to_the_sign_in_page_and_makes_no_draft_without_a_name(client, asked):
    reply = client.post(reverse("consultations:consultation-start", args=[asked.slug]), follow=True)

    assert reply.redirect_chain[-1][0].startswith("/account/login/")
    assert not asked.drafts.exists()
    for page in ("check", "saved", "receipt", "change", "withdraw", "outcome"):
        reply = client.get(reverse(f"consultations:consultation-{page}", args=[asked.slug]))
        assert reply.url == reverse("consultations:consultation-start", args=[asked.slug]), page


# Writing together


def test_two_colleagues_answer_question_by_question_and_a_certifier_signs(client, asked, brightway):
    client.force_login(brightway.preparer)
    begun = client.get(reverse("consultations:our-begin", args=[asked.slug]), follow=True)
    assert begun.redirect_chain[-1][0] == ours("detail", asked, brightway)
    reply = client.post(ours("question", asked, brightway, 1), {"a-answer": "PHONE", "seen": "0"})
    assert reply.url == ours("question", asked, brightway, 2)
    client.post(ours("question", asked, brightway, 4), {"a-answer": "Be quicker.", "seen": "0", "stay": "1"})

    page = words(client.get(ours("detail", asked, brightway)))
    assert f"Preparer of Brightway, {uk_time(NOW)}" in page
    assert "Sign and send" not in words(client.get(ours("check", asked, brightway)))

    client.force_login(brightway.certifier)
    check = words(client.get(ours("check", asked, brightway)))
    assert "Be quicker." in check
    reply = client.post(ours("check", asked, brightway), {**SIGNATURE, "seen": "2"})
    assert reply.url == ours("receipt", asked, brightway)
    answer = OrganisationAnswer.objects.get()
    receipt = words(client.get(reply.url))
    assert answer.reference in receipt
    assert "We provide this service now" in receipt
    again = client.post(ours("check", asked, brightway), {**SIGNATURE, "seen": "2"})
    assert again.url == reply.url
    assert OrganisationAnswer.objects.get() == answer


def test_looking_at_pages_writes_nothing(client, asked, brightway):
    client.force_login(brightway.certifier)
    for page in ("detail", "check", "receipt", "take-back"):
        client.get(ours(page, asked, brightway))
    client.get(ours("question", asked, brightway, 1))

    assert not OrganisationDraft.objects.exists()


def test_an_answer_changed_meanwhile_is_shown_beside_mine_and_mine_stays_in_the_form(client, asked, brightway):
    keep(asked, brightway, said="What we both saw.")
    keep(asked, brightway, said="What my colleague wrote.", seen=1, actor=brightway.certifier)
    client.force_login(brightway.preparer)

    reply = client.post(ours("question", asked, brightway, 4), {"a-answer": "What I typed.", "seen": "1"})

    page = words(reply)
    assert reply.status_code == 409
    assert "Kept now: Certifier of Brightway" in page
    assert "What my colleague wrote." in page
    assert page.count("What I typed.") == 2  # beside the other, and in the box
    assert 'name="seen" value="2"' in page
    assert OrganisationEntry.objects.get().values == ["What my colleague wrote."]
    client.post(ours("question", asked, brightway, 4), {"a-answer": "What I typed.", "seen": "2"})
    assert OrganisationEntry.objects.get().values == ["What I typed."]


def test_going_back_in_the_browser_and_sending_an_old_page_again_overwrites_nothing(client, asked, brightway):
    client.force_login(brightway.preparer)
    old = {"a-answer": "First.", "seen": "0"}
    client.post(ours("question", asked, brightway, 4), old)
    client.post(ours("question", asked, brightway, 4), {"a-answer": "Second.", "seen": "1"})

    assert client.post(ours("question", asked, brightway, 4), old).status_code == 409
    assert OrganisationEntry.objects.get().values == ["Second."]


def test_a_mistake_is_said_beside_the_question_and_what_was_typed_stays(client, asked, brightway):
    client.force_login(brightway.preparer)

    reply = client.post(ours("question", asked, brightway, 4), {"a-answer": "x" * 4001, "seen": "0"})

    assert "must be 4000 characters or fewer" in words(reply)
    assert "x" * 4001 in words(reply)
    assert not OrganisationDraft.objects.exists()


def test_after_closing_what_was_typed_stays_on_the_page_and_pages_lead_home(client, brightway):
    asked = ConsultationFactory(open=True, named=True, closes_at=NOW + timedelta(minutes=1))
    keep(asked, brightway)
    client.force_login(brightway.certifier)

    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        reply = client.post(ours("question", asked, brightway, 4), {"a-answer": "Too late.", "seen": "1"})
        assert (reply.status_code, "Too late." in words(reply)) == (409, True)
        assert client.get(ours("question", asked, brightway, 4)).url == ours("detail", asked, brightway)
        signed = client.post(ours("check", asked, brightway), {**SIGNATURE, "seen": "1"})
        assert (signed.status_code, "has closed" in words(signed)) == (409, True)
        assert "has closed" in words(client.get(ours("detail", asked, brightway)))

    assert not OrganisationAnswer.objects.exists()


# Signing


def test_a_certifier_who_saw_other_words_reads_again_and_keeps_what_they_chose(client, asked, brightway):
    keep(asked, brightway, said="What I read.")
    client.force_login(brightway.certifier)
    keep(asked, brightway, said="What stands now.", seen=1)

    reply = client.post(ours("check", asked, brightway), {**SIGNATURE, "interest_words": "Until March.", "seen": "1"})

    page = words(reply)
    assert reply.status_code == 409
    assert "changed an answer since you opened this page" in page
    assert "What stands now." in page
    assert "Until March." in page
    assert 'name="seen" value="2"' in page
    assert 'name="declared" class="govuk-checkboxes__input" checked' not in page
    assert not OrganisationAnswer.objects.exists()


@pytest.mark.parametrize("missing", ["interests", "publish", "declared"])
def test_nothing_is_signed_without_interests_a_choice_and_the_declaration(client, asked, brightway, missing):
    keep(asked, brightway)
    client.force_login(brightway.certifier)
    data = {name: value for name, value in SIGNATURE.items() if name != missing}

    reply = client.post(ours("check", asked, brightway), {**data, "seen": "1"})

    assert "There is a problem" in words(reply)
    assert not OrganisationAnswer.objects.exists()


def test_taking_back_asks_why_and_leaves_the_draft(client, asked, brightway):
    keep(asked, brightway)
    sign(asked, brightway)
    client.force_login(brightway.certifier)

    assert "Say why you take it back" in words(client.post(ours("take-back", asked, brightway), {"reason": ""}))
    reply = client.post(ours("take-back", asked, brightway), {"reason": "A mistake."}, follow=True)

    assert "Taken back" in words(reply)
    assert "Be quicker." in words(client.get(ours("check", asked, brightway)))
    assert "Your answer was taken back" in words(client.get(ours("receipt", asked, brightway)))


# Others


def test_another_organisation_finds_none_of_the_pages(client, asked, brightway):
    keep(asked, brightway)
    sign(asked, brightway)
    client.force_login(team("Harbourlight").certifier)

    for page in ("detail", "check", "receipt", "take-back"):
        assert client.get(ours(page, asked, brightway)).status_code == 404
    assert client.post(ours("question", asked, brightway, 4), {"a-answer": "Ours."}).status_code == 404
    assert "Brightway" not in words(client.get(reverse("consultations:our-list")))


def test_who_acts_for_two_organisations_answers_for_the_one_they_act_for(client, asked, brightway):
    other = team("Harbourlight")
    MembershipFactory(user=brightway.preparer, organisation=other.organisation)
    client.force_login(brightway.preparer)
    begin = reverse("consultations:our-begin", args=[asked.slug])

    first = client.get(begin).url
    client.post("/acting/", {"act_for": "harbourlight"})

    assert (first, client.get(begin).url) == (ours("detail", asked, brightway), ours("detail", asked, other))
    assert "This belongs to Brightway" in client.get(first).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_however_long(client, brightway, number, django_assert_num_queries):
    every = [ConsultationFactory(open=True, named=True) for _ in range(number)]
    for asked in every:
        keep(asked, brightway)
        for place in range(number):
            sign_for(asked, f"Provider {place}")
    client.force_login(brightway.preparer)
    client.get(reverse("consultations:our-list"))

    with django_assert_num_queries(7):
        page = words(client.get(reverse("consultations:our-list")))
    assert page.count("Begun") == number
    client.force_login(UserFactory(role=Role.INVOLVEMENT))
    client.get(reverse("consultations:named-list", args=[every[0].reference]))
    with django_assert_num_queries(7):
        page = words(client.get(reverse("consultations:named-list", args=[every[0].reference])))
    assert page.count("Answered") == number


def sign_for(asked, name):
    who = team(name)
    keep(asked, who, said=f"Words of {name}.")
    sign(asked, who)
    return who


# The office


def test_the_office_sees_who_has_begun_and_reads_only_what_was_signed(client, asked, brightway):
    keep(asked, brightway, said="Still ours alone.")
    sign_for(asked, "Coastline")
    gone = sign_for(asked, "Gone")
    take_back(asked, gone, reason="We were too quick.")
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    listed = words(client.get(reverse("consultations:named-list", args=[asked.reference])))
    read = words(client.get(reverse("consultations:named-detail", args=[asked.reference, "coastline"])))

    assert "1 answered, of 3 that have begun" in listed
    assert "Words of Coastline." in read
    assert "We provide this service now" in read
    assert client.get(reverse("consultations:named-detail", args=[asked.reference, "brightway"])).status_code == 404
    taken = words(client.get(reverse("consultations:named-detail", args=[asked.reference, "gone"])))
    assert "We were too quick." in taken
    assert "Words of Gone." not in taken
    whole = words(client.get(reverse("consultations:manage-detail", args=[asked.reference])))
    assert "3 organisations have begun" in whole
    assert "Still ours alone." not in listed + read + taken + whole


def test_those_who_watch_see_the_list_and_read_no_answer(client, asked):
    sign_for(asked, "Coastline")
    client.force_login(UserFactory(role=Role.AUDITOR))

    assert "Coastline" in words(client.get(reverse("consultations:named-list", args=[asked.reference])))
    assert client.get(reverse("consultations:named-detail", args=[asked.reference, "coastline"])).status_code == 404


# In public


def test_results_name_those_who_chose_it_apart_from_everything_else_with_a_file(client, asked):
    sign_for(asked, "Coastline")
    shy, silent = team("Shy"), team("Silent")
    for who, publish in ((shy, "WITHOUT_NAME"), (silent, "NONE")):
        keep(asked, who, said=f"Said in private: {publish}.")
        sign(asked, who, publish=publish)
    report(asked, at=CLOSES)

    page = words(client.get(reverse("consultations:consultation-results", args=[asked.slug])))
    file = b"".join(client.get(reverse("consultations:consultation-results-csv", args=[asked.slug]))).decode()

    for public in (page, file):
        assert "Coastline" in public
        assert "An organisation that did not want its name published" in public
        assert "Said in private: WITHOUT_NAME." in public
        assert "Shy" not in public
        assert "Silent" not in public
        assert "Said in private: NONE." not in public
    assert "3 organisations answered" in page
    assert "1 organisation asked us to publish nothing of its answer." in page
    assert "Certifier of" not in page
    edition = reverse("consultations:consultation-edition", args=[asked.slug, 1])
    assert reverse("consultations:consultation-results", args=[asked.slug]) in words(client.get(edition))
    assert client.get(f"{edition}results.csv").url == reverse(
        "consultations:consultation-results-csv", args=[asked.slug]
    )


def test_the_offices_list_counts_the_organisations_that_signed(client, asked):
    sign_for(asked, "Brightway")
    client.force_login(UserFactory(role=Role.INVOLVEMENT))

    rows = client.get(reverse("consultations:manage-list")).context["rows"]

    assert [row["consultation"].answers for row in rows] == [1]
