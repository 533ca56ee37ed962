"""The list of open data."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from engagement.access import local_date
from portal.domain.open_data import open_files


@login_not_required
@require_safe
def data(request):
    return render(request, "portal/data.html", {"files": open_files(on=local_date(timezone.now()))})
