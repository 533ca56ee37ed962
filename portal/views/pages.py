"""Wagtail's pages, open to everybody: which of them are public is for `Page.route` and the policy behind it to say."""

from django.contrib.auth.decorators import login_not_required
from wagtail.views import serve

serve = login_not_required(serve)
