"""Answers that are alike: found by what they say, and by nothing else; looked for again without losing a judgement."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.domain import alike, judging, likeness, settling, timekeeping
from consultations.domain.alike import SearchRefused
from consultations.domain.likeness import Comparison, Given
from consultations.enums import Channel
from consultations.models import AlikeGroup, AlikeMember, AlikeSearch, Response
from consultations.models.alike import SearchState, Strength
from engagement.enums import Role
from tests.factories.analysis import alike_group, write
from tests.factories.consultations import ConsultationFactory, ResponseFactory
from tests.factories.engagement import NOW, UserFactory

TEXT = "Please keep the night bus running after midnight, because nurses and cleaners have no other way home."
OTHER = "The waiting room is cold, the chairs are broken, and nobody at the desk could tell me when my turn would come."
WORDS = st.lists(st.text(string.ascii_lowercase, min_size=3, max_size=9), min_size=14, max_size=40)
GAPS = st.sampled_from([" ", "  ", "\n", ", ", ". ", " - ", "! ", "… "])


def found(*given, questions=()):
    comparison = Comparison()
    for one in given:
        comparison.take(one)
    comparison.compare_texts()
    return {one.members: one for one in comparison.found()}


def said(key, *texts, choices=()):
    return Given(key, tuple(choices), tuple((f"t{place}", text) for place, text in enumerate(texts)))


@pytest.mark.requirement("R-150")
@given(WORDS, st.data())
def test_same_words_are_found_however_they_are_spaced_and_stopped(words, data):
    other = "".join(data.draw(st.sampled_from([word, word.upper(), word.title()])) + data.draw(GAPS) for word in words)

    groups = found(said(1, " ".join(words)), said(2, other))

    assert groups.keys() == {frozenset({1, 2})}
    assert groups[frozenset({1, 2})].evidence.same == 2


@pytest.mark.requirement("R-150")
@given(WORDS, WORDS)
def test_unrelated_words_are_never_found(words, others):
    apart = [word[::-1] + "q" for word in others]

    assert found(said(1, " ".join(words)), said(2, " ".join(f"{word}x" for word in apart))) == {}


@given(st.lists(WORDS, min_size=2, max_size=8), st.integers(0, 100), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_every_near_pair_is_found_as_if_each_was_compared_with_each(texts, share, chance):
    copies = []
    for words in texts:
        copies.append(" ".join(words))
        changed = [
            chance.choice(["bus", "tram", word]) if chance.random() * 100 < share / 4 else word for word in words
        ]
        copies.append(" ".join(changed))
    together = found(*(said(key, text) for key, text in enumerate(copies)))
    home = {key: members for members in together for key in members}

    for one in range(len(copies)):
        for other in range(one):
            if likeness.likeness(copies[one], copies[other]) >= likeness.NEAR:
                assert home.get(one) is not None
                assert home.get(one) == home.get(other)


def test_template_with_a_sentence_of_ones_own_is_near_and_its_share_is_said():
    groups = found(said(1, TEXT), said(2, f"{TEXT} My son is one of them."), said(3, OTHER))

    (group,) = groups.values()
    assert group.members == {1, 2}
    assert (group.evidence.near, group.evidence.same) == (2, 0)
    assert 60 <= group.evidence.least < 100


def test_accents_and_apostrophes_do_not_hide_the_same_words():
    one = "Don’t close the café on the corner of the market square, please, it is all that we have."

    assert found(said(1, one), said(2, one.replace("’", "").replace("é", "e"))).keys() == {frozenset({1, 2})}


def test_short_text_is_no_evidence_even_if_many_wrote_it():
    assert found(*(said(key, "More police on the beat, please.") for key in range(9))) == {}


def test_whole_answer_with_a_short_text_is_fair_evidence_when_so_many_choices_are_the_same():
    choices = [(f"q{place}", f"c{place % 3}") for place in range(7)]
    groups = found(
        said(1, "More police on the beat, please.", choices=choices),
        said(2, "more police on the beat please", choices=choices),
        said(3, "More police on the beat, please.", choices=choices[:-1]),
    )

    (group,) = groups.values()
    assert (group.members, group.strength, group.evidence.whole) == ({1, 2}, Strength.FAIR, 2)


def test_same_text_in_answers_to_two_questions_is_not_laid_side_by_side():
    comparison = Comparison()
    comparison.take(Given(1, (), (("q1", TEXT),)))
    comparison.take(Given(2, (), (("q2", TEXT),)))
    comparison.compare_texts()

    assert comparison.found() == []


def test_unusual_choices_are_weak_evidence_and_common_ones_none():
    chance = random.Random(4)
    crowd = [
        said(key, choices=[(f"q{place}", chance.choice("abcd")) for place in range(10)]) for key in range(100, 400)
    ]
    unusual = [(f"q{place}", letter) for place, letter in enumerate("abcdabcdab")]
    agreeing = [(f"q{place}", "a") for place in range(10)]

    groups = found(
        *crowd,
        *(said(key, choices=unusual) for key in (1, 2)),
        *(said(key, choices=agreeing) for key in (3, 4, 5)),
    )

    assert [(group.members, group.strength) for group in groups.values()] == [({1, 2}, Strength.WEAK)]


def test_outcome_does_not_depend_on_the_order_in_which_answers_are_read():
    given_ = [
        said(key, text) for key, text in enumerate([TEXT, OTHER, f"{TEXT} Thank you.", TEXT.upper(), OTHER + "!"])
    ]
    once = found(*given_)

    assert found(*reversed(given_)).keys() == once.keys() == {frozenset({0, 2, 3}), frozenset({1, 4})}


# In the database


@pytest.fixture
def closed(db):
    return ConsultationFactory(closed=True)


@pytest.fixture
def reader(db):
    return UserFactory(role=Role.INVOLVEMENT)


def look(consultation):
    alike.await_search(consultation)
    return alike.look_waiting(clock=lambda: NOW)


def members_of(group):
    return set(group.members.values_list("response", flat=True))


@pytest.mark.requirement("R-150")
def test_worker_finds_groups_after_closing_and_says_how_far_it_is(closed):
    keys = {write(closed, text).response_id for text in (TEXT, TEXT.lower(), f"{TEXT} Thank you.")}
    write(closed, OTHER)
    ResponseFactory(consultation=closed, answers={"q4": [TEXT]}, settled=False)

    assert look(closed) == 1

    group = AlikeGroup.objects.get()
    search = AlikeSearch.objects.get()
    assert members_of(group) == keys
    assert (group.size, group.strength, group.verdict) == (3, Strength.STRONG, "")
    assert (search.state, search.done, search.total, search.finished_at) == (SearchState.DONE, 4, 8, NOW)
    assert alike.look_waiting(clock=lambda: NOW) == 0


def test_looking_costs_the_same_number_of_queries_however_many_answers(closed, django_assert_num_queries):
    for number in (3, 20):
        for place in range(number):
            write(closed, f"{TEXT} {place}")
        with django_assert_num_queries(5):
            alike.compare(closed)


@pytest.mark.django_db
def test_closing_asks_the_worker_to_look(django_capture_on_commit_callbacks):
    consultation = ConsultationFactory(closed=True)
    named = ConsultationFactory(closed=True, named=True)

    timekeeping.keep_time(at=NOW)

    assert AlikeSearch.objects.filter(consultation=consultation, state=SearchState.WAITING).exists()
    assert not AlikeSearch.objects.filter(consultation=named).exists()


@pytest.mark.threat("P02", "P08")
def test_nobody_looks_while_answers_come_in(reader):
    consultation = ConsultationFactory(open=True)

    with pytest.raises(SearchRefused, match="once this has closed"):
        alike.ask_to_look(consultation=consultation, actor=reader, at=NOW)


def test_asking_twice_is_asking_once_and_strangers_are_refused(closed, reader):
    first = alike.ask_to_look(consultation=closed, actor=reader, at=NOW)
    again = alike.ask_to_look(consultation=closed, actor=reader, at=NOW)

    assert first == again
    with pytest.raises(SearchRefused, match="Involvement Team"):
        alike.ask_to_look(consultation=closed, actor=UserFactory(role=Role.MANAGEMENT), at=NOW)


def test_looking_again_changes_nothing(closed, reader):
    group = alike_group(closed, TEXT, number=3)
    judged(group, reader)
    before = list(AlikeGroup.objects.values()), list(AlikeMember.objects.order_by("key").values())

    look(closed)
    look(closed)

    assert (list(AlikeGroup.objects.values()), list(AlikeMember.objects.order_by("key").values())) == before


def test_judged_group_grows_and_what_is_new_counts_until_somebody_looks(closed, reader):
    group = alike_group(closed, TEXT)
    judged(group, reader)
    late = write(closed, TEXT.upper(), channel=Channel.PAPER)

    look(closed)

    group.refresh_from_db()
    assert (group.size, group.grown, group.verdict) == (3, 1, "KEEP_ONE")
    assert members_of(group) >= {late.response_id}
    assert AlikeMember.objects.filter(left_out=True).count() == 1
    assert judging.may_judge(group=group, actor=reader)


def test_two_judged_groups_stay_two_when_an_answer_joins_them(closed, reader):
    words = TEXT.split()
    first = alike_group(closed, TEXT)
    second = alike_group(closed, " ".join([*words[7:], "and", "the", "last", "train", "is", "full", "of", "drunks"]))
    assert first != second
    judged(first, reader)
    judged(second, reader)
    write(closed, " ".join([*words[3:], "and", "the", "last", "train"]))

    look(closed)

    assert set(AlikeGroup.objects.values_list("size", flat=True)) == {2, 3}
    assert AlikeGroup.objects.get(size=3).grown == 1


def test_withdrawn_answer_drops_out_and_a_group_of_one_is_forgotten(closed):
    group = alike_group(closed, TEXT, number=3)
    first, second, _ = Response.objects.filter(alike__group=group)

    first.delete()
    look(closed)
    group.refresh_from_db()
    assert group.size == 2

    second.delete()
    look(closed)
    assert not AlikeGroup.objects.exists()
    assert not AlikeMember.objects.exists()


def test_when_the_kept_answer_is_gone_another_one_counts(closed, reader):
    group = alike_group(closed, TEXT, number=3)
    judged(group, reader)
    Response.objects.get(alike__group=group, alike__left_out=False).delete()

    look(closed)

    assert sorted(AlikeMember.objects.values_list("left_out", flat=True)) == [False, True]


@pytest.mark.threat("P02")
def test_shuffling_takes_groups_along(closed, reader):
    group = alike_group(closed, TEXT, number=3)
    judged(group, reader)
    before = set(AlikeMember.objects.values_list("response", "left_out"))

    settling.shuffle(consultation=closed, at=NOW)

    assert set(AlikeMember.objects.values_list("response", "left_out")) == before


def test_search_left_by_a_dead_worker_is_taken_up_again(closed):
    AlikeSearch.objects.create(consultation=closed, state=SearchState.LOOKING, claimed_at=NOW.replace(hour=1))

    assert alike.look_waiting(clock=lambda: NOW) == 1


def test_search_that_fails_says_so_and_stops_nobody(closed, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("The disk is full")

    monkeypatch.setattr(alike, "compare", broken)

    look(closed)

    assert AlikeSearch.objects.get().state == SearchState.FAILED
    assert "could not be compared" in caplog.text


def judged(group, actor, grounds="SENT_TWICE", words="The same words to the letter.", campaign=None):
    return judging.judge(
        group=group,
        grounds=grounds,
        words=words,
        campaign=campaign,
        seen=judging.seen_in(group),
        actor=actor,
        at=NOW,
    )


def test_campaign_with_words_of_ones_own_is_one_group_among_thousands():
    """Three thousand with a template and a sentence of their own, among as many texts of people’s own."""
    chance = random.Random(7)
    letters = string.ascii_lowercase
    vocabulary = ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(3000)]

    def sentence(number):
        return " ".join(chance.choices(vocabulary, k=number))

    comparison = Comparison()
    for key in range(3000):
        comparison.take(said(key, f"{TEXT} {OTHER} {sentence(6)}"))
    for key in range(3000, 6000):
        comparison.take(said(key, sentence(40)))
    comparison.compare_texts()

    assert [one.members for one in comparison.found()] == [frozenset(range(3000))]
