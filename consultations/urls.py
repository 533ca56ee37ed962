"""Addresses of asking and answering, whole from the site's root."""

from django.urls import path

from consultations.views import (
    admission,
    answering,
    attesting,
    bank,
    certifying,
    codes,
    commenting,
    copies,
    correcting,
    cowriting,
    editions,
    equality,
    evidence,
    following,
    heard,
    moving,
    named,
    office,
    our_comments,
    outcome,
    overdue,
    promises,
    public,
    questionnaires,
    readying,
    receipts,
    returning,
    running,
    signing,
    tabling,
    wordings,
)
from consultations.views.analysis import (
    alike,
    coding,
    comment_themes,
    concerns,
    disposing,
    double,
    exports,
    moderating,
    redacting,
    said,
    sent_files,
    terms,
    themes,
)
from consultations.views.channels import collective, entry, files, overview
from consultations.wizard import previewing
from consultations.wizard.views import AnswerQuestion

app_name = "consultations"

one = "consultations/<slug:slug>/"

# The answering journey: public, without an account, never cached.
journey = [
    path(f"{one}start/", answering.Start.as_view(), name="consultation-start"),
    path(f"{one}answer/check/", answering.Check.as_view(), name="consultation-check"),
    path(f"{one}answer/saved/", answering.Saved.as_view(), name="consultation-saved"),
    path(f"{one}answer/discard/", answering.Discard.as_view(), name="consultation-discard"),
    path(f"{one}answer/receipt/", receipts.Receipt.as_view(), name="consultation-receipt"),
    path(f"{one}answer/receipt/e-mail/", receipts.ReceiptMail.as_view(), name="consultation-receipt-mail"),
    path(f"{one}answer/receipt/copy/", copies.Copy.as_view(), name="consultation-receipt-copy"),
    path(f"{one}answer/finish/", receipts.Finish.as_view(), name="consultation-finish"),
    path(f"{one}answer/equality/", equality.EqualityQuestions.as_view(), name="consultation-equality"),
    path(f"{one}answer/<slug:step>/", AnswerQuestion.as_view(), name="consultation-answer"),
    path(f"{one}resume/<str:token>/", answering.Resume.as_view(), name="consultation-resume"),
    path(f"{one}come-back/", returning.ComeBack.as_view(), name="consultation-come-back"),
    path(f"{one}change/", receipts.Change.as_view(), name="consultation-change"),
    path(f"{one}copy/", copies.CopyByCode.as_view(), name="consultation-copy"),
    path(f"{one}withdraw/", receipts.Withdraw.as_view(), name="consultation-withdraw"),
    path(f"{one}outcome/", receipts.Outcome.as_view(), name="consultation-outcome"),
    path(f"{one}safety/", answering.Safety.as_view(), name="consultation-safety"),
    path(f"{one}elsewhere/", admission.Elsewhere.as_view(), name="consultation-elsewhere"),
    path("i/", admission.EnterCode.as_view(), name="invitation-enter"),
]

document = f"{one}document/"

# A draft document by section: reading it, commenting on a section, taking a comment back.
commented = [
    path(document, commenting.DraftDocument.as_view(), name="consultation-document"),
    path(f"{document}sent/", commenting.CommentSent.as_view(), name="consultation-comment-sent"),
    path(f"{document}withdraw/", commenting.WithdrawComment.as_view(), name="consultation-comment-withdraw"),
    path(f"{document}<str:number>/", commenting.DocumentPart.as_view(), name="consultation-document-part"),
    path(f"{document}<str:number>/comment/", commenting.WriteComment.as_view(), name="consultation-comment"),
    path("our-comments/<slug:slug>/", our_comments.OurComments.as_view(), name="our-comments"),
    path(
        "our-comments/<slug:slug>/<int:comment>/take-back/",
        our_comments.TakeCommentBack.as_view(),
        name="our-comment-take-back",
    ),
    path("our-comments/<slug:slug>/<str:number>/", our_comments.OurComment.as_view(), name="our-comment"),
]

# What anybody reads: one address for the whole life of a consultation.
reading = [
    path("consultations/", public.ConsultationList.as_view(), name="consultation-list"),
    path("consultations/promises/", promises.PromiseList.as_view(), name="promise-list"),
    path("consultations/promises.csv", promises.promises_csv, name="promise-list-csv"),
    path("consultations/promises/<slug:reference>/", promises.PromiseDetail.as_view(), name="promise-detail"),
    path("consultations/overdue/", overdue.OverdueList.as_view(), name="overdue-list"),
    path("consultations/overdue.csv", overdue.overdue_csv, name="overdue-list-csv"),
    path(f"{one}results/", public.ConsultationResults.as_view(), name="consultation-results"),
    path(f"{one}results.csv", public.results_csv, name="consultation-results-csv"),
    path(f"{one}who-answered.csv", equality.profile_csv, name="consultation-profile-csv"),
    path(f"{one}editions/<int:number>/", editions.EditionDetail.as_view(), name="consultation-edition"),
    path(f"{one}editions/<int:number>/results.csv", editions.edition_csv, name="consultation-edition-csv"),
    path(f"{one}results/<slug:table>.csv", public.table_csv, name="consultation-table-csv"),
    path(f"{one}dates.ics", public.consultation_dates, name="consultation-dates"),
    path(f"{one}follow/", following.FollowConsultation.as_view(), name="consultation-follow"),
    path(f"{one}paper/", copies.Paper.as_view(), name="consultation-paper"),
    path(f"{one}privacy/", following.Privacy.as_view(), name="consultation-privacy"),
    path(one, public.ConsultationOverview.as_view(), name="consultation-detail"),
]

managed = "engagement/consultations/<slug:reference>/"
questionnaire = "engagement/questionnaires/<int:pk>/"


def previewed(door, prefix, name):
    """The pages of a preview behind one door: `<prefix>start/` is called `<name>-start`."""
    pages = previewing.behind(door)
    answer = path(f"{prefix}<slug:step>/", pages.pop("answer"), name=f"{name}-answer")
    return [*(path(f"{prefix}{page}/", view, name=f"{name}-{page}") for page, view in pages.items()), answer]


# The same questions with nothing kept: for the office, and for whoever holds a link.
preview = [
    *previewed(previewing.OfficeTrial, f"{managed}preview/", "manage-try"),
    path(f"{managed}share/", previewing.SharePreview.as_view(), name="manage-share"),
    *previewed(previewing.QuestionnaireTrial, f"{questionnaire}preview/", "questionnaire-try"),
    path("preview/link/<str:token>/", previewing.OpenPreview.as_view(), name="preview-link"),
    *previewed(previewing.LinkTrial, "preview/<slug:reference>/", "preview"),
]

# What the office prepares, watches, runs and concludes.
managing = [
    path("engagement/consultations/", office.ManageList.as_view(), name="manage-list"),
    path("engagement/consultations/create/", running.CreateConsultation.as_view(), name="manage-create"),
    path("engagement/consultations/elections/", signing.Elections.as_view(), name="manage-elections"),
    path(
        "engagement/consultations/elections/<int:pk>/remove/",
        signing.RemoveElection.as_view(),
        name="manage-election-remove",
    ),
    path("engagement/consultations/areas/", heard.KeepAreas.as_view(), name="manage-areas"),
    path(managed, office.ManageDetail.as_view(), name="manage-detail"),
    path(f"{managed}edit/", running.EditConsultation.as_view(), name="manage-edit"),
    path(f"{managed}safety/", readying.EditSafety.as_view(), name="manage-safety"),
    path(f"{managed}fairness/", readying.EditStatements.as_view(), name="manage-statements"),
    path(f"{managed}equality/", equality.DeclareEquality.as_view(), name="manage-equality"),
    path(f"{managed}who-answered/", equality.ManageProfile.as_view(), name="manage-profile"),
    path(f"{managed}who-answered.csv", equality.manage_profile_csv, name="manage-profile-csv"),
    path(f"{managed}ways/", readying.Ways.as_view(), name="manage-ways"),
    path(f"{managed}ways/add/", readying.AddWay.as_view(), name="manage-way-add"),
    path(f"{managed}ways/<int:pk>/", readying.EditWay.as_view(), name="manage-way-edit"),
    path(f"{managed}ways/<int:pk>/remove/", readying.RemoveWay.as_view(), name="manage-way-remove"),
    path(f"{managed}sign-off/ask/", signing.AskForSignOff.as_view(), name="manage-ask"),
    path(f"{managed}sign-off/take-back/", signing.TakeBack.as_view(), name="manage-take-back"),
    path(f"{managed}sign-off/", signing.SignConsultation.as_view(), name="manage-sign"),
    path(f"{managed}election/", signing.OverrideElection.as_view(), name="manage-override"),
    path(f"{managed}open/", running.OpenConsultation.as_view(), name="manage-open"),
    path(f"{managed}extend/", moving.ExtendConsultation.as_view(), name="manage-extend"),
    path(f"{managed}close/", moving.CloseConsultation.as_view(), name="manage-close"),
    path(f"{managed}suspend/", moving.SuspendConsultation.as_view(), name="manage-suspend"),
    path(f"{managed}resume/", moving.ResumeConsultation.as_view(), name="manage-resume"),
    path(f"{managed}add/", moving.AddInformation.as_view(), name="manage-add"),
    path(f"{managed}correct/", correcting.CorrectQuestions.as_view(), name="manage-correct"),
    path(f"{managed}withdraw/", moving.WithdrawConsultation.as_view(), name="manage-withdraw"),
    path(f"{managed}answers/", office.ManageResponses.as_view(), name="manage-responses"),
    path(f"{managed}answers/file/", office.download_responses, name="manage-responses-file"),
    path(f"{managed}results/", office.ManageResults.as_view(), name="manage-results"),
    path(f"{managed}results.csv", office.manage_csv, name="manage-csv"),
    path(f"{managed}feedback/", outcome.WriteFeedback.as_view(), name="manage-feedback"),
    path(f"{managed}results/<slug:table>.csv", tabling.manage_table_csv, name="manage-table-csv"),
    path(f"{managed}heard.csv", heard.heard_csv, name="manage-heard-csv"),
    path(f"{managed}tables/", tabling.ManageTables.as_view(), name="manage-tables"),
    path(f"{managed}tables/remove/", tabling.RemoveTable.as_view(), name="manage-table-remove"),
    path(f"{managed}publish/", outcome.PublishResults.as_view(), name="manage-publish"),
    path(f"{managed}feedback/correct/", outcome.CorrectFeedback.as_view(), name="manage-correct-feedback"),
    path(f"{managed}recount/", outcome.Recount.as_view(), name="manage-recount"),
    path(f"{managed}attest/", attesting.Attest.as_view(), name="manage-attest"),
    path(f"{managed}evidence/", evidence.ManageEvidence.as_view(), name="manage-evidence"),
    path("engagement/evidence/<uuid:pk>/", evidence.evidence_file, name="evidence-file"),
    path(f"{managed}late/", overdue.SayLate.as_view(), name="manage-late"),
    path(f"{managed}promises/", promises.ManagePromises.as_view(), name="manage-promises"),
    path(f"{managed}outcome/", outcome.WriteOutcome.as_view(), name="manage-outcome"),
    path(f"{managed}outcome/publish/", outcome.PublishOutcome.as_view(), name="manage-publish-outcome"),
    path(f"{managed}outcome/correct/", outcome.CorrectOutcome.as_view(), name="manage-correct-outcome"),
    path("engagement/questionnaires/bank/", bank.QuestionBank.as_view(), name="question-bank"),
    path(f"{questionnaire}bank/", bank.TakeQuestions.as_view(), name="questionnaire-take"),
    path(questionnaire, questionnaires.QuestionnairePreview.as_view(), name="questionnaire-preview"),
    path(f"{questionnaire}wordings/<slug:code>/", wordings.WriteWording.as_view(), name="questionnaire-wording"),
    path(f"{questionnaire}copy/", questionnaires.CopyQuestionnaire.as_view(), name="questionnaire-copy"),
]

# What those who keep a promise do about it.
promised = "engagement/promises/<slug:reference>/"
keeping = [
    path(promised, promises.ManagePromise.as_view(), name="promise-manage"),
    path(f"{promised}change/", promises.ChangePromise.as_view(), name="promise-change"),
    path(f"{promised}explain/", promises.ExplainPromise.as_view(), name="promise-explain"),
    path(f"{promised}hand-over/", promises.HandOverPromise.as_view(), name="promise-hand-over"),
    path(f"{promised}keep/", promises.KeepPromise.as_view(), name="promise-keep"),
    path(f"{promised}drop/", promises.DropPromise.as_view(), name="promise-drop"),
]

# What the Involvement Team makes of what people wrote.
analysing = [
    path(f"{managed}themes/", themes.Codeframe.as_view(), name="manage-themes"),
    path(f"{managed}themes/add/", themes.AddTheme.as_view(), name="manage-theme-add"),
    path(f"{managed}themes/<int:number>/", themes.EditTheme.as_view(), name="manage-theme"),
    path(f"{managed}themes/<int:number>/merge/", themes.MergeTheme.as_view(), name="manage-theme-merge"),
    path(f"{managed}themes/<int:number>/drop/", themes.DropTheme.as_view(), name="manage-theme-drop"),
    path(f"{managed}codebook.csv", exports.codebook, name="manage-codebook-csv"),
    path(f"{managed}codebook.<slug:kind>", exports.codebook, name="manage-codebook-as"),
    path(f"{managed}coded.csv", exports.coded, name="manage-coded-csv"),
    path(f"{managed}coded.<slug:kind>", exports.coded, name="manage-coded-as"),
    path(f"{managed}coding/", coding.StartCoding.as_view(), name="manage-coding"),
    path(f"{managed}terms/", terms.Terms.as_view(), name="manage-terms"),
    path(f"{managed}coding/<int:text>/", coding.CodeText.as_view(), name="manage-code"),
    path(f"{managed}double-coding/", double.DoubleCoding.as_view(), name="manage-double"),
    path(f"{managed}double-coding/<int:text>/", double.SecondReading.as_view(), name="manage-second"),
    path(f"{managed}double-coding/<int:text>/settle/", double.Settle.as_view(), name="manage-settle"),
    path(f"{managed}redaction/", redacting.RedactionList.as_view(), name="manage-redactions"),
    path(f"{managed}redaction/<int:text>/", redacting.Redact.as_view(), name="manage-redact"),
    path(f"{managed}redaction/<int:text>/approve/", redacting.Approve.as_view(), name="manage-approve"),
    path(f"{managed}themes/<int:number>/quotes/", said.ChooseQuotes.as_view(), name="manage-quotes"),
    path(f"{managed}sent-files/", sent_files.SentFiles.as_view(), name="manage-sent-files"),
    path(f"{managed}sent-files/all/", sent_files.TakeSentFiles.as_view(), name="manage-sent-files-zip"),
    path(f"{managed}sent-files/<str:name>/", sent_files.OpenSentFile.as_view(), name="manage-sent-file"),
    path(f"{managed}said/", said.WhatPeopleSaid.as_view(), name="manage-said"),
    path(f"{managed}comments/", moderating.CommentList.as_view(), name="manage-comments"),
    path(f"{managed}comments/answers/", disposing.Dispositions.as_view(), name="manage-dispositions"),
    path(f"{managed}comments/answers/sections/", disposing.PlaceSections.as_view(), name="manage-moves"),
    path(f"{managed}comments/answers/<int:theme>/", disposing.Dispose.as_view(), name="manage-disposition"),
    path(
        f"{managed}comments/answers/<int:theme>/name/",
        comment_themes.RenameTheme.as_view(),
        name="manage-comment-theme",
    ),
    path(f"{managed}comments/file/", moderating.download_comments, name="manage-comments-file"),
    path(f"{managed}comments/<int:comment>/", moderating.Moderate.as_view(), name="manage-comment"),
    path(f"{managed}alike/", alike.AlikeList.as_view(), name="manage-alike"),
    path(f"{managed}alike/<int:group>/", alike.JudgeAlike.as_view(), name="manage-alike-group"),
    path(f"{managed}safeguarding/", concerns.NamePeople.as_view(), name="manage-safeguarding"),
    path("engagement/concerns/", concerns.ConcernList.as_view(), name="concern-list"),
    path("engagement/concerns/<int:concern>/", concerns.ConcernDetail.as_view(), name="concern-detail"),
]

# Codes for closed groups: what the office sets aside, and what providers hand out.
inviting = [
    path(f"{managed}codes/", codes.CodeList.as_view(), name="codes-list"),
    path(f"{managed}codes/add/", codes.OfferCodes.as_view(), name="codes-offer"),
    path(f"{managed}codes/<int:pk>/", codes.CodeBatchDetail.as_view(), name="codes-detail"),
    path(f"{managed}codes/<int:pk>/sheet/", codes.CodeSheet.as_view(), name="codes-sheet"),
    path(f"{managed}codes/<int:pk>/void/", codes.VoidCodes.as_view(), name="codes-void"),
    path("invitations/", codes.HandOutList.as_view(), name="handout-list"),
    path("invitations/<int:pk>/", codes.HandOutDetail.as_view(), name="handout-detail"),
    path("invitations/<int:pk>/sheet/", codes.HandOutSheet.as_view(), name="handout-sheet"),
]

ours = "our-answers/<slug:slug>/<slug:who>/"

# What organisations answer by name: their own pages, and what the office sees of them.
naming = [
    path("our-answers/", cowriting.OurAnswers.as_view(), name="our-list"),
    path("our-answers/<slug:slug>/", cowriting.Begin.as_view(), name="our-begin"),
    path(ours, cowriting.OurAnswer.as_view(), name="our-detail"),
    path(f"{ours}questions/<int:number>/", cowriting.OurQuestion.as_view(), name="our-question"),
    path(f"{ours}check/", certifying.OurCheck.as_view(), name="our-check"),
    path(f"{ours}receipt/", certifying.OurReceipt.as_view(), name="our-receipt"),
    path(f"{ours}take-back/", certifying.OurTakeBack.as_view(), name="our-take-back"),
    path(f"{managed}named/", named.NamedList.as_view(), name="named-list"),
    path(f"{managed}named/<slug:who>/", named.NamedAnswer.as_view(), name="named-detail"),
]

batch = f"{managed}channels/batches/<int:number>/"

# Answers that came in other ways than online.
entering = [
    path(f"{managed}channels/", overview.Channels.as_view(), name="channel-list"),
    path(f"{managed}channels/batches/begin/", entry.BeginBatch.as_view(), name="channel-batch-begin"),
    path(batch, entry.BatchDetail.as_view(), name="channel-batch"),
    path(f"{batch}sheets/<int:sheet>/", entry.TypeSheet.as_view(), name="channel-sheet"),
    path(f"{batch}sheets/<int:sheet>/check/", entry.ReadSheet.as_view(), name="channel-sheet-check"),
    path(f"{batch}sheets/<int:sheet>/settle/", entry.SettleSheet.as_view(), name="channel-sheet-settle"),
    path(f"{batch}take-back/", entry.TakeBatchBack.as_view(), name="channel-batch-take-back"),
    path(f"{batch}check-all/", entry.CheckAll.as_view(), name="channel-batch-check-all"),
    path(f"{batch}finish/", entry.FinishCheck.as_view(), name="channel-batch-finish"),
    path(f"{batch}discard/", entry.ThrowBatchAway.as_view(), name="channel-batch-discard"),
    path(f"{managed}channels/collective/", collective.RecordCollective.as_view(), name="channel-collective-add"),
    path(
        f"{managed}channels/collective/<int:pk>/remove/",
        collective.TakeCollectiveAway.as_view(),
        name="channel-collective-remove",
    ),
    path(f"{managed}channels/files/", files.UploadFile.as_view(), name="channel-files"),
    path(f"{managed}channels/files/template/", files.FileTemplate.as_view(), name="channel-file-template"),
    path(f"{managed}channels/files/<uuid:pk>/", files.FileProgress.as_view(), name="channel-file"),
    path(f"{managed}channels/files/<uuid:pk>/match/", files.MatchFile.as_view(), name="channel-file-match"),
    path(f"{managed}channels/files/<uuid:pk>/words/", files.FileWords.as_view(), name="channel-file-words"),
    path(f"{managed}channels/files/<uuid:pk>/discard/", files.ThrowFileAway.as_view(), name="channel-file-discard"),
]

urlpatterns = [*journey, *commented, *reading, *preview, *managing, *keeping, *inviting, *naming, *analysing, *entering]
