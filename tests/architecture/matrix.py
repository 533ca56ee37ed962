"""Who may do what, route by route. A route without a row here fails the build, and so does a row without a route.

`row(route, *arguments, get=…, post=…)`: the arguments name things of `world.py` (`activity.slug`), or stand for
themselves in quotation marks. `get` and `post` name the people who may open the address and act on it. For anybody else
who is signed in it is not there (404); who is not, is led to the sign-in page. A route has as many rows as there are
states of things. Addresses that only show something have no `post`: nobody can act on them.
"""

from dataclasses import dataclass, field

EVERYBODY = (
    "public respondent preparer certifier stranger involvement lead other_lead manager other_manager management"
    " commissioner specialist auditor admin"
)
ANYBODY = frozenset(EVERYBODY.split())
SIGNED_IN = ANYBODY - {"public"}
OWN_PROVIDER = "preparer certifier"
ANY_PROVIDER = "preparer certifier stranger"
OFFICE_READERS = "lead other_lead manager other_manager management commissioner specialist auditor"
WATCHERS = "involvement lead other_lead manager other_manager management commissioner auditor"
CMS_PEOPLE = "involvement lead other_lead management admin"
NOBODY = ""


@dataclass(frozen=True)
class Row:
    """One route in one state, and who may open it and act on it."""

    route: str
    arguments: tuple[str, ...]
    get: frozenset[str]
    post: frozenset[str] | None
    data: dict[str, object] = field(default_factory=dict, hash=False)  # what a post must carry to be looked at

    def __str__(self):
        return " ".join([self.route, *self.arguments])


def row(route, *arguments, get=NOBODY, post=None, data=None):
    return Row(route, arguments, people(get), None if post is None else people(post), data or {})


def people(names):
    found = frozenset(names.split()) if isinstance(names, str) else frozenset(names)
    assert found <= ANYBODY, f"Nobody is called {sorted(found - ANYBODY)}"
    return found


# Views that let in people who are not signed in only to lead them on, or that something else guards.
UNLOCKED = {
    "account_confirm_login_code": "leads to the sign-in page unless a code was just asked for",
    "account_email_verification_sent": "leads on unless an address was just given",
    "mfa_authenticate": "leads to the sign-in page unless a password was just right",
    "consultations:preview-": "opens nothing without a signed link: tests/consultations/test_preview.py",
    "wagtailadmin_api:": "portal.views.cms.cms_only",
    "wagtailadmin_login": "portal.views.cms.cms_only: there is one sign-in page",
    "cms/login/": "leads everybody to the one sign-in page",
    "portal:rendition": "the page decides: pictures of live pages are public",
    "wagtaildocs_serve": "the page decides: documents of live pages are public",
}

SIGN_IN_PAGES = {"cms/login/"}

ACCOUNT = [
    row("cms/account/", get=CMS_PEOPLE, post=CMS_PEOPLE),  # leads to a person's own account
    row("account_login", get=ANYBODY, post=ANYBODY),
    row("account_logout", get=ANYBODY, post=ANYBODY),
    row("account_inactive", get=ANYBODY),
    row("account_signup", get=ANYBODY, post=ANYBODY),
    row("account_reauthenticate", get=SIGNED_IN, post=SIGNED_IN),
    row("account_email", get=SIGNED_IN, post=SIGNED_IN),
    row("account_email_verification_sent", get=SIGNED_IN, post=SIGNED_IN),
    row("account_change_password", get=SIGNED_IN, post=SIGNED_IN),
    row("account_set_password", get=SIGNED_IN, post=SIGNED_IN),
    row("account_reset_password", get=ANYBODY, post=ANYBODY),
    row("account_reset_password_done", get=ANYBODY),
    row("account_reset_password_from_key", "'1'", "'none'", get=ANYBODY, post=ANYBODY),
    row("account_reset_password_from_key_done", get=ANYBODY),
    row("account_request_login_code", get=ANYBODY, post=ANYBODY),
    row("account_confirm_login_code", get=SIGNED_IN, post=SIGNED_IN),
    row("mfa_index", get=SIGNED_IN),
    row("mfa_authenticate", get=SIGNED_IN, post=SIGNED_IN),
    row("mfa_reauthenticate", get=SIGNED_IN, post=SIGNED_IN),
    row("mfa_activate_totp", get=SIGNED_IN, post=SIGNED_IN),
    row("mfa_deactivate_totp", post=NOBODY),  # these people have no second factor to switch off, nor codes
    row("mfa_generate_recovery_codes", get=SIGNED_IN, post=SIGNED_IN),
    row("mfa_view_recovery_codes"),
    row("mfa_download_recovery_codes"),
    row("usersessions_list", get=SIGNED_IN, post=SIGNED_IN),
]

READERS_OF_DRAFT = "involvement lead manager management commissioner auditor admin"
PORTAL = [
    row("portal:dashboard", get=SIGNED_IN),
    row("portal:search", get=ANYBODY),
    row("portal:intention-list", get=ANYBODY),
    row("portal:specification-list", get=ANYBODY),
    row("portal:review-list", get=ANYBODY),
    row("portal:feed", get=ANYBODY),
    row("portal:activity-feed", "activity.slug", get=ANYBODY),
    row("portal:activity-feed", "draft_activity.slug", get=NOBODY),
    row("portal:draft-list", get=WATCHERS + " admin"),
    row("portal:draft-begin", "draft_activity.slug", post="involvement lead"),
    row("portal:draft-detail", "draft_page.pk", get=READERS_OF_DRAFT),
    row("portal:announce", "page.pk", get="involvement lead", post="involvement lead"),
    row("portal:announce", "draft_page.pk", get="involvement lead", post="involvement lead"),
    row("portal:take-back", "page.pk", get="management", post="management"),
    row("portal:take-back", "draft_page.pk", get=NOBODY, post=NOBODY),
    row("portal:rendition", "picture.pk", "rendition_name", get="involvement management"),
    row("portal:privacy", get=ANYBODY),
    row("portal:accessibility", get=ANYBODY),
    row("portal:cookies", get=ANYBODY),
    row("portal:contact", get=ANYBODY),
    row("portal:health-live", get=ANYBODY),
    row("portal:health-ready", get=ANYBODY),
    row("portal:robots", get=ANYBODY),
    row("portal:security-txt", get=ANYBODY),
    row("wagtaildocs_serve", "document.pk", "document_name", get="involvement management"),
    row("wagtail_serve", "'activities/own/'", get=ANYBODY, post=ANYBODY),
    row("wagtail_serve", "'activities/own/specification/'", get=NOBODY, post=NOBODY),
]

READERS_OF_DRAFT_CONSULTATION = "involvement lead manager management auditor"
WRITERS = "involvement lead other_lead"
PREVIEWERS = "involvement lead management"
DOORS = (  # of a preview: the name of its pages, what it is of, who goes through
    ("manage-try", "draft_consultation.reference", PREVIEWERS),
    ("questionnaire-try", "questionnaire.pk", WRITERS),
    ("preview", "draft_consultation.reference", NOBODY),
)
OPEN_TO_LOOK = ("safety", "end", "privacy")
OWN_WRITERS = "involvement lead"
INVOLVEMENT = {"get": "involvement", "post": "involvement"}
DECIDERS, KEEPERS = "lead commissioner", "involvement manager"
A_SENT_FILE = ("closed_consultation.reference", "sent_file.answer.choice")
A_THEME = ("closed_consultation.reference", "theme.number")
READERS_OF_CONSULTATION = READERS_OF_DRAFT_CONSULTATION + " commissioner"
DRAFT_READERS, CLOSED_READERS = READERS_OF_DRAFT_CONSULTATION, READERS_OF_CONSULTATION
CONSULTATIONS = [
    row("consultations:consultation-list", get=ANYBODY),
    row("consultations:consultation-detail", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "opening_soon_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "closed_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "withdrawn_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "told_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "draft_consultation.slug", get=READERS_OF_DRAFT_CONSULTATION),
    row("consultations:consultation-dates", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-dates", "draft_consultation.slug", get=NOBODY),
    row("consultations:consultation-results", "open_consultation.slug", get=NOBODY),
    row("consultations:consultation-results", "closed_consultation.slug", get=NOBODY),
    row("consultations:consultation-results", "told_consultation.slug", get=ANYBODY),
    row("consultations:consultation-results-csv", "closed_consultation.slug", get=NOBODY),
    row("consultations:consultation-results-csv", "told_consultation.slug", get=ANYBODY),
    row("consultations:consultation-detail", "answered_consultation.slug", get=ANYBODY),
    row("consultations:consultation-edition", "told_consultation.slug", "'1'", get=ANYBODY),
    row("consultations:consultation-edition", "answered_consultation.slug", "'2'", get=ANYBODY),
    row("consultations:consultation-edition", "closed_consultation.slug", "'1'", get=NOBODY),
    row("consultations:promise-list", get=ANYBODY),
    row("consultations:promise-list-csv", get=ANYBODY),
    row("consultations:promise-detail", "public_promise.reference", get=ANYBODY),
    row("consultations:promise-detail", "draft_promise.reference", get=NOBODY),
    row("consultations:overdue-list", get=ANYBODY),
    row("consultations:overdue-list-csv", get=ANYBODY),
    *(
        row(f"consultations:promise-{name}", "public_promise.reference", get=KEEPERS, post=KEEPERS)
        for name in ("change", "explain", "hand-over", "keep", "drop")
    ),
    row("consultations:promise-manage", "public_promise.reference", get=KEEPERS),
    row("consultations:promise-manage", "draft_promise.reference", get="involvement management"),
    row("consultations:consultation-edition-csv", "told_consultation.slug", "'1'", get=ANYBODY),
    row("consultations:consultation-edition-csv", "closed_consultation.slug", "'1'", get=NOBODY),
    row("consultations:consultation-table-csv", "closed_consultation.slug", "'question-1'", get=NOBODY),
    row("consultations:consultation-table-csv", "told_consultation.slug", "'question-1'", get=ANYBODY),
    row("consultations:consultation-start", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-start", "draft_consultation.slug", get=NOBODY, post=NOBODY),
    row("consultations:consultation-answer", "open_consultation.slug", "'1'", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-answer", "draft_consultation.slug", "'1'", get=NOBODY, post=NOBODY),
    row("consultations:consultation-check", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-saved", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-discard", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-receipt", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-equality", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-equality", "draft_consultation.slug", get=NOBODY, post=NOBODY),
    row("consultations:consultation-profile-csv", "open_consultation.slug", get=NOBODY),
    row("consultations:consultation-profile-csv", "told_consultation.slug", get=ANYBODY),
    row("consultations:consultation-receipt-mail", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-receipt-copy", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-copy", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-paper", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-paper", "draft_consultation.slug", get=READERS_OF_DRAFT_CONSULTATION),
    row("consultations:consultation-finish", "open_consultation.slug", post=ANYBODY),
    row("consultations:consultation-resume", "open_consultation.slug", "'none'", get=ANYBODY),
    row("consultations:consultation-come-back", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-change", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-withdraw", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-outcome", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-safety", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-follow", "open_consultation.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-follow", "draft_consultation.slug", get=NOBODY, post=NOBODY),
    row("consultations:consultation-privacy", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-privacy", "draft_consultation.slug", get=READERS_OF_DRAFT_CONSULTATION),
    row("consultations:consultation-elsewhere", "open_consultation.slug", get=ANYBODY),
    row("consultations:consultation-start", "group.slug", get=ANYBODY, post=ANYBODY),  # without a code: led to the code
    row("consultations:invitation-enter", get=ANYBODY, post=ANYBODY),
    row("consultations:manage-list", get=WATCHERS),
    row("consultations:manage-create", get="involvement lead other_lead", post="involvement lead other_lead"),
    row("consultations:manage-detail", "draft_consultation.reference", get=READERS_OF_DRAFT_CONSULTATION),
    row("consultations:manage-detail", "open_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-detail", "closed_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-edit", "draft_consultation.reference", get="involvement lead", post="involvement lead"),
    row("consultations:manage-edit", "open_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-safety", "draft_consultation.reference", get="involvement lead", post="involvement lead"),
    row("consultations:manage-safety", "open_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-equality", "draft_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-equality", "open_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-profile", "draft_consultation.reference", get="involvement"),
    row("consultations:manage-profile", "open_consultation.reference", get="involvement"),
    row("consultations:manage-profile", "told_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-profile-csv", "open_consultation.reference", get="involvement"),
    row("consultations:manage-profile-csv", "told_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-statements", "draft_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-statements", "open_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-ways", "draft_consultation.reference", get=OWN_WRITERS),
    row("consultations:manage-ways", "open_consultation.reference", get=OWN_WRITERS),
    row("consultations:manage-way-add", "draft_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-way-edit", "draft_consultation.reference", "way.pk", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-way-edit", "asked_consultation.reference", "way.pk", get=NOBODY, post=NOBODY),
    row("consultations:manage-way-remove", "draft_consultation.reference", "way.pk", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-way-remove", "asked_consultation.reference", "way.pk", get=NOBODY, post=NOBODY),
    row("consultations:manage-ask", "draft_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-take-back", "asked_consultation.reference", get=OWN_WRITERS, post=OWN_WRITERS),
    row("consultations:manage-sign", "asked_consultation.reference", get="lead management", post="lead management"),
    row("consultations:manage-sign", "open_consultation.reference", get="lead management", post="lead management"),
    row("consultations:manage-override", "draft_consultation.reference", get="management", post="management"),
    row("consultations:manage-override", "open_consultation.reference", get="management", post="management"),
    row("consultations:manage-areas", get="involvement", post="involvement"),
    row("consultations:manage-heard-csv", "closed_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-elections", get="involvement management", post="involvement management"),
    row("consultations:manage-election-remove", "election.pk", post="involvement management"),
    row("consultations:manage-suspend", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-resume", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-add", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-correct", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-open", "draft_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-extend", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-close", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-withdraw", "open_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-responses", "open_consultation.reference", get="involvement"),
    row("consultations:manage-responses", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-responses-file", "open_consultation.reference", post="involvement"),
    row("consultations:manage-responses-file", "draft_consultation.reference", post="involvement"),
    row("consultations:manage-results", "open_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-results", "closed_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-csv", "closed_consultation.reference", get=READERS_OF_CONSULTATION),
    row("consultations:manage-feedback", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-publish", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-correct-feedback", "told_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-promises", "told_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-late", "told_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-attest", "told_consultation.reference", get=DECIDERS, post=DECIDERS),
    row("consultations:manage-attest", "draft_consultation.reference", get=NOBODY, post=NOBODY),
    row(
        "consultations:manage-evidence",
        "told_consultation.reference",
        get=READERS_OF_CONSULTATION,
        post=READERS_OF_CONSULTATION,
    ),
    row("consultations:evidence-file", "evidence.pk", get=READERS_OF_CONSULTATION),
    row("consultations:manage-recount", "told_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-outcome", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-publish-outcome", "told_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-correct-outcome", "answered_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-table-csv", "closed_consultation.reference", "'question-1'", get=READERS_OF_CONSULTATION),
    row(
        "consultations:manage-tables",
        "draft_consultation.reference",
        get=READERS_OF_DRAFT_CONSULTATION,
        post="involvement",
    ),
    row(
        "consultations:manage-tables", "closed_consultation.reference", get=READERS_OF_CONSULTATION, post="involvement"
    ),
    row("consultations:manage-table-remove", "closed_consultation.reference", get="involvement", post="involvement"),
    row("consultations:manage-themes", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-themes", "draft_consultation.reference", get=NOBODY),
    row("consultations:manage-theme-add", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-theme", *A_THEME, **INVOLVEMENT),
    row("consultations:manage-theme-merge", *A_THEME, **INVOLVEMENT),
    row("consultations:manage-theme-drop", *A_THEME, **INVOLVEMENT),
    row("consultations:manage-coding", "open_consultation.reference", get="involvement"),
    row("consultations:manage-code", "closed_consultation.reference", "text.pk", **INVOLVEMENT),
    row("consultations:manage-codebook-csv", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-coded-csv", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-double", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-second", "closed_consultation.reference", "text.pk", get=NOBODY, post=NOBODY),
    row("consultations:manage-second", "closed_consultation.reference", "sampled_text.pk", **INVOLVEMENT),
    row("consultations:manage-settle", "closed_consultation.reference", "sampled_text.pk", get=NOBODY, post=NOBODY),
    row("consultations:manage-settle", "closed_consultation.reference", "twice_read_text.pk", **INVOLVEMENT),
    row("consultations:manage-code", "open_consultation.reference", "text.pk", get=NOBODY, post=NOBODY),
    row("consultations:manage-safeguarding", "draft_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-safeguarding", "open_consultation.reference", **INVOLVEMENT),
    row("consultations:concern-list", get="involvement"),
    row("consultations:manage-redactions", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-redact", "closed_consultation.reference", "text.pk", **INVOLVEMENT),
    row("consultations:manage-approve", "closed_consultation.reference", "text.pk", **INVOLVEMENT),
    row("consultations:manage-quotes", *A_THEME, **INVOLVEMENT),
    row("consultations:manage-said", "closed_consultation.reference", get="involvement lead"),
    row("consultations:manage-said", "draft_consultation.reference", get=NOBODY),
    row("consultations:manage-sent-files", "closed_consultation.reference", get="involvement"),
    row("consultations:manage-sent-files-zip", "closed_consultation.reference", post="involvement"),
    row("consultations:manage-sent-file", *A_SENT_FILE, post="involvement"),
    row("consultations:concern-detail", "concern.pk", **INVOLVEMENT),
    *(
        row(f"consultations:{door}-{page}", of, get=who, post=who)
        for door, of, who in DOORS
        for page in ("start", "check", "about-you")
    ),
    *(row(f"consultations:{door}-{page}", of, get=who) for door, of, who in DOORS for page in OPEN_TO_LOOK),
    *(row(f"consultations:{door}-answer", of, "'1'", get=who, post=who) for door, of, who in DOORS),
    row("consultations:manage-try-start", "closed_consultation.reference", get=PREVIEWERS, post=PREVIEWERS),
    row("consultations:manage-share", "draft_consultation.reference", get=PREVIEWERS, post=PREVIEWERS),
    row("consultations:manage-share", "open_consultation.reference", get=PREVIEWERS, post=PREVIEWERS),
    row("consultations:preview-link", "'none'", get=NOBODY),
    row("consultations:questionnaire-preview", "questionnaire.pk", get="involvement lead other_lead"),
    row("consultations:question-bank", get=WRITERS),
    row("consultations:questionnaire-take", "questionnaire.pk", get=WRITERS, post=WRITERS),
    row("consultations:questionnaire-copy", "questionnaire.pk", get=WRITERS, post=WRITERS),
    row("consultations:questionnaire-wording", "questionnaire.pk", "'easy-read'", get=WRITERS, post=WRITERS),
]

A_BATCH = ("closed_consultation.reference", "entry_batch.number")
A_FILE = ("closed_consultation.reference", "answer_file.pk")
CHANNELS = [
    row("consultations:channel-list", "closed_consultation.reference", get="involvement"),
    row("consultations:channel-batch-begin", "open_consultation.reference", **INVOLVEMENT),
    *(row(f"consultations:channel-{name}", *A_BATCH, **INVOLVEMENT) for name in ("batch", "batch-discard")),
    *(
        row(f"consultations:channel-{name}", *A_BATCH, "'1'", **INVOLVEMENT)
        for name in ("sheet", "sheet-check", "sheet-settle")
    ),
    *(
        row(f"consultations:channel-batch-{name}", *A_BATCH, post="involvement")
        for name in ("take-back", "check-all", "finish")
    ),
    row("consultations:channel-collective-add", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:channel-collective-remove", "closed_consultation.reference", "petition.pk", **INVOLVEMENT),
    row("consultations:channel-files", "open_consultation.reference", **INVOLVEMENT),
    row("consultations:channel-file-template", "closed_consultation.reference", get="involvement"),
    *(row(f"consultations:channel-{name}", *A_FILE, **INVOLVEMENT) for name in ("file", "file-match", "file-words")),
    row("consultations:channel-file-discard", *A_FILE, **INVOLVEMENT),
]

CODES = [
    row("consultations:codes-list", "group.reference", get="involvement"),
    row("consultations:codes-list", "open_consultation.reference", get=NOBODY),
    row("consultations:codes-offer", "group.reference", get="involvement", post="involvement"),
    row("consultations:codes-detail", "group.reference", "own_batch.pk", get="involvement"),
    row("consultations:codes-sheet", "group.reference", "office_batch.pk", post="involvement"),
    row("consultations:codes-void", "group.reference", "own_batch.pk", get="involvement", post="involvement"),
    row("consultations:handout-list", get=ANY_PROVIDER),
    row("consultations:handout-detail", "own_batch.pk", get=OWN_PROVIDER),
    row("consultations:handout-detail", "office_batch.pk", get=OWN_PROVIDER),
    row("consultations:handout-sheet", "own_batch.pk", post="certifier"),
    row("consultations:handout-sheet", "office_batch.pk", post=NOBODY),
]

OURS = ("named.slug", "brightway.slug")
NAMED = [
    row("consultations:consultation-start", "named.slug", get=ANYBODY, post=ANYBODY),  # led to the sign-in page
    row("consultations:our-list", get=ANY_PROVIDER),
    row("consultations:our-begin", "named.slug", get=ANY_PROVIDER),
    row("consultations:our-begin", "open_consultation.slug", get=NOBODY),
    row("consultations:our-detail", *OURS, get=OWN_PROVIDER),
    row("consultations:our-detail", "open_consultation.slug", "brightway.slug", get=NOBODY),
    row("consultations:our-question", *OURS, "'1'", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("consultations:our-check", *OURS, get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("consultations:our-receipt", *OURS, get=OWN_PROVIDER),
    row("consultations:our-take-back", *OURS, get="certifier", post="certifier"),
    row("consultations:named-list", "named.reference", get=READERS_OF_CONSULTATION),
    row("consultations:named-list", "open_consultation.reference", get=NOBODY),
    row("consultations:named-detail", "named.reference", "brightway.slug", get="involvement"),
]

READERS_OF_RETURN = "lead manager management auditor"
LIVE, DRAFT = "agreement.reference", "draft_agreement.reference"
CONTRACTS = [
    row("contracts:performance-list", get=ANYBODY),
    row("contracts:performance-list-csv", get=ANYBODY),
    row("contracts:performance-detail", "agreement.slug", get=ANYBODY),
    row("contracts:performance-detail", "draft_agreement.slug", get=NOBODY),
    row("contracts:performance-csv", "agreement.slug", get=ANYBODY),
    row("contracts:performance-csv", "draft_agreement.slug", get=NOBODY),
    row("contracts:register", get=ANYBODY),
    row("contracts:register-csv", get=ANYBODY),
    row("contracts:money", get=OFFICE_READERS),
    row("contracts:money-csv", get=OFFICE_READERS),
    row("contracts:agreement-list", get=f"{OFFICE_READERS} {ANY_PROVIDER}"),
    row("contracts:agreement-enter", get="manager other_manager", post="manager other_manager"),
    row("contracts:agreement-detail", LIVE, get=f"{OWN_PROVIDER} {READERS_OF_RETURN} commissioner specialist"),
    row("contracts:agreement-detail", DRAFT, get=f"{READERS_OF_RETURN} commissioner specialist"),
    row("contracts:agreement-edit", LIVE, get="manager", post="manager"),
    row("contracts:agreement-edit", DRAFT, get="manager", post="manager"),
    row("contracts:agreement-sign", DRAFT, get="manager", post="manager"),
    row("contracts:indicator-add", DRAFT, get="manager", post="manager"),
    row("contracts:indicator-edit", DRAFT, "'V1'", get="manager", post="manager"),
    row("contracts:office-return-list", get=OFFICE_READERS),
    row("contracts:return-review", LIVE, "due_return.reference", get=READERS_OF_RETURN),
    row("contracts:return-review", LIVE, "submitted_return.reference", get=READERS_OF_RETURN),
    row("contracts:return-review", LIVE, "queried_return.reference", get=READERS_OF_RETURN),
    row(
        "contracts:return-review", LIVE, "accepted_return.reference", get=f"{READERS_OF_RETURN} commissioner specialist"
    ),
    row("contracts:return-review", DRAFT, "submitted_return.reference", get=NOBODY),
    row("contracts:return-accept", LIVE, "submitted_return.reference", get="manager", post="manager"),
    # Whoever has the right and comes too early or too late is led to the return, with the reason.
    row("contracts:return-accept", LIVE, "due_return.reference", get="manager", post="manager"),
    row("contracts:return-accept", LIVE, "accepted_return.reference", get="manager", post="manager"),
    row("contracts:line-query", LIVE, "submitted_return.reference", "'V1'", get="manager", post="manager"),
    row("contracts:line-query", LIVE, "accepted_return.reference", "'V1'", get="manager", post="manager"),
    row(
        *("contracts:line-accept", LIVE, "queried_return.reference", "'V1'"),
        get="manager",
        post="manager",
        data={"seen_version": 1},
    ),
    row("contracts:line-accept", LIVE, "accepted_return.reference", "'V1'", get="manager", post="manager"),
    row("contracts:rating-publish", LIVE, "accepted_return.reference", get="management", post="management"),
    row("contracts:rating-publish", LIVE, "submitted_return.reference", get="management", post="management"),
    row("contracts:rating-publish", LIVE, "published_return.reference", get="management", post="management"),
    row("contracts:return-list", get=ANY_PROVIDER),
    row("contracts:return-dates", get=ANY_PROVIDER),
    # The office is led on from a provider's page of a return to its own.
    row("contracts:return-detail", "due_return.reference", get=f"{OWN_PROVIDER} {READERS_OF_RETURN}"),
    row("contracts:return-detail", "submitted_return.reference", get=f"{OWN_PROVIDER} {READERS_OF_RETURN}"),
    row(
        "contracts:return-detail",
        "accepted_return.reference",
        get=f"{OWN_PROVIDER} {READERS_OF_RETURN} commissioner specialist",
    ),
    row("contracts:return-figure", "due_return.reference", "'V1'", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-figure", "queried_return.reference", "'V1'", get=OWN_PROVIDER, post=OWN_PROVIDER),
    # What was sent leads back to the return; an act on it is refused in words, since it may have been sent meanwhile.
    row("contracts:return-figure", "submitted_return.reference", "'V1'", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-answer", "queried_return.reference", "query.pk", get="certifier", post="certifier"),
    row("contracts:return-answer", "due_return.reference", "query.pk", get=NOBODY, post=NOBODY),
    row("contracts:return-template", "due_return.reference", get=OWN_PROVIDER),
    row("contracts:return-workbook", "due_return.reference", get=OWN_PROVIDER),
    row("contracts:return-upload", "due_return.reference", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-upload", "submitted_return.reference", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-preview", "due_return.reference", "upload.pk", get="preparer", post="preparer"),  # their own
    row("contracts:return-preview", "queried_return.reference", "upload.pk", get=NOBODY, post=NOBODY),
    row("contracts:return-check", "due_return.reference", get=OWN_PROVIDER, post=OWN_PROVIDER),
    row("contracts:return-receipt", "submitted_return.reference", get=OWN_PROVIDER),
    row("contracts:return-receipt", "due_return.reference", get=OWN_PROVIDER),
]

OWN = "lead manager"
ENGAGEMENT = [
    row("engagement:follow", "activity.slug", get=ANYBODY, post=ANYBODY),
    row("engagement:follow", "draft_activity.slug", get=NOBODY, post=NOBODY),
    row("engagement:follow-sent", "activity.slug", get=ANYBODY),
    row("engagement:follow-sent", "draft_activity.slug", get=NOBODY),
    row("engagement:follow-confirm", "'none'", get=ANYBODY, post=ANYBODY),
    row("engagement:follow-leave", "'none'", get=ANYBODY, post=ANYBODY),
    row("engagement:update", "event.pk", get=ANYBODY),
    row("engagement:update", "private_event.pk", get=NOBODY),
    row("engagement:activity-work-list", get=WATCHERS),
    row("engagement:activity-begin", get="lead other_lead", post="lead other_lead"),
    row("engagement:activity-manage", "activity.slug", get="involvement lead manager management commissioner auditor"),
    row(
        "engagement:activity-manage",
        "draft_activity.slug",
        get="involvement lead manager management commissioner auditor",
    ),
    row("engagement:activity-move", "activity.slug", post=OWN),
    row("engagement:activity-edit", "activity.slug", get=OWN, post=OWN),
    row("engagement:activity-edit", "draft_activity.slug", get="lead", post="lead"),
    row("engagement:activity-fund", "activity.slug", get=OWN, post=OWN),
    row("engagement:activity-fund", "draft_activity.slug", get="lead", post="lead"),
    row("engagement:activity-publish", "draft_activity.slug", get="lead", post="lead"),
    row("engagement:activity-engage", "activity.slug", get=f"involvement {OWN}", post=f"involvement {OWN}"),
    row("engagement:delivery-list", get="involvement admin"),
    row("engagement:delivery-send-again", "delivery.pk", post="involvement admin"),
    row("engagement:delivery-leave", "delivery.pk", post="involvement admin"),
    row("engagement:log-list", get="involvement lead other_lead manager other_manager management auditor admin"),
    row("engagement:log-csv", get="involvement lead other_lead manager other_manager management auditor admin"),
]

ROWS = [*ACCOUNT, *PORTAL, *CONSULTATIONS, *CODES, *NAMED, *CHANNELS, *CONTRACTS, *ENGAGEMENT]
