"""Documents name files that exist, and every variable that the settings read; locks hold hashes and no address."""

import ast
import re
from itertools import chain

import pytest

from tests.architecture.source import ROOT, nodes, python_files

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
MENTION = re.compile(r"`((?:portal|engagement|consultations|contracts|templates|tests|docs|requirements)/[\w./-]+\w)`")
ENVIRONMENT_READERS = {"env", "get", "setdefault", "bool", "int", "list", "str", "getenv"}


def documents():
    return [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in documents()
        for link in LINK.findall(document.read_text())
        if not (document.parent / link).exists()
    ]

    assert broken == []


def test_documents_name_files_that_exist():
    mentioned = [(document, path) for document in documents() for path in MENTION.findall(document.read_text())]

    assert mentioned
    assert [f"{document.relative_to(ROOT)}: {path}" for document, path in mentioned if not (ROOT / path).exists()] == []


def variables_read():
    """Names of environment variables that the settings, the supervisor and the web server read."""
    files = [*python_files("portal/settings"), *python_files("portal", without=["settings"])]
    for path in chain(files, [(ROOT / "gunicorn.conf.py").relative_to(ROOT)]):
        for call in nodes(path, ast.Call):
            reader = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            source = ast.unparse(call.func)
            if reader in ENVIRONMENT_READERS and source.split(".")[0] in {"env", "os"} and call.args:
                name = call.args[0]
                if isinstance(name, ast.Constant) and str(name.value).isupper():
                    yield name.value


def test_every_variable_of_the_settings_is_documented():
    table = (ROOT / "docs/configuration.md").read_text()
    names = set(variables_read()) - {"DJANGO_SETTINGS_MODULE"}

    assert "SECRET_KEY" in names
    assert sorted(name for name in names if f"`{name}`" not in table) == []


def locked(name):
    """The packages of a lock file and their versions."""
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE | re.IGNORECASE))


@pytest.mark.parametrize("name", ["production.txt", "test.txt", "assets.txt", "uv.txt"])
def test_locks_hold_a_hash_for_each_package_and_no_address(name):
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)

    assert locked(name)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_tests_run_on_the_versions_of_production():
    production, test = locked("production.txt"), locked("test.txt")

    assert {name: test.get(name) for name in production} == production


def test_production_installs_few_packages():
    assert len(locked("production.txt")) <= 75
