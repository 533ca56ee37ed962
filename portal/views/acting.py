"""For which of their organisations somebody acts: switching, and what is said of what belongs to another."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from engagement.access import act_for
from portal.domain import acting

CHOICE = "acting_for"  # in the session: the key of an organisation
SWITCH = "act_for"  # in what is sent: the address of an organisation
NOT_TYPED = frozenset({"csrfmiddlewaretoken", SWITCH})


@require_POST
def switch(request):
    """Acts for another of one's organisations from now on, and goes back to where one was."""
    where = request.POST.get("next", "")
    if not choose(request):
        raise Http404
    here = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(where if here else "portal:dashboard")


def choose(request):
    """Acts for the organisation that is named in what was sent; whether it is one for which this person may act."""
    found = acting.may_act_for(request.user, request.POST.get(SWITCH, ""), at=timezone.now())
    if found:
        request.session[CHOICE] = found.pk
        act_for(request.user, found.pk)
    return found is not None


def belongs_to_another(request, owner, *, at):
    """Says whose it is. What was typed stays in the page, and is sent only by whoever switches knowingly."""
    typed = [(name, value) for name, values in request.POST.lists() if name not in NOT_TYPED for value in values]
    context = {
        "owner": owner,
        "acting": acting.acting_of(request.user, at=at),
        "typed": typed,
        "sent": request.method == "POST",
        "files": bool(request.FILES),
        "address": request.get_full_path(),
    }
    return render(request, "portal/belongs_to_another.html", context, status=409)
