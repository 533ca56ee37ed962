"""Nothing opens before a second person has signed exactly what it says."""

from datetime import timedelta

import pytest
import time_machine

from consultations.domain import lifecycle, preparing, readiness, signing, substance, ways
from consultations.domain.preparing import ConsultationRefused
from consultations.models import Consultation, SignOff
from engagement.enums import Role
from engagement.models import Delivery, LogEntry
from tests.factories.consultations import ConsultationFactory, QuestionFactory, signed_off
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def writer():
    return UserFactory(role=Role.INVOLVEMENT, name="Farah Quill")


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT, name="Gwen Adebayo")


@pytest.fixture
def draft(writer):
    draft = ConsultationFactory(opens_at=NOW + timedelta(days=3), closes_at=NOW + timedelta(days=40))
    draft.written_by.add(writer)
    return draft


def ask(draft, asked_of, actor, **more):
    return signing.ask_for_sign_off(consultation=draft, asked_of=asked_of, note="", actor=actor, at=NOW, **more)


def sign(draft, actor):
    return signing.sign_off(consultation=draft, seen=substance.digest_of(draft), actor=actor, at=NOW)


@pytest.mark.requirement("R-016", "R-059")
@pytest.mark.threat("A15")
def test_one_asks_another_signs_and_the_team_opens(draft, writer, management):
    ask(draft, management, writer)
    sign(draft, management)

    opened = lifecycle.open_consultation(consultation=draft, actor=writer, at=NOW)

    assert opened.published_at == NOW
    assert list(Delivery.objects.order_by("pk").values_list("address", "event__title")) == [
        (management.email, f"Please read and sign off: {draft.title}"),
        (writer.email, f"Signed off: {draft.title}"),
    ]
    actions = LogEntry.objects.order_by("sequence").values_list("action", "actor__name")
    assert list(actions) == [
        ("consultation.sign_off_asked", "Farah Quill"),
        ("consultation.signed_off", "Gwen Adebayo"),
        ("consultation.opened", "Farah Quill"),
    ]


def test_those_who_may_sign_are_management_and_the_lead_who_wrote_none_of_it(draft, writer, management):
    lead = draft.activity.lead_commissioner
    UserFactory(role=Role.LEAD_COMMISSIONER)
    UserFactory(role=Role.MANAGEMENT, until_on=NOW.date() - timedelta(days=1))

    everybody = set(signing.signers_for(draft, asker=writer, at=NOW))
    draft.written_by.add(lead)
    without_writers = set(signing.signers_for(draft, asker=writer, at=NOW))

    assert (everybody, without_writers) == ({lead, management}, {management})


@pytest.mark.threat("A15")
@pytest.mark.parametrize("who", ["writer", "asker", "stranger"])
def test_nobody_signs_their_own_or_without_the_right(draft, writer, management, who):
    asker = UserFactory(role=Role.MANAGEMENT) if who == "asker" else writer
    ask(draft, management, asker)
    signer = {"writer": writer, "asker": asker, "stranger": UserFactory(role=Role.CONTRACT_MANAGER)}[who]

    with pytest.raises(ConsultationRefused, match="cannot sign it"):
        sign(draft, signer)

    assert substance.signed(draft) is None


def test_asking_waits_until_nothing_is_missing(draft, writer, management):
    Consultation.objects.update(consideration_statement="")

    with pytest.raises(ConsultationRefused, match="How views will be considered: Say who reads the answers"):
        ask(draft, management, writer)


def test_one_person_is_asked_at_a_time_until_that_is_taken_back(draft, writer, management):
    ask(draft, management, writer)
    with pytest.raises(ConsultationRefused, match="Gwen Adebayo has been asked already"):
        ask(draft, draft.activity.lead_commissioner, writer)

    signing.take_back(consultation=draft, actor=writer, at=NOW)
    ask(draft, draft.activity.lead_commissioner, writer)

    assert [one.outcome for one in SignOff.objects.order_by("pk")] == ["TAKEN_BACK", ""]


def test_sending_back_needs_a_reason_and_tells_who_asked(draft, writer, management):
    ask(draft, management, writer)
    with pytest.raises(ConsultationRefused, match="Say what has to change"):
        signing.send_back(consultation=draft, reason=" ", actor=management, at=NOW)

    signing.send_back(consultation=draft, reason="Name the cost.", actor=management, at=NOW)

    assert Delivery.objects.order_by("-pk")[0].event.summary.endswith("Name the cost.")
    assert signing.waiting(draft) is None


def change_words(draft, writer):
    preparing.change_consultation(consultation=draft, changes={"summary": "Other."}, actor=writer, at=NOW)


def change_groups(draft, writer):
    preparing.change_consultation(consultation=draft, changes={"groups": ["PUBLIC"]}, actor=writer, at=NOW)


def add_way(draft, writer):
    ways.keep_way(
        consultation=draft,
        channel="PHONE",
        words="Call",
        contact="1",
        starts_at=None,
        ends_at=None,
        actor=writer,
        at=NOW,
    )


@pytest.mark.threat("A15")
@pytest.mark.parametrize("change", [change_words, change_groups, add_way])
def test_any_change_of_substance_voids_the_signature(draft, writer, change):
    signed_off(draft)

    change(draft, writer)

    assert substance.signed(draft) is None
    assert LogEntry.objects.filter(action="consultation.sign_off_voided").count() == 1
    with pytest.raises(ConsultationRefused, match="Ask a second person"):
        lifecycle.open_consultation(consultation=draft, actor=writer, at=NOW)


def test_saving_the_same_words_keeps_the_signature(draft, writer):
    signed_off(draft)

    preparing.change_consultation(consultation=draft, changes={"summary": draft.summary}, actor=writer, at=NOW)

    assert substance.signed(draft)


@pytest.mark.threat("A15")
def test_questions_changed_elsewhere_after_the_signature_stop_the_opening(draft, writer):
    signed_off(draft)
    QuestionFactory(questionnaire=draft.questionnaire, ways=True, text="One more?")

    with pytest.raises(ConsultationRefused, match="This has changed since"):
        lifecycle.open_consultation(consultation=draft, actor=writer, at=NOW)

    assert not Consultation.objects.get().published_at


@pytest.mark.threat("C04")
def test_signature_is_for_what_the_signer_read(draft, writer, management):
    ask(draft, management, writer)
    seen = substance.digest_of(draft)
    change_words(draft, writer)

    with pytest.raises(ConsultationRefused, match="The draft has changed since you opened this page"):
        signing.sign_off(consultation=draft, seen=seen, actor=management, at=NOW)


def test_digest_is_the_same_before_and_after_the_database(draft):
    assert substance.digest_of(draft) == substance.digest_of(Consultation.objects.get(pk=draft.pk))


def test_checks_of_the_four_principles_cost_the_same_for_any_draft(draft, django_assert_num_queries):
    with django_assert_num_queries(14):
        checks = readiness.checks_before_opening(consultation=draft, at=NOW)

    assert {check.principle for check in checks} == set(readiness.Principle)


# On the pages


def test_signer_reads_decides_and_is_told_what_came_of_it(client, draft, writer, management):
    ask(draft, management, writer)
    client.force_login(management)
    address = f"/engagement/consultations/{draft.reference}/sign-off/"

    page = client.get(address)
    silent = client.post(address, {"decision": "back", "reason": "", "seen": substance.digest_of(draft)})
    stale = client.post(address, {"decision": "sign", "seen": "something else"})
    done = client.post(address, {"decision": "sign", "seen": stale.context["form"]["seen"].value()}, follow=True)

    assert page.context["form"]["seen"].value() == substance.digest_of(draft)
    assert silent.context["form"].errors == {"reason": ["Say what has to change before you can sign."]}
    assert "The draft has changed since you opened this page" in stale.content.decode()
    assert "Signed off. It can be opened now." in done.content.decode()
    assert substance.signed(draft).decided_by == management


def test_writer_attests_by_name_that_nothing_is_decided(client, draft, writer, management):
    client.force_login(writer)
    address = f"/engagement/consultations/{draft.reference}/sign-off/ask/"

    refused = client.post(address, {"asked_of": management.pk})
    client.post(address, {"asked_of": management.pk, "attested": "on"})
    client.post(f"/engagement/consultations/{draft.reference}/sign-off/take-back/")

    assert list(refused.context["form"].errors) == ["attested"]
    assert [(one.asked_by, one.outcome) for one in SignOff.objects.all()] == [(writer, "TAKEN_BACK")]
    assert "Farah Quill attests that nothing is decided" in LogEntry.objects.order_by("sequence")[0].summary
