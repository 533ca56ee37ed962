"""Many random agreements, each with a year of published returns: can anybody take them apart? See tests/contracts."""

import pytest

from tests.contracts.reader import Made, Reader


@pytest.mark.threat("P07", "P08")
def test_no_withheld_number_of_many_agreements_is_known(amount):
    known = {
        seed: wrong for seed in range(100, 100 + amount(40, 300)) if (wrong := Reader(Made(seed)).known_too_well())
    }

    assert known == {}
