"""A rating may be another than the computed one: by two people, with both words to read, until it is published."""

from decimal import Decimal

import pytest

from contracts.domain import overriding, restating
from contracts.domain.entries import Entry
from contracts.domain.moves import ReturnRefused
from contracts.domain.overriding import OverrideRefused
from contracts.domain.publishing import publish_ratings, snapshot_of
from contracts.domain.returns import rate_figures
from contracts.enums import RestatementReason
from contracts.models import Indicator, Override
from engagement.enums import Role
from engagement.models import Delivery, Event, LogEntry
from tests.factories.contracts import FigureFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT, name="Maya Reid")


@pytest.fixture
def figure(agreement):
    """80 of 100 in time, which requires improvement; accepted and rated."""
    kpi_return = KpiReturnFactory(accepted=True, agreement=agreement)
    figure = FigureFactory(kpi_return=kpi_return, indicator__code="V2", numerator=Decimal(80), denominator=Decimal(100))
    rate_figures(kpi_return, at=NOW)
    return figure


def propose(figure, *, word="GOOD", actor=None, because="The line was down for a month."):
    actor = actor or figure.kpi_return.agreement.activity.contract_manager
    return overriding.propose_override(figure=figure, word=word, because=because, actor=actor, at=NOW)


def decide(override, actor, *, confirm=True, words=""):
    return overriding.decide_override(override=override, confirm=confirm, words=words, actor=actor, at=NOW)


def publish(figure, actor):
    return publish_ratings(kpi_return=figure.kpi_return, words=[], actor=actor, at=NOW)


@pytest.mark.requirement("R-077")
def test_confirmed_word_is_published_beside_the_computed_one(client, figure, management):
    decide(propose(figure), management)
    publish(figure, management)

    page = client.get(figure.kpi_return.agreement.get_performance_url())
    (line,) = page.context["snapshot"]["lines"]
    file = b"".join(client.get(f"{page.request['PATH_INFO'][:-1]}.csv").streaming_content).decode()

    sentence = (
        "Computed: Requires improvement. Overridden to Good by the Management Team, because: "
        "The line was down for a month."
    )
    assert (line["word"], line["computed"], line["override"]) == ("GOOD", "REQUIRES_IMPROVEMENT", sentence)
    assert page.context["snapshot"]["tally"]["GOOD"] == 1
    assert (sentence in page.content.decode(), sentence in file) == (True, True)
    assert "Good,Requires improvement," in file
    figure.refresh_from_db()
    assert figure.rating.word == "REQUIRES_IMPROVEMENT"


@pytest.mark.requirement("R-077")
def test_open_data_says_both(client, figure, management, settings):
    settings.OCID_PREFIX = "ocds-invented"
    decide(propose(figure), management)
    publish(figure, management)

    package = b"".join(client.get("/data/ocds/releases.json")).decode()

    assert '"met"' in package
    assert "Overridden to Good by the Management Team" in package


@pytest.mark.threat("A15")
def test_nobody_decides_what_they_proposed_and_only_some_decide(figure, management, certifier):
    override = propose(figure)
    manager = override.proposed_by

    for stranger in (certifier, UserFactory(role=Role.CONTRACT_MANAGER), UserFactory(role=Role.SPECIALIST)):
        with pytest.raises(OverrideRefused, match="The Management Team or the Commissioner decides"):
            decide(override, stranger)
    with pytest.raises(OverrideRefused, match="You proposed this"):
        decide(override, manager)
    override.refresh_from_db()
    assert override.state == "PROPOSED"
    assert decide(override, UserFactory(role=Role.COMMISSIONER)).decided_as == "the Commissioner"
    with pytest.raises(OverrideRefused, match="has already decided this"):
        decide(override, management)


@pytest.mark.parametrize("role", [Role.LEAD_COMMISSIONER, Role.MANAGEMENT, Role.CONTRACT_MANAGER])
def test_only_the_contract_manager_of_the_activity_proposes(figure, role):
    with pytest.raises(OverrideRefused, match="The Contract Manager of the activity"):
        propose(figure, actor=UserFactory(role=role))


def test_what_cannot_be_proposed(figure, management):
    with pytest.raises(OverrideRefused, match="is Requires improvement already"):
        propose(figure, word="REQUIRES_IMPROVEMENT")
    propose(figure)
    with pytest.raises(OverrideRefused, match="already"):
        propose(figure, word="OTHER")


def test_unrated_unaccepted_and_published_figures_have_no_override(figure, management, agreement):
    sent = FigureFactory(kpi_return=KpiReturnFactory(submitted=True, agreement=agreement, quarter="2026-27 Q2"))
    with pytest.raises(OverrideRefused, match="once its return is accepted"):
        propose(sent)
    publish(figure, management)
    with pytest.raises(OverrideRefused, match="These ratings are published"):
        propose(figure)
    context = FigureFactory(
        kpi_return=KpiReturnFactory(accepted=True, agreement=agreement, quarter="2026-27 Q3"), indicator__context=True
    )
    with pytest.raises(OverrideRefused, match="is not rated"):
        propose(context)


def test_publishing_waits_for_the_decision(figure, management):
    override = propose(figure)

    with pytest.raises(ReturnRefused, match="waits for a decision"):
        publish(figure, management)
    with pytest.raises(OverrideRefused, match="Say why the computed rating stays"):
        decide(override, management, confirm=False)
    decide(override, management, confirm=False, words="One month is no quarter.")

    (line,) = publish(figure, management).snapshot["lines"]
    assert (line["word"], "override" in line) == ("REQUIRES_IMPROVEMENT", False)


@pytest.mark.threat("P07")
def test_withheld_figure_is_published_without_its_override(figure, management):
    Indicator.objects.update(counts_people=True)
    figure.numerator = Decimal(97)
    figure.save()
    rate_figures_again(figure)
    decide(propose(figure, word="OTHER"), management)

    (line,) = snapshot_of(figure.kpi_return)["lines"]

    assert (line["withheld"], "override" in line) == (True, False)


def rate_figures_again(figure):
    figure.rating.delete()
    rate_figures(figure.kpi_return, at=NOW)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_figure_that_is_put_right_ends_it_and_its_proposer_is_told(figure, management, confirmed):
    override = propose(figure)
    if confirmed:
        decide(override, management)
    restatement = restating.ask_restatement(
        figure=figure,
        entry=Entry(numerator=Decimal(88), denominator=Decimal(100), commentary="Two advocates left."),
        reason=RestatementReason.COUNTED_WRONG,
        words="On another sheet.",
        public_note="Calls of one team were left out.",
        seen_version=1,
        actor=override.proposed_by,
        at=NOW,
    )
    restating.approve_restatement(restatement=restatement, actor=management, at=NOW)

    override.refresh_from_db()
    told = Event.objects.get(key=f"override-ended:{override.pk}")
    assert (override.state, override.ended_at) == ("VOID", NOW)
    assert [delivery.address for delivery in Delivery.objects.filter(event=told)] == [override.proposed_by.email]
    assert snapshot_of(figure.kpi_return)["lines"][0]["word"] == "APPROACHING"
    with pytest.raises(OverrideRefused, match="put right meanwhile"):
        decide(override, management)


def test_deciders_and_the_provider_are_told_and_the_log_holds_no_words(figure, management):
    override = propose(figure)
    decide(override, management)

    asked, told = (Event.objects.get(key=f"override-{what}:{override.pk}") for what in ("proposed", "confirmed"))
    assert management.email in Delivery.objects.filter(event=asked).values_list("address", flat=True)
    assert told.organisation == figure.kpi_return.agreement.provider
    entries = LogEntry.objects.filter(action__startswith="override.").order_by("sequence")
    assert [entry.action for entry in entries] == ["override.proposed", "override.confirmed"]
    assert not any("line was down" in entry.summary for entry in entries)


@pytest.mark.usefixtures("at_noon")
def test_from_the_return_to_the_decision_through_the_screens(client, figure, management, preparer):
    manager = figure.kpi_return.agreement.activity.contract_manager
    client.force_login(manager)
    address = f"{figure.kpi_return.get_office_url()}measures/V2/override/"
    assert address in client.get(figure.kpi_return.get_office_url()).content.decode()
    assert "Computed:" in client.get(address).content.decode()
    typed = client.post(address, {"word": "", "because": "The line was down."}).content.decode()
    assert ("Choose a rating" in typed, "The line was down." in typed) == (True, True)
    made = client.post(address, {"word": "GOOD", "because": "The line was down."})
    again = client.post(address, {"word": "GOOD", "because": "Once more."}).content.decode()
    assert ("already" in again, "Once more." in again) == (True, True)

    client.force_login(management)
    assert made["Location"] in client.get("/dashboard/").content.decode()
    client.post(made["Location"], {"confirm": "yes"})
    review = client.get(figure.kpi_return.get_office_url()).content.decode()
    assert "Overridden to Good by the Management Team, because: The line was down." in review

    client.force_login(preparer)
    own = client.get(figure.kpi_return.get_absolute_url()).content.decode()
    assert "Overridden to Good by the Management Team, because: The line was down." in own
    [row] = client.get("/returns/").context["accepted"]
    assert row.tally == [("GOOD", 1)]
    assert client.get(made["Location"]).status_code == 404
    assert Override.objects.get().state == "CONFIRMED"
