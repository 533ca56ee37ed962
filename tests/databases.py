"""A migrated database made once for each set of migrations, and copied for each run.

Wagtail's migrations cost 13 to 18 seconds of processor time on either engine; a copy costs a fraction of one. Copies
carry the process number, so that two runs in the same folder never meet.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import django
import wagtail
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OWN_PACKAGES = ["engagement", "consultations", "contracts", "portal"]


def use_copy(worker):
    """Point Django's connection at a fresh copy for this worker ("master", "gw0"…); it can refresh and drop itself."""
    engine = {"sqlite": SqliteCopy, "postgresql": PostgresqlCopy}[connection.vendor]
    copy = engine(worker, fingerprint())
    copy.make()
    return copy


def fingerprint():
    """Changes when what a migrated database holds may have: the migrations, and what our packages do after them."""
    digest = hashlib.sha256(f"{django.VERSION}{wagtail.VERSION}{sqlite3.sqlite_version}".encode())
    for key, migration in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()):
        digest.update(repr(key).encode())
        digest.update(Path(sys.modules[migration.__module__].__file__).read_bytes())
    for package in OWN_PACKAGES:
        for name in ["apps.py", "receivers.py", "models/guards.py"]:
            path = settings.BASE_DIR / package / name
            digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:16]


def migrate_from_nothing():
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    connection.close()


def point_at(name):
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(name)


class SqliteCopy:
    """Files under `var/test/`: a template for each fingerprint, a copy for each running worker."""

    def __init__(self, worker, key):
        self.folder = Path(settings.VAR_DIR) / "databases"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.template = self.folder / f"template-{key}.sqlite3"
        self.name = self.folder / f"copy-{os.getpid()}-{worker}.sqlite3"

    def make(self):
        with locked(self.folder / "lock"):
            self._forget_the_dead()
            if not self.template.exists():
                self._make_template()
            self.refresh()

    def refresh(self):
        connection.close()
        remove(self.name)
        shutil.copyfile(self.template, self.name)
        point_at(self.name)

    def drop(self):
        connection.close()
        remove(self.name)

    def _make_template(self):
        unfinished = self.template.with_suffix(".unfinished")
        remove(unfinished)
        point_at(unfinished)
        migrate_from_nothing()
        unfinished.rename(self.template)

    def _forget_the_dead(self):
        """Copies of runs that ended badly, and, when nobody else is running, templates of other migrations."""
        copies = list(self.folder.glob("copy-*.sqlite3"))
        dead = [copy for copy in copies if not alive(int(copy.name.split("-")[1]))]
        old = [path for path in self.folder.glob("template-*") if path != self.template] if dead == copies else []
        for path in dead + old:
            remove(path)


class PostgresqlCopy:
    """Databases beside the configured one: `<name>_template_<fingerprint>` and `<name>_copy_<process>_<worker>`."""

    def __init__(self, worker, key):
        self.base = connection.settings_dict["NAME"]
        self.template = f"{self.base}_template_{key}"
        self.name = f"{self.base}_copy_{os.getpid()}_{worker}"

    def make(self):
        with self._server() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.base])
            self._forget_the_dead(cursor)
            if self.template not in self._databases(cursor, f"{self.base}_template_%"):
                self._make_template(cursor)
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        point_at(self.name)

    def refresh(self):
        point_at(self.name)
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def drop(self):
        connection.close()
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _make_template(self, cursor):
        unfinished = f"{self.base}_unfinished"
        cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{unfinished}"')
        point_at(unfinished)
        migrate_from_nothing()
        cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')

    def _forget_the_dead(self, cursor):
        """Copies of runs that ended badly, and, when nobody else is running, templates of other migrations."""
        copies = self._databases(cursor, f"{self.base}_copy_%")
        dead = [name for name in copies if not alive(int(name.removeprefix(f"{self.base}_copy_").split("_")[0]))]
        templates = set(self._databases(cursor, f"{self.base}_template_%")) - {self.template}
        for name in [*dead, *(templates if dead == copies else [])]:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @staticmethod
    def _databases(cursor, pattern):
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern.replace("_", r"\_")])
        return [name for (name,) in cursor.fetchall()]

    @staticmethod
    def _server():
        """A cursor on the server's own database, where databases are made and dropped."""
        return connection._nodb_cursor()


@contextlib.contextmanager
def locked(path):
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove(path):
    for suffix in ["", "-wal", "-shm", "-journal"]:
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
