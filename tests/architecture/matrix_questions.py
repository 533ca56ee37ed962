"""Who may do what with questions from providers and their answers: the rest of `matrix.py`.

Brightway (preparer, certifier) is engaged in the activity and asked; the stranger's organisation is not engaged.
"""

from tests.architecture import (
    matrix_calendar,
    matrix_care,
    matrix_comments,
    matrix_making,
    matrix_money,
    matrix_organisations,
)
from tests.architecture.matrix import ANY_PROVIDER, ANYBODY, NOBODY, OWN_PROVIDER, row

READERS = "involvement lead manager management auditor"
OPENERS = "involvement lead manager"
ANSWERERS = "lead manager"
RELEASERS = "lead manager management"
QUESTION = "question.reference"
WINDOW = ("activity.slug", "question_window.number")

QUESTIONS = [
    row("engagement:public-answers", "activity.slug", get=ANYBODY),
    row("engagement:public-answers", "quiet_activity.slug", get=NOBODY),
    row("engagement:public-answers", "draft_activity.slug", get=NOBODY),
    row("engagement:public-answers-csv", "activity.slug", get=ANYBODY),
    row("engagement:public-answers-csv", "quiet_activity.slug", get=NOBODY),
    row("engagement:our-activities", get=ANY_PROVIDER),
    row("engagement:our-questions", "activity.slug", get=OWN_PROVIDER),
    row("engagement:our-questions", "quiet_activity.slug", get=OWN_PROVIDER),
    row("engagement:our-questions", "draft_activity.slug", get=NOBODY),
    row("engagement:our-answers-csv", "quiet_activity.slug", get=OWN_PROVIDER),
    row("engagement:question-ask", "activity.slug", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("engagement:our-question", QUESTION, get=OWN_PROVIDER),
    row("engagement:our-question", "entered_question.reference", get=NOBODY),
    row("engagement:question-edit", "unsent_question.reference", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("engagement:question-edit", QUESTION, get=NOBODY, post=NOBODY),
    row("engagement:question-discard", "unsent_question.reference", post=OWN_PROVIDER),
    row("engagement:question-withdraw", QUESTION, post=OWN_PROVIDER),
    row("engagement:question-let-go", "refused_question.reference", post=OWN_PROVIDER),
    row("engagement:question-queue", get="involvement lead other_lead manager other_manager management auditor"),
    row("engagement:activity-questions", "activity.slug", get=READERS),
    row("engagement:told-log", "activity.slug", get=READERS),
    row("engagement:told-log-csv", "activity.slug", get=READERS),
    row("engagement:market-engagement", "activity.slug", get=READERS),
    row("engagement:market-engagement-csv", "activity.slug", get=READERS),
    row("engagement:market-engagement-json", "activity.slug", get=READERS),
    row("engagement:conflict-list", "activity.slug", get=READERS),
    row("engagement:conflict-record", "activity.slug", get=OPENERS, post=OPENERS),
    row("engagement:conflict-end", "activity.slug", "conflict.pk", post=OPENERS),
    row("engagement:window-open", "activity.slug", get=OPENERS, post=OPENERS),
    row("engagement:window-extend", *WINDOW, get=OPENERS, post=OPENERS),
    row("engagement:question-enter", *WINDOW, get=OPENERS, post=OPENERS),
    row("engagement:answers-release", *WINDOW, get=RELEASERS, post=RELEASERS),
    row("engagement:clarification-detail", QUESTION, get=READERS),
    row("engagement:clarification-detail", "unsent_question.reference", get=NOBODY),
    row("engagement:clarification-answer", QUESTION, get=ANSWERERS, post=ANSWERERS),
    row("engagement:clarification-answer", "unsent_question.reference", get=NOBODY, post=NOBODY),
    row("engagement:clarification-decline", QUESTION, get=ANSWERERS, post=ANSWERERS),
    row("engagement:clarification-confidence", "refused_question.reference", get=ANSWERERS, post=ANSWERERS),
    row("engagement:clarification-merge", QUESTION, get=ANSWERERS, post=ANSWERERS),
    row("engagement:clarification-take-apart", QUESTION, post=ANSWERERS),
    row("engagement:clarification-drop", QUESTION, post=ANSWERERS),
]

ROWS = [
    *matrix_comments.ROWS,
    *matrix_care.CARE,
    *QUESTIONS,
    *matrix_calendar.CALENDAR,
    *matrix_making.MAKING,
    *matrix_money.MONEY,
    *matrix_organisations.ORGANISATIONS,
]
