"""Migrations follow the order of the packages, and none is missing."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.architecture.source import PACKAGES

FLOOR = {"engagement": 0, "consultations": 1, "contracts": 1, "portal": 2}


def test_migrations_follow_the_import_order():
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    upward = [
        f"{app}.{name} needs {needed}"
        for (app, name), migration in migrations.items()
        for needed, _ in migration.dependencies
        if app in FLOOR and needed in FLOOR and needed != app and FLOOR[needed] >= FLOOR[app]
    ]

    assert {app for app, _ in migrations} >= set(PACKAGES)
    assert upward == []


@pytest.mark.django_db
def test_no_model_waits_for_a_migration(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

    assert "No changes detected" in capsys.readouterr().out


class OneByOne(MigrationLoader):
    """Our migrations as they were written, without those that stand for many."""

    def load_disk(self):
        super().load_disk()
        self.squashed = {key for key, found in self.disk_migrations.items() if found.replaces and key[0] in FLOOR}
        for key in self.squashed:
            del self.disk_migrations[key]


def test_migrations_one_by_one_lead_where_the_squashed_ones_do():
    loader = OneByOne(None, ignore_no_migrations=True)

    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)

    assert loader.squashed
    assert {app: [str(one) for one in found] for app, found in changes.items() if app in FLOOR} == {}
