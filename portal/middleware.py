"""What holds for every request: headers, the second factor of those who need one, and logs that hold no paths."""

import time
import traceback
from functools import partial
from pathlib import Path

import structlog
from allauth.mfa.utils import is_mfa_enabled
from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.messages import ERROR
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from engagement.access import act_for, roles_of
from engagement.domain.refusals import note_refusal
from portal.domain import acting
from portal.views.acting import CHOICE, SWITCH, belongs_to_another, choose

CMS = "/cms/"
NOUGHT = "\x00"
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# Wagtail's admin brings inline scripts and styles, and draws previews in a frame of its own.
CMS_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
# Anybody may ask for a file of a public page; the page decides.
GUARDED_FILES = frozenset({"portal:rendition", "wagtaildocs_serve"})
# Where somebody without a second factor may go: to set it up, or away.
SETTING_UP = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)


class SecurityHeadersMiddleware:
    """Headers on every answer, errors and static files too; no cache keeps what was made for one person (W15)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if self._is_personal(request):
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        return response

    @staticmethod
    def _is_personal(request):
        """Whether somebody is signed in. Without a session cookie nobody is, and nothing is looked up."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
            return False
        return request.user.is_authenticated


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict content policy of the site, loosened for Wagtail's admin alone (T16)."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(CMS) and not report_only:
            parts.replace = {**CMS_POLICY, **(parts.replace or {})}
        return parts


class SecondFactorMiddleware:
    """Everybody who acts for an organisation needs a second factor; until it is set up, nothing else opens (T10).

    Service users are exempt, and so is what anybody may read. Whoever has one was asked for it when signing in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.MFA_REQUIRED or not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated or request.resolver_match.view_name in SETTING_UP:
            return None
        if not roles_of(request.user, on=timezone.localdate()) or is_mfa_enabled(request.user):
            return None
        return redirect("mfa_activate_totp")


class ActingMiddleware:
    """Somebody who acts for several organisations acts for one at a time; people with one notice nothing (R-147).

    Stands after the sign-in, and asks nothing of its own: the choice is in the session, and is told to the user object
    when somebody looks at that. What is not there, and is another's of theirs, is said to be.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(partial(self.person, request))
        response = self.get_response(request)
        if response.status_code != 404 or request.resolver_match is None or not request.user.is_authenticated:
            return response
        at, match = timezone.now(), request.resolver_match
        owner = acting.whose(request.user, route=match.route, arguments=match.kwargs, at=at)
        return belongs_to_another(request, owner, at=at) if owner else response

    def process_view(self, request, view, args, kwargs):
        """Whoever sends something with the organisation to switch to has read whose it is."""
        if request.method == "POST" and settings.SESSION_COOKIE_NAME in request.COOKIES and SWITCH in request.POST:
            choose(request)

    @staticmethod
    def person(request):
        user = get_user(request)
        if user.is_authenticated:
            act_for(user, request.session.get(CHOICE, 0))
        return user


class PlainAddressMiddleware:
    """No address of ours holds a nought byte. PostgreSQL would take it for an error of the program."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if NOUGHT in request.path_info:
            raise Http404
        return self.get_response(request)


class RefusalMiddleware:
    """Notes who was refused what, for auditors and administrators (A02). The domain keeps it from becoming a flood."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_refusal(request, response) and request.user.is_authenticated:
            match = request.resolver_match
            arguments = [str(value) for value in (*match.args, *match.kwargs.values())]
            note_refusal(person=request.user, route=match.view_name or "", arguments=arguments, at=timezone.now())
        return response


def is_refusal(request, response):
    """Whether a door that needs signing in said no. A form that another site sent in somebody's name does not count."""
    match = request.resolver_match
    if match is None or not getattr(request, "csrf_processing_done", False):
        return False
    if getattr(match.func, "login_required", True) is False and match.view_name not in GUARDED_FILES:
        return False
    return response.status_code in {403, 404} or was_turned_away_from_cms(request, response)


def was_turned_away_from_cms(request, response):
    """Wagtail leads back to its first page and says there that something is not allowed."""
    if response.status_code != 302 or response.url != CMS:
        return False
    return any(message.level >= ERROR for message in request._messages._queued_messages)


class RequestLogMiddleware:
    """One line a request: the route's name, never its path; no address, no query, no body, no person (P03, P04).

    An error is written as its type and the places in the code it went through. Its message may quote what somebody
    typed, so the message is left out.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.log = structlog.get_logger("portal.request")

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        self.log.info(
            "request",
            method=request.method,
            route=route_of(request),
            status=response.status_code,
            milliseconds=round(1000 * (time.perf_counter() - began)),
        )
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, (Http404, PermissionDenied)):
            return  # an answer like any other, and its line is written with its status
        self.log.error("error", method=request.method, route=route_of(request), **outline(exception))


def route_of(request):
    """The name of the route that answered, or "none"."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def outline(exception):
    """An exception as its type and where it passed, without its words."""
    frames = traceback.extract_tb(exception.__traceback__)
    here = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"type": f"{type(exception).__module__}.{type(exception).__qualname__}", "places": here[-12:]}
