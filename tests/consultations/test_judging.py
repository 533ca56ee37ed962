"""What people decide about answers that are alike: with a reason, by two if they differ, and never by deleting."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from consultations.domain import alike, collective, judging
from consultations.domain.collective import CollectiveRefused
from consultations.domain.judging import JudgementRefused
from consultations.enums import Channel, CollectiveKind
from consultations.models import AlikeGroup, AlikeJudgement, AlikeMember, AlikeSearch, Response
from consultations.models.alike import Grounds, SearchState
from engagement.enums import Role
from engagement.models import LogEntry
from tests.factories.analysis import alike_group, write
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db

TEXT = "Please keep the night bus running after midnight, because nurses and cleaners have no other way home."


@pytest.fixture
def closed():
    return ConsultationFactory(closed=True)


@pytest.fixture
def reader():
    return UserFactory(role=Role.INVOLVEMENT, name="Noor Blake")


@pytest.fixture
def office(client, reader):
    client.force_login(reader)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.fixture
def group(closed):
    return alike_group(closed, TEXT, number=3)


def judged(group, actor, grounds=Grounds.SENT_TWICE, words="To the letter.", campaign=None, seen=None):
    seen = judging.seen_in(group) if seen is None else seen
    return judging.judge(group=group, grounds=grounds, words=words, campaign=campaign, seen=seen, actor=actor, at=NOW)


def campaign_of(consultation, actor, kind=CollectiveKind.CAMPAIGN, title="Keep the night bus"):
    return collective.record(
        consultation=consultation,
        kind=kind,
        title=title,
        from_whom="Friends of the Bus",
        people=340,
        channel=Channel.EMAIL,
        received_on=NOW.date(),
        summary="They ask for buses at night.",
        actor=actor,
        at=NOW,
    )


def left_out():
    return AlikeMember.objects.filter(left_out=True).count()


def list_page(consultation):
    return reverse("consultations:manage-alike", args=[consultation.reference])


def page_of(group):
    return reverse("consultations:manage-alike-group", args=[group.consultation.reference, group.pk])


@pytest.mark.requirement("R-150")
def test_keeping_one_leaves_out_the_others_and_deletes_nothing(closed, reader):
    group = alike_group(closed, TEXT)
    fuller = ResponseFactory(consultation=closed, answers={"q1": ["PHONE"], "q4": [TEXT]})
    alike.keep(consultation=closed, found=alike.compare(closed), at=NOW)

    judgement = judged(group, reader)

    assert (judgement.size, judgement.left_out) == (3, 2)
    assert Response.objects.count() == 3
    assert AlikeMember.objects.get(left_out=False).response == fuller


@pytest.mark.requirement("R-152")
def test_log_says_what_was_decided_and_names_no_answer(group, reader):
    judged(group, reader, words="They are the same person.")

    entry = LogEntry.objects.get(action="alike.judged")
    assert entry.subject_id == str(group.pk)
    assert entry.data == {"grounds": "SENT_TWICE", "answers": 3, "left_out": 2, "number": 1}
    keys = [str(key) for key in Response.objects.values_list("key", flat=True)]
    assert [key for key in keys if key in f"{entry.summary} {entry.data}"] == []


@pytest.mark.parametrize("grounds", [Grounds.DIFFERENT, Grounds.CHANCE])
def test_keeping_all_leaves_nobody_out(group, reader, grounds):
    assert judged(group, reader, grounds=grounds).left_out == 0
    assert left_out() == 0


def test_second_person_may_judge_otherwise_and_both_judgements_stay(group, reader):
    colleague = UserFactory(role=Role.INVOLVEMENT)
    judged(group, reader)

    with pytest.raises(JudgementRefused, match="A colleague may"):
        judged(group, reader, grounds=Grounds.DIFFERENT)
    judged(group, colleague, grounds=Grounds.DIFFERENT, words="A family, by what they say of one another.")

    assert [one.judged_by for one in judging.judgements_of(group)] == [colleague, reader]
    assert left_out() == 0


@pytest.mark.threat("C04")
def test_two_people_who_judge_at_once_do_not_overwrite_one_another(group, reader):
    seen = judging.seen_in(group)
    judged(group, reader, seen=seen)

    with pytest.raises(JudgementRefused, match="meanwhile"):
        judged(group, UserFactory(role=Role.INVOLVEMENT), grounds=Grounds.DIFFERENT, seen=seen)

    assert AlikeJudgement.objects.count() == 1
    assert left_out() == 2


def test_judgement_of_what_was_found_before_more_came_is_refused(closed, group, reader):
    seen = judging.seen_in(group)
    write(closed, TEXT)
    alike.keep(consultation=closed, found=alike.compare(closed), at=NOW)

    with pytest.raises(JudgementRefused, match="more were found"):
        judged(group, reader, seen=seen)


@pytest.mark.parametrize(
    ("given", "message", "field"),
    [
        ({"grounds": "WHIM"}, "Choose what is done", "grounds"),
        ({"words": "  "}, "Say what makes you think so", "words"),
        ({"grounds": Grounds.CAMPAIGN}, "Choose the campaign", "campaign"),
    ],
)
def test_judgement_without_its_reason_is_refused(group, reader, given, message, field):
    with pytest.raises(JudgementRefused, match=message) as refusal:
        judged(group, reader, **given)

    assert refusal.value.field == field
    assert AlikeGroup.objects.get().verdict == ""


@pytest.mark.requirement("R-150")
def test_campaign_is_recorded_counted_and_linked(closed, group, reader):
    campaign = campaign_of(closed, reader)

    judgement = judged(group, reader, grounds=Grounds.CAMPAIGN, campaign=campaign)

    assert (judgement.campaign, judgement.left_out) == (campaign, 0)
    with pytest.raises(CollectiveRefused, match="in the words of this campaign"):
        collective.take_away(one=campaign, actor=reader, at=NOW)


def test_petition_or_the_campaign_of_another_consultation_is_no_campaign(closed, group, reader):
    petition = campaign_of(closed, reader, kind=CollectiveKind.PETITION)
    elsewhere = campaign_of(ConsultationFactory(closed=True), reader)

    for wrong in (petition, elsewhere):
        with pytest.raises(JudgementRefused, match="Choose the campaign"):
            judged(group, reader, grounds=Grounds.CAMPAIGN, campaign=wrong)


def test_only_the_involvement_team_judges(group):
    with pytest.raises(JudgementRefused, match="Only the Involvement Team"):
        judged(group, UserFactory(role=Role.MANAGEMENT))


def test_group_that_is_gone_is_said_to_be(group, reader):
    seen = judging.seen_in(group)
    AlikeGroup.objects.all().delete()

    with pytest.raises(JudgementRefused, match="no longer found alike"):
        judged(group, reader, seen=seen)


# Pages


@pytest.mark.requirement("R-150")
def test_list_says_how_far_judging_has_come_the_strongest_first(office, closed, group, reader):
    weak = AlikeGroup.objects.create(
        consultation=closed,
        strength=3,
        size=2,
        evidence={"same": 0, "near": 0, "whole": 0, "choices": 2, "least": 0, "questions": []},
    )
    judged(group, reader)

    soup = BeautifulSoup(office.get(list_page(closed)).content, "html.parser")

    assert soup.h1.text == "1 of 2 judged"
    assert [row.th.get_text() for row in soup.tbody.find_all("tr")] == [
        "3 answers: 3 in the same words, 3 with every choice and text the same",
        "2 answers: 2 with the same choices, which hardly anybody else would make",
    ]
    assert soup.find("a", string="Judge the next one")["href"] == page_of(weak)


def test_list_shows_how_far_the_worker_is(office, closed):
    AlikeSearch.objects.create(
        consultation=closed, state=SearchState.LOOKING, claimed_at=NOW, done=50_000, total=200_000
    )

    soup = BeautifulSoup(office.get(list_page(closed)).content, "html.parser")

    assert soup.find("progress")["value"] == "25"
    assert soup.find("form", attrs={"method": "post"}, string="Look again") is None


def test_asking_to_look_again_is_a_press(office, closed):
    office.post(list_page(closed))

    assert AlikeSearch.objects.get().state == SearchState.WAITING


def test_group_page_marks_what_differs_and_shows_other_choices(office, closed):
    ResponseFactory(consultation=closed, answers={"q1": ["PHONE"], "q2": ["TEXT"], "q4": [TEXT]})
    ResponseFactory(
        consultation=closed, answers={"q1": ["LETTER"], "q4": [f"{TEXT} Thank you."]}, channel=Channel.PAPER
    )
    alike.keep(consultation=closed, found=alike.compare(closed), at=NOW)

    soup = BeautifulSoup(office.get(page_of(AlikeGroup.objects.get())).content, "html.parser")

    kept, other = soup.find_all("section", class_="portal-alike__one")
    assert "1 online, 1 on paper" in soup.find(class_="portal-band__lead").text.lower()
    assert kept.find_all(["ins", "del"]) == []
    assert other.ins.text == "only here: Thank you."
    assert [item.get_text() for item in other.find_all("li")] == [
        "How should we first get in touch? A letter instead of A phone call",
        "Which of these have helped you? not answered instead of A text message",
    ]


def test_judging_leads_on_to_the_next_group_and_then_back(office, closed, group):
    other = alike_group(closed, "The chairs in the waiting room are broken and nobody told me when my turn would come.")

    def press(one):
        sent = {"grounds": "COPIES", "words": "Word for word.", "seen": judging.seen_in(one)}
        return office.post(page_of(one), sent)

    first, second = press(group), press(other)

    assert (first.url, second.url) == (page_of(other), list_page(closed))
    assert left_out() == 3


def test_refused_judgement_keeps_what_was_typed_and_says_what_is_wrong(office, group):
    reply = office.post(page_of(group), {"grounds": "CAMPAIGN", "words": "The usual words.", "seen": ""})

    soup = BeautifulSoup(reply.content, "html.parser")
    assert soup.find("textarea", attrs={"name": "words"}).text.strip() == "The usual words."
    assert "judged this meanwhile" in soup.find(class_="govuk-error-summary").text
    assert AlikeJudgement.objects.count() == 0


def test_whoever_judged_is_told_to_ask_a_colleague(office, group, reader):
    judged(group, reader)

    soup = BeautifulSoup(office.get(page_of(group)).content, "html.parser")

    assert soup.find("textarea") is None
    assert "A colleague may judge otherwise" in soup.find("section", attrs={"aria-labelledby": "judge"}).text


@pytest.mark.threat("A01")
@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.LEAD_COMMISSIONER, Role.COMMISSIONER, Role.AUDITOR])
def test_pages_are_not_there_for_those_who_do_not_read_answers(client, closed, group, role):
    client.force_login(UserFactory(role=role))

    assert [client.get(page).status_code for page in (list_page(closed), page_of(group))] == [404, 404]


def test_group_of_another_consultation_is_not_there(office, group):
    other = ConsultationFactory(closed=True)

    page = reverse("consultations:manage-alike-group", args=[other.reference, group.pk])

    assert office.get(page).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_however_long(office, closed, number, django_assert_num_queries):
    for place in range(number):
        words = f"{'abcdefgh'[place]}night {'klmnopqr'[place]}bus {'stuvwxyz'[place]}stop " * 6
        judged(alike_group(closed, words), UserFactory(role=Role.INVOLVEMENT))
    office.get(list_page(closed))

    with django_assert_num_queries(LIST_QUERIES):
        reply = office.get(list_page(closed))

    assert reply.content.decode().count("2 answers:") == number


@pytest.mark.parametrize("number", [2, 8])
def test_group_page_costs_the_same_however_many_answers(office, closed, number, django_assert_num_queries):
    group = alike_group(closed, TEXT, number=number)
    office.get(page_of(group))

    with django_assert_num_queries(GROUP_QUERIES):
        reply = office.get(page_of(group))

    assert reply.content.decode().count("portal-alike__one") == number


LIST_QUERIES = 10
GROUP_QUERIES = 19
