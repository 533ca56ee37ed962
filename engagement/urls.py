"""Whole addresses of the ground floor. The public reads about an activity on pages of the portal."""

from django.urls import path

from engagement.views import activities, deliveries, following, log, organisations

app_name = "engagement"

urlpatterns = [
    path("follow/confirm/<str:token>/", following.follow_confirm, name="follow-confirm"),
    path("follow/leave/<str:token>/", following.follow_leave, name="follow-leave"),
    path("follow/<slug:slug>/", following.follow, name="follow"),
    path("follow/<slug:slug>/sent/", following.follow_sent, name="follow-sent"),
    path("updates/<int:pk>/", following.update, name="update"),
    path("activities/<slug:slug>/manage/", activities.activity_manage, name="activity-manage"),
    path("activities/<slug:slug>/manage/move/", activities.activity_move, name="activity-move"),
    path("activities/<slug:slug>/manage/edit/", activities.activity_edit, name="activity-edit"),
    path("activities/<slug:slug>/manage/money/", activities.activity_fund, name="activity-fund"),
    path("activities/<slug:slug>/manage/publish/", activities.activity_publish, name="activity-publish"),
    path("activities/<slug:slug>/manage/engage/", activities.activity_engage, name="activity-engage"),
    path("engagement/activities/", activities.activity_work_list, name="activity-work-list"),
    path("engagement/activities/new/", activities.activity_begin, name="activity-begin"),
    path("engagement/messages/", deliveries.delivery_list, name="delivery-list"),
    path("engagement/messages/<int:pk>/send-again/", deliveries.delivery_send_again, name="delivery-send-again"),
    path("engagement/messages/<int:pk>/leave/", deliveries.delivery_leave, name="delivery-leave"),
    path("engagement/log/", log.log_list, name="log-list"),
    path("engagement/log.csv", log.log_csv, name="log-csv"),
    path("engagement/organisations/", organisations.organisation_list, name="organisation-list"),
    path("engagement/organisations/new/", organisations.organisation_register, name="organisation-register"),
    path("engagement/organisations/<slug:slug>/", organisations.organisation_detail, name="organisation-detail"),
    path("engagement/organisations/<slug:slug>/invite/", organisations.organisation_invite, name="organisation-invite"),
    path(
        "engagement/organisations/<slug:slug>/people/<int:pk>/invite-again/",
        organisations.invitation_again,
        name="invitation-again",
    ),
    path(
        "engagement/organisations/<slug:slug>/people/<int:pk>/end/",
        organisations.membership_end,
        name="membership-end",
    ),
]
