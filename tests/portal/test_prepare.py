"""What `make run` does before it starts anything: safe to do again, and a demonstration only where nothing is."""

import re
import subprocess

import pytest
from django.conf import settings
from django.core.management import call_command

from portal.management.commands import prepare
from tests.factories.engagement import ActivityFactory, UserFactory


@pytest.fixture
def commands(monkeypatch):
    """The commands that `prepare` calls, in order, and whether `demo` only names people. None is carried out here."""
    called = []

    def note(name, *args, **options):
        if name == "demo":
            called.append((name, options.get("people", False)))
        else:
            called.append((name, None))

    monkeypatch.setattr(prepare, "call_command", note)
    monkeypatch.setattr(prepare.Command, "_collect_static_files", lambda self: None)
    return called


BEFORE = [("migrate", None), ("createcachetable", None)]
AFTER = [("load_measures", None)]


@pytest.mark.django_db
def test_empty_database_gets_the_demonstration(commands):
    call_command("prepare")

    assert commands == [*BEFORE, ("demo", False), *AFTER]


@pytest.mark.django_db
def test_no_demonstration_when_none_is_wanted(commands):
    call_command("prepare", no_demo=True)

    assert commands == BEFORE + AFTER


@pytest.mark.django_db
def test_people_of_the_demonstration_are_named_again(commands, capsys):
    UserFactory(email="involvement@demo.example")

    call_command("prepare")

    assert commands == [*BEFORE, ("demo", True), *AFTER]


@pytest.mark.django_db
def test_an_office_that_works_is_left_alone(commands):
    people = {"lead_commissioner": UserFactory(email="lead@office.example"), "contract_manager": None}
    ActivityFactory(**people, priorities=[])

    call_command("prepare")

    assert commands == BEFORE + AFTER


def test_static_files_are_collected_only_when_one_has_changed(settings, tmp_path):
    source = tmp_path / "assets"
    source.mkdir()
    (source / "portal.css").write_text("body {}")
    settings.STATICFILES_DIRS = [str(source)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = str(tmp_path / "static")
    said = []
    command = prepare.Command()
    command._say = said.append

    command._collect_static_files()
    command._collect_static_files()
    once = len(said)
    (source / "portal.css").write_text("body { margin: 0 }")
    command._collect_static_files()

    assert once == 1
    assert len(said) == 2
    assert (tmp_path / "static/portal.css").read_text() == "body { margin: 0 }"


def test_broker_folders_are_made_before_the_worker_needs_them(settings, tmp_path):
    folders = {name: str(tmp_path / "broker" / name) for name in prepare.BROKER_FOLDERS}
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {**folders, "polling_interval": 0.2}

    prepare.make_broker_folders()
    prepare.make_broker_folders()

    assert sorted(path.name for path in (tmp_path / "broker").iterdir()) == sorted(prepare.BROKER_FOLDERS)


def test_run_says_each_step_before_it_takes_it(tmp_path):
    steps = ["make", "--dry-run", "run", f"VENV={tmp_path}/venv", f"ASSETS={tmp_path}/assets"]

    planned = subprocess.run(steps, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout

    assert re.findall(r'echo "([^"]+)"', planned.replace(str(tmp_path), "here")) == [
        "The first time takes a few minutes",
        "Python 3.11 or newer is needed, and none was found. Name it with PYTHON=.",
        "Making a virtual environment in here/venv",
        "Installing the installer",
        "Installing the production packages: the longest step",
        "Fetching what the style sheet is made of",
        "Building the style sheet and scripts",
        "No Node here: installing it in here/venv",
        "Building the style sheet and scripts",
    ]
    assert planned.index("manage.py prepare") < planned.index("portal.supervisor")
