"""Whole addresses of the ground floor. The public reads about an activity on pages of the portal."""

from django.urls import path

from engagement.views import (
    activities,
    asking,
    clarifying,
    deliveries,
    following,
    log,
    organisations,
    packs,
    releasing,
)

app_name = "engagement"
manage = "activities/<slug:slug>/manage/questions"
one = "engagement/questions/<uuid:reference>"
ours = "our-questions/question/<uuid:reference>"

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
    path("activities/<slug:slug>/questions/", packs.public_answers, name="public-answers"),
    path("activities/<slug:slug>/questions.csv", packs.public_answers_csv, name="public-answers-csv"),
    path("our-questions/", asking.our_activities, name="our-activities"),
    path("our-questions/<slug:slug>/", asking.our_questions, name="our-questions"),
    path("our-questions/<slug:slug>/answers.csv", asking.our_answers_csv, name="our-answers-csv"),
    path("our-questions/<slug:slug>/ask/", asking.question_ask, name="question-ask"),
    path(f"{ours}/", asking.our_question, name="our-question"),
    path(f"{ours}/edit/", asking.question_edit, name="question-edit"),
    path(f"{ours}/discard/", asking.question_discard, name="question-discard"),
    path(f"{ours}/withdraw/", asking.question_withdraw, name="question-withdraw"),
    path(f"{ours}/let-go/", asking.question_let_go, name="question-let-go"),
    path("engagement/questions/", clarifying.question_queue, name="question-queue"),
    path(f"{one}/", clarifying.clarification_detail, name="clarification-detail"),
    path(f"{one}/answer/", clarifying.clarification_answer, name="clarification-answer"),
    path(f"{one}/decline/", clarifying.clarification_decline, name="clarification-decline"),
    path(f"{one}/confidence/", clarifying.clarification_confidence, name="clarification-confidence"),
    path(f"{one}/merge/", clarifying.clarification_merge, name="clarification-merge"),
    path(f"{one}/take-apart/", clarifying.clarification_take_apart, name="clarification-take-apart"),
    path(f"{one}/drop/", clarifying.clarification_drop, name="clarification-drop"),
    path(f"{manage}/", clarifying.activity_questions, name="activity-questions"),
    path(f"{manage}/open/", clarifying.window_open, name="window-open"),
    path(f"{manage}/log/", releasing.told_log, name="told-log"),
    path(f"{manage}/log.csv", releasing.told_log_csv, name="told-log-csv"),
    path(f"{manage}/<int:number>/extend/", clarifying.window_extend, name="window-extend"),
    path(f"{manage}/<int:number>/enter/", clarifying.question_enter, name="question-enter"),
    path(f"{manage}/<int:number>/release/", releasing.answers_release, name="answers-release"),
]
