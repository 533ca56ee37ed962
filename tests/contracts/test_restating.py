"""A past figure is put right: by two people, with its effect shown first, and both figures kept."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.domain import ratings, restating
from contracts.domain.entries import Entry
from contracts.domain.moves import ReturnRefused
from contracts.domain.protecting import Told, withheld_among
from contracts.domain.publishing import publish_ratings
from contracts.enums import RestatementReason
from contracts.models import Edition, Publication, Rating, Restatement
from engagement.enums import EventKind, Role
from engagement.models import Event
from tests.factories.contracts import AgreementFactory, FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def management():
    return UserFactory(role=Role.MANAGEMENT, name="Maya Reid")


@pytest.fixture
def year(agreement, management):
    """Two published quarters of one measure: 80 of 100, then 45 of 50. Returns the figure of the first."""
    indicator = IndicatorFactory(agreement=agreement, code="V2")
    figures = []
    for quarter, part, whole in (("2026-27 Q1", 80, 100), ("2026-27 Q2", 45, 50)):
        figures.append(accepted(agreement, indicator, quarter, part, whole))
        publish(figures[-1], management)
    return figures[0]


def accepted(agreement, indicator, quarter, part, whole):
    kpi_return = KpiReturnFactory(agreement=agreement, quarter=quarter, accepted=True)
    figure = FigureFactory(
        kpi_return=kpi_return,
        indicator=indicator,
        numerator=Decimal(part),
        denominator=Decimal(whole),
        commentary="Two advocates left.",
    )
    judgement = ratings.rate(ratings.Yardstick.of(indicator), ratings.Reading.of(figure))
    Rating.objects.create(
        figure=figure, value=judgement.value, word=judgement.word, sentence=judgement.sentence, computed_at=NOW
    )
    return figure


def publish(figure, management):
    return publish_ratings(kpi_return=figure.kpi_return, words=["V2"], actor=management, at=NOW)


def ask(figure, part, whole=100, *, actor=None, **said):
    return restating.ask_restatement(
        figure=figure,
        entry=Entry(numerator=Decimal(part), denominator=Decimal(whole), commentary="Two advocates left."),
        actor=actor or figure.kpi_return.agreement.activity.contract_manager,
        at=NOW,
        **{
            "reason": RestatementReason.COUNTED_WRONG,
            "words": "Eight calls stood on another sheet.",
            "public_note": "Calls of one team had been left out.",
            "seen_version": figure.version,
            **said,
        },
    )


def approve(restatement, management):
    return restating.approve_restatement(restatement=restatement, actor=management, at=NOW)


def test_first_quarter_put_right_after_the_second_was_accepted(year, management):
    """The numeric case of the rating engine: 80 becomes 88, the year is worked out again, both are kept."""
    effects = restating.effects_of(figure=year, entry=Entry(numerator=Decimal(88), denominator=Decimal(100)))
    restatement = approve(ask(year, 88), management)

    year.refresh_from_db()
    first, second = Publication.objects.order_by("quarter")
    assert [(effect.before.text, effect.after.text) for effect in effects] == [("80.0%", "88.0%"), ("83.3%", "88.7%")]
    assert [(effect.before.word, effect.after.word) for effect in effects] == [
        ("REQUIRES_IMPROVEMENT", "APPROACHING"),
        ("REQUIRES_IMPROVEMENT", "APPROACHING"),
    ]
    assert (year.numerator, year.rating.value, year.rating.word) == (88, 88, "APPROACHING")
    assert (restatement.before["text"], restatement.before["word"]) == ("80.0%", "REQUIRES_IMPROVEMENT")
    assert (restatement.after["text"], restatement.after["word"]) == ("88.0%", "APPROACHING")
    assert first.snapshot["lines"][0]["text"] == "88.0%"
    assert second.snapshot["lines"][0]["year"]["text"] == "88.7%"
    assert second.snapshot["lines"][0]["text"] == "90.0%"
    assert [(one.number, one.snapshot["lines"][0]["text"]) for one in first.editions.order_by("number")] == [
        (1, "80.0%"),
        (2, "88.0%"),
    ]
    assert second.editions.get(number=1).snapshot["lines"][0]["year"]["text"] == "83.3%"
    assert Event.objects.filter(kind=EventKind.RATING_PUBLISHED, key=f"restatement-approved:{restatement.pk}").exists()


def test_nothing_changes_before_a_second_person_approves(year, management):
    restatement = ask(year, 88)

    with pytest.raises(ReturnRefused, match="You asked for this"):
        restating.approve_restatement(restatement=restatement, actor=restatement.asked_by, at=NOW)
    year.refresh_from_db()
    assert (year.numerator, Edition.objects.count()) == (80, 0)


def test_who_asks_and_who_decides(year, certifier, preparer, management):
    manager = year.kpi_return.agreement.activity.contract_manager
    other = UserFactory(role=Role.CONTRACT_MANAGER)
    for stranger in (preparer, other, management):
        with pytest.raises(ReturnRefused, match="asks to put a figure right"):
            ask(year, 88, actor=stranger)

    by_provider = ask(year, 88, actor=certifier)
    deciders = [
        Restatement.objects.decidable_by(one, at=NOW).exists() for one in (manager, other, management, preparer)
    ]
    restating.refuse_restatement(restatement=by_provider, words="The sheet says 80.", actor=manager, at=NOW)
    ask(year, 88)

    assert deciders == [True, False, True, False]
    assert [Restatement.objects.decidable_by(one, at=NOW).exists() for one in (manager, other, management)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("part", "said", "words"),
    [
        (80, {}, "the figure that is held already"),
        (101, {}, "is more than 100"),
        (88, {"seen_version": 99}, "has been changed since"),
        (88, {"public_note": " "}, "what the public should read"),
    ],
)
def test_what_is_refused(year, part, said, words):
    with pytest.raises(ReturnRefused, match=words):
        ask(year, part, **said)


def test_one_waits_at_a_time_and_is_decided_once(year, management):
    restatement = ask(year, 88)

    with pytest.raises(ReturnRefused, match="already asked"):
        ask(year, 89)
    approve(restatement, management)
    with pytest.raises(ReturnRefused, match="has already decided this: Approved"):
        approve(restatement, management)
    assert Edition.objects.count() == 4


def test_an_unpublished_quarter_gets_no_edition(agreement, management):
    figure = accepted(agreement, IndicatorFactory(agreement=agreement, code="V2"), "2026-27 Q1", 80, 100)

    approve(ask(figure, 88), management)

    figure.refresh_from_db()
    assert (figure.numerator, Edition.objects.count()) == (88, 0)


@pytest.mark.threat("P07", "P08")
@pytest.mark.parametrize(("part", "withheld"), [(82, True), (84, True), (85, False), (90, False)])
def test_old_and_new_together_tell_of_no_few_people(agreement, management, part, withheld):
    figure = accepted(agreement, IndicatorFactory(agreement=agreement, code="V2", people=True), "2026-27 Q1", 80, 100)
    later = accepted(agreement, figure.indicator, "2026-27 Q2", 45, 50)
    publish(figure, management)
    publish(later, management)

    approve(ask(figure, part), management)

    first, second = (one.snapshot["lines"][0] for one in Publication.objects.order_by("quarter"))
    assert (first["withheld"], first["value"] is None, second["year"] is None) == (withheld,) * 3


@pytest.mark.threat("P07")
def test_a_third_edition_is_held_against_the_first(agreement, management):
    """Away and back again: the third differs from the second by many people, and from the first by two."""
    figure = accepted(agreement, IndicatorFactory(agreement=agreement, code="V2", people=True), "2026-27 Q1", 80, 100)
    publish(figure, management)

    approve(ask(figure, 90), management)
    figure.refresh_from_db()
    approve(ask(figure, 82), management)

    assert Publication.objects.get().snapshot["lines"][0]["withheld"] is True


@pytest.mark.threat("P07")
def test_differences_are_of_the_part_of_the_rest_and_of_the_whole():
    def told(part, whole):
        numbers = {"part": Decimal(part), "whole": Decimal(whole), "rest": Decimal(whole - part)}
        return Told(("V2", 1), (date(2026, 4, 1), date(2026, 7, 1)), {}, numbers)

    pairs = [((80, 100), (90, 112)), ((80, 100), (90, 110)), ((80, 100), (90, 120)), ((80, 100), (90, 102))]
    withheld = [bool(withheld_among([told(*new)], public=[told(*old)], threshold=5)) for old, new in pairs]

    assert withheld == [True, False, False, True]


@pytest.mark.usefixtures("at_noon")
def test_from_the_return_to_the_public_page_through_the_screens(client, year, certifier, management):
    address = f"/returns/{year.kpi_return.reference}/measures/V2/put-right/"
    typed = {
        "denominator": "100",
        "numerator": "88",
        "commentary": "Two advocates left.",
        "reason": "COUNTED_WRONG",
        "words": "On another sheet.",
        "public_note": "Calls of one team were left out.",
        "seen_version": "1",
    }
    client.force_login(certifier)
    assert address in client.get(f"/returns/{year.kpi_return.reference}/").content.decode()
    shown = client.post(address, typed)
    signature = shown.context["form"]["shown"].value()
    elsewhere = client.post(address, {**typed, "numerator": "89", "shown": signature, "confirm": "yes"})
    asked = client.post(address, {**typed, "shown": signature, "confirm": "yes"})

    assert "The rating changes" in shown.content.decode()
    assert (elsewhere.status_code, asked.status_code) == (200, 302)
    client.force_login(management)
    assert asked["Location"] in client.get("/dashboard/").content.decode()
    assert "83.3%" in client.get(asked["Location"]).content.decode()
    refused = client.post(asked["Location"], {"decision": "REFUSE", "words": ""})
    assert "Say why the figure stays as it is" in refused.content.decode()
    client.post(asked["Location"], {"decision": "APPROVE"})
    client.logout()

    page = year.kpi_return.agreement.get_performance_url()
    now, first = client.get(page).content.decode(), client.get(f"{page}?as=first").content.decode()
    assert "80.0% became 88.0%" in now
    assert ("See them as first published" in now, "See them as they are now" in first) == (True, True)
    assert [row.text for row in client.get(page).context["measures"][0].rows] == ["90.0%", "88.0%"]
    assert [row.text for row in client.get(f"{page}?as=first").context["measures"][0].rows] == ["90.0%", "80.0%"]
    file = b"".join(client.get(f"{page[:-1]}.csv").streaming_content).decode()
    assert "Calls of one team were left out." in file


def test_strangers_find_no_restatement(client, year):
    restatement = ask(year, 88)
    client.force_login(UserFactory(role=Role.CERTIFIER, organisation=AgreementFactory().provider))

    replies = [
        client.get(restatement.get_absolute_url()),
        client.get(f"/returns/{year.kpi_return.reference}/measures/V2/put-right/"),
    ]

    assert [reply.status_code for reply in replies] == [404, 404]
