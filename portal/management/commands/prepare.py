"""`manage.py prepare`: everything between an installed environment and a server that can start. Safe to run again."""

import hashlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

BROKER_FOLDERS = ["data_folder_in", "data_folder_out", "processed_folder", "control_folder"]
DEMO_PEOPLE = "demo.example"


class Command(BaseCommand):
    help = "Brings database, static files and folders up to date, and fills an empty database with the demonstration."

    def add_arguments(self, parser):
        parser.add_argument("--no-demo", action="store_true", help="neither fill an empty database nor name people")

    def handle(self, *args, no_demo, **options):
        self._say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        make_broker_folders()
        self._collect_static_files()
        if not no_demo:
            self._demonstrate()
        call_command("load_measures", verbosity=0)

    def _say(self, sentence):
        self.stdout.write(sentence)
        self.stdout.flush()

    def _demonstrate(self):
        people = get_user_model().objects
        if not people.exists() and not apps.get_model("engagement", "Activity").objects.exists():
            self._say("The database is empty: filling it with the demonstration")
            call_command("demo", stdout=self.stdout, stderr=self.stderr)
        elif people.filter(email__endswith=DEMO_PEOPLE).exists():
            call_command("demo", people=True, stdout=self.stdout, stderr=self.stderr)

    def _collect_static_files(self):
        """Compressing is most of the work of a start, so it is done only when a file has changed."""
        record = Path(settings.STATIC_ROOT) / ".collected"
        now = fingerprint_of_static_files()
        if record.exists() and record.read_text() == now:
            return
        self._say("Collecting and compressing the static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        record.write_text(now)


def make_broker_folders():
    """The file-system broker expects its folders. With Redis there are none."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    for name in BROKER_FOLDERS:
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


def fingerprint_of_static_files():
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            details = Path(storage.path(path)).stat()
            digest.update(f"{path} {details.st_size} {details.st_mtime_ns}\n".encode())
    return digest.hexdigest()
