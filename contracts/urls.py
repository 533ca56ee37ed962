"""Whole addresses of agreements, returns and ratings: the office's, the provider's, and everybody's."""

from django.urls import path

from contracts.views import (
    actions,
    agreements,
    calendar,
    consequences,
    figures,
    funding,
    measures,
    money,
    monitoring,
    office,
    open_data,
    oversight,
    parties,
    plans,
    procurement,
    provider,
    public,
    publishing,
    restating,
    rounds,
    uploads,
)
from contracts.views.library import (
    ApproveMeasure,
    ChooseMeasures,
    MeasureDetail,
    MeasureList,
    MeasureListCsv,
    TakeNewer,
    WriteMeasure,
)

app_name = "contracts"

AGREEMENT = "agreements/<str:reference>"
CONSEQUENCE = f"{AGREEMENT}/consequences/<int:number>"
RETURN = "agreements/<str:agreement>/returns/<str:reference>"

office_addresses = [
    path("agreements/", agreements.AgreementList.as_view(), name="agreement-list"),
    path("agreements/new/", agreements.EnterAgreement.as_view(), name="agreement-enter"),
    path("agreements/money/", money.Money.as_view(), name="money"),
    path("agreements/money.csv", money.MoneyCsv.as_view(), name="money-csv"),
    path("agreements/funding.csv", funding.FundingCsv.as_view(), name="funding-csv"),
    path("agreements/streams/", funding.StreamList.as_view(), name="stream-list"),
    path("agreements/streams/new/", funding.KeepStream.as_view(), name="stream-add"),
    path("agreements/streams/<int:stream>/", funding.KeepStream.as_view(), name="stream-edit"),
    path("agreements/returns/", office.OfficeReturnList.as_view(), name="office-return-list"),
    path("agreements/restatements/<int:pk>/", restating.RestatementDetail.as_view(), name="restatement-detail"),
    path("agreements/returns.csv", office.OfficeReturnCsv.as_view(), name="office-return-csv"),
    path("agreements/returns/dates.ics", office.OfficeReturnDates.as_view(), name="office-return-dates"),
    path("agreements/publish/", rounds.PeriodsToPublish.as_view(), name="round-list"),
    path("agreements/publish/rounds/<int:pk>/", rounds.RoundDetail.as_view(), name="round-detail"),
    path("agreements/publish/<str:quarter>/", rounds.PublishPeriod.as_view(), name="round-order"),
    path("agreements/publish/<str:quarter>/ready.csv", rounds.PublishPeriodCsv.as_view(), name="round-csv"),
    path("agreements/reminders/", calendar.ReminderList.as_view(), name="reminder-list"),
    path("agreements/reminders/new/", calendar.KeepReminder.as_view(), name="reminder-add"),
    path("agreements/reminders/<int:pk>/", calendar.KeepReminder.as_view(), name="reminder-edit"),
    path("agreements/<str:reference>/", agreements.AgreementDetail.as_view(), name="agreement-detail"),
    path("agreements/<str:reference>/edit/", agreements.ChangeAgreement.as_view(), name="agreement-edit"),
    path("agreements/<str:reference>/sign/", agreements.SignAgreement.as_view(), name="agreement-sign"),
    path("agreements/<str:reference>/measures/new/", measures.AddIndicator.as_view(), name="indicator-add"),
    path("agreements/<str:reference>/measures/<str:code>/", measures.ChangeIndicator.as_view(), name="indicator-edit"),
    path("agreements/<str:reference>/calendar/", calendar.AgreementCalendar.as_view(), name="agreement-calendar"),
    path("agreements/<str:reference>/calendar/change/", calendar.ChangeCalendar.as_view(), name="calendar-change"),
    path("agreements/<str:reference>/calendar/dates/", calendar.AddPeriod.as_view(), name="period-add"),
    path("agreements/<str:reference>/calendar/dates/<int:pk>/", calendar.DropPeriod.as_view(), name="period-drop"),
    path(f"{RETURN}/", office.ReviewReturn.as_view(), name="return-review"),
    path(f"{RETURN}/accept/", office.AcceptReturn.as_view(), name="return-accept"),
    path(f"{RETURN}/extend/", calendar.ExtendReturn.as_view(), name="return-extend"),
    path(f"{RETURN}/publish/", publishing.PublishRatings.as_view(), name="rating-publish"),
    path(f"{RETURN}/measures/<str:code>/query/", office.QueryLine.as_view(), name="line-query"),
    path(f"{RETURN}/measures/<str:code>/accept/", office.AcceptLine.as_view(), name="line-accept"),
]

making_addresses = [
    path("agreements/duties/", procurement.Amounts.as_view(), name="duty-amounts"),
    path("agreements/duties/new/", procurement.SetAmount.as_view(), name="duty-amount-set"),
    path(f"{AGREEMENT}/procurement/", procurement.Procurement.as_view(), name="procurement"),
    path(f"{AGREEMENT}/procurement/record/", procurement.RecordProcurement.as_view(), name="procurement-record"),
    path(f"{AGREEMENT}/parties/", parties.Parties.as_view(), name="parties"),
    path(f"{AGREEMENT}/parties.csv", parties.PartiesCsv.as_view(), name="parties-csv"),
    path(f"{AGREEMENT}/parties/new/", parties.KeepParty.as_view(), name="party-add"),
    path(f"{AGREEMENT}/parties/<int:number>/", parties.KeepParty.as_view(), name="party-edit"),
    path(f"{AGREEMENT}/parties/<int:number>/take-out/", parties.TakeOut.as_view(), name="party-take-out"),
    path(f"{AGREEMENT}/lots.csv", parties.LotsCsv.as_view(), name="lots-csv"),
    path(f"{AGREEMENT}/lots/new/", parties.KeepLot.as_view(), name="lot-add"),
    path(f"{AGREEMENT}/lots/<int:number>/", parties.KeepLot.as_view(), name="lot-edit"),
    path(f"{AGREEMENT}/lots/<int:number>/take-out/", parties.TakeOutLot.as_view(), name="lot-take-out"),
]

care_addresses = [
    path("agreements/tiers/", monitoring.Scheme.as_view(), name="tier-scheme"),
    path("agreements/tiers/change/", monitoring.ChangeScheme.as_view(), name="tier-scheme-change"),
    path("agreements/attention/", oversight.Attention.as_view(), name="attention"),
    path("agreements/attention.csv", oversight.AttentionCsv.as_view(), name="attention-csv"),
    path("agreements/actions/", actions.OpenActions.as_view(), name="action-list"),
    path("agreements/actions.csv", actions.OpenActionsCsv.as_view(), name="action-list-csv"),
    path(f"{AGREEMENT}/plans/<int:number>/", plans.PlanDetail.as_view(), name="plan-detail"),
    path(f"{AGREEMENT}/plans/<int:number>/agree/", plans.AgreeToPlan.as_view(), name="plan-agree"),
    path(f"{AGREEMENT}/plans/<int:number>/edit/", plans.ChangePlan.as_view(), name="plan-edit"),
    path(f"{AGREEMENT}/plans/<int:number>/standing/", plans.OverrideRag.as_view(), name="plan-rag"),
    path(f"{AGREEMENT}/plans/<int:number>/close/", plans.ClosePlan.as_view(), name="plan-close"),
    path(f"{AGREEMENT}/plans/<int:number>/actions/new/", actions.AddAction.as_view(), name="action-add"),
    path(f"{AGREEMENT}/plans/new/<slug:kind>/", plans.OpenPlan.as_view(), name="plan-open"),
    path(f"{AGREEMENT}/consequences/", consequences.Consequences.as_view(), name="consequence-list"),
    path(f"{AGREEMENT}/consequences/ladder/", consequences.AttachLadder.as_view(), name="ladder-attach"),
    path(f"{AGREEMENT}/consequences/new/", consequences.ProposeConsequence.as_view(), name="consequence-propose"),
    path(f"{CONSEQUENCE}/", consequences.ConsequenceDetail.as_view(), name="consequence-detail"),
    path(f"{CONSEQUENCE}/decide/", consequences.DecideConsequence.as_view(), name="consequence-decide"),
    path(f"{CONSEQUENCE}/appeal/", consequences.AppealConsequence.as_view(), name="consequence-appeal"),
    path(f"{CONSEQUENCE}/appeal/decide/", consequences.DecideAppeal.as_view(), name="appeal-decide"),
    path(f"{CONSEQUENCE}/lift/", consequences.LiftConsequence.as_view(), name="consequence-lift"),
    path(f"{CONSEQUENCE}/notice/", consequences.RecordNotice.as_view(), name="consequence-notice"),
    path(f"{AGREEMENT}/actions/<int:pk>/", actions.ActionDetail.as_view(), name="action-detail"),
    path(f"{AGREEMENT}/actions/<int:pk>/edit/", actions.ChangeAction.as_view(), name="action-edit"),
    path(f"{AGREEMENT}/actions/<int:pk>/again/", actions.Recheck.as_view(), name="action-recheck"),
    path(f"{AGREEMENT}/actions/<int:pk>/files/<int:update>/", actions.Evidence.as_view(), name="action-evidence"),
    path(f"{AGREEMENT}/risks/", oversight.Risks.as_view(), name="risk-list"),
    path(f"{AGREEMENT}/risks/new/", oversight.EnterRisk.as_view(), name="risk-enter"),
    path(f"{AGREEMENT}/risks/<int:number>/", oversight.RiskDetail.as_view(), name="risk-detail"),
    path(f"{AGREEMENT}/meetings/", oversight.Meetings.as_view(), name="meeting-list"),
    path(f"{AGREEMENT}/meetings/new/", oversight.RecordMeeting.as_view(), name="meeting-record"),
    path(f"{AGREEMENT}/meetings/<int:number>/", oversight.MeetingDetail.as_view(), name="meeting-detail"),
    path(
        f"{AGREEMENT}/meetings/<int:number>/actions/new/",
        oversight.AddMeetingAction.as_view(),
        name="meeting-action",
    ),
    path(f"{AGREEMENT}/monitoring/", monitoring.Monitoring.as_view(), name="monitoring"),
    path(f"{AGREEMENT}/monitoring/decide/", monitoring.DecideMonitoring.as_view(), name="monitoring-decide"),
    path(f"{AGREEMENT}/annual-review/<str:year>/", monitoring.RecordReview.as_view(), name="annual-review"),
]

provider_addresses = [
    path("returns/", provider.ReturnList.as_view(), name="return-list"),
    path("returns/dates.ics", provider.ReturnDates.as_view(), name="return-dates"),
    path("returns/<str:reference>/", provider.ReturnDetail.as_view(), name="return-detail"),
    path("returns/<str:reference>/measures/<str:code>/", figures.FigurePage.as_view(), name="return-figure"),
    path(
        "returns/<str:reference>/measures/<str:code>/put-right/",
        restating.AskRestatement.as_view(),
        name="restatement-ask",
    ),
    path("returns/<str:reference>/questions/<int:pk>/", provider.AnswerQuestion.as_view(), name="return-answer"),
    path("returns/<str:reference>/template.csv", uploads.ReturnTemplate.as_view(), name="return-template"),
    path("returns/<str:reference>/template.xlsx", uploads.ReturnWorkbook.as_view(), name="return-workbook"),
    path("returns/<str:reference>/upload/", uploads.UploadReturn.as_view(), name="return-upload"),
    path("returns/<str:reference>/upload/<uuid:pk>/", uploads.UploadPreview.as_view(), name="return-preview"),
    path("returns/<str:reference>/check/", provider.ReturnCheck.as_view(), name="return-check"),
    path("returns/<str:reference>/receipt/", provider.ReturnReceipt.as_view(), name="return-receipt"),
]

public_addresses = [
    path("performance/", public.PerformanceList.as_view(), name="performance-list"),
    path("performance.csv", public.PerformanceFile.as_view(), name="performance-list-csv"),
    path("performance/<slug:slug>/", public.PerformanceDetail.as_view(), name="performance-detail"),
    path("performance/<slug:slug>.csv", public.PerformanceCsv.as_view(), name="performance-csv"),
    path("performance/<slug:slug>/parts.csv", public.PartsCsv.as_view(), name="performance-parts-csv"),
    path("register/", public.Register.as_view(), name="register"),
    path("register.csv", public.RegisterCsv.as_view(), name="register-csv"),
    path("data/ocds/releases.json", open_data.Releases.as_view(), name="ocds-releases"),
]

money_addresses = [
    path(f"{AGREEMENT}/money/", funding.AgreementMoney.as_view(), name="agreement-money"),
    path(f"{AGREEMENT}/money/lines/new/", funding.AddLine.as_view(), name="funding-add"),
    path(f"{AGREEMENT}/money/lines/<int:line>/", funding.ChangeLine.as_view(), name="funding-edit"),
    path(f"{AGREEMENT}/money/lines/<int:line>/remove/", funding.DropLine.as_view(), name="funding-drop"),
    path(f"{AGREEMENT}/money/share/", funding.SetShares.as_view(), name="public-share"),
    path(f"{AGREEMENT}/money/dates/", funding.SetLimits.as_view(), name="agreement-limits"),
]

library_addresses = [
    path("agreements/<str:reference>/measures/choose/", ChooseMeasures.as_view(), name="measure-choose"),
    path("agreements/<str:reference>/measures/<str:code>/newer/", TakeNewer.as_view(), name="indicator-newer"),
    path(
        "agreements/<str:reference>/measures/<str:code>/targets/",
        measures.SetTarget.as_view(),
        name="indicator-targets",
    ),
    path("measures/", MeasureList.as_view(), name="measure-list"),
    path("measures.csv", MeasureListCsv.as_view(), name="measure-list-csv"),
    path("measures/new/", WriteMeasure.as_view(), name="measure-new"),
    path("measures/<int:pk>/", MeasureDetail.as_view(), name="measure-detail"),
    path("measures/<int:pk>/write/", WriteMeasure.as_view(), name="measure-write"),
    path("measures/<int:pk>/approve/", ApproveMeasure.as_view(), name="measure-approve"),
]

urlpatterns = [
    *library_addresses,
    *making_addresses,
    *care_addresses,
    *office_addresses,
    *money_addresses,
    *provider_addresses,
    *public_addresses,
]
