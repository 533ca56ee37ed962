"""The embedded default under test: quick password hashing, mail in memory, tasks run where they are sent."""

import os
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent.parent / "var"
os.environ.setdefault("VAR_DIR", str(VAR / "test"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("BASE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("EMAIL_URL", "memorymail://")

from portal.settings.development import *  # noqa: E402  the development settings read the variables above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATICFILES_DIRS = []
CELERY_BROKER_URL = "memory://localhost/"  # what is sent by name goes nowhere
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
WEB_PROCESSES = 1
