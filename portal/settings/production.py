"""The settings of a live office. What differs between offices is an environment variable (docs/configuration.md)."""

from email.utils import formataddr
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from portal.settings.database import database_from

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

# Identity of the office: names and brand are settings, since offices like this one hand over to others.
OFFICE_NAME = env("OFFICE_NAME")
OFFICE_PLACE = env("OFFICE_PLACE")
OFFICE_EMAIL = env("OFFICE_EMAIL")
OFFICE_PHONE = env("OFFICE_PHONE", default="")
OFFICE_ADDRESS = env("OFFICE_ADDRESS", default="")
OFFICE_LOGO = env("OFFICE_LOGO", default="")
SUPPORT_PHONE = env("SUPPORT_PHONE", default="")
# Paragraphs between empty lines, which a variable may write as "\n\n". Each consultation adds what is special to it.
CONSULTATION_PRIVACY = env(
    "CONSULTATION_PRIVACY",
    default="We ask because the law makes us obtain people’s views before the Commissioner decides: a public task (UK"
    " GDPR, article 6(1)(e)). Where you tell us about your health, beliefs or other protected matters, we use it as a"
    " matter of substantial public interest (article 9(2)(g)).\n\n"
    "Only people of the office whose work it is read what you write. We publish counts, with small numbers left out,"
    " and quote only the words of those who let us, after taking out names and places.\n\n"
    "Unfinished answers open with your own link only, and are thrown away after 60 days without a visit, and two weeks"
    " after closing. Answers are kept as long as the decision can be challenged, as our retention schedule says.\n\n"
    "You can change or withdraw your answers until this closes, with the reference on your receipt. After that we"
    " cannot find them: nothing tells us which are yours.",
)
EXIT_URL = env("EXIT_URL", default="https://www.bbc.co.uk/weather")
BASE_URL = env("BASE_URL").rstrip("/")

SECRET_KEY = env("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "consultations.apps.ConsultationsConfig",
    "contracts.apps.ContractsConfig",
    "engagement.apps.EngagementConfig",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "formtools",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # The first three dress every answer, static files, refusals and errors included.
    "portal.middleware.SecurityHeadersMiddleware",
    "portal.middleware.ContentPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.RequestLogMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.middleware.SecondFactorMiddleware",
    "portal.middleware.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.ActingMiddleware",
    "portal.middleware.PlainAddressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.office",
                "portal.context_processors.navigation",
                "portal.context_processors.acting",
            ],
        },
    },
]

DATABASES = {"default": database_from(env("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Without Redis the processes share a cache table: sign-in limits and used one-time codes live in the cache.
REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        **(
            {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
            if REDIS_URL
            else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
        ),
        # A fuller table drops counts and used codes at random. Django's 300 could be reached on purpose (T07).
        "OPTIONS": {} if REDIS_URL else {"MAX_ENTRIES": 100_000},
        "KEY_FUNCTION": "portal.settings.caching.keyed_name",
    },
}
# Limits on what nobody signs in for are counted in each process alone, where nothing is left behind (P03).
WEB_PROCESSES = env.int("WEB_PROCESSES", default=env.int("WEB_CONCURRENCY", default=2))
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# People sign in once for everything, with an e-mail address.
AUTH_USER_MODEL = "engagement.User"
AUTHENTICATION_BACKENDS = [
    "engagement.adapters.MembershipBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:dashboard"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "engagement.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"activate_totp": "engagement.forms.accounts.SetUpAuthenticator"}
MFA_TOTP_ISSUER = f"{OFFICE_PLACE} commissioning"
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=True)
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_AGE = None  # forgotten with the browser: a shared device tells nobody who was here
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # otherwise a proxy's own address would be everybody's
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
WAGTAIL_I18N_ENABLED = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [VAR_DIR / "assets"]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"  # No route serves it: files leave through Wagtail's serve views, which ask our policy.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_URL = env("EMAIL_URL")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=formataddr((OFFICE_NAME, OFFICE_EMAIL)))  # names have commas
SERVER_EMAIL = OFFICE_EMAIL
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 20

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # a broker that is down costs nobody an error page or a wait
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "processed_folder": str(VAR_DIR / "broker" / "processed"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.2,
    }
CELERY_BEAT_SCHEDULE = {
    "publish-scheduled": {"task": "portal.publish_scheduled", "schedule": 60.0},
    "sweep-outbox": {"task": "engagement.flush_outbox", "schedule": 60.0},
    "end-memberships": {"task": "engagement.end_memberships", "schedule": crontab(hour=0, minute=10)},
    "verify-audit": {"task": "engagement.verify_audit", "schedule": crontab(hour=3, minute=20)},
    "forget-expired": {"task": "portal.forget_expired", "schedule": crontab(hour=3, minute=40)},
    "open-quarter": {"task": "contracts.open_quarter", "schedule": crontab(hour=6, minute=0)},
    "send-due": {"task": "contracts.send_due", "schedule": crontab(hour=6, minute=30)},
    "make-evidence": {"task": "consultations.make_evidence", "schedule": 60.0},
    "warn-of-what-is-due": {"task": "consultations.warn_of_what_is_due", "schedule": crontab(hour=6, minute=45)},
    "keep-consultation-time": {"task": "consultations.keep_time", "schedule": crontab(minute="*/5")},
    "look-for-alike": {"task": "consultations.look_for_alike", "schedule": 60.0},
    "work-on-files": {"task": "consultations.work_on_files", "schedule": 60.0},
    "publish-rounds": {"task": "contracts.publish_rounds", "schedule": 60.0},
    "publish-ordered": {"task": "consultations.publish_ordered", "schedule": 60.0},
    "count-terms": {"task": "consultations.count_terms", "schedule": 60.0},
    "shuffle-responses": {"task": "consultations.shuffle_responses", "schedule": crontab(hour=2, minute=30)},
    "forget-drafts": {"task": "consultations.forget_drafts", "schedule": crontab(hour=2, minute=50)},
}

WAGTAIL_SITE_NAME = f"{OFFICE_PLACE} commissioning"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILDOCS_DOCUMENT_MODEL = "portal.PortalDocument"
WAGTAILIMAGES_IMAGE_MODEL = "portal.PortalImage"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.forms.media.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.forms.media.ImageForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = []
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "xlsx", "txt"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILEMBEDS_FINDERS = []
WAGTAILSEARCH_BACKENDS = {
    # PostgreSQL's configuration of `portal/migrations/0004`; SQLite's index has its own, of `0003`.
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "portal_english"},
}
TAGGIT_CASE_INSENSITIVE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# What is sent stays in memory: a file on its way through a folder would leave its moment there (docs/decisions/0023).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# Disclosure control (R-150): the office may raise these, never lower them below the floors in `portal.checks`.
SMALL_NUMBER_THRESHOLD = env.int("SMALL_NUMBER_THRESHOLD", default=5)
SENSITIVE_THRESHOLD = env.int("SENSITIVE_THRESHOLD", default=10)
# What consultations ask about, known to them by name only, as the user model is to Django.
SPECIFICATION_VERSION_MODEL = "portal.SpecificationVersion"
# The prefix of the office's own contracting processes, from the registry of prefixes of the Open Contracting standard.
# Without one no release package is published: an identifier that nobody registered may be another body's.
OCID_PREFIX = env("OCID_PREFIX", default="")
RETURN_DUE_WORKING_DAYS = env.int("RETURN_DUE_WORKING_DAYS", default=20)
AGREEMENT_WARNING_DAYS = env.int("AGREEMENT_WARNING_DAYS", default=180)
DEMO_ALLOWED = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.formatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "nowhere": {"class": "logging.NullHandler"},  # without any handler, Python would write to stderr all the same
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    # Django's own request logger writes paths, which may hold tokens: ours writes route names (anonymity.md).
    "loggers": {
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        "django.security.csrf": {"handlers": ["nowhere"], "propagate": False},
        "django.server": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
