"""Where allauth and Django's permission checks meet our memberships."""

import time
import unicodedata
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.urls import reverse
from django.utils import timezone

from engagement.access import has_role
from engagement.enums import CMS_ROLES

FAILURES = {"failures": "10/5m/ip"}


class MembershipBackend(ModelBackend):
    """Answers `has_perm` from the groups of a person's roles, and only while a role that opens the CMS lasts."""

    def authenticate(self, request, username=None, password=None, **credentials):
        """Signing in is allauth's business: it limits attempts and asks for the second factor."""
        return

    def _get_permissions(self, user_obj, obj, from_name):
        if not has_role(user_obj, *CMS_ROLES, on=timezone.localdate()):
            return set()
        return super()._get_permissions(user_obj, obj, from_name)  # type: ignore[misc]  # the stubs leave it out


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation of the office or a provider; links in mails use the one configured address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
    }

    def is_open_for_signup(self, request):
        return False

    def get_from_email(self):
        return settings.DEFAULT_FROM_EMAIL

    def get_reset_password_from_key_url(self, key):
        """The link of a reset mail: the host that the request named has no part in it (T05)."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def authenticate(self, request, **credentials):
        """Counts failures by address once more: a reset or a right second factor wipes the count of allauth (T07)."""
        usage = ratelimit.consume(request, app="portal", action="failures", config=FAILURES)
        if not usage:
            raise self.validation_error("too_many_login_attempts")
        user = super().authenticate(request, **credentials)
        if user:
            usage.rollback()
        return user

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who must set up a second factor before anything else, and has just signed in, is not asked again for that."""
        if app == "allauth.mfa" and settings.MFA_REQUIRED:
            records = get_authentication_records(self.request, self.request.user)
            if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
                return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def _get_login_attempts_cache_key(self, request, **credentials):
        """One count for an account, however its address is written and by whichever host name it is asked for (T07)."""
        letters = unicodedata.normalize("NFKD", credentials.get("email") or "")
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return plain.casefold()
