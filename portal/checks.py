"""System checks of this product's own promises: `manage.py check` refuses what would break one."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.http.request import validate_host
from django.utils import timezone

from contracts.domain.holidays import warning

# Below these a published count could point at a person.
FLOORS = {"SMALL_NUMBER_THRESHOLD": 5, "SENSITIVE_THRESHOLD": 10}


@checks.register(checks.Tags.security)
def thresholds_are_not_lowered(app_configs, **kwargs):
    return [
        checks.Error(f"{name} is {getattr(settings, name)}; it may not be below {floor}.", id="portal.E001")
        for name, floor in FLOORS.items()
        if getattr(settings, name) < floor
    ]


@checks.register(checks.Tags.security)
def links_in_mails_have_one_address(app_configs, **kwargs):
    """`BASE_URL` is the only source of links in mails (T05): an origin, and one that this site answers to."""
    address = urlsplit(settings.BASE_URL)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path or address.query:
        words = f"BASE_URL is “{settings.BASE_URL}”; give the origin and no more, such as https://portal.example."
        return [checks.Error(words, id="portal.E002")]
    if not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        return [checks.Error(f"BASE_URL names {address.hostname}, which ALLOWED_HOSTS lacks.", id="portal.E003")]
    return []


@checks.register(checks.Tags.security, deploy=True)
def live_office_is_locked(app_configs, **kwargs):
    """What only the demonstration may loosen."""
    cookies = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    loosened = {
        "MFA_REQUIRED is off: people sign in without a second factor.": not settings.MFA_REQUIRED,
        "BASE_URL is not https: links in mails would be open to read.": not settings.BASE_URL.startswith("https://"),
        "Cookies do not begin with __Host-: another site of this domain could set them.": not all(
            name.startswith("__Host-") for name in cookies
        ),
        "DEMO_ALLOWED is on: invented people with a known password may be made.": settings.DEMO_ALLOWED,
    }
    return [
        checks.Warning(words, id=f"portal.W{number:03d}")
        for number, (words, is_loose) in enumerate(loosened.items(), start=1)
        if is_loose
    ]


@checks.register()
def bank_holidays_reach_a_year_ahead(app_configs, **kwargs):
    """Due dates are counted in working days: those beyond the published list are provisional."""
    words = warning(on=timezone.localdate())
    return [checks.Warning(words, id="portal.W010")] if words else []
