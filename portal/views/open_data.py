"""The list of open data."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.domain.open_data import open_files


@login_not_required
@require_safe
def data(request):
    return render(request, "portal/data.html", {"files": open_files()})
