"""Three hundred random consultations: can anybody take what is published of them apart? See tests/consultations."""

import pytest

from tests.consultations import parted
from tests.consultations.polls import Poll
from tests.consultations.taken_apart import Reader

ALL = 300


@pytest.mark.threat("P07", "P08")
def test_no_hidden_number_of_three_hundred_consultations_is_known():
    known = {seed: wrong for seed in range(ALL) if (wrong := Reader(Poll(seed)).known_too_well())}

    assert known == {}


@pytest.mark.threat("P07", "P08")
def test_nor_from_the_tables_with_and_without_what_was_left_out():
    known = {seed: wrong for seed in range(ALL) if (wrong := parted.known_too_well(parted.PartedPoll(seed)))}

    assert known == {}
