"""The page of last resort when something of ours has failed. It may ask nothing that could fail as well."""

from django.http import HttpResponseServerError
from django.template.loader import get_template
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def server_error(request):
    """The page for 500, drawn without context processors: no database, no session."""
    return HttpResponseServerError(get_template("500.html").render({"request": request}))
