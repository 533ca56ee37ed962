"""Organisations and the people who act for them: inviting, inviting again, letting go (R-147)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement import rules
from engagement.access import local_date
from engagement.domain import organisations
from engagement.domain.messages import compose_invitation
from engagement.domain.organisations import MembershipRefused
from engagement.forms.organisations import InvitationForm, OrganisationForm
from engagement.models import Membership, Organisation

INVITATIONS = {"invitations": "30/h/user,5/h/key"}


@require_safe
def organisation_list(request):
    at = timezone.now()
    found = Organisation.objects.with_people_managed_by(request.user, at=at)
    may_register = rules.registers_organisations(request.user, at=at)
    if not may_register and not found.exists():
        raise Http404
    context = {"organisations": found.order_by("name"), "may_register": may_register}
    return render(request, "engagement/organisation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_register(request):
    at = timezone.now()
    if not rules.registers_organisations(request.user, at=at):
        raise Http404
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        slug = slugify(form.cleaned_data["name"])[:80]
        organisations.register_organisation(slug=slug, actor=request.user, at=at, **form.cleaned_data)
        messages.success(request, f"{form.cleaned_data['name']} is entered. Engage it in an activity next.")
        return redirect("engagement:organisation-list")
    return render(request, "engagement/organisation_form.html", {"form": form})


@require_safe
def organisation_detail(request, slug):
    at = timezone.now()
    organisation = _managed(request, slug, at=at)
    people = organisation.memberships.select_related("user").order_by("user__name", "pk")
    today = local_date(at)
    context = {
        "organisation": organisation,
        "current": people.current(on=today),
        "past": people.filter(ends_on__lte=today),
        "coming": people.filter(starts_on__gt=today),
        "today": today,
    }
    return render(request, "engagement/organisation_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_invite(request, slug):
    at = timezone.now()
    organisation = _managed(request, slug, at=at)
    form = InvitationForm(request.POST or None, roles=organisations.roles_in(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            _refuse_flood(request, form.cleaned_data["email"])
            membership = organisations.invite(organisation=organisation, actor=request.user, at=at, **form.cleaned_data)
        except MembershipRefused as refusal:
            form.add_error("email", str(refusal))
        else:
            _send_invitation(request, membership)
            return redirect(organisation)
    return render(request, "engagement/invitation_form.html", {"form": form, "organisation": organisation})


@require_POST
def invitation_again(request, slug, pk):
    """A new link for somebody who has not signed in yet."""
    membership = _membership(request, slug, pk, at=timezone.now())
    if membership.user.last_login is not None:
        messages.info(request, f"{membership.user} has signed in already and needs no invitation.")
        return redirect(membership.organisation)
    try:
        _refuse_flood(request, membership.user.email)
    except MembershipRefused as refusal:
        messages.error(request, str(refusal))
    else:
        _send_invitation(request, membership)
    return redirect(membership.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request, slug, pk):
    """Asks once more, then ends a membership today."""
    at = timezone.now()
    membership = _membership(request, slug, pk, at=at)
    error = ""
    if request.method == "POST":
        try:
            organisations.end_membership(membership=membership, ends_on=local_date(at), actor=request.user, at=at)
        except MembershipRefused as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"{membership.user} no longer acts for {membership.organisation}.")
            own = Organisation.objects.with_people_managed_by(request.user, at=at).filter(slug=slug)
            gone = membership.user_id == request.user.pk or not own.exists()
            return redirect("/" if gone else membership.organisation.get_absolute_url())
    return render(request, "engagement/membership_end.html", {"membership": membership, "error": error})


def _managed(request, slug, *, at):
    return get_object_or_404(Organisation.objects.with_people_managed_by(request.user, at=at), slug=slug)


def _membership(request, slug, pk, *, at):
    """A current membership of an organisation that is this person's to manage; anybody else's is not there (A08)."""
    organisation = _managed(request, slug, at=at)
    current = Membership.objects.current(on=local_date(at)).select_related("user", "organisation")
    return get_object_or_404(current, pk=pk, organisation=organisation)


def _refuse_flood(request, email):
    """Invitations are mails to whatever address is typed. The cache counts them, for all processes together (T07)."""
    if not ratelimit.consume(request, app="portal", action="invitations", config=INVITATIONS, key=email.casefold()):
        raise MembershipRefused("There have been too many invitations. Wait an hour, then try again.")


def _send_invitation(request, membership):
    """Sends the mail in the request: its link opens the account, so it is kept in no queue and no table (T01)."""
    user = membership.user
    link = settings.BASE_URL + _way_in(user)
    message = compose_invitation(organisation=membership.organisation, user=user, inviter=request.user, link=link)
    try:
        message.send()
    except OSError:
        messages.error(request, "We could not send the e-mail just now. Choose “Send the invitation again” later.")
    else:
        messages.success(request, f"We have sent an e-mail to {user.email}.")


def _way_in(user):
    """A newcomer chooses a password by a link that works once; everybody else signs in as always."""
    if user.has_usable_password() or user.last_login:
        return reverse("account_login")
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
