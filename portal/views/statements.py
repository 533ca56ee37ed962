"""What the office states about its site: privacy, accessibility, cookies, contact; and the same for machines."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# The statement was last gone through on this day (regulation 8 asks for it every year at the latest).
REVIEWED_ON = date(2026, 11, 21)
SECURITY_TXT_DAYS = 180


@login_not_required
@require_safe
def privacy(request):
    return render(request, "portal/statements/privacy.html", {"small_number": settings.SMALL_NUMBER_THRESHOLD})


@login_not_required
@require_safe
def accessibility(request):
    return render(request, "portal/statements/accessibility.html", {"reviewed_on": REVIEWED_ON})


@login_not_required
@require_safe
def cookies(request):
    context = {
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "portal/statements/cookies.html", context)


@login_not_required
@require_safe
def contact(request):
    return render(request, "portal/statements/contact.html")


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def robots(request):
    """Search machines may read what is public; answering, following and signing in are for people."""
    closed = ["account", "cms", "dashboard", "engagement", "follow", "updates", "i", "returns", "search"]
    lines = ["User-agent: *", *(f"Disallow: /{folder}/" for folder in closed), "Disallow: /consultations/*/answer/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request):
    """Where to tell us of a weakness (RFC 9116)."""
    expires = timezone.now() + timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: mailto:{settings.OFFICE_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
