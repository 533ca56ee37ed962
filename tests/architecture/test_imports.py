"""The import contracts hold, and they break when somebody breaks them (checked on a copy of the tree)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

ONE_WAY = "Packages point one way"
NO_WAGTAIL = "Models and domains below the site know no Wagtail"
LAYERS = "Layers inside each package"
NO_CIRCLES = "No circles among the modules of a package"

VIOLATIONS = {
    "upward": ({"engagement/domain/planted.py": "from contracts import apps"}, ONE_WAY),
    "upward, hidden in a function": (
        {"engagement/domain/planted.py": "def planted():\n    from portal import apps\n"},
        ONE_WAY,
    ),
    "sideways": ({"consultations/domain/planted.py": "from contracts import apps"}, ONE_WAY),
    "sideways, the other way": ({"contracts/domain/planted.py": "from consultations import apps"}, ONE_WAY),
    "a test in the product": ({"portal/domain/planted.py": "import tests"}, ONE_WAY),
    "wagtail in a domain": ({"consultations/domain/planted.py": "from wagtail.models import Page"}, NO_WAGTAIL),
    "wagtail in models": ({"engagement/models/planted.py": "import wagtail"}, NO_WAGTAIL),
    "a domain that knows its views": (
        {"contracts/domain/planted.py": "from contracts.views import planted", "contracts/views/planted.py": ""},
        LAYERS,
    ),
    "rules that know models": (
        {"engagement/rules.py": "from engagement.models import planted", "engagement/models/planted.py": ""},
        LAYERS,
    ),
    "a room without a place": ({"engagement/services.py": ""}, LAYERS),
    "a circle": (
        {
            "portal/domain/planted.py": "from portal.domain import planned",
            "portal/domain/planned.py": "from portal.domain import planted",
        },
        NO_CIRCLES,
    ),
}


@pytest.fixture
def copy_of_tree(tmp_path):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(folder):
    """The names of the contracts that `lint-imports` finds broken in a tree, and whether it fails."""
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    assert "Contracts: " in result.stdout, result.stdout + result.stderr
    broken = {line.removesuffix(" BROKEN") for line in result.stdout.splitlines() if line.endswith(" BROKEN")}
    assert bool(broken) == (result.returncode != 0)
    return broken


def test_import_contracts_hold(copy_of_tree):
    assert broken_contracts(copy_of_tree) == set()


@pytest.mark.parametrize(("files", "contract"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_import_contracts_break_on_a_planted_violation(copy_of_tree, files, contract):
    for name, content in files.items():
        path = copy_of_tree / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(content)

    assert contract in broken_contracts(copy_of_tree)
