"""What every page has in common: nothing private by password, nothing live under something that is not, four eyes."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


class PublishRefused(PermissionDenied):
    """The page cannot go live as it is or by this person's hand; the message says why."""


class PortalPage(Page):
    """The base of all pages. Editors see no privacy choices: a page is published, or it is not (interfaces.md)."""

    private_page_options = []
    promote_panels = [FieldPanel("slug"), FieldPanel("search_description")]
    settings_panels = [  # Wagtail's own panel is for publishers; here the author proposes the time, the approver agrees
        MultiFieldPanel([FieldPanel("go_live_at"), FieldPanel("expire_at")], heading="When it is public")
    ]

    class Meta:
        abstract = True

    def route(self, request, path_components):
        """Nothing at or below a page that is not live, or past its end, can be reached (security row W01)."""
        if self.is_closed():
            raise Http404
        return super().route(request, path_components)

    def is_closed(self):
        """Whether the page itself is not live or past its end, which nothing may have swept yet."""
        return not self.live or bool(self.expire_at and self.expire_at <= timezone.now())

    @property
    def address(self):
        """Where the page is, from the root of the one site; unlike `url` it asks neither database nor cache."""
        return "/" + self.url_path.split("/", 2)[2]

    def settle_names(self):
        """Sets title or address where they are not the editor's choice. Wagtail cleans drafts and others apart."""

    def save(self, *args, **kwargs):
        """A page is born as a draft, whatever the form of its birth says: `publish` is how it goes live.

        No page is born as an alias: it would follow another one onto the air, with nobody having approved it there.
        """
        if self._state.adding and self.alias_of_id:
            raise PublishRefused("A page stands at one address, so there are no aliases.")
        if self._state.adding:
            self.live, self.has_unpublished_changes = False, True
        return super().save(*args, **kwargs)

    def full_clean(self, *args, **kwargs):
        self.settle_names()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self.settle_names()
        super().minimal_clean()

    def missing_to_publish(self):
        """What still has to be done before this can go live, as sentences. Nothing, for most pages."""
        return []

    def authors_since_live(self, revision):
        """Ids of the people who wrote what would go live: everybody since the version that is live now."""
        written = self.revisions.filter(pk__lte=revision.pk)
        if self.live_revision_id and self.live_revision_id != revision.pk:
            written = written.filter(pk__gt=self.live_revision_id)
        return set(written.exclude(user=None).values_list("user", flat=True)) | ({revision.user_id} - {None})

    def refuse_publication(self, revision, user):
        """Raises `PublishRefused` when something is missing, or when a person would approve their own words (A15).

        `user` is `None` when the machine carries out what a person scheduled.
        """
        if missing := revision.as_object().missing_to_publish():
            raise PublishRefused(" ".join(missing))
        if user and user.pk in self.authors_since_live(revision):
            raise PublishRefused("You wrote part of this, so somebody else has to approve it.")

    def publish(self, revision, user=None, **options):
        """The door to the public for workflow, scheduler and code; the editor's own is shut (`wagtail_hooks`)."""
        with transaction.atomic():
            self.refuse_publication(revision, user)
            return super().publish(revision, user=user, **options)
