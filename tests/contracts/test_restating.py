"""A past figure is put right: by two people, with its effect shown first, and both figures kept."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.domain import ratings, restating
from contracts.domain.entries import Entry
from contracts.domain.moves import ReturnRefused
from contracts.domain.protecting import Told, withheld_among
from contracts.domain.publishing import publish_ratings
from contracts.enums import Aggregation, Direction, RestatementReason
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


# Other kinds of period


def counted(agreement, indicator, code, value, **dates):
    """An accepted count of one period."""
    kpi_return = KpiReturnFactory(agreement=agreement, quarter=code, accepted=True, **dates)
    figure = FigureFactory(kpi_return=kpi_return, indicator=indicator, of_value=True, value=Decimal(value))
    judgement = ratings.rate(ratings.Yardstick.of(indicator), ratings.Reading.of(figure))
    Rating.objects.create(
        figure=figure, value=judgement.value, word=judgement.word or "", sentence=judgement.sentence, computed_at=NOW
    )
    return figure


def added_up(agreement, **more):
    """A count that is added up over a year: at least 10 a period."""
    facts = {"aggregation": Aggregation.SUM, "direction": Direction.UP, "unit": "visits", **more}
    return IndicatorFactory(agreement=agreement, code="V2", count=True, **facts)


def shown(figure, value):
    return [
        (effect.label, effect.before.text, effect.after.text)
        for effect in restating.effects_of(figure=figure, entry=Entry(value=Decimal(value)))
    ]


@pytest.mark.requirement("R-149", "R-088")
def test_a_month_put_right_moves_the_year_so_far_of_each_later_month(agreement):
    indicator = added_up(agreement)
    first, *_ = [
        counted(agreement, indicator, code, value)
        for code, value in (("2026-27 M01", 12), ("2026-27 M02", 9), ("2026-27 M03", 11))
    ]

    assert shown(first, 8) == [
        ("April 2026", "12", "8"),
        ("2026-27 up to May 2026", "21", "17"),
        ("2026-27 up to June 2026", "32", "28"),
    ]
    assert restating.effects_of(figure=first, entry=Entry(value=Decimal(8)))[0].changes_rating


@pytest.mark.requirement("R-149", "R-088")
def test_a_half_year_put_right_moves_the_twelve_months_into_the_next_year(agreement):
    indicator = added_up(agreement)
    counted(agreement, indicator, "2025-26 H1", 100)
    second = counted(agreement, indicator, "2025-26 H2", 50)
    counted(agreement, indicator, "2026-27 H1", 30)

    assert shown(second, 40) == [
        ("October 2025 to March 2026", "50", "40"),
        ("2025-26 up to October 2025 to March 2026", "150", "140"),
        ("Last twelve months up to April to September 2026", "80", "70"),
    ]


@pytest.mark.requirement("R-149")
def test_a_year_put_right_moves_no_other(agreement):
    indicator = added_up(agreement)
    first = counted(agreement, indicator, "2024-25", 100)
    counted(agreement, indicator, "2025-26", 90)

    assert shown(first, 80) == [("April 2024 to March 2025", "100", "80")]


@pytest.mark.requirement("R-149", "R-088")
def test_dates_set_by_hand_are_put_right_within_their_year(agreement):
    indicator = added_up(agreement)
    first = counted(agreement, indicator, "2026-04-06 to 2026-06-14", 20)
    counted(agreement, indicator, "2026-06-15 to 2026-09-14", 30)

    assert shown(first, 25) == [
        ("Monday 6 April to Sunday 14 June 2026", "20", "25"),
        ("2026-27 up to Monday 15 June to Monday 14 September 2026", "50", "55"),
    ]


def test_what_makes_no_year_and_what_the_latest_stands_for_show_no_year(agreement):
    for code, aggregation in (("V2", Aggregation.NONE), ("V3", Aggregation.LATEST)):
        indicator = IndicatorFactory(agreement=AgreementFactory(), code=code, count=True, aggregation=aggregation)
        first = counted(indicator.agreement, indicator, "2026-27 M01", 12)
        counted(indicator.agreement, indicator, "2026-27 M02", 9)

        assert shown(first, 8) == [("April 2026", "12", "8")]


@pytest.mark.requirement("R-149")
def test_published_month_put_right_gets_a_new_edition_and_so_do_later_months(agreement, management):
    indicator = added_up(agreement)
    figures = [counted(agreement, indicator, f"2026-27 M0{month}", 10 + month) for month in (1, 2, 3)]
    for figure in figures:
        publish(figure, management)
    said = {"reason": "COUNTED_WRONG", "words": "x", "public_note": "Two visits were counted twice."}
    asked = restating.ask_restatement(
        figure=figures[1],
        entry=Entry(value=Decimal(10), commentary="Snow."),
        seen_version=figures[1].version,
        actor=agreement.activity.contract_manager,
        at=NOW,
        **said,
    )

    approve(asked, management)

    april, may, june = Publication.objects.order_by("kpi_return__ends_on")
    assert [one.snapshot["lines"][0]["text"] for one in (april, may, june)] == ["11", "10", "13"]
    assert june.snapshot["lines"][0]["year"]["text"] == "34"
    assert [one.editions.count() for one in (april, may, june)] == [0, 2, 2]
    assert may.snapshot["revisions"][0]["note"] == "Two visits were counted twice."


@pytest.mark.parametrize("months", [1, 3])
def test_effects_cost_the_same_however_many_periods(agreement, months, django_assert_num_queries):
    indicator = added_up(agreement)
    figures = [counted(agreement, indicator, f"2026-27 M0{month}", 10) for month in range(1, months + 1)]

    with django_assert_num_queries(5):
        shown(figures[0], 8)
