"""Organisations and the people who act for them, with the dates between which they do (R-147)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from engagement import rules
from engagement.enums import OrganisationKind, Role, Sector, Size


class OrganisationQuerySet(models.QuerySet):
    def with_people_managed_by(self, user, *, at):
        """Organisations whose people this person lists, invites and lets go, each once."""
        return self.filter(rules.organisations_with_managed_people(user, at=at)).distinct()

    def visible_to(self, user, *, at):
        """Organisations whose particulars and checks this person reads."""
        return self.filter(rules.readable_organisations(user, at=at)).distinct()

    def kept_by(self, user, *, at):
        """Organisations whose particulars this person changes, and whose checks they record."""
        return self.filter(rules.kept_organisations(user, at=at)).distinct()

    def checked_by(self, user, *, at):
        """Organisations whose checks this person reads for the office."""
        return self.filter(rules.organisations_checked(user, at=at))

    def sent_for_by(self, user, *, at):
        """Organisations for which this person sends documents to be checked."""
        return self.filter(rules.organisations_sending(user, at=at))

    def outside(self):
        """Every organisation but the office."""
        return self.exclude(kind=OrganisationKind.OFFICE)


class Organisation(models.Model):
    """One model for every organisation: provider, partner, police, fire, council, and the office itself (R-005).

    `is_vcse` is whether it is a voluntary, community or social enterprise, whatever its sector; `None` is not recorded.
    """

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind, default=OrganisationKind.PROVIDER)
    sector = models.CharField(max_length=20, choices=Sector, default=Sector.UNKNOWN)
    is_vcse = models.BooleanField(null=True, blank=True)
    size = models.CharField(max_length=20, choices=Size, default=Size.UNKNOWN)
    charity_number = models.CharField(max_length=20, blank=True)
    company_number = models.CharField(max_length=20, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=OrganisationKind.OFFICE), name="organisation_one_office"
            ),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="organisation_sector_known"),
            models.CheckConstraint(condition=Q(size__in=Size.values), name="organisation_size_known"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("engagement:organisation-detail", args=[self.slug])


class MembershipQuerySet(models.QuerySet):
    def current(self, *, on):
        """Memberships in force on a Europe/London date: from `starts_on`, up to but not including `ends_on`."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, accepted=True)

    def invited(self):
        """Those to which the person has not said yes. They count nowhere."""
        return self.filter(accepted=False)


class Membership(models.Model):
    """A person acts for an organisation in one role, from a date and until a date, once they have `accepted`.

    Whoever is invited says yes first: an address alone makes nobody act for anybody, and tells nobody whose it is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    accepted = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "starts_on"], name="membership_once_per_start"
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.get_role_display()}, {self.organisation})"

    def get_invitation_url(self):
        """Where the person who is invited says yes or no."""
        return reverse("engagement:invitation", args=[self.pk])
