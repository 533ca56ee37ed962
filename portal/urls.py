"""Every address of the site. Lower packages give whole paths; Wagtail's pages come last."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.contrib.redirects import urls as redirect_urls
from wagtail.urls import serve_pattern
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.views import (
    acting,
    cms,
    dashboard,
    drafts,
    feeds,
    handing_over,
    health,
    listings,
    media,
    open_data,
    pages,
    statements,
)

site = [
    path("dashboard/", dashboard.Dashboard.as_view(), name="dashboard"),
    path("acting/", acting.switch, name="acting-switch"),
    path("search/", listings.Search.as_view(), name="search"),
    path("intentions/", listings.IntentionList.as_view(), name="intention-list"),
    path("specifications/", listings.SpecificationList.as_view(), name="specification-list"),
    path("reviews/", listings.ReviewList.as_view(), name="review-list"),
    path("drafts/", drafts.DraftList.as_view(), name="draft-list"),
    path("drafts/begin/<slug:slug>/", drafts.begin, name="draft-begin"),
    path("drafts/<int:page_id>/", drafts.draft, name="draft-detail"),
    path("drafts/<int:page_id>/announce/", drafts.Announce.as_view(), name="announce"),
    path("drafts/<int:page_id>/take-back/", drafts.TakeBack.as_view(), name="take-back"),
    path("feeds/activities.atom", feeds.all_activities, name="feed"),
    path("feeds/outcomes.atom", feeds.outcomes, name="outcomes-feed"),
    path("activities/<slug:slug>/feed.atom", feeds.one_activity, name="activity-feed"),
    path(
        "engagement/organisations/<slug:slug>/people/<int:pk>/end/",
        handing_over.EndMembership.as_view(),
        name="membership-end",
    ),
    path("data/", open_data.data, name="data"),
    path("privacy/", statements.privacy, name="privacy"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("cookies/", statements.cookies, name="cookies"),
    path("contact/", statements.contact, name="contact"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("robots.txt", statements.robots, name="robots"),
    path(".well-known/security.txt", statements.security_txt, name="security-txt"),
    path("pictures/<int:image_id>/<str:filename>", media.rendition, name="rendition"),
]

# Redirects are entered one by one: Wagtail's import reads whole files and workbooks without a limit (U01).
redirects = decorate_urlpatterns(
    [
        path("", cms.RedirectList.as_view(), name="index"),
        path("results/", cms.RedirectList.as_view(results_only=True), name="index_results"),
    ],
    require_admin_access,
)
redirects += [one for one in redirect_urls.urlpatterns if one.name in {"add", "edit", "delete"}]

# Wagtail's admin behind our door, without its page that fails on purpose and its answer to every other address, and
# with our own in place of what signs out on sight, of unpublishing and of the redirects.
LEFT_OUT = {"wagtailadmin_error_test", "wagtailadmin_logout", "wagtailredirects", None}
admin = [
    path("logout/", cms.sign_out, name="wagtailadmin_logout"),
    path(
        "pages/<int:page_id>/unpublish/", RedirectView.as_view(pattern_name="portal:take-back"), name="page-unpublish"
    ),
    path("redirects/", include((redirects, "wagtailredirects"))),
    *[
        one
        for one in wagtailadmin_urls.urlpatterns
        if getattr(one, "namespace", "") not in LEFT_OUT - {None} and getattr(one, "name", "") not in LEFT_OUT
    ],
]

handler500 = "portal.views.errors.server_error"

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("cms/login/", login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))),
    path("cms/account/", cms.cms_only(RedirectView.as_view(pattern_name="account_email"))),
    path("cms/", include(decorate_urlpatterns(admin, cms.cms_only))),
    path("", include((site, "portal"))),
    path("", include("consultations.urls")),
    path("", include("contracts.urls")),
    path("", include("engagement.urls")),
    re_path(r"^documents/(\d+)/(.*)$", media.document, name="wagtaildocs_serve"),
    re_path(serve_pattern, pages.serve, name="wagtail_serve"),
]
