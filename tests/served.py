"""Settings of servers and workers that tests start: those of `make run`, over the test's own database and folder."""

import os
from pathlib import Path

from portal.settings.development import *

RUN_DIR = Path(os.environ["RUN_DIR"])
STATICFILES_DIRS = [BASE_DIR / "var" / "assets"]
MEDIA_ROOT = RUN_DIR / "media"
EMAIL_FILE_PATH = RUN_DIR / "mail"
CELERY_BEAT_SCHEDULE["sweep-outbox"]["schedule"] = float(os.environ.get("SWEEP_SECONDS", "60"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as in the test that makes the people
if "CELERY_BROKER_TRANSPORT_OPTIONS" in globals():
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        name: str(RUN_DIR / "broker" / Path(value).name) if name.endswith(("_in", "_out", "_folder")) else value
        for name, value in CELERY_BROKER_TRANSPORT_OPTIONS.items()
    }
