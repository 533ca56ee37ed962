"""Whole addresses of agreements, returns and ratings: the office's, the provider's, and everybody's."""

from django.urls import path

from contracts.views import agreements, figures, measures, money, office, provider, public, publishing, uploads

app_name = "contracts"

RETURN = "agreements/<str:agreement>/returns/<str:reference>"

office_addresses = [
    path("agreements/", agreements.AgreementList.as_view(), name="agreement-list"),
    path("agreements/new/", agreements.EnterAgreement.as_view(), name="agreement-enter"),
    path("agreements/money/", money.Money.as_view(), name="money"),
    path("agreements/money.csv", money.MoneyCsv.as_view(), name="money-csv"),
    path("agreements/returns/", office.OfficeReturnList.as_view(), name="office-return-list"),
    path("agreements/<str:reference>/", agreements.AgreementDetail.as_view(), name="agreement-detail"),
    path("agreements/<str:reference>/edit/", agreements.ChangeAgreement.as_view(), name="agreement-edit"),
    path("agreements/<str:reference>/sign/", agreements.SignAgreement.as_view(), name="agreement-sign"),
    path("agreements/<str:reference>/measures/new/", measures.AddIndicator.as_view(), name="indicator-add"),
    path("agreements/<str:reference>/measures/<str:code>/", measures.ChangeIndicator.as_view(), name="indicator-edit"),
    path(f"{RETURN}/", office.ReviewReturn.as_view(), name="return-review"),
    path(f"{RETURN}/accept/", office.AcceptReturn.as_view(), name="return-accept"),
    path(f"{RETURN}/publish/", publishing.PublishRatings.as_view(), name="rating-publish"),
    path(f"{RETURN}/measures/<str:code>/query/", office.QueryLine.as_view(), name="line-query"),
    path(f"{RETURN}/measures/<str:code>/accept/", office.AcceptLine.as_view(), name="line-accept"),
]

provider_addresses = [
    path("returns/", provider.ReturnList.as_view(), name="return-list"),
    path("returns/dates.ics", provider.ReturnDates.as_view(), name="return-dates"),
    path("returns/<str:reference>/", provider.ReturnDetail.as_view(), name="return-detail"),
    path("returns/<str:reference>/measures/<str:code>/", figures.FigurePage.as_view(), name="return-figure"),
    path("returns/<str:reference>/questions/<int:pk>/", provider.AnswerQuestion.as_view(), name="return-answer"),
    path("returns/<str:reference>/template.csv", uploads.ReturnTemplate.as_view(), name="return-template"),
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
    path("register/", public.Register.as_view(), name="register"),
    path("register.csv", public.RegisterCsv.as_view(), name="register-csv"),
]

urlpatterns = office_addresses + provider_addresses + public_addresses
