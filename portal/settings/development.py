"""The embedded default of `make run`: SQLite, mail as files, a key made once, plain http. `DEBUG` stays off."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.setdefault("VAR_DIR", str(BASE_DIR / "var")))
PORT = os.environ.get("PORT", "8000")


def key_kept_in(path):
    """The secret key of this copy, made at the first start and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


os.environ.setdefault("SECRET_KEY", key_kept_in(VAR / "secret_key"))
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("BASE_URL", f"http://localhost:{PORT}")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{VAR / 'portal.sqlite3'}")
os.environ.setdefault("EMAIL_URL", f"filemail:///{VAR / 'mail'}")
os.environ.setdefault("OFFICE_NAME", "Avonmere Police, Fire and Crime Commissioner")
os.environ.setdefault("OFFICE_PLACE", "Avonmere")
os.environ.setdefault("OFFICE_EMAIL", "hello@avonmere.example")
os.environ.setdefault("OFFICE_PHONE", "01632 960 120")
os.environ.setdefault("SUPPORT_PHONE", "0808 157 0140")
os.environ.setdefault("MFA_REQUIRED", "0")
os.environ.setdefault("OCID_PREFIX", "ocds-invented")

from portal.settings.production import *  # noqa: E402  production is the base; the variables above must be set first

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
EMAIL_BACKEND = (
    "django.core.mail.backends.filebased.EmailBackend" if EMAIL_URL.startswith("filemail") else EMAIL_BACKEND
)
EMAIL_FILE_PATH = VAR / "mail"
DEMO_ALLOWED = True
