"""Proofs run against the product as processes: real servers, real workers, real mail, real kills.

`make prove` runs a reduced number of each; `FULL=1 make prove` the whole.
"""

import os
from pathlib import Path

import pytest

from tests import processes
from tests.prove.mailbox import Mailbox

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("prove")
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def amount():
    """How many of something this run does: `amount(reduced, whole)`."""
    whole = os.environ.get("FULL", "0") == "1"
    return lambda reduced, full: full if whole else reduced


@pytest.fixture
def site(transactional_db, tmp_path):
    """The product served with two web workers over the test's database."""
    with processes.serving(tmp_path / "site", workers=2) as served:
        yield served


@pytest.fixture
def mailbox():
    """An SMTP server of our own that writes down every message it accepts."""
    with Mailbox() as box:
        yield box
