"""Organisations, their particulars and the people who act for them: inviting, inviting again, letting go (R-147)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from engagement import rules
from engagement.access import is_office, local_date
from engagement.domain import organisations, particulars
from engagement.domain.diligence import standings_of
from engagement.domain.messages import compose_invitation
from engagement.domain.organisations import MembershipRefused
from engagement.enums import OrganisationKind
from engagement.forms.organisations import InvitationForm, OrganisationFilter, OrganisationForm
from engagement.models import Membership, Organisation
from engagement.views.exports import csv_response

PAGE = 50
INVITATIONS = {"invitations": "30/h/user,5/h/key"}


@require_safe
def organisation_list(request):
    at = timezone.now()
    if not rules.reads_organisations(request.user, at=at):
        raise Http404
    found = Organisation.objects.visible_to(request.user, at=at)
    form = OrganisationFilter(request.GET)
    page = Paginator(form.narrow(found).order_by("name"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filter": form if is_office(request.user, on=local_date(at)) else None,
        "narrowed": any(form.data.get(name) for name in form.fields),
        "may_register": rules.registers_organisations(request.user, at=at),
    }
    return render(request, "engagement/organisation_list.html", context)


@require_safe
def organisation_list_csv(request):
    """The list as a file, narrowed as the page is."""
    at = timezone.now()
    if not rules.reads_organisations(request.user, at=at):
        raise Http404
    found = OrganisationFilter(request.GET).narrow(Organisation.objects.visible_to(request.user, at=at))
    rows = (particulars.csv_row(one) for one in found.order_by("name").iterator(chunk_size=500))
    return csv_response(name="organisations", header=particulars.CSV_HEADER, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_register(request):
    at = timezone.now()
    if not rules.registers_organisations(request.user, at=at):
        raise Http404
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        slug = particulars.slug_of(form.cleaned_data["name"])
        organisation = organisations.register_organisation(slug=slug, actor=request.user, at=at, **form.cleaned_data)
        messages.success(request, f"{organisation} is entered. Engage it in an activity next.")
        return redirect(organisation)
    context = {"form": form, "heading": "Enter an organisation", "button": "Enter it"}
    return render(request, "engagement/organisation_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request, slug):
    """Another's particulars. The log holds what stood there before."""
    at = timezone.now()
    organisation = get_object_or_404(Organisation.objects.kept_by(request.user, at=at), slug=slug)
    known = {name: getattr(organisation, name) for name in OrganisationForm.base_fields}
    known["is_vcse"] = {True: "yes", False: "no", None: ""}[organisation.is_vcse]
    form = OrganisationForm(request.POST or None, initial=known, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            particulars.change_particulars(organisation=organisation, actor=request.user, at=at, **form.cleaned_data)
        except particulars.ParticularsRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "The particulars are kept. What stood there before is in the log.")
            return redirect(organisation)
    context = {
        "form": form,
        "organisation": organisation,
        "heading": f"Particulars of {organisation}",
        "button": "Keep them",
    }
    return render(request, "engagement/organisation_form.html", context)


@require_safe
def organisation_detail(request, slug):
    at = timezone.now()
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user, at=at), slug=slug)
    people = organisation.memberships.select_related("user").order_by("user__name", "pk")
    today = local_date(at)
    context = {
        "organisation": organisation,
        "facts": particulars.facts_of(organisation),
        "may_edit": Organisation.objects.kept_by(request.user, at=at).filter(pk=organisation.pk).exists(),
        "manages": _manages(request, organisation, at=at),
        "standings": [] if organisation.kind == OrganisationKind.OFFICE else standings_of(organisation, on=today),
        "checks_it": rules.checks_organisations(request.user, at=at),
        "of_office": is_office(request.user, on=today),
        "current": people.current(on=today),
        "past": people.filter(ends_on__lte=today, accepted=True),
        "coming": people.filter(starts_on__gt=today, accepted=True),
        "invited": people.invited().order_by("user__email", "pk"),
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
    """A new link for somebody who has not said yes."""
    membership = _invitation(request, slug, pk, at=timezone.now())
    try:
        _refuse_flood(request, membership.user.email)
    except MembershipRefused as refusal:
        messages.error(request, str(refusal))
    else:
        _send_invitation(request, membership)
    return redirect(membership.organisation)


@require_POST
def invitation_take_back(request, slug, pk):
    """Somebody who has not said yes is no longer asked."""
    at = timezone.now()
    membership = _invitation(request, slug, pk, at=at)
    try:
        organisations.drop_invitation(membership=membership, actor=request.user, at=at)
    except MembershipRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{membership.user.email} is no longer invited.")
    return redirect(membership.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, pk):
    """Whoever is invited says yes or no. Nothing happens before."""
    at = timezone.now()
    mine = Membership.objects.invited().select_related("organisation")
    membership = get_object_or_404(mine, pk=pk, user=request.user)
    if request.method == "POST":
        act = organisations.accept_invitation if "accept" in request.POST else organisations.drop_invitation
        try:
            act(membership=membership, actor=request.user, at=at)
        except MembershipRefused as refusal:
            messages.error(request, str(refusal))
        else:
            said = "You act for" if "accept" in request.POST else "You do not act for"
            messages.success(request, f"{said} {membership.organisation}.")
        return redirect("/dashboard/")
    return render(request, "engagement/invitation.html", {"membership": membership})


def _manages(request, organisation, *, at):
    managed = Organisation.objects.with_people_managed_by(request.user, at=at)
    return managed.filter(pk=organisation.pk).exists()


def _managed(request, slug, *, at):
    return get_object_or_404(Organisation.objects.with_people_managed_by(request.user, at=at), slug=slug)


def _invitation(request, slug, pk, *, at):
    """An open invitation of an organisation that is this person's to manage; anybody else's is not there (A08)."""
    open_ones = Membership.objects.invited().select_related("user", "organisation")
    return get_object_or_404(open_ones, pk=pk, organisation=_managed(request, slug, at=at))


def _refuse_flood(request, email):
    """Invitations are mails to whatever address is typed. The cache counts them, for all processes together (T07)."""
    if not ratelimit.consume(request, app="portal", action="invitations", config=INVITATIONS, key=email.casefold()):
        raise MembershipRefused("There have been too many invitations. Wait an hour, then try again.")


def _send_invitation(request, membership):
    """Sends the mail in the request: its link opens the account, so it is kept in no queue and no table (T01)."""
    user = membership.user
    link = settings.BASE_URL + _way_in(membership)
    message = compose_invitation(organisation=membership.organisation, user=user, inviter=request.user, link=link)
    try:
        message.send()
    except OSError:
        messages.error(request, "We could not send the e-mail just now. Choose “Send the invitation again” later.")
    else:
        messages.success(request, f"We have sent an e-mail to {user.email}.")


def _way_in(membership):
    """A newcomer chooses a password by a link that works once; everybody else signs in as always, and answers."""
    user = membership.user
    if user.has_usable_password() or user.last_login:
        return f"{reverse('account_login')}?next={membership.get_invitation_url()}"
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
