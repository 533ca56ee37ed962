"""Comments on a draft document, route by route; and `ROWS`, the whole table."""

from tests.architecture.matrix import ANY_PROVIDER, ANYBODY, INVOLVEMENT, NOBODY, OWN_PROVIDER, row
from tests.architecture.matrix_analysis import ROWS as OTHERS

COMMENTS = [
    row("consultations:consultation-document", "on_draft.slug", get=ANYBODY),
    row("consultations:consultation-document", "open_consultation.slug", get=NOBODY),  # it is about no draft
    row("consultations:consultation-document", "draft_consultation.slug", get=NOBODY),
    row("consultations:consultation-document-part", "on_draft.slug", "'3.1'", get=ANYBODY),
    row("consultations:consultation-document-part", "on_draft.slug", "'9.9'", get=NOBODY),
    row("consultations:consultation-comment", "on_draft.slug", "'3.1'", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-comment", "on_draft_named.slug", "'3.1'", get=ANYBODY, post=ANYBODY),  # led on
    row("consultations:consultation-comment", "open_consultation.slug", "'3.1'", get=NOBODY, post=NOBODY),
    row("consultations:consultation-comment-sent", "on_draft.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:consultation-comment-withdraw", "on_draft.slug", get=ANYBODY, post=ANYBODY),
    row("consultations:our-comments", "on_draft_named.slug", get=ANY_PROVIDER),
    row("consultations:our-comments", "on_draft.slug", get=NOBODY),
    row("consultations:our-comment", "on_draft_named.slug", "'3.1'", get=ANY_PROVIDER, post=ANY_PROVIDER),
    row("consultations:our-comment-take-back", "on_draft_named.slug", "signed_comment.pk", post=OWN_PROVIDER),
    row("consultations:manage-comments", "on_draft.reference", get="involvement"),
    row("consultations:manage-comments", "open_consultation.reference", get=NOBODY),
    row("consultations:manage-comment", "on_draft.reference", "comment.pk", **INVOLVEMENT),
    row("consultations:manage-dispositions", "on_draft.reference", get="involvement lead"),
    row("consultations:manage-dispositions", "open_consultation.reference", get=NOBODY),
    row("consultations:manage-moves", "on_draft.reference", get="involvement lead", post="involvement lead"),
    row("consultations:manage-disposition", "on_draft.reference", "comment_theme.pk", get="lead", post="lead"),
    row("consultations:manage-comment-theme", "on_draft.reference", "comment_theme.pk", **INVOLVEMENT),
    row("consultations:manage-comments-file", "on_draft.reference", post="involvement"),
]

ALIKE = [
    row("consultations:manage-alike", "closed_consultation.reference", **INVOLVEMENT),
    row("consultations:manage-alike-group", "closed_consultation.reference", "alike_group.pk", **INVOLVEMENT),
]

ROWS = [*OTHERS, *COMMENTS, *ALIKE]
